// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include <c10/util/ArrayRef.h>
#include <c10/util/FunctionRef.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/copy_few.hpp>
#include <xtensor-torch/detail/engine/elements.hpp>
#include <xtensor-torch/detail/engine/evaluate.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/write_later.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/purity.hpp>
#include <xtensor-torch/detail/reduce_rows.hpp>
#include <xtensor-torch/detail/reduction.hpp>
#include <xtensor-torch/detail/stepper.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/detail/without_reducers.hpp>

namespace xtt::detail
{

using engine::to_scalar;

/// Whether the engine can compute an `E` as elements of type `T`: all that it is made of lies in memory.
template <class T, class E>
inline constexpr bool is_engine_work = engine::is_element<T>&& engine::is_lowerable<E>();

/// Whether the engine copies an array faster than LibTorch does, to memory of its type that is row-major or
/// not: little, for it asks no dispatcher, and what lies side by side, for much of it goes past the caches.
template <class X>
bool is_better_copied_by_engine(const X& source, bool to_row_major)
{
    return source.size() <= few_elements || (to_row_major && source.layout() == xt::layout_type::row_major);
}

/// Writes `source` into the elements of `destination`. The shapes are known to broadcast, and the source
/// reads nothing that is overwritten. Says how it did it.
template <class T, class E>
evaluation_path evaluate_into(const strided_span<T>& destination, const E& source)
{
    if (destination.count == 0)
    {
        return evaluation_path::nothing;
    }
    if constexpr (is_engine_work<T, E>)
    {
        return engine::evaluate(destination, source);
    }
    else
    {
        if constexpr (is_reducer<E>)
        {
            if (!equal_shapes(destination.sizes, source.shape())) // each of its elements once
            {
                return detail::evaluate_into(destination, detail::evaluate_apart(source));
            }
        }
        if constexpr (is_torch_sum<T, E>)
        {
            if (detail::sum_with_torch(destination, source))
            {
                return evaluation_path::reduction;
            }
        }
        if constexpr (has_inner_reducer<E>)
        {
            return detail::evaluate_into(destination, detail::without_reducers(source));
        }
        else if constexpr (reduces_reducers<E>)
        {
            const auto operand = detail::without_reducers(source.expression());
            if (detail::reduce_rows(destination, source.build_reducer(operand)))
            {
                return evaluation_path::reduced_rows;
            }
            const auto values = detail::evaluate_apart(operand);
            return detail::evaluate_into(destination, source.build_reducer(values));
        }
        else
        {
            if constexpr (is_reducer<E>)
            {
                if (detail::reduce_rows(destination, source))
                {
                    return evaluation_path::reduced_rows;
                }
            }
            detail::step_all(destination, source);
            return evaluation_path::stepper;
        }
    }
}

/// As `evaluate_into`, and right where the source reads the destination at other positions: as if it
/// were evaluated first. Only then there is a temporary.
///
/// Checks that the shapes fit, in the name of `function`; then calls `before` once, and then writes.
template <class T, class E>
evaluation_path assign_elements(
    const strided_span<T>& destination, const E& source, std::string_view function,
    c10::function_ref<void()> before)
{
    if constexpr (is_engine_work<T, E>)
    {
        return engine::assign(destination, source, function, before);
    }
    else if constexpr (has_inner_reducer<E>)
    {
        return detail::assign_elements(destination, detail::without_reducers(source), function, before);
    }
    else
    {
        detail::check_expression(source, destination.sizes, function);
        before();
        if (destination.count != 0 && detail::may_alias(destination, source)) [[unlikely]]
        {
            // Of the source's own sizes: what takes long is done once for each of its elements.
            evaluation_path path{};
            engine::write_later(
                destination, detail::result_sizes(source, "assign"),
                [&](const strided_span<T>& first) { path = detail::evaluate_into(first, source); });
            return path;
        }
        return detail::evaluate_into(destination, source);
    }
}

/// Elements [begin, end) of `source` broadcast to `sizes`, counted row-major, into memory of their own, side
/// by side: so that an expression can be evaluated in pieces. On this thread; others may take other pieces of
/// a pure one, after `prepare`. Nothing of the source is overwritten.
template <class T, class E>
void evaluate_range(T* results, const E& source, c10::IntArrayRef sizes, std::int64_t begin, std::int64_t end)
{
    if (begin == end)
    {
        return;
    }
    if constexpr (is_engine_work<T, E>)
    {
        engine::evaluate_range(results, source, sizes, begin, end);
    }
    else if constexpr (has_inner_reducer<E>)
    {
        detail::evaluate_range(results, detail::without_reducers(source), sizes, begin, end);
    }
    else
    {
        detail::step_range(sizes, walker<E>(source), begin, end, buffer<T>{results});
    }
}

/// `evaluate_into` and `assign_elements` of arrays, which neither move nor change their shape.
template <strided_memory D, class E>
evaluation_path evaluate_into(D& destination, const E& source)
{
    return detail::with_span(
        destination, [&](const auto& span) { return detail::evaluate_into(span, source); });
}

template <strided_memory D, class E>
evaluation_path
assign_elements(D& destination, const E& source, std::string_view function, c10::function_ref<void()> before)
{
    return detail::with_span(
        destination,
        [&](const auto& span) { return detail::assign_elements(span, source, function, before); });
}

} // namespace xtt::detail
