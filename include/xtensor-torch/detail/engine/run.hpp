// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <xtensor-torch/detail/engine/elements.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/parallel.hpp>

#ifdef XTENSOR_TORCH_ENGINE
    #include <xtensor-torch/detail/engine/instruction_sets.hpp>
#endif

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
void run_rows(
    const Node& node, const operands<Leaves>& rows, const target& out, instruction_set instructions,
    std::int64_t count)
{
#ifdef XTENSOR_TORCH_ENGINE
    if constexpr (vectorizable<T> && Node::fits_registers)
    {
        switch (instructions)
        {
        case instruction_set::avx512:
            avx512::run<T, Dense>(node, rows, out, count);
            break;
        case instruction_set::avx2:
            avx2::run<T, Dense>(node, rows, out, count);
            break;
        case instruction_set::sse2: // for old processors: one form is enough to compile
            sse2::run<T, false>(node, rows, out, count);
            break;
        default:
            engine::run_elements<T, false>(node, rows, out, count);
        }
        return;
    }
#endif
    (void)instructions;
    engine::run_elements<T, Dense>(node, rows, out, count);
}

/// The operands' strides of a walk; where its rows begin is left open.
template <std::size_t Leaves>
operands<Leaves> rows_of(const walk_of<Leaves>& walk)
{
    operands<Leaves> rows;
    std::copy_n(walk.strides + 1, Leaves, rows.strides.begin());
    std::copy_n(walk.row_strides() + 1, Leaves, rows.row_strides.begin());
    return rows;
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
        rows.row_strides[i - 1] = 0;
    }
    const std::int64_t stride = sizeof(T);
    const target out{
        const_cast<char*>(walk.data[0]) + begin * stride, stride, 0, 1, walk.count * stride >= stream_bytes};
    engine::run_rows<T, true>(node, rows, out, instructions, end - begin);
}

template <class T, class Node, std::size_t Leaves>
void run_range(
    const Node& node, const walk_of<Leaves>& walk, instruction_set instructions, std::int64_t begin,
    std::int64_t end)
{
    const bool stream = walk.count * std::int64_t(sizeof(T)) >= stream_bytes;
    operands<Leaves> rows = engine::rows_of(walk);
    std::array<const char*, Leaves + 1> data = walk.data;
    walk.for_each_row(
        begin, end, data.data(),
        [&](std::int64_t count, std::int64_t row_count)
        {
            std::copy(data.begin() + 1, data.end(), rows.data.begin());
            const target out{
                const_cast<char*>(data[0]), *walk.strides, *walk.row_strides(), row_count, stream};
            engine::run_rows<T, false>(node, rows, out, instructions, count);
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

inline bool is_linear(const walk& walk, const operand* all)
{
    bool linear = walk.rank == 1;
    for (std::size_t i = 0; i < walk.operand_count; ++i)
    {
        linear = linear && walk.strides[i] == all[i].item_bytes;
    }
    return linear || walk.count == 1;
}

/// Elements [begin, end), counted row-major, into memory of their own, side by side. `all[0]` has the shape
/// that the others broadcast to.
template <class T, class Node>
void run_apart(
    T* buffer, const Node& node, const operand_list<Node::leaves>& all, std::int64_t begin, std::int64_t end)
{
    walk_of<Node::leaves> walk;
    engine::plan(walk, all.data());
    for (std::size_t d = 0; d < walk.rank; ++d)
    {
        *walk.strides_of(d) = 0; // results go on by themselves
    }
    const auto item = static_cast<std::int64_t>(sizeof(T));
    const instruction_set instructions = available_instructions();
    operands<Node::leaves> rows = engine::rows_of(walk);
    std::array<const char*, Node::leaves + 1> data;
    std::transform(all.begin(), all.end(), data.begin(), [](const operand& array) { return array.data; });
    walk.for_each_row(
        begin, end, data.data(),
        [&](std::int64_t count, std::int64_t row_count)
        {
            std::copy(data.begin() + 1, data.end(), rows.data.begin());
            const target out{reinterpret_cast<char*>(buffer), item, count * item, row_count, false};
            engine::run_rows<T, false>(node, rows, out, instructions, count);
            buffer += count * row_count;
        });
}

} // namespace xtt::detail::engine
