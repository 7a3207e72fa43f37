// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What xtensor must know of our views before their class is defined.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <xtensor-torch/detail/compat.hpp>

namespace xtt
{

template <class T, class Shape, xt::layout_type L>
class basic_tensor_view;

namespace detail
{

/// The number of extents that a shape type has; SIZE_MAX where that is known at run time only, as xt::xarray.
template <class Shape>
inline constexpr std::size_t static_rank = SIZE_MAX;

template <std::size_t N>
inline constexpr std::size_t static_rank<std::array<std::size_t, N>> = N;

template <class V>
inline constexpr bool is_tensor_view = false;

template <class T, class Shape, xt::layout_type L>
inline constexpr bool is_tensor_view<basic_tensor_view<T, Shape, L>> = true;

// xtensor recognises exactly its own containers as temporaries; with others, sorting goes wrong.
template <class T, class Shape, xt::layout_type L>
struct view_temporary
{
    using type = xt::xarray<std::remove_const_t<T>, L>;
};

template <class T, std::size_t N, xt::layout_type L>
struct view_temporary<T, std::array<std::size_t, N>, L>
{
    using type = xt::xtensor<std::remove_const_t<T>, N, L>;
};

} // namespace detail

} // namespace xtt

namespace xt
{

template <class T, class Shape, layout_type L>
struct xcontainer_inner_types<xtt::basic_tensor_view<T, Shape, L>>
{
    // The plain allocator keeps xtensor from assuming SIMD alignment, which slices do not have.
    using storage_type = xbuffer_adaptor<T*, no_ownership, std::allocator<std::remove_const_t<T>>>;
    using reference = typename storage_type::reference;
    using const_reference = typename storage_type::const_reference;
    using size_type = std::size_t;
    using shape_type = Shape;
    using strides_type = get_strides_t<shape_type>;
    using backstrides_type = strides_type;
    using inner_shape_type = shape_type;
    using inner_strides_type = strides_type;
    using inner_backstrides_type = backstrides_type;
    using temporary_type = typename xtt::detail::view_temporary<T, Shape, L>::type;
    static constexpr layout_type layout = L;
};

/// A view is no container: xtensor's algorithms walk the storage of what eval gives them, which is that of a
/// view only where it is contiguous, and some write to it.
template <class T>
requires xtt::detail::is_tensor_view<std::remove_cvref_t<T>>
inline auto
eval(T&& view) // NOLINTNEXTLINE(modernize-use-constraints): as xtensor's, which this is preferred to
    -> std::enable_if_t<detail::is_container<std::decay_t<T>>::value, temporary_type_t<T>>
{
    return std::forward<T>(view);
}

template <class T, class Shape, layout_type L>
struct xiterable_inner_types<xtt::basic_tensor_view<T, Shape, L>>
    : xcontainer_iterable_types<xtt::basic_tensor_view<T, Shape, L>>
{
};

} // namespace xt
