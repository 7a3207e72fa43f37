// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where a shape type says the rank, so do the types made for it: no allocation, and unrolled loops.

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include <xtensor-torch/detail/compat.hpp>

namespace xtt::detail
{

/// The number of extents that a shape type has; SIZE_MAX where that is known at run time only, as xt::xarray.
template <class Shape>
inline constexpr std::size_t static_rank = SIZE_MAX;

template <class Shape>
requires requires
{
    std::tuple_size<Shape>::value;
}
inline constexpr std::size_t static_rank<Shape> = std::tuple_size_v<Shape>;

/// As many `T` as a shape type has extents: `Dynamic` where that is known at run time only.
template <class T, class Shape, class Dynamic>
using extents_t =
    std::conditional_t<static_rank<Shape> == SIZE_MAX, Dynamic, std::array<T, static_rank<Shape>>>;

/// The array of xtensor's own that has a shape type's rank.
template <class T, class Shape, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
using array_t = std::conditional_t<
    static_rank<Shape> == SIZE_MAX, xt::xarray<std::remove_const_t<T>, L>,
    xt::xtensor<std::remove_const_t<T>, static_rank<Shape>, L>>;

} // namespace xtt::detail
