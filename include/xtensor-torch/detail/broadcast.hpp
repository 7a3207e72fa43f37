// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail
{

template <class E>
inline constexpr bool is_function = false;

template <class F, class... CT>
inline constexpr bool is_function<xt::xfunction<F, CT...>> = true;

template <class E>
inline constexpr bool is_scalar = false;

template <class CT>
inline constexpr bool is_scalar<xt::xscalar<CT>> = true;

/// Calls `f(shape)` for what a function is called with. Asking the expression itself costs users half a
/// second of compilation, and its message does not name the shapes.
template <class E, class F>
void for_each_shape(const E& expression, F&& f)
{
    if constexpr (is_function<E>)
    {
        std::apply(
            [&](const auto&... argument) { (detail::for_each_shape(argument, f), ...); },
            expression.arguments());
    }
    else if constexpr (!is_scalar<E>)
    {
        f(expression.shape());
    }
}

template <class E>
[[gnu::cold]] std::string describe_shapes(const E& expression)
{
    std::string text;
    detail::for_each_shape(
        expression, [&](const auto& shape) { text += (text.empty() ? "" : " and ") + bracketed(shape); });
    return (is_function<E> ? "operands of shape " : "shape ") + text;
}

template <class A, class B>
bool equal_shapes(const A& a, const B& b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

/// NumPy's rule, in one direction: the source's extents, aligned at the end, are equal or 1.
template <class Source, class Destination>
bool broadcasts_to(const Source& source, const Destination& destination)
{
    const std::size_t rank = source.size();
    const std::size_t wanted = destination.size();
    if (rank > wanted)
    {
        return false;
    }
    for (std::size_t d = 0; d < rank; ++d)
    {
        const auto extent = static_cast<std::size_t>(source[d]);
        if (extent != 1 && extent != static_cast<std::size_t>(destination[wanted - rank + d]))
        {
            return false;
        }
    }
    return true;
}

template <class Destination>
[[noreturn, gnu::cold]] void
raise_broadcast(std::string_view function, const Destination& destination, const std::string& got)
{
    raise<shape_error>(
        function, "a source that broadcasts to shape " + bracketed(destination), got,
        "reshape it, or make the destination of its shape");
}

template <class Source, class Destination>
void check_broadcast(const Source& source, const Destination& destination, std::string_view function)
{
    if (!broadcasts_to(source, destination)) [[unlikely]]
    {
        raise_broadcast(function, destination, "shape " + bracketed(source));
    }
}

/// As `check_broadcast`, for an expression: so that its operands fit each other, too.
template <class E, class Destination>
void check_expression(const E& source, const Destination& destination, std::string_view function)
{
    bool fits = true;
    detail::for_each_shape(
        source, [&](const auto& shape) { fits = fits && broadcasts_to(shape, destination); });
    if (!fits) [[unlikely]]
    {
        raise_broadcast(function, destination, detail::describe_shapes(source));
    }
}

/// The extents that an expression's operands broadcast to.
template <class E>
dim_vector result_sizes(const E& source, std::string_view function)
{
    std::size_t largest = 0;
    detail::for_each_shape(
        source, [&](const auto& shape) { largest = std::max<std::size_t>(largest, shape.size()); });
    dim_vector result = filled_dims(largest, 1);
    bool fits = true;
    bool in_range = true;
    detail::for_each_shape(
        source,
        [&](const auto& shape)
        {
            const std::size_t rank = shape.size();
            for (std::size_t d = 0; d < rank; ++d)
            {
                in_range = in_range && std::in_range<std::int64_t>(shape[d]);
                const auto extent = static_cast<std::int64_t>(shape[d]);
                std::int64_t& common = result[largest - rank + d];
                fits = fits && (extent == common || extent == 1 || common == 1);
                common = common == 1 ? extent : common;
            }
        });
    if (!in_range) [[unlikely]]
    {
        raise_too_large(function, result);
    }
    if (!fits) [[unlikely]]
    {
        raise<shape_error>(
            function, "operands that broadcast to each other", detail::describe_shapes(source),
            "reshape them");
    }
    return result;
}

} // namespace xtt::detail
