// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/engine/libm.hpp>

// xtensor's functors by name; who includes none of its mathematics need not pay for it.
namespace xt::math
{
#define XTENSOR_TORCH_DECLARE(name) struct name##_fun;
XTENSOR_TORCH_LIBM_UNARY(XTENSOR_TORCH_DECLARE)
XTENSOR_TORCH_LIBM_BINARY(XTENSOR_TORCH_DECLARE)
#undef XTENSOR_TORCH_DECLARE
struct abs_fun;
struct fabs_fun;
struct sqrt_fun;
struct floor_fun;
struct ceil_fun;
struct trunc_fun;
struct rint_fun;
struct nearbyint_fun;
struct isnan_fun;
struct isinf_fun;
struct isfinite_fun;
struct fmax_fun;
struct fmin_fun;
struct clamp_fun;
template <class T>
struct minimum;
template <class T>
struct maximum;
} // namespace xt::math
