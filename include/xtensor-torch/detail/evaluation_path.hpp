// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <xtensor-torch/detail/compat.hpp>

namespace xtt::detail
{

/// How an expression was evaluated.
enum class evaluation_path
{
    nothing,      ///< there are no elements
    linear,       ///< the engine, all operands side by side in memory
    rows,         ///< the engine, row by row
    transpose,    ///< a copy from memory that runs across the destination's, tile by tile
    copy,         ///< LibTorch's copy_
    reduction,    ///< LibTorch's sum
    reduced_rows, ///< the engine, a few rows at a time of what is reduced then
    stepper       ///< xtensor's own way through any expression, element by element
};

inline constexpr std::int64_t stream_bytes = 16 << 20; // results that no cache keeps

/// What an expression may be evaluated with.
enum class instruction_set
{
    scalar, ///< those that the program is compiled for, and xtensor's own functions
    sse2,
    avx2,
    avx512
};

/// The most that may be used, for tests and benchmarks.
inline std::atomic<instruction_set> instruction_set_cap = instruction_set::avx512;

/// The best that this processor has.
inline instruction_set best_instructions()
{
#ifdef XTENSOR_TORCH_ENGINE
    static const instruction_set best = []
    {
        __builtin_cpu_init();
        if (!__builtin_cpu_supports("avx2"))
        {
            return instruction_set::sse2;
        }
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                   ? instruction_set::avx512
                   : instruction_set::avx2;
    }();
    return best;
#else
    return instruction_set::scalar;
#endif
}

inline instruction_set available_instructions()
{
    return std::min(best_instructions(), instruction_set_cap.load(std::memory_order_relaxed));
}

} // namespace xtt::detail
