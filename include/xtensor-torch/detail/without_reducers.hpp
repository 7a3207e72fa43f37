// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <tuple>
#include <type_traits>
#include <utility>

#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/purity.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/detail/strided_span.hpp>

namespace xtt::detail
{

template <class T, class E>
evaluation_path evaluate_into(const strided_span<T>& destination, const E& source);

template <class E>
auto evaluate_apart(const E& expression)
{
    auto result = array_t<typename E::value_type, typename E::shape_type>::from_shape(expression.shape());
    detail::with_span(result, [&](const auto& span) { detail::evaluate_into(span, expression); });
    return result;
}

/// The same broadcast or view, of another operand.
template <class CT, class X, class Operand>
auto with_operand(const xt::xbroadcast<CT, X>& broadcast, Operand&& operand)
{
    return xt::xbroadcast<Operand, X>(std::forward<Operand>(operand), broadcast.shape());
}

template <class CT, class... S, class Operand>
auto with_operand(const xt::xview<CT, S...>& view, Operand&& operand)
{
    return std::apply(
        [&](const S&... slices)
        { return xt::xview<Operand, S...>(std::forward<Operand>(operand), slices...); },
        view.slices());
}

/// An expression with its reducers evaluated, each into an array: else each of their elements would be
/// computed for each element of the expression, and xtensor's steppers read past the end of those that keep
/// their dimensions. It refers to the other operands of `expression`.
template <class E>
decltype(auto) without_reducers(const E& expression)
{
    if constexpr (!has_reducer<E>)
    {
        return (expression); // itself
    }
    else if constexpr (is_reducer<E>)
    {
        return detail::evaluate_apart(expression);
    }
    else if constexpr (is_function<E>)
    {
        return std::apply(
            [&](const auto&... operand)
            {
                return xt::xfunction<
                    typename E::functor_type, decltype(detail::without_reducers(operand))...>(
                    expression.functor(), detail::without_reducers(operand)...);
            },
            expression.arguments());
    }
    else
    {
        return detail::with_operand(expression, detail::without_reducers(expression.expression()));
    }
}

} // namespace xtt::detail
