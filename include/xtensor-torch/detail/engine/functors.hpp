// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/engine/libm.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>

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

namespace xtt::detail::engine
{

/// Whether a functor is a function of libm.hpp's lists.
template <class F>
inline constexpr bool is_libm = false;

#define XTENSOR_TORCH_IS_LIBM(name)                                                                          \
    template <>                                                                                              \
    inline constexpr bool is_libm<xt::math::name##_fun> = true;
XTENSOR_TORCH_LIBM_UNARY(XTENSOR_TORCH_IS_LIBM)
XTENSOR_TORCH_LIBM_BINARY(XTENSOR_TORCH_IS_LIBM)
#undef XTENSOR_TORCH_IS_LIBM

/// Whether there is one among the functors. Its loop needs the registers: what is read from the stack in it,
/// to say where the operands are, costs a sixth.
template <class Node>
inline constexpr bool calls_libm = false;

template <class F, class R, class... Nodes>
inline constexpr bool calls_libm<call<F, R, Nodes...>> = is_libm<F> || (calls_libm<Nodes> || ...);

} // namespace xtt::detail::engine
