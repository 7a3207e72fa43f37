// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/TensorOptions.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/host.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail
{

/// LibTorch takes no pointer to const, so the callers that read say so in their own names.
template <class T, class Dims>
[[gnu::always_inline]] inline at::TensorMaker
maker_for(const T* first, const torch_layout<Dims>& layout, c10::ScalarType dtype)
{
    at::TensorMaker maker = at::for_blob(const_cast<T*>(first), layout.sizes);
    if (!layout.row_major)
    {
        maker.strides(c10::IntArrayRef(layout.strides));
    }
    maker.options(c10::TensorOptions(dtype)).target_device(host_device());
    return maker;
}

/// A tensor over memory that somebody else keeps alive.
template <class T, class Dims>
at::Tensor wrap(const T* first, const torch_layout<Dims>& layout, c10::ScalarType dtype)
{
    return detail::maker_for(first, layout, dtype).make_tensor();
}

/// As `wrap`, and the tensor disposes of `owner`, also where making it throws. A context is freed for
/// null data too, which a `std::function` deleter is not before LibTorch 2.3.
template <class T, class Dims, class Owner>
at::Tensor wrap_owned(
    const T* first, const torch_layout<Dims>& layout, c10::ScalarType dtype, std::unique_ptr<Owner> owner)
{
    at::TensorMaker maker = detail::maker_for(first, layout, dtype);
    maker.context(owner.release(), [](void* context) noexcept { delete static_cast<Owner*>(context); });
    return maker.make_tensor();
}

// A function of its own, as others that put messages together: they take kilobytes of the stack.
template <class Function>
[[noreturn, gnu::cold, gnu::noinline]] void
raise_alignment(const Function& function, std::size_t alignment, std::size_t past, const char* remedy)
{
    raise<layout_error>(
        name_of(function), text("an address aligned to ", alignment, " bytes"),
        text("one ", past, " bytes past"), remedy);
}

template <class T, class Function>
[[gnu::always_inline]] inline void
check_alignment(const T* first, const Function& function, const char* remedy = "use copy_to_tensor")
{
    const auto address = reinterpret_cast<std::uintptr_t>(first);
    if (address % torch_alignment<T> != 0) [[unlikely]]
    {
        raise_alignment<Function>(function, torch_alignment<T>, address % torch_alignment<T>, remedy);
    }
}

/// The tensor that an expression's memory belongs to, through xtensor's views of our views.
template <class E>
at::Tensor root_tensor(const E& e)
{
    if constexpr (tensor_backed<E>)
    {
        return backing::of(e);
    }
    else
    {
        return detail::root_tensor(e.expression());
    }
}

template <class E>
inline constexpr bool has_root_tensor = tensor_backed<E>;

template <class CT, class... S>
inline constexpr bool has_root_tensor<xt::xview<CT, S...>> = has_root_tensor<std::remove_cvref_t<CT>>;

template <class CT, class S, xt::layout_type L, class FST>
inline constexpr bool has_root_tensor<xt::xstrided_view<CT, S, L, FST>> =
    has_root_tensor<std::remove_cvref_t<CT>>;

template <class E>
inline constexpr bool has_container_root = tensor_backed<E>&& owns_buffer_t<E>::value;

template <class CT, class... S>
inline constexpr bool has_container_root<xt::xview<CT, S...>> = has_container_root<std::remove_cvref_t<CT>>;

template <class CT, class S, xt::layout_type L, class FST>
inline constexpr bool has_container_root<xt::xstrided_view<CT, S, L, FST>> =
    has_container_root<std::remove_cvref_t<CT>>;

template <class T>
const T* data_of(const at::Tensor& tensor)
{
    return static_cast<const T*>(compat::const_data(tensor));
}

/// Elements from the first to the last.
template <class Dims>
std::int64_t reach(const torch_layout<Dims>& layout)
{
    std::int64_t elements = 0;
    for (std::size_t d = 0; d < layout.sizes.size(); ++d)
    {
        elements += (layout.sizes[d] - 1) * layout.strides[d];
    }
    return elements;
}

/// Throws unless the tensor still has this memory: `set_`, `resize_` and others give its handle another.
inline void check_within(const at::Tensor& tensor, const void* first, const void* last, const char* function)
{
    // Compared as addresses: pointers into two buffers have no order.
    const auto begin = reinterpret_cast<std::uintptr_t>(tensor.storage().data());
    const auto end = begin + tensor.storage().nbytes();
    if (reinterpret_cast<std::uintptr_t>(first) < begin || reinterpret_cast<std::uintptr_t>(last) >= end)
        [[unlikely]]
    {
        raise<layout_error>(
            function, "memory that its tensor still has", "one whose tensor was given other memory",
            "rebind the view, or make the container anew");
    }
}

/// Strided xtensor memory as a tensor, validated: the one place where a view is made.
template <class E>
at::Tensor
tensor_over(E& array, access use, const char* function, c10::ScalarType dtype = dtype_of<element_t<E>>)
{
    using T = std::remove_const_t<element_t<E>>;
    const auto layout = detail::layout_of(array, sizeof(T), use, function);
    const T* first = detail::first_element(array, layout.empty);
    detail::check_alignment(first, function);
    if constexpr (has_root_tensor<std::remove_const_t<E>>)
    {
        // On the original storage: one version counter, and the owner is kept.
        const at::Tensor root = detail::root_tensor(array);
        if (!root.defined())
        {
            if (!layout.empty) [[unlikely]]
            {
                raise<layout_error>(
                    function, "a container with memory", "one that was moved from",
                    "give it memory first: container = ...");
            }
            const c10::InferenceMode ordinary(false);
            return detail::empty(layout.sizes, dtype); // an empty container holds nothing
        }
        if (!layout.empty) [[likely]]
        {
            check_within(root, first, first + detail::reach(layout), function);
        }
        if constexpr (has_container_root<std::remove_const_t<E>>)
        {
            // A container has no autograd state: what autograd does to its tensor must not reach it, and in
            // which mode the tensor was made must not matter later.
            const c10::InferenceMode ordinary(false);
            const at::Tensor detached = root.detach();
            return (root.scalar_type() == dtype ? detached : detached.view(dtype))
                .as_strided(
                    layout.sizes, layout.strides,
                    root.storage_offset() + (layout.empty ? 0 : first - detail::data_of<T>(root)));
        }
        const at::Tensor typed = root.scalar_type() == dtype ? root : root.view(dtype);
        // An empty view of it may start anywhere, before the storage too.
        const std::int64_t offset = layout.empty ? 0 : first - detail::data_of<T>(root);
        return typed.as_strided(layout.sizes, layout.strides, root.storage_offset() + offset);
    }
    else
    {
        return detail::wrap(first, layout, dtype);
    }
}

} // namespace xtt::detail
