// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/run.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/engine/write_later.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/detail/transpose.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail::engine
{

/// Evaluates nodes of these operands, which nothing overwrites.
template <class T, class Node>
evaluation_path evaluate_nodes(
    const strided_span<T>& destination, const Node& node, const operand_list<Node::leaves>& all,
    bool side_by_side)
{
    constexpr std::size_t leaves = Node::leaves;
    const instruction_set instructions = available_instructions();
    linear_walk<leaves> line;
    line.count = destination.count;
    for (std::size_t i = 0; i <= leaves; ++i)
    {
        line.data[i] = all[i].data;
        line.item_bytes[i] = all[i].item_bytes;
    }
    bool linear = side_by_side;
    walk_of<leaves> walk;
    if (!side_by_side)
    {
        if constexpr (std::is_same_v<Node, leaf<T, 0>>)
        {
            if (same_sizes(all[0], all[1]) &&
                transpose_memory(
                    destination.data, all[0].strides, all[1].data, all[1].strides, all[0].sizes, sizeof(T)))
            {
                return evaluation_path::transpose;
            }
        }
        walk.data = line.data;
        engine::plan(walk, all.data());
        linear = engine::is_linear(walk, all.data());
    }
    if (linear)
    {
        engine::run_all<T>(node, line, instructions);
        return evaluation_path::linear;
    }
    engine::run_all<T>(node, walk, instructions);
    return evaluation_path::rows;
}

template <class Node, class T, class E>
operand_list<Node::leaves> gather_all(const strided_span<T>& destination, const E& source)
{
    operand_list<Node::leaves> all;
    all[0] = engine::as_operand(destination);
    engine::gather(source, all.data() + 1);
    return all;
}

/// Evaluates a lowerable expression, which reads nothing that is overwritten.
template <class T, class E>
evaluation_path evaluate(const strided_span<T>& destination, const E& source)
{
    const auto node = engine::lower<0>(source);
    const auto all = engine::gather_all<std::remove_const_t<decltype(node)>>(destination, source);
    return engine::evaluate_nodes(destination, node, all, is_side_by_side(all.data(), all.size()));
}

/// Evaluates a lowerable expression of any operands; where it reads elements that it overwrites at other
/// positions, through a temporary. Checks their shapes, then calls `before` once, then writes.
template <class T, class E, class F>
evaluation_path
assign(const strided_span<T>& destination, const E& source, std::string_view function, F&& before)
{
    const auto node = engine::lower<0>(source);
    using node_type = std::remove_const_t<decltype(node)>;
    const auto all = engine::gather_all<node_type>(destination, source);
    const bool side_by_side = is_side_by_side(all.data(), all.size());
    if (!side_by_side)
    {
        detail::check_expression(source, destination.sizes, function);
    }
    before();
    if (destination.count == 0)
    {
        return evaluation_path::nothing;
    }
    const bool overwritten = side_by_side ? reads_overwritten(all.data(), all.size(), destination.count)
                                          : reads_overwritten(all.data(), all.size());
    if (reads_operands_only<node_type> && !overwritten)
    {
        return engine::evaluate_nodes(destination, node, all, side_by_side);
    }
    evaluation_path path{};
    engine::write_later(
        destination, destination.sizes,
        [&](const strided_span<T>& first)
        {
            auto into_first = all;
            into_first[0] = engine::as_operand(first);
            path = engine::evaluate_nodes(
                first, node, into_first, is_side_by_side(into_first.data(), into_first.size()));
        });
    return path;
}

} // namespace xtt::detail::engine
