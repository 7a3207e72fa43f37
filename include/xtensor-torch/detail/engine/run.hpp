// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <c10/util/FunctionRef.h>

#include <xtensor-torch/detail/engine/nodes.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/program.hpp>
#include <xtensor-torch/detail/engine/run_rows.hpp>
#include <xtensor-torch/detail/engine/strided_rows.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/parallel.hpp>

namespace xtt::detail::engine
{

inline constexpr std::int64_t grain = 32'768; // elements that are worth a thread

/// Shorter rows begin and end too often within a cache line.
inline constexpr std::int64_t least_streamed_row = 4096; // bytes

/// Calls `f(rows)` for all elements that a walk plans, on several threads if they are many.
inline void for_all_rows(
    const walk& walk, const operands& all, bool parallel, c10::function_ref<void(const strided_rows& rows)> f)
{
    parallel_for(
        walk.count, parallel ? grain : walk.count,
        [&](std::int64_t begin, std::int64_t end)
        {
            per_operand<const char*> data;
            std::copy_n(all.data, all.count, data.data());
            walk.for_each_row(
                begin, end, data.data(),
                [&](std::int64_t count, std::int64_t row_count) {
                    f({data.data(), walk.strides_of(0), walk.row_strides(), row_count, count});
                });
        });
}

inline bool is_linear(const walk& walk, const std::int64_t* item_bytes)
{
    bool linear = walk.rank == 1;
    for (std::size_t i = 0; i < walk.operand_count; ++i)
    {
        linear = linear && walk.strides_of(0)[i] == item_bytes[i];
    }
    return linear;
}

/// Computes all elements, of which there are `count`; nothing that is read is overwritten.
inline evaluation_path
run_all(const program& work, const operands& all, std::int64_t count, bool side_by_side)
{
    const kernel compute = work.kernel_for(available_instructions());
    const std::int64_t item = *all.item_bytes;
    bool past_caches = count * item >= stream_bytes;
    const auto run = [&](const strided_rows& rows)
    { run_rows(compute, work.node, all.item_bytes, all.count, rows, past_caches); };
    if (count == 1 || (side_by_side && (count <= grain || !work.is_pure))) // nothing is to be planned
    {
        run({all.data, all.item_bytes, all.item_bytes, 1, count});
        return evaluation_path::linear;
    }
    if (!side_by_side && work.copy != nullptr && work.copy(all))
    {
        return evaluation_path::transpose;
    }
    walk walk(all.count);
    side_by_side ? engine::plan_line(walk, all, count) : engine::plan(walk, all);
    const bool linear = engine::is_linear(walk, all.item_bytes);
    const bool long_rows = walk.strides_of(0)[0] == item && walk.extents[0] * item >= least_streamed_row;
    past_caches = past_caches && (linear || long_rows);
    for_all_rows(walk, all, work.is_pure, run);
    return linear ? evaluation_path::linear : evaluation_path::rows;
}

/// Elements [begin, end), counted row-major, side by side from where operand 0, which has the shape that the
/// others broadcast to, begins.
inline void run_apart(const program& work, const operands& all, std::int64_t begin, std::int64_t end)
{
    walk walk(all.count);
    engine::plan(walk, all);
    for (std::size_t d = 0; d < walk.rank; ++d)
    {
        *walk.strides_of(d) = 0; // results go on by themselves
    }
    per_operand<const char*> data;
    per_operand<std::int64_t> strides;
    per_operand<std::int64_t> row_strides;
    std::copy_n(all.data, all.count, data.data());
    std::copy_n(walk.strides_of(0), all.count, strides.data());
    std::copy_n(walk.row_strides(), all.count, row_strides.data());
    const std::int64_t item = *all.item_bytes;
    strides[0] = item;
    const kernel compute = work.kernel_for(available_instructions());
    walk.for_each_row(
        begin, end, data.data(),
        [&](std::int64_t count, std::int64_t row_count)
        {
            row_strides[0] = count * item;
            const strided_rows rows = {data.data(), strides.data(), row_strides.data(), row_count, count};
            run_rows(compute, work.node, all.item_bytes, all.count, rows, false);
            data[0] += row_count * count * item;
        });
}

} // namespace xtt::detail::engine
