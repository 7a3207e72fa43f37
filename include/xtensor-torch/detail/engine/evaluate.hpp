// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstdint>
#include <string_view>

#include <c10/util/ArrayRef.h>
#include <c10/util/FunctionRef.h>

#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/program.hpp>
#include <xtensor-torch/detail/engine/run.hpp>
#include <xtensor-torch/detail/engine/write_later.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail::engine
{

/// All that nodes read; the destination is still to be set.
template <class Node, class E>
operand_list<Node::leaves + 1> gather_all(const Node&, const E& source)
{
    operand_list<Node::leaves + 1> list;
    engine::gather(source, list.all(), 1);
    return list;
}

/// Evaluates a lowerable expression, which reads nothing that is overwritten.
template <class T, class E>
evaluation_path evaluate(const strided_span<T>& destination, const E& source)
{
    const auto node = engine::lower<0>(source);
    auto list = engine::gather_all(node, source);
    const operands all = list.all();
    all.set(0, destination);
    return engine::run_all(engine::program_of<T>(node), all, destination.count, is_side_by_side(all));
}

/// Evaluates a lowerable expression of any operands; where it reads elements that it overwrites at other
/// positions, through a temporary. Checks their shapes, then calls `before` once, then writes.
template <class T, class E>
evaluation_path assign(
    const strided_span<T>& destination, const E& source, std::string_view function,
    c10::function_ref<void()> before)
{
    if constexpr (has_broadcast<E>)
    {
        detail::check_expression(source, destination.sizes, function);
    }
    const auto node = engine::lower<0>(source);
    auto list = engine::gather_all(node, source);
    const operands all = list.all();
    all.set(0, destination);
    return engine::assign_operands(
        engine::program_of<T>(node), all, destination.count, {function, is_function<E>}, before);
}

/// Elements [begin, end) of a lowerable expression broadcast to `sizes`, counted row-major, into memory of
/// their own, side by side; on this thread.
template <class T, class E>
void evaluate_range(T* results, const E& source, c10::IntArrayRef sizes, std::int64_t begin, std::int64_t end)
{
    const auto node = engine::lower<0>(source);
    dim_vector strides = filled_dims(sizes.size(), 0);
    fill_row_major(sizes, strides);
    const strided_span<T> whole = {results, sizes, strides, xt::layout_type::row_major, 0};
    auto list = engine::gather_all(node, source);
    list.all().set(0, whole);
    engine::run_apart(engine::program_of<T>(node), list.all(), begin, end);
}

} // namespace xtt::detail::engine
