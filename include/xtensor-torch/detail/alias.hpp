// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/strided_span.hpp>

namespace xt
{
namespace detail
{
template <class F>
struct lambda_adapt; // what make_lambda_xfunction wraps a lambda in
}
template <class F, class CT, class X, class O>
class xreducer;
template <class F, class CT>
class xfunctor_view;
} // namespace xt

namespace xtt::detail
{

/// A functor without members, which is taken to depend on nothing but its arguments, and not to mind which
/// thread calls it.
template <class F>
inline constexpr bool is_stateless = std::is_empty_v<F> || std::is_pointer_v<F>;

template <class F>
inline constexpr bool is_stateless<xt::detail::lambda_adapt<F>> = is_stateless<std::remove_cvref_t<F>>;

/// The bytes from the lowest to the highest element.
struct byte_range
{
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;

    bool meets(const byte_range& other) const noexcept { return begin < other.end && other.begin < end; }
};

template <class T, class Shape, class Strides>
byte_range bytes_of(const T* first, const Shape& shape, const Strides& strides)
{
    auto low = reinterpret_cast<std::uintptr_t>(first);
    std::uintptr_t high = low + sizeof(T);
    for (std::size_t d = 0; d < shape.size(); ++d)
    {
        if (shape[d] == 0)
        {
            return {};
        }
        const auto span = static_cast<std::ptrdiff_t>(shape[d] - 1) *
                          static_cast<std::ptrdiff_t>(strides[d]) * static_cast<std::ptrdiff_t>(sizeof(T));
        (span < 0 ? low : high) += static_cast<std::uintptr_t>(span);
    }
    return {low, high};
}

/// Whether an array has the elements of `a` in the same places: what is read at an index then lies where
/// that index is written, which is harmless.
template <class T, class B>
bool same_elements(const strided_span<T>& a, const B& b)
{
    if constexpr (std::is_same_v<std::remove_const_t<T>, std::remove_const_t<element_t<const B>>>)
    {
        if (a.data != detail::first_element(b) || a.sizes.size() != b.shape().size())
        {
            return false;
        }
        for (std::size_t d = 0; d < a.sizes.size(); ++d)
        {
            const auto extent = static_cast<std::int64_t>(b.shape()[d]);
            const auto stride = static_cast<std::int64_t>(b.strides()[d]);
            if (a.sizes[d] != extent || (extent != 1 && a.strides[d] != stride))
            {
                return false;
            }
        }
        return true;
    }
    return false;
}

/// Whether what an expression calls by itself reads nothing but its operand.
template <class E>
inline constexpr bool calls_are_pure = true;

template <class F, class CT, class X, class O>
inline constexpr bool calls_are_pure<xt::xreducer<F, CT, X, O>> =
    is_stateless<typename std::remove_cvref_t<F>::reduce_functor_type>&&
        is_stateless<typename std::remove_cvref_t<F>::merge_functor_type>;

template <class F, class CT>
inline constexpr bool calls_are_pure<xt::xfunctor_view<F, CT>> = is_stateless<F>;

/// Whether evaluating `source` element by element into `destination` could read an element that was
/// already overwritten. Says yes where it cannot tell: a generator may hold anything.
/// `in_place` says that index i of the result is computed from index i of `source`.
template <class T, class E>
bool reads_overwritten(
    const strided_span<T>& destination, const byte_range& written, const E& source, bool in_place = true)
{
    if constexpr (strided_memory<E>)
    {
        const byte_range read =
            detail::bytes_of(detail::first_element(source), source.shape(), source.strides());
        return read.meets(written) && !(in_place && detail::same_elements(destination, source));
    }
    else if constexpr (is_function<E>)
    {
        // A functor with members, a capturing lambda for instance, may read anything.
        return !is_stateless<typename E::functor_type> ||
               std::apply(
                   [&](const auto&... argument)
                   { return (detail::reads_overwritten(destination, written, argument, in_place) || ...); },
                   source.arguments());
    }
    else if constexpr (is_scalar<E>)
    {
        // A scalar operand may be a reference to an element: v / v(0).
        const auto* value = std::addressof(source.expression());
        const auto begin = reinterpret_cast<std::uintptr_t>(value);
        return byte_range{begin, begin + sizeof(*value)}.meets(written);
    }
    else if constexpr (requires { source.expression().shape(); })
    {
        return !calls_are_pure<E> ||
               detail::reads_overwritten(destination, written, source.expression(), false);
    }
    else
    {
        return true;
    }
}

template <class T, class E>
bool may_alias(const strided_span<T>& destination, const E& source)
{
    const byte_range written = detail::bytes_of(destination.data, destination.sizes, destination.strides);
    return detail::reads_overwritten(destination, written, source);
}

template <strided_memory D, class E>
bool may_alias(const D& destination, const E& source)
{
    return detail::with_span(destination, [&](const auto& span) { return detail::may_alias(span, source); });
}

} // namespace xtt::detail
