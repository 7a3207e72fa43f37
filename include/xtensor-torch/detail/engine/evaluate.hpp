// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/engine/instruction_sets.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/parallel.hpp>

namespace xtt::detail::engine
{

inline constexpr std::int64_t grain = 32'768; // elements that are worth a thread
inline constexpr std::int64_t unit = 1024;    // elements; threads' ranges start at multiples

/// Where operands and results begin that all lie side by side; the destination is operand 0.
template <std::size_t Leaves>
struct linear_walk
{
    std::int64_t count;
    std::array<const char*, Leaves + 1> data;
    std::array<std::int64_t, Leaves + 1> item_bytes;
};

template <class T, bool Dense, class Node, std::size_t Leaves>
void run_row(
    const Node& node, const operands<Leaves>& rows, const target& out, instruction_set instructions,
    std::int64_t count)
{
    switch (instructions)
    {
    case instruction_set::avx512:
        avx512::run<T, Dense>(node, rows, out, count);
        break;
    case instruction_set::avx2:
        avx2::run<T, Dense>(node, rows, out, count);
        break;
    default:
        sse2::run<T, Dense>(node, rows, out, count);
    }
}

template <class T, class Node, std::size_t Leaves>
void run_range(
    const Node& node, const linear_walk<Leaves>& walk, instruction_set instructions, std::int64_t begin,
    std::int64_t end)
{
    operands<Leaves> rows;
    for (std::size_t i = 1; i <= Leaves; ++i)
    {
        rows.data[i - 1] = walk.data[i] + begin * walk.item_bytes[i];
        rows.strides[i - 1] = walk.item_bytes[i];
    }
    const std::int64_t stride = sizeof(T);
    const target out{
        const_cast<char*>(walk.data[0]) + begin * stride, stride, walk.count * stride >= stream_bytes};
    engine::run_row<T, true>(node, rows, out, instructions, end - begin);
}

template <class T, class Node, std::size_t Leaves>
void run_range(
    const Node& node, const walk<Leaves>& walk, instruction_set instructions, std::int64_t begin,
    std::int64_t end)
{
    walk.for_each_row(
        begin, end,
        [&](const auto& data, const auto& strides, std::int64_t count)
        {
            operands<Leaves> rows;
            for (std::size_t i = 1; i <= Leaves; ++i)
            {
                rows.data[i - 1] = data[i];
                rows.strides[i - 1] = strides[i];
            }
            const target out{const_cast<char*>(data[0]), strides[0], false};
            engine::run_row<T, false>(node, rows, out, instructions, count);
        });
}

/// All elements, on several threads where that is worth it and the functors allow it.
template <class T, class Node, class Walk>
void run_all(const Node& node, const Walk& walk, instruction_set instructions)
{
    if (!is_parallel<Node> || walk.count <= grain)
    {
        engine::run_range<T>(node, walk, instructions, 0, walk.count);
        return;
    }
    parallel_for(
        const_cast<char*>(walk.data[0]), (walk.count + unit - 1) / unit, grain / unit,
        [&](std::int64_t begin, std::int64_t end)
        { engine::run_range<T>(node, walk, instructions, begin * unit, std::min(end * unit, walk.count)); });
}

/// Whether destination and operands have one shape and are contiguous in one order: by far the commonest
/// case, and asked in few instructions.
template <class D, class E>
bool is_side_by_side(const D& destination, const E& source)
{
    const auto layout = destination.layout();
    bool same = layout == xt::layout_type::row_major || layout == xt::layout_type::column_major;
    engine::for_each_leaf(
        source,
        [&](const auto& array)
        {
            same = same && array.layout() == layout && array.shape().size() == destination.shape().size() &&
                   std::equal(array.shape().begin(), array.shape().end(), destination.shape().begin());
        });
    return same;
}

template <std::size_t Leaves, class E>
void collect(linear_walk<Leaves>& walk, const E& source)
{
    std::size_t i = 0;
    engine::for_each_leaf(
        source,
        [&](const auto& array)
        {
            walk.data[++i] = reinterpret_cast<const char*>(detail::first_element(array));
            walk.item_bytes[i] = sizeof(element_t<decltype(array)>);
        });
}

template <std::size_t Leaves>
bool is_linear(const walk<Leaves>& walk, const std::array<std::int64_t, Leaves + 1>& item_bytes)
{
    return walk.count == 1 || (walk.rank == 1 && walk.strides[0] == item_bytes);
}

/// Evaluates a lowerable expression.
template <class D, class E>
evaluation_path evaluate(D& destination, const E& source, instruction_set instructions)
{
    using T = std::remove_cv_t<element_t<D>>;
    constexpr std::size_t leaves = engine::count_leaves<E>();
    const auto node = engine::lower<0>(source);
    linear_walk<leaves> line;
    line.count = static_cast<std::int64_t>(destination.size());
    line.data[0] = reinterpret_cast<const char*>(detail::first_element(destination));
    line.item_bytes[0] = sizeof(T);
    engine::collect(line, source);
    if (engine::is_side_by_side(destination, source))
    {
        engine::run_all<T>(node, line, instructions);
        return evaluation_path::linear;
    }
    walk<leaves> walk;
    const bool planned = engine::plan(
        walk, destination,
        [&](const auto& add)
        {
            std::size_t i = 0;
            engine::for_each_leaf(source, [&](const auto& array) { add(++i, array); });
        });
    if (!planned)
    {
        return evaluation_path::xtensor;
    }
    if (engine::is_linear(walk, line.item_bytes))
    {
        line.data = walk.data;
        engine::run_all<T>(node, line, instructions);
        return evaluation_path::linear;
    }
    engine::run_all<T>(node, walk, instructions);
    return evaluation_path::rows;
}

} // namespace xtt::detail::engine
