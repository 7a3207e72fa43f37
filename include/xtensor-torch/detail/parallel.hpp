// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstdint>

#include <ATen/TensorIterator.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/FunctionRef.h>

namespace xtt::detail
{

/// Calls `f(begin, end)` for ranges that together are [0, count), on LibTorch's threads if `count` is more
/// than `grain`. Nested calls are serial, exceptions reach the caller, and `at::set_num_threads` is heeded.
///
/// `memory` has `count` bytes, which are not touched.
inline void parallel_for(
    void* memory, std::int64_t count, std::int64_t grain,
    c10::function_ref<void(std::int64_t begin, std::int64_t end)> f)
{
    if (count <= grain)
    {
        f(std::int64_t(0), count);
        return;
    }
    // `at::parallel_for` is a template, and serial in a program that is compiled without OpenMP. This loop is
    // compiled inside LibTorch; the tensor only tells it how long to be.
    const c10::InferenceMode ordinary(false);
    const at::Tensor bytes = at::for_blob(memory, {count})
                                 .options(at::TensorOptions(at::kByte))
                                 .target_device(at::Device(at::kCPU))
                                 .make_tensor();
    at::TensorIterator loop = at::TensorIterator::borrowing_nullary_op(bytes);
    char* const first = static_cast<char*>(memory);
    loop.for_each(
        [&](char** data, const std::int64_t*, std::int64_t inner, std::int64_t outer)
        {
            const std::int64_t begin = data[0] - first; // one dimension: `outer` is 1
            f(begin, begin + inner * outer);
        },
        grain);
}

} // namespace xtt::detail
