// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <xtensor-torch/detail/engine/nodes.hpp>
#include <xtensor-torch/detail/engine/strided_rows.hpp>

namespace xtt::detail::engine
{

// At a few places of the stack, which are others in each run of a program, libmvec's functions take four
// times as long (on Zen 3): what they load seems to lie where they have just stored, by the bits of addresses
// that the processor compares. So that no program is that slow, they are called at one depth after another.

/// Fewer elements than these take too little time.
inline constexpr std::int64_t least_at_a_depth = 256;
inline constexpr std::int64_t most_at_a_depth = 16'384;

[[gnu::noinline]] inline void
run_at_next_depth(const kernel& compute, const void* node, const dense_rows& rows)
{
    static thread_local std::size_t depth = 0; // KiB
    depth = (depth + 1) % 16;
    void* const deeper = __builtin_alloca(depth * 1024 + 1);
    __asm__ volatile("" : : "r"(deeper) : "memory"); // used
    compute.run(node, rows);
    __asm__ volatile("" : : "r"(deeper) : "memory");
}

inline void run_kernel(const kernel& compute, const void* node, const dense_rows& rows)
{
    if (compute.calls_libm && rows.row_count * rows.count >= least_at_a_depth)
    {
        run_at_next_depth(compute, node, rows);
    }
    else
    {
        compute.run(node, rows);
    }
}

/// The same, of many elements, which make whole vectors or are what the kernel keeps to.
[[gnu::noinline]] inline void
run_in_pieces(const kernel& compute, const void* node, std::size_t operand_count, const dense_rows& rows)
{
    const std::int64_t columns = std::min(rows.count, most_at_a_depth);
    const std::int64_t most = most_at_a_depth / columns; // rows at once
    per_operand<const char*> data;
    for (std::int64_t row = 0; row < rows.row_count; row += most)
    {
        std::int64_t n = 0;
        for (std::int64_t column = 0; column < rows.count; column += n)
        {
            n = std::min(columns, rows.count - column);
            if (!compute.keeps_to(rows.count - column - n)) // too few would be left
            {
                n -= compute.lanes;
            }
            for (std::size_t i = 0; i < operand_count; ++i)
            {
                data[i] = rows.data[i] + row * rows.row_strides[i] + column * rows.strides[i];
            }
            run_kernel(
                compute, node,
                {data.data(), rows.strides, rows.row_strides, std::min(most, rows.row_count - row), n,
                 rows.past_caches});
        }
    }
}

} // namespace xtt::detail::engine
