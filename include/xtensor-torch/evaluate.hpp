// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <initializer_list>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/detail/assign.hpp>
#include <xtensor-torch/detail/copy_expression.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/error.hpp>

namespace xtt
{

namespace detail
{

[[noreturn, gnu::cold, gnu::noinline]] inline void raise_assign_options(const copy_options& options)
{
    raise<conversion_error>(
        "assign", "options without dtype, memory format and pinning", given_options(options),
        "leave them out: the destination has its own");
}

inline void check_assign_options(const copy_options& options)
{
    if (describe_result(options)) [[unlikely]]
    {
        raise_assign_options(options);
    }
}

} // namespace detail

/// A new tensor with the values of an array, a view or a lazy expression.
///
/// Shape: the expression's, row-major contiguous, whatever the source's layout.
/// Lifetime: independent.
/// Copies: always. Large strided arrays through LibTorch's `copy_`; others and expressions are evaluated
/// straight into the tensor.
/// Throws: `shape_error` for more than 2^63 - 1 bytes; what the expression throws.
template <class X>
[[nodiscard]] at::Tensor copy_to_tensor(const X& expression)
{
    if constexpr (detail::expression_base<X>)
    {
        return copy_to_tensor(expression.derived_cast());
    }
    else if constexpr (!decltype(detail::can_copy<X>())::value)
    {
        return {};
    }
    else if constexpr (detail::unsupported_unsigned<detail::value_t<X>>)
    {
        static_assert(
            detail::never<X>,
            "xtensor-torch: LibTorch before 2.3 has no such unsigned dtype; use copy_to_tensor(a, {.dtype = "
            "at::kLong}), or view_as_tensor(a, xtt::as_int64) (or as_int32, as_int16: the same size).");
        return {};
    }
    else
    {
        return detail::copy_expression(expression, {});
    }
}

/// As `copy_to_tensor(expression)`, with the dtype and memory format asked for.
///
/// Copies: always. A lazy expression of another dtype is evaluated in its own first; `xt::cast` avoids that.
/// Throws: `dtype_error` for a conversion of another kind (float to int) and for unsigned values that do not
/// fit the signed dtype of their size, both unless `options.cast` is `casting::unsafe`; `layout_error` for a
/// memory format of another rank.
template <class X>
[[nodiscard]] at::Tensor copy_to_tensor(const X& expression, const copy_options& options)
{
    if constexpr (detail::expression_base<X>)
    {
        return copy_to_tensor(expression.derived_cast(), options);
    }
    else if constexpr (!decltype(detail::can_copy<X>())::value)
    {
        return {};
    }
    else
    {
        return detail::copy_expression(expression, options);
    }
}

// Options that are none: declared to say what they look like.
template <class X, class O>
requires(!std::is_convertible_v<const O&, copy_options>) [[nodiscard]] at::Tensor
    copy_to_tensor(const X& /*expression*/, const O& /*options*/)
{
    static_assert(
        detail::never<O>,
        "xtensor-torch: options go in braces: copy_to_tensor(a, {.dtype = at::kDouble}); to "
        "another device, copy_to_device(a, device).");
    return {};
}

namespace detail
{

template <class D, class S>
void assign_any(D&& destination, const S& source, const copy_options& options)
{
    if constexpr (detail::expression_base<S>)
    {
        detail::assign_any(std::forward<D>(destination), source.derived_cast(), options);
    }
    else if constexpr (detail::expression_base<D>)
    {
        detail::assign_any(destination.derived_cast(), source, options);
    }
    else if constexpr (detail::is_tensor<D> && detail::is_tensor<S>)
    {
        detail::assign_tensor(destination, source, options);
    }
    else if constexpr (detail::is_tensor<D>)
    {
        if constexpr (decltype(detail::can_copy<S>())::value)
        {
            if constexpr (detail::is_wrappable_type<const S>)
            {
                if (!detail::is_copied_by_engine(destination, source) && detail::can_wrap(source))
                {
                    detail::assign_tensor(destination, detail::source_over(source, "assign"), options);
                    return;
                }
            }
            detail::assign_expression(destination, source, options);
        }
    }
    else
    {
        using T = std::remove_cvref_t<D>;
        if constexpr (!detail::strided_memory<T>)
        {
            static_assert(
                detail::never<D>,
                "xtensor-torch: assign writes to a tensor, an array or a strided view; write v = e "
                "to views of other kinds (keep, drop, index, masked views).");
        }
        else if constexpr (std::is_const_v<detail::element_t<D>>)
        {
            static_assert(detail::never<D>, "xtensor-torch: assign cannot write to a const array.");
        }
        else if constexpr (
            !scalar<detail::element_t<D>> && !detail::unsupported_unsigned<detail::element_t<D>>)
        {
            static_assert(
                detail::never<D>, "xtensor-torch: LibTorch has no dtype for the destination's scalar.");
        }
        else if constexpr (detail::is_tensor<S>)
        {
            detail::assign_from_tensor(destination, source, options);
        }
        else if constexpr (decltype(detail::can_copy<S>())::value)
        {
            if constexpr (detail::is_wrappable_type<const S> && scalar<detail::element_t<D>>)
            {
                if (!detail::is_copied_by_engine(destination, source) && detail::can_wrap(destination) &&
                    detail::can_wrap(source))
                {
                    detail::assign_tensor(
                        detail::tensor_over(destination, detail::access::write, "assign"),
                        detail::source_over(source, "assign"), options);
                    return;
                }
            }
            detail::assign_elements_of(destination, source, options);
        }
    }
}

} // namespace detail

/// Writes the values of `source` into the memory of `destination`, as if `source` were evaluated first.
///
/// Either side is a tensor, of any device and strides, or an xtensor array or view; the source may also be
/// a lazy expression.
/// Shape: the source broadcasts to the destination, which never changes shape or address.
/// Copies: always, in one pass. Memory is allocated only where the source overlaps the destination at other
/// positions or may (a lambda that captures), where it has reducers within, which are evaluated first, or
/// where a lazy expression has another dtype or device than the destination.
/// Integers that do not fit wrap around, as in LibTorch's `copy_`.
/// Throws: `shape_error`; `dtype_error` for a conversion of another kind unless `options.cast` is
/// `casting::unsafe`; `conversion_error` for a destination that may not be written; `layout_error` for one
/// whose elements share addresses. The destination is then unchanged.
template <class D, class S>
void assign(D&& destination, const S& source)
{
    detail::assign_any(std::forward<D>(destination), source, {});
}

/// As `assign(destination, source)`; of the options only `cast` is there to be asked for.
///
/// Throws: `conversion_error` for any other option.
template <class D, class S>
void assign(D&& destination, const S& source, const copy_options& options)
{
    detail::check_assign_options(options);
    detail::assign_any(std::forward<D>(destination), source, options);
}

// Options that are none, and values in braces: declared to say what to write instead.
template <class D, class S, class O>
requires(!std::is_convertible_v<const O&, copy_options>) void assign(
    D&& /*destination*/, const S& /*source*/, const O& /*options*/)
{
    static_assert(
        detail::never<O>, "xtensor-torch: the destination has its own dtype; options go in braces: "
                          "assign(t, e, {.cast = xtt::casting::unsafe}).");
}

template <class D, class T>
void assign(D&& /*destination*/, std::initializer_list<T> /*values*/)
{
    static_assert(
        detail::never<T>, "xtensor-torch: values in braces have no shape; assign(t, xt::xtensor<float, "
                          "1>{1, 2}).");
}

} // namespace xtt
