// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>

namespace xtt::detail::engine
{

/// What a vector register holds. Half, complex and long double do not: they take xtensor's own way.
template <class T>
inline constexpr bool vectorizable = std::is_arithmetic_v<T> && sizeof(T) <= 8;

template <class E>
inline constexpr bool is_broadcast = false;

template <class CT, class X>
inline constexpr bool is_broadcast<xt::xbroadcast<CT, X>> = true;

/// Whether an expression is made of strided memory, scalars and functors alone.
template <class E>
constexpr bool is_lowerable()
{
    using X = std::remove_cvref_t<E>;
    if constexpr (vectorizable<typename X::value_type>)
    {
        if constexpr (strided_memory<X> || is_scalar<X>)
        {
            return true;
        }
        else if constexpr (is_broadcast<X>)
        {
            return engine::is_lowerable<decltype(std::declval<const X&>().expression())>();
        }
        else if constexpr (is_function<X>)
        {
            return []<class... CT>(type_tag<std::tuple<CT...>>) {
                return sizeof...(CT) >= 1 && sizeof...(CT) <= 3 && (engine::is_lowerable<CT>() && ...);
            }(type_tag<std::remove_cvref_t<decltype(std::declval<const X&>().arguments())>>{});
        }
    }
    return false;
}

/// Whether all functors may be called on several threads at once.
template <class Node>
inline constexpr bool is_parallel = true;

template <class F, class R, class... Nodes>
inline constexpr bool is_parallel<call<F, R, Nodes...>> = is_stateless<F> && (is_parallel<Nodes> && ...);

template <std::size_t First, class E>
auto lower(const E& expression);

template <std::size_t First, class F, class R, class Arguments, std::size_t... I>
auto lower_call(const F& function, const Arguments& arguments, std::index_sequence<I...>);

/// How many operands in memory an expression has.
template <class E>
constexpr std::size_t count_leaves()
{
    using X = std::remove_cvref_t<E>;
    if constexpr (strided_memory<X>)
    {
        return 1;
    }
    else if constexpr (is_broadcast<X>)
    {
        return engine::count_leaves<decltype(std::declval<const X&>().expression())>();
    }
    else if constexpr (is_function<X>)
    {
        return []<class... CT>(type_tag<std::tuple<CT...>>) {
            return (engine::count_leaves<CT>() + ... + 0);
        }(type_tag<std::remove_cvref_t<decltype(std::declval<const X&>().arguments())>>{});
    }
    else
    {
        return 0;
    }
}

template <class Tuple>
constexpr std::size_t leaves_before(std::size_t argument)
{
    std::size_t count = 0;
    [&]<class... CT>(type_tag<std::tuple<CT...>>)
    {
        std::size_t i = 0;
        ((count += i++ < argument ? engine::count_leaves<CT>() : 0), ...);
    }(type_tag<Tuple>{});
    return count;
}

/// The nodes of an expression, whose operands are numbered from `First` on, from left to right.
template <std::size_t First, class E>
auto lower(const E& expression)
{
    using T = typename E::value_type;
    if constexpr (strided_memory<E>)
    {
        return leaf<T, First>{};
    }
    else if constexpr (is_scalar<E>)
    {
        return constant<T>{expression()};
    }
    else if constexpr (is_broadcast<E>)
    {
        return engine::lower<First>(expression.expression());
    }
    else
    {
        const auto& arguments = expression.arguments();
        using tuple = std::remove_cvref_t<decltype(arguments)>;
        return engine::lower_call<First, typename E::functor_type, T>(
            expression.functor(), arguments, std::make_index_sequence<std::tuple_size_v<tuple>>());
    }
}

template <std::size_t First, class F, class R, class Arguments, std::size_t... I>
auto lower_call(const F& function, const Arguments& arguments, std::index_sequence<I...>)
{
    using nodes =
        std::tuple<decltype(engine::lower<First + leaves_before<Arguments>(I)>(std::get<I>(arguments)))...>;
    return [&]<class... Nodes>(type_tag<std::tuple<Nodes...>>)
    {
        return call<F, R, Nodes...>{
            function, {engine::lower<First + leaves_before<Arguments>(I)>(std::get<I>(arguments))...}};
    }(type_tag<nodes>{});
}

/// Calls `f(array)` for each operand in memory, in the order of their numbers.
template <class E, class F>
void for_each_leaf(const E& expression, F&& f)
{
    if constexpr (strided_memory<E>)
    {
        f(expression);
    }
    else if constexpr (is_broadcast<E>)
    {
        engine::for_each_leaf(expression.expression(), f);
    }
    else if constexpr (is_function<E>)
    {
        std::apply(
            [&](const auto&... argument) { (engine::for_each_leaf(argument, f), ...); },
            expression.arguments());
    }
}

} // namespace xtt::detail::engine
