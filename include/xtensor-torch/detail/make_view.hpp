// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/GradMode.h>
#include <c10/core/ScalarTypeToTypeMeta.h>
#include <c10/core/TensorImpl.h>
#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/overlap.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/tensor_view.hpp>

namespace xtt::detail
{

/// What an ordinary tensor in host memory has: none of the keys by which LibTorch marks sparse, quantized,
/// nested, conjugated, wrapped ... ones.
inline constexpr c10::DispatchKeySet ordinary_keys(
    {c10::DispatchKey::CPU, c10::DispatchKey::ADInplaceOrView, c10::DispatchKey::AutogradCPU,
     c10::DispatchKey::AutocastCPU});

/// What the common case is asked, in few instructions: a view costs little more than its own making. Where an
/// answer is no, `check_viewable` finds out why, or that all is well.
template <class T>
struct quick_look
{
    [[gnu::always_inline]] explicit quick_look(const c10::TensorImpl& tensor)
        : ordinary(
              tensor.key_set().has(c10::DispatchKey::CPU) && ordinary_keys.isSupersetOf(tensor.key_set()) &&
              tensor.dtype() == c10::scalarTypeToTypeMeta(dtype_of<T>))
    {
    }

    /// Whether all elements lie in the storage.
    template <std::size_t Rank>
    [[gnu::always_inline]] bool
    has_memory(const c10::TensorImpl& tensor, c10::IntArrayRef sizes, c10::IntArrayRef strides)
    {
        const c10::Storage& storage = tensor.unsafe_storage();
        count = tensor.numel();
        if (count == 0)
        {
            return bool(storage); // its strides may be anything
        }
        std::int64_t reach = 0;
        spread = true;
        for (std::size_t d = Rank == any_rank ? sizes.size() : Rank; d-- > 0;)
        {
            spread = spread && strides[d] > reach;
            reach += (sizes[d] - 1) * strides[d];
        }
        offset = tensor.storage_offset();
        const std::int64_t bytes = (offset + reach + 1) * static_cast<std::int64_t>(sizeof(T));
        return bool(storage) && storage.data() != nullptr &&
               bytes <= static_cast<std::int64_t>(storage.nbytes());
    }

    bool ordinary;
    std::int64_t count = 0;
    std::int64_t offset = 0; // elements
    bool spread = false;     // each stride steps over all that those after it reach: surely nothing is shared
};

/// Everything that must hold before a tensor's memory is handed out as `T`.
template <class T>
void check_viewable(const at::Tensor& tensor, const call& function)
{
    check_defined(tensor, function);
    if (!tensor.device().is_cpu()) [[unlikely]]
    {
        raise<device_error>(
            name_of(function), "a tensor in host memory", text("one on ", tensor.device().str()),
            tensor.is_meta() ? "it has no elements: make a real one"
                             : "use copy_to_xtensor or copy_to_xarray");
    }
    check_dense(tensor, function);
    if (tensor.scalar_type() != dtype_of<T>) [[unlikely]]
    {
        raise<dtype_error>(
            name_of(function), text("dtype ", c10::toString(dtype_of<T>)),
            c10::toString(tensor.scalar_type()),
            function.makes_container ? "use .to(dtype)"
                                     : "use copy_to_xtensor, copy_to_xarray or .to(dtype)");
    }
    check_rank(tensor, function);
    check_no_grad(tensor, function);
    if (tensor.is_conj() || tensor.is_neg()) [[unlikely]]
    {
        raise<layout_error>(
            name_of(function), "a tensor whose memory is its value", "one with its conj or neg bit set",
            "call .resolve_conj() and .resolve_neg()");
    }
    if (tensor._is_zerotensor()) [[unlikely]]
    {
        raise<layout_error>(name_of(function), "a tensor with memory", "a ZeroTensor", "call .clone()");
    }
}

template <class T>
bool is_static_layout(const at::Tensor& tensor, xt::layout_type layout)
{
    std::int64_t expected = 1;
    const std::int64_t rank = tensor.dim();
    for (std::int64_t i = 0; i < rank; ++i)
    {
        const std::int64_t d = layout == xt::layout_type::row_major ? rank - 1 - i : i;
        if (tensor.size(d) != 1 && tensor.stride(d) != expected)
        {
            return false;
        }
        expected *= tensor.size(d);
    }
    return true;
}

template <class T, class Shape, xt::layout_type L>
basic_tensor_view<T, Shape, L> make_view(const at::Tensor& tensor, const call& function)
{
    const c10::TensorImpl& impl = *tensor.unsafeGetTensorImpl();
    quick_look<T> look(impl);
    if (!look.ordinary) [[unlikely]]
    {
        check_viewable<T>(tensor, function);
    }
    const auto sizes = impl.sizes();
    const auto strides = impl.strides();
    constexpr std::size_t rank = static_rank<Shape>;
    if (look.ordinary && ((rank != any_rank && sizes.size() != rank) ||
                          !look.template has_memory<rank>(impl, sizes, strides) ||
                          (impl.requires_grad() && c10::GradMode::is_enabled()))) [[unlikely]]
    {
        check_viewable<T>(tensor, function);
    }
    // For writing, although the view may be read-only: copy-on-write storage would move away under it.
    T* first = nullptr;
    if (!look.ordinary) [[unlikely]]
    {
        first = static_cast<T*>(compat::mutable_data(tensor));
    }
    else if (look.count != 0) [[likely]]
    {
        first = static_cast<T*>(compat::mutable_storage_data(impl.unsafe_storage())) + look.offset;
    }
    const bool contiguous = impl.is_contiguous();
    if (first != nullptr)
    {
        detail::check_alignment(first, function, ".clone() first");
        if (!std::is_const_v<T> && !contiguous && !look.spread && has_overlap(sizes, strides)) [[unlikely]]
        {
            raise_tensor_layout(
                function, "every element at an address of its own", tensor,
                function.makes_container ? ".clone() first" : "view const elements, or .clone() first");
        }
        if (L != xt::layout_type::dynamic && !is_static_layout<T>(tensor, L)) [[unlikely]]
        {
            raise_tensor_layout(
                function, L == xt::layout_type::row_major ? "row-major memory" : "column-major memory",
                tensor,
                function.makes_container ? ".contiguous() first, or use a container of its layout"
                                         : "leave the layout dynamic, or .contiguous() first");
        }
    }
    return view_access::make<basic_tensor_view<T, Shape, L>>(tensor, first, sizes, strides, contiguous);
}

} // namespace xtt::detail
