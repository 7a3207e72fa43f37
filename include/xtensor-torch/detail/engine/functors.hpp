// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <type_traits>

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

/// About how long one takes for an element, in the time of an addition.
template <class F>
inline constexpr int time_of = 1;

template <>
inline constexpr int time_of<xt::detail::divides> = 4;

template <>
inline constexpr int time_of<xt::math::sqrt_fun> = 8;

/// Whether there is one among the functors. Its loop needs the registers: what is read from the stack in it,
/// to say where the operands are, costs a sixth.
template <class Node>
inline constexpr bool calls_libm = false;

template <class F, class R, class... Nodes>
inline constexpr bool calls_libm<call<F, R, Nodes...>> = is_libm<F> || (calls_libm<Nodes> || ...);

/// Whether a node is such a function of operands, not of numbers alone.
template <class Node>
inline constexpr bool is_libm_call = false;

template <class F, class R, class... Nodes>
inline constexpr bool is_libm_call<call<F, R, Nodes...>> = is_libm<F>&& call<F, R, Nodes...>::leaves != 0;

/// Adds how many there are, up to the one of type `Call`; whether that is there.
template <class Call, class Node>
constexpr bool count_libm_calls(type_tag<Node>, int& /*count*/)
{
    return false;
}

template <class Call, class F, class R, class... Nodes>
constexpr bool count_libm_calls(type_tag<call<F, R, Nodes...>>, int& count)
{
    using Node = call<F, R, Nodes...>;
    if ((count_libm_calls<Call>(type_tag<Nodes>{}, count) || ...) || std::is_same_v<Call, Node>)
    {
        return true;
    }
    count += is_libm_call<Node> ? 1 : 0;
    return false;
}

/// The number of one of a node's calls. No two have the same type: operands are numbered.
template <class Node, class Call>
inline constexpr int libm_call_number = []
{
    int count = 0;
    count_libm_calls<Call>(type_tag<Node>{}, count);
    return count;
}();

template <class Node>
inline constexpr int libm_call_count = libm_call_number<Node, void>;

} // namespace xtt::detail::engine
