// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <ATen/EmptyTensor.h>
#include <ATen/core/Tensor.h>
#include <c10/core/TensorOptions.h>
#include <c10/util/ArrayRef.h>

namespace xtt::detail
{

/// A new host tensor whose elements are not set, in deterministic mode either. `at::empty` would do, but its
/// header takes a third of the time in which a user's file compiles.
inline at::Tensor empty(c10::IntArrayRef sizes, const c10::TensorOptions& options)
{
    return {at::detail::empty_cpu(sizes, options)};
}

} // namespace xtt::detail
