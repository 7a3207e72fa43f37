// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/engine/elements.hpp>
#include <xtensor-torch/detail/engine/instruction_sets.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/parallel.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

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
        sse2::run<T, false>(node, rows, out, count); // for old processors: one form is enough to compile
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
template <class T, class E>
bool is_side_by_side(const strided_span<T>& destination, const E& source)
{
    const auto layout = destination.layout;
    const c10::IntArrayRef sizes = destination.sizes;
    bool same = layout == xt::layout_type::row_major || layout == xt::layout_type::column_major;
    engine::for_each_leaf(
        source,
        [&](const auto& array)
        {
            const auto& shape = array.shape();
            same = same && array.layout() == layout && shape.size() == sizes.size() &&
                   std::equal(
                       shape.begin(), shape.end(), sizes.begin(),
                       [](auto a, std::int64_t b) { return static_cast<std::int64_t>(a) == b; });
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

/// Evaluates a lowerable expression, which reads nothing that is overwritten.
template <class T, class E>
evaluation_path evaluate(const strided_span<T>& destination, const E& source)
{
    const instruction_set instructions = available_instructions();
    if (instructions == instruction_set::scalar) [[unlikely]]
    {
        engine::evaluate_elements(destination, source);
        return evaluation_path::xtensor;
    }
    constexpr std::size_t leaves = engine::count_leaves<E>();
    const auto node = engine::lower<0>(source);
    linear_walk<leaves> line;
    line.count = destination.count;
    line.data[0] = reinterpret_cast<const char*>(destination.data);
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
    if (!planned) [[unlikely]]
    {
        engine::evaluate_elements(destination, source);
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

/// As `evaluate`, and as if all of the source were read before anything is written.
template <class T, class E>
evaluation_path evaluate_first(const strided_span<T>& destination, const E& source)
{
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): uninitialised, which no standard container is
    const auto values = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(destination.count));
    dim_vector strides = filled_dims(destination.sizes.size(), 0);
    fill_row_major(destination.sizes, strides);
    const T* next = values.get();
    const evaluation_path path = engine::evaluate(
        strided_span<T>{
            values.get(), destination.sizes, strides, xt::layout_type::row_major, destination.count},
        source);
    engine::for_each_element(destination, [&](T& element, const auto&) { element = *next++; });
    return path;
}

/// Evaluates a lowerable expression of any operands; where it reads elements that it overwrites at other
/// positions, through a temporary.
template <class T, class E>
evaluation_path assign(const strided_span<T>& destination, const E& source)
{
    if (destination.count == 0)
    {
        return evaluation_path::nothing;
    }
    return detail::may_alias(destination, source) ? engine::evaluate_first(destination, source)
                                                  : engine::evaluate(destination, source);
}

} // namespace xtt::detail::engine
