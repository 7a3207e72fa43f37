// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/engine/elements.hpp>
#include <xtensor-torch/detail/parallel.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

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

template <class CT, class... S>
inline constexpr bool is_pure<xt::xview<CT, S...>> = is_pure<std::remove_cvref_t<CT>>;

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

/// Views compute their strides when they are first asked for; several threads must not.
template <class E>
void prepare(const E& expression)
{
    if constexpr (is_function<E>)
    {
        std::apply([](const auto&... argument) { (detail::prepare(argument), ...); }, expression.arguments());
    }
    else if constexpr (!is_scalar<E>)
    {
        if constexpr (requires { expression.strides(); })
        {
            (void)expression.strides();
        }
        if constexpr (requires { expression.expression().shape(); })
        {
            detail::prepare(expression.expression());
        }
    }
}

/// Goes through the elements of an expression. Dimensions are counted from the last.
///
/// By xtensor's steppers, one for each operand that is no function itself, and only along dimensions that it
/// has itself: xtensor's own for a function step over the end of reducers and views that are broadcast.
template <class E>
class walker
{
public:
    explicit walker(const E& expression)
        : m_expression(expression), m_stepper(expression.stepper_begin(expression.shape()))
    {
    }

    void step(std::size_t d, std::size_t n)
    {
        if (moves_along(d))
        {
            m_stepper.step(m_expression.dimension() - 1 - d, n);
        }
    }

    /// From the last index to the first.
    void reset(std::size_t d)
    {
        if (moves_along(d))
        {
            m_stepper.reset(m_expression.dimension() - 1 - d);
        }
    }

    typename E::value_type operator*() const { return *m_stepper; }

private:
    bool moves_along(std::size_t d) const
    {
        const std::size_t rank = m_expression.dimension();
        return d < rank && m_expression.shape()[rank - 1 - d] != 1;
    }

    const E& m_expression;
    typename E::const_stepper m_stepper;
};

template <class CT>
class walker<xt::xscalar<CT>>
{
public:
    explicit walker(const xt::xscalar<CT>& scalar) : m_value(scalar()) {}

    void step(std::size_t, std::size_t) {}
    void reset(std::size_t) {}
    const auto& operator*() const { return m_value; }

private:
    typename xt::xscalar<CT>::value_type m_value; // it may be a reference to an element that is written
};

template <class CT, class X>
class walker<xt::xbroadcast<CT, X>> : public walker<std::remove_cvref_t<CT>>
{
public:
    explicit walker(const xt::xbroadcast<CT, X>& e) : walker<std::remove_cvref_t<CT>>(e.expression()) {}
};

template <class F, class... CT>
class walker<xt::xfunction<F, CT...>>
{
    using function = xt::xfunction<F, CT...>;

public:
    explicit walker(const function& e)
        : m_function(e.functor()),
          m_operands(std::apply(
              [](const auto&... operand)
              { return operand_walkers(walker<std::remove_cvref_t<CT>>(operand)...); },
              e.arguments()))
    {
    }

    void step(std::size_t d, std::size_t n)
    {
        std::apply([=](auto&... operand) { (operand.step(d, n), ...); }, m_operands);
    }

    void reset(std::size_t d)
    {
        std::apply([=](auto&... operand) { (operand.reset(d), ...); }, m_operands);
    }

    typename function::value_type operator*() const
    {
        return std::apply(
            [&](const auto&... operand)
            { return static_cast<typename function::value_type>(m_function(*operand...)); },
            m_operands);
    }

private:
    using operand_walkers = std::tuple<walker<std::remove_cvref_t<CT>>...>;

    const typename function::functor_type& m_function;
    operand_walkers m_operands;
};

/// Elements [begin, end), the last index fastest.
template <class T, class E>
void step_range(const strided_span<T>& destination, const E& source, std::int64_t begin, std::int64_t end)
{
    const std::size_t rank = destination.sizes.size();
    walker<E> from(source);
    dim_vector index = filled_dims(rank, 0);
    T* element = destination.data;
    std::int64_t rest = begin;
    for (std::size_t d = rank; d-- > 0;)
    {
        index[d] = rest % destination.sizes[d];
        rest /= destination.sizes[d];
        element += index[d] * destination.strides[d];
        from.step(rank - 1 - d, static_cast<std::size_t>(index[d]));
    }
    for (std::int64_t i = begin;;)
    {
        *element = engine::to_scalar<T>(*from);
        if (++i == end)
        {
            break;
        }
        for (std::size_t d = rank; d-- > 0;)
        {
            if (++index[d] < destination.sizes[d])
            {
                element += destination.strides[d];
                from.step(rank - 1 - d, 1);
                break;
            }
            element -= (destination.sizes[d] - 1) * destination.strides[d];
            index[d] = 0;
            from.reset(rank - 1 - d);
        }
    }
}

inline constexpr std::int64_t step_grain = 4096; // elements, each of which takes a while

/// Evaluates any expression, which reads nothing that is overwritten.
template <class T, class E>
void step_all(const strided_span<T>& destination, const E& source)
{
    if (!is_pure<E> || destination.count <= step_grain)
    {
        detail::step_range(destination, source, 0, destination.count);
        return;
    }
    detail::prepare(source);
    parallel_for(
        destination.data, destination.count, step_grain,
        [&](std::int64_t begin, std::int64_t end) { detail::step_range(destination, source, begin, end); });
}

} // namespace xtt::detail
