// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/copy_expression.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/detail/overlap.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>
#include <xtensor-torch/tensor_view.hpp>

namespace xtt::detail
{

inline void check_destination(const at::Tensor& destination)
{
    constexpr auto function = "assign";
    if (!destination.defined()) [[unlikely]]
    {
        raise<conversion_error>(function, "a destination tensor", "an undefined one", "make it first");
    }
    if (destination.is_meta()) [[unlikely]]
    {
        raise<device_error>(function, "a destination with memory", "one on meta", "make a real one first");
    }
    if (destination.layout() != at::kStrided || destination.is_quantized() || destination.is_nested() ||
        !destination.has_storage()) [[unlikely]]
    {
        raise<layout_error>(
            function, "a dense strided destination", "a sparse, opaque, quantized or nested one",
            "assign to a dense tensor");
    }
    if (destination.requires_grad() && c10::GradMode::is_enabled()) [[unlikely]]
    {
        raise<conversion_error>(
            function, "a destination that autograd does not follow", "one that requires grad",
            "call .detach(), or use c10::NoGradGuard");
    }
    if (destination.is_inference() && !c10::InferenceMode::is_enabled()) [[unlikely]]
    {
        raise<conversion_error>(
            function, "a destination that may be changed here", "an inference tensor outside inference mode",
            "use c10::InferenceMode, or .clone() it");
    }
    if (destination.numel() != 0 && !destination.is_contiguous() &&
        has_overlap(destination.sizes(), destination.strides())) [[unlikely]]
    {
        raise<layout_error>(
            function, "a destination with every element at an address of its own",
            "sizes " + bracketed(destination.sizes()) + " with strides " + bracketed(destination.strides()),
            ".clone() it first");
    }
}

inline byte_range bytes_of_tensor(const at::Tensor& tensor)
{
    const auto first = reinterpret_cast<std::uintptr_t>(compat::const_data(tensor));
    std::int64_t span = 0;
    for (std::int64_t d = 0; d < tensor.dim(); ++d)
    {
        span += (tensor.size(d) - 1) * tensor.stride(d);
    }
    return {first, first + static_cast<std::uintptr_t>((span + 1) * tensor.element_size())};
}

/// Whether copying one tensor into the other would read what it has overwritten.
inline bool may_alias_tensors(const at::Tensor& destination, const at::Tensor& source)
{
    if (source.numel() == 0 || destination.numel() == 0 || source.device() != destination.device() ||
        source.layout() != at::kStrided || !source.has_storage())
    {
        return false;
    }
    const bool same = source.scalar_type() == destination.scalar_type() &&
                      source.sizes() == destination.sizes() && source.strides() == destination.strides() &&
                      compat::const_data(source) == compat::const_data(destination);
    return !same && bytes_of_tensor(destination).meets(bytes_of_tensor(source));
}

inline void check_source(const at::Tensor& source)
{
    if (!source.defined() || source.is_meta()) [[unlikely]]
    {
        raise<conversion_error>(
            "assign", "a source with elements", "an undefined or meta tensor", "make it first");
    }
}

inline void
assign_tensor(const at::Tensor& destination, const at::Tensor& source, const copy_options& options)
{
    check_destination(destination);
    check_source(source);
    check_broadcast(source.sizes(), destination.sizes(), "assign");
    check_cast(source.scalar_type(), destination.scalar_type(), options.cast, "assign");
    const c10::NoGradGuard no_grad;
    destination.copy_(may_alias_tensors(destination, source) ? source.clone() : source);
}

template <class X>
void assign_expression(const at::Tensor& destination, const X& source, const copy_options& options)
{
    using V = typename evaluated_as<value_t<X>>::type;
    check_destination(destination);
    check_broadcast(source.shape(), destination.sizes(), "assign");
    check_cast(dtype_of<V>, destination.scalar_type(), options.cast, "assign");
    if constexpr (unsupported_unsigned<value_t<X>>)
    {
        const copy_options as_destination{.dtype = destination.scalar_type(), .cast = options.cast};
        assign_tensor(destination, copy_expression(source, as_destination), options);
        return;
    }
    const bool is_value = !destination.is_conj() && !destination.is_neg() && !destination._is_zerotensor();
    if (destination.is_cpu() && destination.scalar_type() == dtype_of<V> && is_value)
    {
        auto view =
            view_access::make<basic_tensor_view<V, xt::dynamic_shape<std::size_t>, xt::layout_type::dynamic>>(
                destination, static_cast<V*>(compat::mutable_data(destination)));
        view = source;
        return;
    }
    const c10::NoGradGuard no_grad;
    destination.copy_(evaluate(source, at::MemoryFormat::Contiguous));
}

/// Writes the elements of a tensor that was made for this into xtensor memory.
template <class T, class D>
void evaluate_copy(D& destination, const at::Tensor& copy)
{
    using view = basic_tensor_view<const T, xt::dynamic_shape<std::size_t>, xt::layout_type::dynamic>;
    evaluate_into(
        destination, view_access::make<view>(copy, static_cast<const T*>(compat::const_data(copy))));
}

template <class T, class V>
void check_static_cast(const copy_options& options)
{
    if constexpr (!std::is_same_v<T, V>)
    {
        check_cast(evaluated_dtype<V>, evaluated_dtype<T>, options.cast, "assign");
    }
}

// xtensor does not ask: its adaptors take any strides.
template <class D>
void check_no_overlap(const D& destination)
{
    if constexpr (!D::contiguous_layout)
    {
        dim_vector strides;
        for (const auto stride : destination.strides())
        {
            strides.push_back(
                stride < 0 ? -static_cast<std::int64_t>(stride) : static_cast<std::int64_t>(stride));
        }
        if (destination.size() != 0 && has_overlap(sizes(destination), strides)) [[unlikely]]
        {
            raise<layout_error>(
                "assign", "a destination with every element at an address of its own",
                "shape " + bracketed(destination.shape()) + " with strides " +
                    bracketed(destination.strides()),
                "copy it first");
        }
    }
}

/// Writes an expression into xtensor memory.
template <class D, class X>
void assign_elements_of(D& destination, const X& source, const copy_options& options)
{
    using T = std::remove_cv_t<value_t<D>>;
    using V = value_t<X>;
    check_broadcast(source.shape(), destination.shape(), "assign");
    check_static_cast<T, V>(options);
    check_no_overlap(destination);
    if constexpr (has_root_tensor<D>)
    {
        check_destination(root_tensor(destination));
        root_tensor(destination).unsafeGetTensorImpl()->bump_version();
    }
    if constexpr (!std::is_same_v<T, V>)
    {
        if (!c10::canCast(evaluated_dtype<V>, evaluated_dtype<T>))
        {
            // Of another kind: converted by LibTorch, whose answers for NaN or 1e30 are the promised ones.
            const copy_options unsafe{.dtype = evaluated_dtype<T>, .cast = casting::unsafe};
            evaluate_copy<typename evaluated_as<T>::type>(destination, copy_expression(source, unsafe));
            return;
        }
    }
    assign_elements(destination, source);
}

template <class D>
void assign_from_tensor(D& destination, const at::Tensor& source, const copy_options& options)
{
    using T = typename evaluated_as<std::remove_cv_t<value_t<D>>>::type;
    static_assert(scalar<T>, "xtensor-torch: LibTorch has no dtype for the destination's scalar.");
    if (can_wrap(destination))
    {
        assign_tensor(tensor_over(destination, access::write, "assign", dtype_of<T>), source, options);
        return;
    }
    check_source(source);
    check_broadcast(source.sizes(), destination.shape(), "assign");
    check_cast(source.scalar_type(), dtype_of<T>, options.cast, "assign");
    check_no_overlap(destination);
    const c10::NoGradGuard no_grad;
    evaluate_copy<T>(destination, at::empty(source.sizes(), dtype_of<T>).copy_(source));
}

} // namespace xtt::detail
