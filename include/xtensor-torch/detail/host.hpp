// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <ATen/EmptyTensor.h>
#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/TensorOptions.h>
#include <c10/util/ArrayRef.h>

namespace xtt::detail
{

/// LibTorch is told where memory is, or it would ask (and start) CUDA. Not by the constructor that takes a
/// device type, which brings streams for its message into each user's file.
inline const at::Device& host_device()
{
    static const at::Device host("cpu");
    return host;
}

/// A new host tensor whose elements are not set, in deterministic mode either. `at::empty` would do, but its
/// header takes a third of the time in which a user's file compiles.
inline at::Tensor empty(c10::IntArrayRef sizes, const c10::TensorOptions& options)
{
    return {at::detail::empty_cpu(sizes, options)};
}

/// Options take longer to compile.
inline at::Tensor empty(c10::IntArrayRef sizes, c10::ScalarType dtype)
{
    return {at::detail::empty_cpu(sizes, dtype)};
}

} // namespace xtt::detail
