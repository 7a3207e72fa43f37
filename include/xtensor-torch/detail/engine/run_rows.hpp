// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <xtensor-torch/detail/engine/nodes.hpp>
#include <xtensor-torch/detail/engine/row_copier.hpp>
#include <xtensor-torch/detail/engine/run_kernel.hpp>
#include <xtensor-torch/detail/engine/strided_rows.hpp>

#ifdef XTENSOR_TORCH_ENGINE
    #include <xtensor-torch/detail/engine/instruction_sets.hpp>
#endif

namespace xtt::detail::engine
{

/// What is left of a row that lies side by side, fewer elements than a vector has: by way of whole vectors,
/// of which only the first elements count, and the others do no harm.
[[gnu::noinline]] inline void run_rest(
    kernel compute, const void* node, const std::int64_t* item_bytes, std::size_t operand_count,
    const strided_rows& row, std::int64_t rest)
{
    constexpr std::int64_t register_bytes = 64; // at most
    alignas(register_bytes) std::array<std::array<char, register_bytes>, most_operands> vectors;
    per_operand<const char*> data;
    for (std::size_t i = 0; i < operand_count; ++i)
    {
        const std::int64_t item = item_bytes[i];
        const char* const from = row.data[i] + (row.count - rest) * item;
        char* const vector = vectors[i].data();
        data[i] = vector;
        if (i > 0) // the destination is not read
        {
            repeat_element(vector, from, item, register_bytes);
            std::memcpy(vector, from, static_cast<std::size_t>(rest * item));
        }
    }
    compute.run(node, {data.data(), item_bytes, item_bytes, 1, rest, false});
    std::memcpy(
        const_cast<char*>(row.data[0]) + (row.count - rest) * *item_bytes, data[0],
        static_cast<std::size_t>(rest * *item_bytes));
}

/// Rows that are not what kernels take, by way of copies; or what is written past the caches.
[[gnu::noinline]] inline void run_by_copies(
    kernel compute, const void* node, const std::int64_t* item_bytes, std::size_t operand_count,
    const strided_rows& rows, bool past_caches)
{
    row_copier copier(compute, node, item_bytes, operand_count);
    if (!past_caches)
    {
        copier.run(rows, false);
        return;
    }
    per_operand<const char*> data;
    for (std::int64_t row = 0; row < rows.row_count; ++row)
    {
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            data[i] = rows.data[i] + row * rows.row_strides[i];
        }
        const bool aligned = reinterpret_cast<std::intptr_t>(data[0]) % *item_bytes == 0;
        copier.run({data.data(), rows.strides, rows.row_strides, 1, rows.count}, aligned);
    }
#ifdef XTENSOR_TORCH_ENGINE
    sse2::finish_streaming(); // once, for it waits
#endif
}

// Both apart, so that small arrays, which need neither, do not make room for them on the stack.

/// Rows of any strides.
inline void run_rows(
    kernel compute, const void* node, const std::int64_t* item_bytes, std::size_t operand_count,
    const strided_rows& rows, bool past_caches)
{
    bool dense = !past_caches;
    for (std::size_t i = 0; i < operand_count; ++i)
    {
        dense = dense && rows.strides[i] == item_bytes[i];
    }
    const std::int64_t rest = compute.keeps_to(rows.count) ? 0 : rows.count % compute.lanes;
    if (!dense || (rest != 0 && rows.row_count != 1))
    {
        run_by_copies(compute, node, item_bytes, operand_count, rows, past_caches);
        return;
    }
    if (rest != rows.count)
    {
        const dense_rows whole = {rows.data,      rows.strides,      rows.row_strides,
                                  rows.row_count, rows.count - rest, false};
        if (compute.calls_libm && rows.row_count * rows.count > most_at_a_depth)
        {
            run_in_pieces(compute, node, operand_count, whole);
        }
        else
        {
            run_kernel(compute, node, whole);
        }
    }
    if (rest != 0)
    {
        run_rest(compute, node, item_bytes, operand_count, rows, rest);
    }
}

} // namespace xtt::detail::engine
