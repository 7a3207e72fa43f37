// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What xtensor must know of our views before their class is defined.

#include <cstddef>
#include <memory>
#include <type_traits>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/static_rank.hpp>

namespace xtt
{

template <class T, class Shape, xt::layout_type L>
class basic_tensor_view;

namespace detail
{

template <class V>
inline constexpr bool is_tensor_view = false;

template <class T, class Shape, xt::layout_type L>
inline constexpr bool is_tensor_view<basic_tensor_view<T, Shape, L>> = true;

/// What xtensor asks of memory that has a shape and strides.
template <class T, class Storage, class Shape, xt::layout_type L>
struct inner_types
{
    using storage_type = Storage;
    using reference = typename storage_type::reference;
    using const_reference = typename storage_type::const_reference;
    using size_type = std::size_t;
    using shape_type = Shape;
    using strides_type = xt::get_strides_t<shape_type>;
    using backstrides_type = strides_type;
    using inner_shape_type = shape_type;
    using inner_strides_type = strides_type;
    using inner_backstrides_type = backstrides_type;
    // xtensor recognises exactly its own containers as temporaries; with others, sorting goes wrong.
    using temporary_type = array_t<T, Shape, L>;
    static constexpr xt::layout_type layout = L;
};

} // namespace detail

} // namespace xtt

namespace xt
{

template <class T, class Shape, layout_type L>
struct xcontainer_inner_types<xtt::basic_tensor_view<T, Shape, L>>
    // The plain allocator keeps xtensor from assuming SIMD alignment, which slices do not have.
    : xtt::detail::inner_types<
          T, xbuffer_adaptor<T*, no_ownership, std::allocator<std::remove_const_t<T>>>, Shape, L>
{
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
