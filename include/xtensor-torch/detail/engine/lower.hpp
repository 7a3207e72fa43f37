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
#include <xtensor-torch/detail/engine/strided_rows.hpp>
#include <xtensor-torch/detail/strided_span.hpp>

namespace xt::detail
{
template <class M, std::size_t I>
struct offset_forwarder; // what xt::real(z) and xt::imag(z) view z through
}

namespace xtt::detail::engine
{

template <class E>
inline constexpr bool is_broadcast = false;

template <class CT, class X>
inline constexpr bool is_broadcast<xt::xbroadcast<CT, X>> = true;

/// The functor that an expression is lowered with if it is the real or imaginary part of complex numbers.
template <class E>
struct part_functor
{
    static constexpr bool exists = false;
};

template <class M, std::size_t I, class CT>
requires is_complex_number<typename std::remove_cvref_t<CT>::value_type> &&
    std::is_same_v<M, typename std::remove_cvref_t<CT>::value_type::value_type> &&
    (I == 0 || I == sizeof(M)) struct part_functor<xt::xfunctor_view<xt::detail::offset_forwarder<M, I>, CT>>
{
    static constexpr bool exists = true;

    template <class Z>
    M operator()(const Z& z) const
    {
        return I == 0 ? z.real() : z.imag();
    }
};

template <class E>
inline constexpr bool is_part = part_functor<E>::exists;

/// Whether an expression has shapes that its operands in memory do not tell: xt::ones is a scalar, broadcast.
template <class E>
inline constexpr bool has_broadcast = is_broadcast<E>;

template <class F, class CT>
inline constexpr bool has_broadcast<xt::xfunctor_view<F, CT>> = has_broadcast<std::remove_cvref_t<CT>>;

template <class F, class... CT>
inline constexpr bool
    has_broadcast<xt::xfunction<F, CT...>> = (has_broadcast<std::remove_cvref_t<CT>> || ...);

/// Whether arrays that the engine reads or writes may have such elements.
template <class T>
inline constexpr bool is_element = (sizeof(T) <= most_item_bytes) && std::is_trivially_copyable_v<T>;

/// Whether an expression is made of strided memory, scalars and functors alone.
template <class E>
constexpr bool is_made_of_memory()
{
    using X = std::remove_cvref_t<E>;
    if constexpr (strided_memory<X>)
    {
        return has_plain_extents<X> && is_element<typename X::value_type>;
    }
    else if constexpr (is_scalar<X>)
    {
        return std::is_trivially_copyable_v<typename X::value_type>;
    }
    else if constexpr (is_broadcast<X> || is_part<X>)
    {
        return engine::is_made_of_memory<decltype(std::declval<const X&>().expression())>();
    }
    else if constexpr (is_function<X>)
    {
        return []<class... CT>(type_tag<std::tuple<CT...>>) {
            return sizeof...(CT) >= 1 && sizeof...(CT) <= 3 && (engine::is_made_of_memory<CT>() && ...);
        }(type_tag<std::remove_cvref_t<decltype(std::declval<const X&>().arguments())>>{});
    }
    return false;
}

/// The arrays that an expression reads; one counts each time that it is there.
template <class E>
inline constexpr std::size_t array_count = strided_memory<E> ? 1 : 0;

template <class CT, class X>
inline constexpr std::size_t array_count<xt::xbroadcast<CT, X>> = array_count<std::remove_cvref_t<CT>>;

template <class F, class CT>
inline constexpr std::size_t array_count<xt::xfunctor_view<F, CT>> = array_count<std::remove_cvref_t<CT>>;

template <class F, class... CT>
inline constexpr std::size_t
    array_count<xt::xfunction<F, CT...>> = (array_count<std::remove_cvref_t<CT>> + ... + 0);

/// Whether the engine can evaluate an expression: of more arrays, xtensor's steppers do.
template <class E>
constexpr bool is_lowerable()
{
    return engine::is_made_of_memory<E>() && array_count<std::remove_cvref_t<E>> < most_operands;
}

/// Whether no functor has members.
template <class Node>
inline constexpr bool calls_stateless = true;

template <class F, class R, class... Nodes>
inline constexpr bool calls_stateless<call<F, R, Nodes...>> = is_stateless<F> &&
                                                              (calls_stateless<Nodes> && ...);

template <class F, class R, class... Nodes>
call<F, R, Nodes...> make_call(const F& function, const Nodes&... nodes)
{
    return {function, {nodes...}};
}

/// The nodes of an expression, whose operands are numbered from `First` on, from left to right. Scalars are
/// read here, before anything is written.
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
        return constant<T>(expression());
    }
    else if constexpr (is_broadcast<E>)
    {
        return engine::lower<First>(expression.expression());
    }
    else if constexpr (is_part<E>)
    {
        static constexpr part_functor<E> part;
        return engine::make_call<part_functor<E>, T>(part, engine::lower<First>(expression.expression()));
    }
    else
    {
        using F = typename E::functor_type;
        const F& function = expression.functor();
        const auto& arguments = expression.arguments();
        constexpr std::size_t count = std::tuple_size_v<std::remove_cvref_t<decltype(arguments)>>;
        const auto x = engine::lower<First>(std::get<0>(arguments));
        constexpr std::size_t second = First + decltype(x)::leaves;
        if constexpr (count == 1)
        {
            return engine::make_call<F, T>(function, x);
        }
        else
        {
            const auto y = engine::lower<second>(std::get<1>(arguments));
            if constexpr (count == 2)
            {
                return engine::make_call<F, T>(function, x, y);
            }
            else
            {
                const auto z = engine::lower<second + decltype(y)::leaves>(std::get<2>(arguments));
                return engine::make_call<F, T>(function, x, y, z);
            }
        }
    }
}

} // namespace xtt::detail::engine
