// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/devices.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/detail/transpose.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>
#include <xtensor-torch/tensor_view.hpp>

namespace xtt::detail
{

template <class X>
using value_t = typename std::remove_cvref_t<X>::value_type;

// An unsigned type that this LibTorch lacks is evaluated as a signed one that holds its values, as far as
// there is one,
template <class T>
struct evaluated_as
{
    using type = T;
};

template <unsupported_unsigned T>
struct evaluated_as<T>
{
    using type = std::conditional_t<sizeof(T) == 2, std::int32_t, std::int64_t>;
};

// and its memory is written as the signed one of its size.
template <class T>
struct same_size_signed
{
    using type = T;
};

template <unsupported_unsigned T>
struct same_size_signed<T>
{
    using type = std::make_signed_t<T>;
};

template <class T>
inline constexpr c10::ScalarType evaluated_dtype = dtype_of<typename evaluated_as<T>::type>;

/// Whether LibTorch can read the elements where they lie; else they are an expression like any other.
template <class X>
bool can_wrap(const X& array)
{
    const auto& strides = array.strides();
    const auto address = reinterpret_cast<std::uintptr_t>(detail::first_element(array));
    return std::all_of(strides.begin(), strides.end(), [](auto stride) { return stride >= 0; }) &&
           address % torch_alignment<value_t<X>> == 0;
}

template <class X>
inline constexpr bool is_wrappable_type = false;

template <strided_memory X>
inline constexpr bool is_wrappable_type<X> = scalar<element_t<X>>;

/// An array's memory as a tensor to copy from, which may be a view of a tensor that requires grad: copies
/// detach.
template <class X>
at::Tensor source_over(const X& array, const char* function)
{
    const c10::NoGradGuard detached;
    return detail::tensor_over(array, access::read, function);
}

/// The extents of an expression that is about to become a tensor, validated.
template <class X>
dim_vector checked_sizes(const X& expression, std::size_t item_bytes, const char* function)
{
    dim_vector sizes = detail::result_sizes(expression, function);
    auto bytes = static_cast<std::int64_t>(item_bytes);
    for (const std::int64_t size : sizes)
    {
        if (!step_out(bytes, size)) [[unlikely]]
        {
            raise_too_large(function, sizes);
        }
    }
    return sizes;
}

inline void check_memory_format(std::size_t rank, at::MemoryFormat format)
{
    const bool fits = format == at::MemoryFormat::Contiguous ||
                      (format == at::MemoryFormat::ChannelsLast && rank == 4) ||
                      (format == at::MemoryFormat::ChannelsLast3d && rank == 5);
    if (!fits) [[unlikely]]
    {
        raise<layout_error>(
            "copy_to_tensor", text("a memory format for rank ", rank), format_name(format),
            "use Contiguous, ChannelsLast (rank 4) or ChannelsLast3d (rank 5)");
    }
}

/// Evaluates an expression into a new tensor of its own dtype.
template <class X>
at::Tensor
evaluate(const X& expression, at::MemoryFormat format = at::MemoryFormat::Contiguous, bool pinned = false)
{
    using T = typename evaluated_as<value_t<X>>::type;
    at::Tensor result = empty_on_host(
        detail::checked_sizes(expression, sizeof(T), "copy_to_tensor"),
        at::TensorOptions(dtype_of<T>).memory_format(format), pinned);
    detail::evaluate_into(span_of(result, static_cast<T*>(compat::mutable_data(result))), expression);
    return result;
}

/// A negative value in `result`, which holds those of `Unsigned` as signed of their size, did not fit.
template <class Unsigned>
void check_unsigned_fit(const at::Tensor& result)
{
    const std::int64_t least = result.numel() == 0 ? 0 : result.min().item().toLong();
    if (least < 0) [[unlikely]]
    {
        raise<dtype_error>(
            "copy_to_tensor", text("unsigned values that fit ", c10::toString(result.scalar_type())),
            text(static_cast<Unsigned>(least)),
            "ask for floating point, or for wrapping with {.cast = xtt::casting::unsafe}");
    }
}

template <class X>
at::Tensor copy_expression(const X& expression, const copy_options& options)
{
    using V = value_t<X>;
    using T = typename evaluated_as<V>::type;
    const auto dtype = options.dtype.value_or(dtype_of<T>);
    const auto target = at::TensorOptions(dtype).memory_format(options.memory_format);
    const c10::NoGradGuard detached; // the array may be a view of a tensor that requires grad
    if (c10::isQIntType(dtype) || dtype == c10::ScalarType::Undefined) [[unlikely]]
    {
        raise<dtype_error>(
            "copy_to_tensor", "a dtype of ordinary tensors", c10::toString(dtype),
            "quantize the copy with LibTorch's functions");
    }
    check_cast(dtype_of<T>, dtype, options.cast, "copy_to_tensor");
    check_memory_format(result_sizes(expression, "copy_to_tensor").size(), options.memory_format);
    const auto copied = [&](const at::Tensor& source)
    {
        at::Tensor copy = empty_on_host(source.sizes(), target, options.pinned);
        detail::copy_elements(copy, source);
        return copy;
    };
    at::Tensor result;
    if constexpr (is_wrappable_type<const X>)
    {
        const bool row_major = options.memory_format == at::MemoryFormat::Contiguous;
        const bool by_engine =
            dtype == dtype_of<T> && detail::is_better_copied_by_engine(expression, row_major);
        if (!by_engine && detail::can_wrap(expression))
        {
            result = copied(detail::source_over(expression, "copy_to_tensor"));
        }
    }
    if (!result.defined() && dtype == dtype_of<T>)
    {
        result = detail::evaluate(expression, options.memory_format, options.pinned);
    }
    if constexpr (unsupported_unsigned<V> && sizeof(V) == 8)
    {
        // Half of its values fit no integer; a floating-point or complex result takes them all.
        if (!result.defined() && !c10::isIntegralType(dtype, true))
        {
            const bool wide = dtype == c10::ScalarType::Double || dtype == c10::ScalarType::ComplexDouble;
            result = copied(
                wide ? detail::evaluate(xt::cast<double>(expression))
                     : detail::evaluate(xt::cast<float>(expression))); // rounded once
        }
    }
    if (!result.defined())
    {
        result = copied(detail::evaluate(expression));
    }
    if constexpr (integer<V>)
    {
        if (std::is_unsigned_v<V> && dtype == dtype_of<std::make_signed_t<V>> &&
            options.cast == casting::same_kind)
        {
            check_unsigned_fit<V>(result);
        }
    }
    return result;
}

/// Whether a tensor is taken for a number in an expression, as in `a + t`.
template <class E>
inline constexpr bool has_tensor = false;

template <class CT>
inline constexpr bool has_tensor<xt::xscalar<CT>> = is_tensor<CT>;

template <class F, class... CT>
inline constexpr bool has_tensor<xt::xfunction<F, CT...>> = (has_tensor<std::remove_cvref_t<CT>> || ...);

template <class X>
constexpr auto can_copy()
{
    if constexpr (!expression<X>)
    {
        static_assert(
            never<X>,
            "xtensor-torch: not an xtensor expression; wrap memory with xt::adapt; a tensor has .clone() and "
            ".to(device); a scalar is at::scalar_tensor(x), or written by .fill(x), .fill_(x) of a tensor.");
        return std::false_type{};
    }
    else if constexpr (requires(const X& e) { e.value().shape(), e.has_value().shape(); })
    {
        static_assert(
            never<X>, "xtensor-torch: an optional array is two arrays; use a.value() and a.has_value().");
        return std::false_type{};
    }
    else if constexpr (has_tensor<X>)
    {
        static_assert(
            never<X>, "xtensor-torch: a tensor is no xtensor expression; view it within one: a + "
                      "view_as_xtensor<T, N>(t).");
        return std::false_type{};
    }
    else if constexpr (!scalar<value_t<X>> && !unsupported_unsigned<value_t<X>>)
    {
        return decltype(has_dtype<value_t<X>>()){};
    }
    else
    {
        return std::true_type{};
    }
}

} // namespace xtt::detail
