// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/GradMode.h>
#include <c10/core/ScalarTypeToTypeMeta.h>
#include <c10/core/TensorImpl.h>

#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>
#include <xtensor-torch/tensor_view.hpp>

namespace xtt
{

namespace detail
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
        if (tensor.numel() == 0)
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
        const std::int64_t bytes =
            (tensor.storage_offset() + reach + 1) * static_cast<std::int64_t>(sizeof(T));
        return bool(storage) && storage.data() != nullptr &&
               bytes <= static_cast<std::int64_t>(storage.nbytes());
    }

    bool ordinary;
    bool spread = false; // each stride steps over all that those after it reach: surely nothing is shared
};

/// Everything that must hold before a tensor's memory is handed out as `T`.
template <class T>
void check_viewable(const at::Tensor& tensor, const call& function)
{
    check_defined(tensor, function);
    if (!tensor.device().is_cpu()) [[unlikely]]
    {
        raise<device_error>(
            std::string(function), "a tensor in host memory", "one on " + tensor.device().str(),
            tensor.is_meta() ? "it has no elements: make a real one"
                             : "use copy_to_xtensor or copy_to_xarray");
    }
    check_dense(tensor, function);
    if (tensor.scalar_type() != dtype_of<T>) [[unlikely]]
    {
        raise<dtype_error>(
            std::string(function), std::string("dtype ") + c10::toString(dtype_of<T>),
            c10::toString(tensor.scalar_type()),
            function.makes_container ? "use .to(dtype)"
                                     : "use copy_to_xtensor, copy_to_xarray or .to(dtype)");
    }
    check_rank(tensor, function);
    check_no_grad(tensor, function);
    if (tensor.is_conj() || tensor.is_neg()) [[unlikely]]
    {
        raise<layout_error>(
            std::string(function), "a tensor whose memory is its value", "one with its conj or neg bit set",
            "call .resolve_conj() and .resolve_neg()");
    }
    if (tensor._is_zerotensor()) [[unlikely]]
    {
        raise<layout_error>(std::string(function), "a tensor with memory", "a ZeroTensor", "call .clone()");
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
    T* const first =
        static_cast<T*>(look.ordinary ? compat::mutable_data(impl, sizeof(T)) : compat::mutable_data(tensor));
    const bool contiguous = impl.is_contiguous();
    if (first != nullptr)
    {
        detail::check_alignment(first, function, ".clone() first");
        if (!std::is_const_v<T> && !contiguous && !look.spread && has_overlap(sizes, strides)) [[unlikely]]
        {
            raise<layout_error>(
                std::string(function), "every element at an address of its own",
                "sizes " + bracketed(sizes) + " with strides " + bracketed(strides),
                function.makes_container ? ".clone() first" : "view const elements, or .clone() first");
        }
        if (L != xt::layout_type::dynamic && !is_static_layout<T>(tensor, L)) [[unlikely]]
        {
            raise<layout_error>(
                std::string(function),
                L == xt::layout_type::row_major ? "row-major memory" : "column-major memory",
                "sizes " + bracketed(tensor.sizes()) + " with strides " + bracketed(tensor.strides()),
                function.makes_container ? ".contiguous() first, or use a container of its layout"
                                         : "leave the layout dynamic, or .contiguous() first");
        }
    }
    return view_access::make<basic_tensor_view<T, Shape, L>>(tensor, first, sizes, strides, contiguous);
}

template <class T, class Array>
Array copy_to_array(const at::Tensor& tensor, const copy_options& options, const call& function)
{
    check_defined(tensor, function);
    if (tensor.is_meta()) [[unlikely]]
    {
        raise<device_error>(
            std::string(function), "a tensor with elements", "one on meta", "make a real one first");
    }
    check_dense(tensor, function);
    check_rank(tensor, function);
    check_cast(tensor.scalar_type(), dtype_of<T>, options.cast, function);
    if (describe_result(options, dtype_of<T>)) [[unlikely]]
    {
        raise<conversion_error>(
            std::string(function), "options without dtype, memory format and pinning", given_options(options),
            "leave them out: the type of the result says them");
    }
    const auto extents = tensor.sizes();
    auto bytes = static_cast<std::int64_t>(sizeof(T));
    if (!std::all_of(extents.begin(), extents.end(), [&](std::int64_t n) { return step_out(bytes, n); }))
        [[unlikely]]
    {
        raise_too_large(std::string(function), extents);
    }
    typename Array::shape_type extents_of_result{};
    xt::resize_container(extents_of_result, extents.size());
    std::transform(
        extents.begin(), extents.end(), extents_of_result.begin(),
        [](std::int64_t n) { return static_cast<std::size_t>(n); });
    Array result(extents_of_result);
    const c10::NoGradGuard no_grad; // a copy detaches by itself
    detail::tensor_over(result, access::write, function.verb).copy_(tensor);
    return result;
}

} // namespace detail

/// An xtensor expression of rank `N` over the tensor's memory: a change in one shows in the other.
///
/// `T` must be the tensor's dtype; `const T` gives a read-only view.
/// Shape: the tensor's, and its strides; `L` promises a layout, which is checked.
/// Lifetime: shares. The view keeps the tensor alive.
/// Copies: never, but for copy-on-write storage, which becomes the tensor's own.
/// Throws: `device_error`, `dtype_error`, `rank_error`; `layout_error` for tensors whose memory is not
/// their value, or, for a writable view, shared between elements; `conversion_error` for an undefined
/// tensor and for one that requires grad while grad mode is on.
template <class T, std::size_t N, xt::layout_type L = xt::layout_type::dynamic>
[[nodiscard]] torch_xtensor_view<T, N, L> view_as_xtensor(const at::Tensor& tensor)
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        return detail::make_view<T, std::array<std::size_t, N>, L>(
            tensor, {"view_as_xtensor", detail::scalar_name<T>, N});
    }
    else
    {
        return detail::no_result<torch_xtensor_view<T, N, L>>();
    }
}

// Without a rank: declared to say what to write instead.
template <class T, class... None>
void view_as_xtensor(const at::Tensor& /*tensor*/)
{
    static_assert(
        detail::never<T>, "xtensor-torch: view_as_xtensor needs the rank: view_as_xtensor<T, N>(t), or "
                          "view_as_xarray<T>(t) for any.");
}

/// As `view_as_xtensor`, for any rank.
template <class T, xt::layout_type L = xt::layout_type::dynamic>
[[nodiscard]] torch_xarray_view<T, L> view_as_xarray(const at::Tensor& tensor)
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        return detail::make_view<T, xt::dynamic_shape<std::size_t>, L>(
            tensor, {"view_as_xarray", detail::scalar_name<T>, detail::any_rank});
    }
    else
    {
        return detail::no_result<torch_xarray_view<T, L>>();
    }
}

/// A new `xt::xtensor` with the tensor's values, from any device, dtype and strides.
///
/// Lifetime: independent.
/// Copies: always; dtype conversion is LibTorch's, within `options.cast`.
/// Throws: `rank_error`; `dtype_error` for a conversion of another kind (float to int); `layout_error` for
/// sparse, quantized and nested tensors; `device_error` for meta; `conversion_error` if undefined.
template <class T, std::size_t N, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
[[nodiscard]] xt::xtensor<std::remove_const_t<T>, N, L>
copy_to_xtensor(const at::Tensor& tensor, const copy_options& options = {})
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        static_assert(
            !std::is_const_v<T>, "xtensor-torch: a copy is yours to change; ask for T, not const T.");
        return detail::copy_to_array<T, xt::xtensor<std::remove_const_t<T>, N, L>>(
            tensor, options, {"copy_to_xtensor", detail::scalar_name<T>, N});
    }
    else
    {
        return detail::no_result<xt::xtensor<std::remove_const_t<T>, N, L>>();
    }
}

// Without a rank: declared to say what to write instead.
template <class T, class... None>
void copy_to_xtensor(const at::Tensor& /*tensor*/, const copy_options& /*options*/ = {})
{
    static_assert(
        detail::never<T>, "xtensor-torch: copy_to_xtensor needs the rank: copy_to_xtensor<T, N>(t), or "
                          "copy_to_xarray<T>(t) for any.");
}

/// As `copy_to_xtensor`, for any rank.
template <class T, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
[[nodiscard]] xt::xarray<std::remove_const_t<T>, L>
copy_to_xarray(const at::Tensor& tensor, const copy_options& options = {})
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        static_assert(
            !std::is_const_v<T>, "xtensor-torch: a copy is yours to change; ask for T, not const T.");
        return detail::copy_to_array<T, xt::xarray<std::remove_const_t<T>, L>>(
            tensor, options, {"copy_to_xarray", detail::scalar_name<T>, detail::any_rank});
    }
    else
    {
        return detail::no_result<xt::xarray<std::remove_const_t<T>, L>>();
    }
}

} // namespace xtt
