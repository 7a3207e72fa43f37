// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/engine/elements.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/parallel.hpp>
#include <xtensor-torch/detail/purity.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail
{

/// Whether it reduces an array without elements: all of its own are the initial value, and xtensor's stepper
/// would step from a null pointer.
template <class E>
bool reduces_nothing(const E&)
{
    return false;
}

template <class F, class CT, class X, class O>
bool reduces_nothing(const xt::xreducer<F, CT, X, O>& reducer)
{
    return reducer.expression().size() == 0;
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
        : m_expression(expression), m_stepper(expression.stepper_begin(expression.shape())),
          m_moves(!detail::reduces_nothing(expression))
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
        return m_moves && d < rank && m_expression.shape()[rank - 1 - d] != 1;
    }

    const E& m_expression;
    typename E::const_stepper m_stepper;
    bool m_moves;
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

/// Where `step_range` writes: elements at their places,
template <class T>
struct places
{
    const strided_span<T>& span;
    T* element;

    void step(std::size_t d, std::int64_t n) { element += n * span.strides[span.strides.size() - 1 - d]; }
    void write(const auto& value) { *element = engine::to_scalar<T>(value); }
};

/// or side by side.
template <class T>
struct buffer
{
    T* next;

    void step(std::size_t, std::int64_t) {}
    void write(const auto& value) { *next++ = engine::to_scalar<T>(value); }
};

/// Elements [begin, end) of these extents, the last index fastest, from where `from` and `results` begin.
template <class Walker, class Results>
void step_range(c10::IntArrayRef sizes, Walker from, std::int64_t begin, std::int64_t end, Results results)
{
    const std::size_t rank = sizes.size();
    dim_vector index = filled_dims(rank, 0); // from the last dimension
    std::int64_t rest = begin;
    for (std::size_t d = 0; d < rank; ++d)
    {
        const std::int64_t extent = sizes[rank - 1 - d];
        index[d] = rest % extent;
        rest /= extent;
        results.step(d, index[d]);
        from.step(d, static_cast<std::size_t>(index[d]));
    }
    for (std::int64_t i = begin; i != end;)
    {
        results.write(*from);
        if (++i == end)
        {
            break;
        }
        for (std::size_t d = 0; d < rank; ++d)
        {
            const std::int64_t extent = sizes[rank - 1 - d];
            if (++index[d] < extent)
            {
                results.step(d, 1);
                from.step(d, 1);
                break;
            }
            results.step(d, 1 - extent);
            from.reset(d);
            index[d] = 0;
        }
    }
}

inline constexpr std::int64_t step_grain = 4096; // elements, each of which takes a while

/// Evaluates any expression, which reads nothing that is overwritten.
template <class T, class E>
void step_all(const strided_span<T>& destination, const E& source)
{
    const places<T> first{destination, destination.data};
    const walker<E> start(source); // each thread has a copy
    if (!is_pure<E> || destination.count <= step_grain)
    {
        detail::step_range(destination.sizes, start, 0, destination.count, first);
        return;
    }
    detail::prepare(source);
    parallel_for(
        destination.count, step_grain,
        [&](std::int64_t begin, std::int64_t end)
        { detail::step_range(destination.sizes, start, begin, end, first); });
}

} // namespace xtt::detail
