// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What xtensor must know of our views before their class is defined.

#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>

#include <xtensor-torch/detail/compat.hpp>

namespace xtt
{

template <class T, class Shape, xt::layout_type L>
class basic_tensor_view;

namespace detail
{

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

template <class T, class Shape, layout_type L>
struct xiterable_inner_types<xtt::basic_tensor_view<T, Shape, L>>
    : xcontainer_iterable_types<xtt::basic_tensor_view<T, Shape, L>>
{
};

} // namespace xt
