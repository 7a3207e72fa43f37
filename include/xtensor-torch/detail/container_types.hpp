// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What xtensor must know of our containers before their class is defined, and what they check.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/torch_storage.hpp>
#include <xtensor-torch/detail/view_types.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt
{

template <class T, class Shape, xt::layout_type L, host_memory M>
class basic_torch_container;

namespace detail
{

template <class Shape, std::size_t N>
inline constexpr bool takes_rank = static_rank<Shape> == N || static_rank<Shape> == SIZE_MAX;

/// Throws unless the bytes of so many elements can be counted.
template <class Shape>
void check_bytes(const Shape& shape, std::size_t item_bytes)
{
    std::size_t left = std::size_t(INT64_MAX) / item_bytes;
    for (const auto extent : shape)
    {
        left /= std::max<std::size_t>(static_cast<std::size_t>(extent), 1);
    }
    if (left == 0) [[unlikely]]
    {
        raise<shape_error>(
            "torch container", "at most 2^63 - 1 bytes", text("shape ", shape), "make it smaller");
    }
}

inline constexpr std::size_t no_odd_row = SIZE_MAX;

/// The length of a row in a nested list that has not this shape, which xtensor takes from the first rows.
template <class T, class Shape>
std::size_t find_odd_row(const T& /*value*/, const Shape& /*shape*/, std::size_t /*d*/)
{
    return no_odd_row;
}

template <class T, class Shape>
std::size_t find_odd_row(std::initializer_list<T> list, const Shape& shape, std::size_t d)
{
    std::size_t odd = list.size() == static_cast<std::size_t>(shape[d]) ? no_odd_row : list.size();
    for (const T& item : list)
    {
        odd = odd == no_odd_row ? detail::find_odd_row(item, shape, d + 1) : odd;
    }
    return odd;
}

/// xtensor's own containers put no bound on explicit strides. Ours stay within their memory.
template <class Shape, class Strides>
void check_strides_within(const Shape& shape, const Strides& strides)
{
    std::size_t count = 1;
    for (const auto extent : shape)
    {
        count *= extent;
    }
    bool within = shape.size() == strides.size();
    std::size_t left = count == 0 ? 0 : count - 1; // elements that may still be stepped over
    for (std::size_t d = 0; within && count != 0 && d < shape.size(); ++d)
    {
        const std::size_t steps = shape[d] - 1;
        const auto stride = static_cast<std::ptrdiff_t>(strides[d]);
        within = steps == 0 || (stride >= 0 && static_cast<std::size_t>(stride) <= left / steps);
        left -= within && steps != 0 ? static_cast<std::size_t>(stride) * steps : 0;
    }
    if (within && count != 0)
    {
        const dim_vector steps(strides.begin(), strides.end());
        within = !has_overlap(dim_vector(shape.begin(), shape.end()), steps);
    }
    if (!within) [[unlikely]]
    {
        raise<layout_error>(
            "torch container", text("strides that reach ", count, " elements, each by one index"),
            layout_text("shape ", shape, strides), "leave the strides out");
    }
}

template <std::size_t Rank>
void check_same_rank(std::size_t rank, const char* function)
{
    if (Rank != SIZE_MAX && rank != Rank) [[unlikely]]
    {
        raise<rank_error>(
            function, text("rank ", Rank), text("rank ", rank), "use torch_xarray, which has any");
    }
}

} // namespace detail

} // namespace xtt

namespace xt
{

template <class T, class Shape, layout_type L, xtt::host_memory M>
struct xcontainer_inner_types<xtt::basic_torch_container<T, Shape, L, M>>
    : xtt::detail::inner_types<T, xtt::detail::torch_storage<T, M>, Shape, L>
{
};

template <class T, class Shape, layout_type L, xtt::host_memory M>
struct xiterable_inner_types<xtt::basic_torch_container<T, Shape, L, M>>
    : xcontainer_iterable_types<xtt::basic_torch_container<T, Shape, L, M>>
{
};

} // namespace xt
