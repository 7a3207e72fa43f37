// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Read before the test files that deduce an array's parameters in a partial specialisation. There the two
// names are ours whatever the scalar; of a scalar without a dtype, ours is an array of xtensor's under our
// name.

#include "substitute.hpp"

#undef xarray
#undef xtensor

namespace xtt
{

template <class T, xt::layout_type L>
requires(!scalar<T>) class basic_torch_container<T, xt::dynamic_shape<std::size_t>, L, host_memory::pageable>
    : public xt::xarray<T, L>
{
public:
    using xt::xarray<T, L>::xarray_container;
    using xt::xarray<T, L>::operator=;
};

template <class T, std::size_t N, xt::layout_type L>
requires(!scalar<T>) class basic_torch_container<T, std::array<std::size_t, N>, L, host_memory::pageable>
    : public xt::xtensor<T, N, L>
{
public:
    using xt::xtensor<T, N, L>::xtensor_container;
    using xt::xtensor<T, N, L>::operator=;
};

} // namespace xtt

namespace xt
{

using xtt::torch_xarray;
using xtt::torch_xtensor;

// An expression, although its base is that of another class.
template <class T, class Shape, layout_type L>
requires(!xtt::scalar<T>) struct detail::is_crtp_base_of_impl<
    xexpression, xtt::basic_torch_container<T, Shape, L, xtt::host_memory::pageable>> : std::true_type
{
};

} // namespace xt

#define xarray torch_xarray
#define xtensor torch_xtensor
