// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Everything that the regions use comes first: what is included within one would be compiled for it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/engine/functors.hpp>
#include <xtensor-torch/detail/engine/libm.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>

// A user's program is compiled for the processor's common denominator; each of these namespaces may use more.
// FMA is not among the instructions, and not used where a user's -march has it: products are rounded one by
// one.
#if defined(__clang__)
    #pragma clang diagnostic push
    #pragma clang diagnostic ignored "-Wpass-failed"
#else
    #pragma GCC diagnostic push
    #pragma GCC diagnostic ignored "-Wpsabi"
#endif

#define XTENSOR_TORCH_ISA sse2
#define XTENSOR_TORCH_BYTES 16
#include <xtensor-torch/detail/engine/kernels.inl>

#if defined(__clang__)
    #pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
    #pragma GCC push_options
    #pragma GCC target("avx2")
#endif
#define XTENSOR_TORCH_ISA avx2
#define XTENSOR_TORCH_BYTES 32
#include <xtensor-torch/detail/engine/kernels.inl>
#if defined(__clang__)
    #pragma clang attribute pop
#else
    #pragma GCC pop_options
#endif

#if defined(__clang__)
    #pragma clang attribute push(                                                                            \
        __attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#else
    #pragma GCC push_options
    #pragma GCC target("avx2,avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")
#endif
#define XTENSOR_TORCH_ISA avx512
#define XTENSOR_TORCH_BYTES 64
#include <xtensor-torch/detail/engine/kernels.inl>
#if defined(__clang__)
    #pragma clang attribute pop
    #pragma clang diagnostic pop
#else
    #pragma GCC pop_options
    #pragma GCC diagnostic pop
#endif
