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
#include <xtensor-torch/detail/compat.hpp>

namespace xt::detail
{
template <class F>
struct lambda_adapt; // what make_lambda_xfunction wraps a lambda in
}

namespace xtt::detail
{

/// A functor without members, which is taken not to mind which thread calls it.
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

template <class E>
byte_range bytes_of(const E& array)
{
    using T = element_t<const E>;
    const auto first = reinterpret_cast<std::uintptr_t>(detail::first_element(array));
    std::uintptr_t low = first;
    std::uintptr_t high = first + sizeof(T);
    const auto& shape = array.shape();
    const auto& strides = array.strides();
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

/// Whether both arrays have the same elements in the same places: what is read at an index then lies
/// where that index is written, which is harmless.
template <class A, class B>
bool same_elements(const A& a, const B& b)
{
    if constexpr (!std::is_same_v<
                      std::remove_const_t<element_t<const A>>, std::remove_const_t<element_t<const B>>>)
    {
        return false;
    }
    else
    {
        if (detail::first_element(a) != detail::first_element(b) || a.shape().size() != b.shape().size())
        {
            return false;
        }
        for (std::size_t d = 0; d < a.shape().size(); ++d)
        {
            if (a.shape()[d] != b.shape()[d] || (a.shape()[d] != 1 && a.strides()[d] != b.strides()[d]))
            {
                return false;
            }
        }
        return true;
    }
}

template <class E>
inline constexpr bool is_function = false;

template <class F, class... CT>
inline constexpr bool is_function<xt::xfunction<F, CT...>> = true;

template <class E>
inline constexpr bool is_scalar = false;

template <class CT>
inline constexpr bool is_scalar<xt::xscalar<CT>> = true;

/// Whether evaluating `source` element by element into `destination` could read an element that was
/// already overwritten. Says yes where it cannot tell: a generator may hold anything.
/// `in_place` says that index i of the result is computed from index i of `source`.
template <class D, class E>
bool reads_overwritten(const D& destination, const byte_range& written, const E& source, bool in_place = true)
{
    if constexpr (strided_memory<E>)
    {
        return detail::bytes_of(source).meets(written) &&
               !(in_place && detail::same_elements(destination, source));
    }
    else if constexpr (is_function<E>)
    {
        // A functor with members, a capturing lambda for instance, may read anything.
        return !std::is_empty_v<typename E::functor_type> ||
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
        return detail::reads_overwritten(destination, written, source.expression(), false);
    }
    else
    {
        return true;
    }
}

template <class D, class E>
bool may_alias(const D& destination, const E& source)
{
    return detail::reads_overwritten(destination, bytes_of(destination), source);
}

} // namespace xtt::detail
