// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view> // brings what of <ranges>, a slow header, is used here
#include <tuple>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/dtype.hpp>

namespace xtt
{

/// Anything that xtensor can evaluate: arrays, views, lazy functions.
template <class E>
concept expression = xt::is_xexpression<std::remove_cvref_t<E>>::value;

namespace detail
{

/// For assertions that fail only where their template is used.
template <class>
inline constexpr bool never = false;

template <class S>
inline constexpr bool is_tensor = std::is_same_v<std::remove_cvref_t<S>, at::Tensor>;

/// An expression whose elements lie in memory at `data() + data_offset()`, with `strides()`.
/// `xt::has_strides` alone also holds for masked, complex-part and reshaped views, which have no memory.
template <class E>
concept strided_memory = expression<E> && xt::has_data_interface<std::remove_cvref_t<E>>::value &&
    xt::has_strides<std::remove_cvref_t<E>>::value && requires(const std::remove_cvref_t<E>& e)
{
    e.data_offset();
    requires std::is_pointer_v<std::remove_cvref_t<decltype(e.data())>>;
    requires std::is_pointer_v<std::remove_cvref_t<decltype(e.storage().data())>>;
};

/// xtensor's base class of expressions, as a function that takes `const xt::xexpression<E>&` has it.
template <class E>
inline constexpr bool is_expression_base = false;

template <class E>
inline constexpr bool is_expression_base<xt::xexpression<E>> = true;

template <class E>
concept expression_base = is_expression_base<std::remove_cvref_t<E>>;

/// The element type behind `data()`, const where xtensor lets nobody write.
template <strided_memory E>
using element_t =
    std::remove_pointer_t<std::remove_cvref_t<decltype(std::declval<std::remove_reference_t<E>&>().data())>>;

/// The first element. Empty arrays have none, and offsetting their pointer would be undefined.
template <strided_memory E>
auto first_element(E& array, bool empty) noexcept
{
    auto* const data = array.data();
    return empty ? data : data + static_cast<std::ptrdiff_t>(array.data_offset());
}

template <strided_memory E>
auto first_element(E& array) noexcept
{
    return detail::first_element(array, array.size() == 0);
}

// What an adaptor holds by value is somebody else's memory only where its type says so, as std::span does;
// and its own unless it may be a pointer and a size.
template <class Storage>
inline constexpr bool storage_borrows =
    std::ranges::enable_view<Storage> || std::ranges::enable_borrowed_range<Storage>;

template <class Storage>
inline constexpr bool storage_owns =
    !storage_borrows<Storage> &&
    (!std::is_trivially_copyable_v<Storage> || requires { std::tuple_size<Storage>::value; });

// A foreign buffer belongs to the adaptor if it frees it, or if it holds a smart pointer, which then
// stands where an allocator would.
template <class CP, class O, class A>
inline constexpr bool storage_owns<xt::xbuffer_adaptor<CP, O, A>> =
    std::same_as<O, xt::acquire_ownership> || !requires(A & allocator)
{
    allocator.allocate(std::size_t(1));
};

template <class CP, class O, class A>
inline constexpr bool storage_borrows<xt::xbuffer_adaptor<CP, O, A>> =
    !storage_owns<xt::xbuffer_adaptor<CP, O, A>>;

// How a closure holds its container: by reference it owns nothing.
template <class Closure>
inline constexpr bool closure_owns = !std::is_reference_v<Closure> && storage_owns<std::remove_cv_t<Closure>>;

template <class Closure>
inline constexpr bool closure_borrows =
    std::is_reference_v<Closure> || storage_borrows<std::remove_cv_t<Closure>>;

// One function for each kind of container, never defined: only its result type is asked for.
template <class EC, xt::layout_type L, class SC, class Tag>
std::bool_constant<closure_owns<EC>> owns_buffer(const xt::xarray_container<EC, L, SC, Tag>*);
template <class EC, std::size_t N, xt::layout_type L, class Tag>
std::bool_constant<closure_owns<EC>> owns_buffer(const xt::xtensor_container<EC, N, L, Tag>*);
template <class T, class S, xt::layout_type L, bool SH, class Tag>
std::true_type owns_buffer(const xt::xfixed_container<T, S, L, SH, Tag>*);
template <class EC, xt::layout_type L, class SC, class Tag>
std::bool_constant<closure_owns<EC>> owns_buffer(const xt::xarray_adaptor<EC, L, SC, Tag>*);
template <class EC, std::size_t N, xt::layout_type L, class Tag>
std::bool_constant<closure_owns<EC>> owns_buffer(const xt::xtensor_adaptor<EC, N, L, Tag>*);
template <class EC, class S, xt::layout_type L, bool SH, class Tag>
std::bool_constant<closure_owns<EC>> owns_buffer(const xt::xfixed_adaptor<EC, S, L, SH, Tag>*);
std::false_type owns_buffer(const void*);

template <class E>
using owns_buffer_t = decltype(owns_buffer(std::declval<E*>())); // found by name for our containers

/// Our own views and containers know the tensor whose memory they are, and tell it to this alone.
struct backing
{
    template <class E>
    static auto of(const E& e) -> decltype(e.backing_tensor())
    {
        return e.backing_tensor();
    }
};

template <class E>
concept tensor_backed = requires(const std::remove_cvref_t<E>& e)
{
    backing::of(e);
};

} // namespace detail

/// An expression type whose temporaries may be borrowed from, because the memory belongs to somebody
/// else; specialise it for your own views (as `std::ranges::enable_borrowed_range`).
template <class E>
inline constexpr bool enable_borrowed_view = detail::tensor_backed<E>;

template <class CT, class... S>
inline constexpr bool enable_borrowed_view<xt::xview<CT, S...>> =
    std::is_lvalue_reference_v<CT> || enable_borrowed_view<std::remove_cv_t<CT>>;

template <class CT, class S, xt::layout_type L, class FST>
inline constexpr bool enable_borrowed_view<xt::xstrided_view<CT, S, L, FST>> =
    std::is_lvalue_reference_v<CT> || enable_borrowed_view<std::remove_cv_t<CT>>;

template <class EC, xt::layout_type L, class SC, class Tag>
inline constexpr bool enable_borrowed_view<xt::xarray_adaptor<EC, L, SC, Tag>> = detail::closure_borrows<EC>;

template <class EC, std::size_t N, xt::layout_type L, class Tag>
inline constexpr bool enable_borrowed_view<xt::xtensor_adaptor<EC, N, L, Tag>> = detail::closure_borrows<EC>;

template <class EC, std::size_t N, xt::layout_type L, class Tag>
inline constexpr bool enable_borrowed_view<xt::xtensor_view<EC, N, L, Tag>> = detail::closure_borrows<EC>;

/// An array that holds its own buffer, or an adaptor that holds its container: it can be moved in.
template <class E>
concept owning = detail::strided_memory<E> && !std::is_const_v<std::remove_reference_t<E>> &&
                 detail::owns_buffer_t<std::remove_cvref_t<E>>::value;

/// What `view_as_tensor` takes: writable strided memory of a supported scalar that outlives the call.
template <class E>
concept borrowable =
    detail::strided_memory<E> && scalar<detail::element_t<E>> && !std::is_const_v<detail::element_t<E>> &&
    (std::is_lvalue_reference_v<E> || enable_borrowed_view<std::remove_cvref_t<E>>);

} // namespace xtt
