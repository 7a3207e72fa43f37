// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>

#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/engine/elements.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/parallel.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/detail/transpose.hpp>
#include <xtensor-torch/layout.hpp>

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

/// The operands at index `i` of the destination's first dimension.
inline void take_slice(operand* all, std::size_t count, std::int64_t i)
{
    const std::size_t rank = all->sizes.size();
    for (operand* array = all; array != all + count; ++array)
    {
        if (array->sizes.size() == rank)
        {
            array->data += (array->sizes[0] == 1 ? 0 : i) * array->strides[0] * array->item_bytes;
            array->sizes = array->sizes.slice(1);
            array->strides = array->strides.slice(1);
        }
    }
}

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
    walk<leaves> walk;
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
        if (!engine::plan(walk, all)) [[unlikely]]
        {
            // Too many dimensions: one slice after the other.
            for (std::int64_t i = 0; i < all[0].sizes[0]; ++i)
            {
                operand_list<leaves> slice = all;
                engine::take_slice(slice.data(), slice.size(), i);
                engine::evaluate_nodes(
                    strided_span<T>{
                        destination.data + i * destination.strides[0], slice[0].sizes, slice[0].strides,
                        xt::layout_type::dynamic, destination.count / all[0].sizes[0]},
                    node, slice, false);
            }
            return evaluation_path::rows;
        }
        linear = engine::is_linear(walk, all);
        line.data = walk.data;
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

/// Copies elements that broadcast: once for each type, not by the kernels, which take long to compile.
template <class T>
void copy_rows(const strided_span<T>& destination, const operand& source)
{
    const operand to = engine::as_operand(destination);
    const std::size_t rank = to.sizes.size();
    const std::int64_t inner = rank == 0 ? 1 : to.sizes[rank - 1];
    const std::int64_t read_step = stride_from_end(source, 0);
    const std::int64_t write_step = stride_from_end(to, 0);
    dim_vector index = filled_dims(rank, 0);
    const char* read = source.data;
    auto* write = reinterpret_cast<char*>(destination.data);
    for (std::int64_t rows = destination.count / inner; rows > 0; --rows)
    {
        for (std::int64_t k = 0; k < inner; ++k)
        {
            std::memcpy(write + k * write_step, read + k * read_step, sizeof(T));
        }
        for (std::size_t d = 1; d < rank; ++d) // from the end
        {
            const std::int64_t back = ++index[d] == to.sizes[rank - 1 - d] ? index[d] : 0;
            read += (1 - back) * stride_from_end(source, d);
            write += (1 - back) * stride_from_end(to, d);
            if (back == 0)
            {
                break;
            }
            index[d] = 0;
        }
    }
}

/// As if all of the source, which is of these extents, were read before anything is written.
template <class T, class F>
void write_later(const strided_span<T>& destination, c10::IntArrayRef sizes, F&& evaluate)
{
    std::int64_t count = 1;
    for (const std::int64_t size : sizes)
    {
        count *= size;
    }
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): uninitialised, which no standard container is
    const auto values = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(count));
    dim_vector strides = filled_dims(sizes.size(), 0);
    fill_row_major(sizes, strides);
    const strided_span<T> first = {values.get(), sizes, strides, xt::layout_type::row_major, count};
    evaluate(first);
    engine::copy_rows(destination, engine::as_operand(first));
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
