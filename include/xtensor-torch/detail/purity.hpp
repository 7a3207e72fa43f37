// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <tuple>
#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/compat.hpp>

namespace xt
{
template <class CT, class I>
class xindex_view;
template <class F, class R, class S>
class xgenerator;
namespace detail
{
template <class T, class R, class S>
class arange_generator;
}
} // namespace xt

namespace xtt::detail
{

/// Whether several threads may compute elements of an `E` at once. Of generators only `xt::arange` is known
/// to: the others may be random numbers.
template <class E>
inline constexpr bool is_pure = strided_memory<E> || is_scalar<E>;

template <class F, class... CT>
inline constexpr bool is_pure<xt::xfunction<F, CT...>> = is_stateless<F> &&
                                                         (is_pure<std::remove_cvref_t<CT>> && ...);

template <class CT, class X>
inline constexpr bool is_pure<xt::xbroadcast<CT, X>> = is_pure<std::remove_cvref_t<CT>>;

template <class E>
inline constexpr bool is_functor_view = false;

template <class F, class CT>
inline constexpr bool is_functor_view<xt::xfunctor_view<F, CT>> = true;

// Not of xt::real(z): such a view computes strides on demand, which `prepare` cannot ask for.
template <class CT, class... S>
inline constexpr bool is_pure<xt::xview<CT, S...>> =
    is_pure<std::remove_cvref_t<CT>> && !is_functor_view<std::remove_cvref_t<CT>>;

template <class CT, class S, xt::layout_type L, class FST>
inline constexpr bool is_pure<xt::xstrided_view<CT, S, L, FST>> = is_pure<std::remove_cvref_t<CT>>;

template <class CT, class I>
inline constexpr bool is_pure<xt::xindex_view<CT, I>> = is_pure<std::remove_cvref_t<CT>>;

template <class F, class CT>
inline constexpr bool is_pure<xt::xfunctor_view<F, CT>> = is_stateless<F>&& is_pure<std::remove_cvref_t<CT>>;

template <class F, class CT, class X, class O>
inline constexpr bool is_pure<xt::xreducer<F, CT, X, O>> =
    calls_are_pure<xt::xreducer<F, CT, X, O>>&& is_pure<std::remove_cvref_t<CT>>;

template <class T, class V, class Step, class R, class S>
inline constexpr bool is_pure<xt::xgenerator<xt::detail::arange_generator<T, V, Step>, R, S>> = true;

template <class E>
inline constexpr bool is_reducer = false;

template <class F, class CT, class X, class O>
inline constexpr bool is_reducer<xt::xreducer<F, CT, X, O>> = true;

/// Whether a function, broadcast or view has reducers among its operands, or is one.
template <class E>
inline constexpr bool has_reducer = is_reducer<E>;

template <class F, class... CT>
inline constexpr bool has_reducer<xt::xfunction<F, CT...>> = (has_reducer<std::remove_cvref_t<CT>> || ...);

template <class CT, class X>
inline constexpr bool has_reducer<xt::xbroadcast<CT, X>> = has_reducer<std::remove_cvref_t<CT>>;

template <class CT, class... S>
inline constexpr bool has_reducer<xt::xview<CT, S...>> = has_reducer<std::remove_cvref_t<CT>>;

template <class E>
inline constexpr bool has_inner_reducer = has_reducer<E> && !is_reducer<E>;

/// Whether an expression is a reducer of other reducers.
template <class E>
inline constexpr bool reduces_reducers = false;

template <class F, class CT, class X, class O>
inline constexpr bool reduces_reducers<xt::xreducer<F, CT, X, O>> = has_reducer<std::remove_cvref_t<CT>>;

/// Views compute their strides, and functions their shapes, when they are first asked for; several threads
/// must not.
template <class E>
void prepare(const E& expression)
{
    if constexpr (is_function<E>)
    {
        (void)expression.shape();
        std::apply([](const auto&... argument) { (detail::prepare(argument), ...); }, expression.arguments());
    }
    else if constexpr (!is_scalar<E>)
    {
        if constexpr (strided_memory<E>)
        {
            (void)expression.strides();
        }
        if constexpr (requires { expression.expression().shape(); })
        {
            detail::prepare(expression.expression());
        }
    }
}

} // namespace xtt::detail
