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
    const Node& node, const walk<Leaves>& walk, instruction_set instructions, std::int64_t begin,
    std::int64_t end)
{
    const auto& strides = walk.strides[walk.rank - 1];
    const auto& row_strides = walk.strides[walk.rank > 1 ? walk.rank - 2 : 0];
    operands<Leaves> rows;
    std::copy(strides.begin() + 1, strides.end(), rows.strides.begin());
    std::copy(row_strides.begin() + 1, row_strides.end(), rows.row_strides.begin());
    walk.for_each_row(
        begin, end,
        [&](const auto& data, std::int64_t count, std::int64_t row_count)
        {
            std::copy(data.begin() + 1, data.end(), rows.data.begin());
            const target out{const_cast<char*>(data[0]), strides[0], row_strides[0], row_count, false};
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

template <std::size_t Leaves>
bool is_linear(const walk<Leaves>& walk, const operand_list<Leaves>& all)
{
    if (walk.count == 1)
    {
        return true;
    }
    bool linear = walk.rank == 1;
    for (std::size_t i = 0; i <= Leaves; ++i)
    {
        linear = linear && walk.strides[0][i] == all[i].item_bytes;
    }
    return linear;
}

/// Elements [begin, end), counted row-major, into memory of their own, side by side; of operands in too many
/// dimensions it does nothing, and says so. `all[0]` has the shape that the others broadcast to.
template <class T, class Node>
bool run_apart(
    T* buffer, const Node& node, const operand_list<Node::leaves>& all, std::int64_t begin, std::int64_t end)
{
    walk<Node::leaves> walk;
    if (!engine::plan(walk, all))
    {
        return false;
    }
    const auto item = static_cast<std::int64_t>(sizeof(T));
    operands<Node::leaves> rows;
    for (std::size_t i = 0; i < Node::leaves; ++i)
    {
        rows.strides[i] = walk.strides[walk.rank - 1][i + 1];
        rows.row_strides[i] = walk.strides[walk.rank > 1 ? walk.rank - 2 : 0][i + 1];
    }
    for (auto& strides : walk.strides)
    {
        strides[0] = 0; // results go on by themselves
    }
    const instruction_set instructions = available_instructions();
    walk.for_each_row(
        begin, end,
        [&](const auto& data, std::int64_t count, std::int64_t row_count)
        {
            std::copy(data.begin() + 1, data.end(), rows.data.begin());
            const target out{reinterpret_cast<char*>(buffer), item, count * item, row_count, false};
            engine::run_rows<T, false>(node, rows, out, instructions, count);
            buffer += count * row_count;
        });
    return true;
}

} // namespace xtt::detail::engine
