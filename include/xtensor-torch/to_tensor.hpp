// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/can_view.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt
{

/// Asks for an unsigned array's memory as signed integers of the same size, on purpose: index arrays
/// (`std::size_t`) as int64, which is what LibTorch's operators take.
template <std::signed_integral T>
struct as_signed
{
};

inline constexpr as_signed<std::int16_t> as_int16{};
inline constexpr as_signed<std::int32_t> as_int32{};
inline constexpr as_signed<std::int64_t> as_int64{};

namespace detail
{

// Two public overloads call each of these, because only a named array can be outlived by its tensor in a way
// that the compiler should warn about. `X` is a reference where the array is named.
template <class X, class E>
at::Tensor view(E& array)
{
    if constexpr (expression_base<X>)
    {
        return detail::view<decltype(array.derived_cast())>(array.derived_cast());
    }
    else if constexpr (decltype(can_view<X, false>())::value)
    {
        return detail::tensor_over(array, access::write, "view_as_tensor");
    }
    else
    {
        return {};
    }
}

template <class X, class S, class E>
at::Tensor view_as_signed(E& array)
{
    if constexpr (expression_base<X>)
    {
        return detail::view_as_signed<decltype(array.derived_cast()), S>(array.derived_cast());
    }
    else if constexpr (decltype(can_view<X, false, true>())::value)
    {
        using T = element_t<X>;
        static_assert(
            std::unsigned_integral<T> && sizeof(T) == sizeof(S),
            "xtensor-torch: as_int16, as_int32 and as_int64 take arrays of unsigned integers of that size.");
        return detail::tensor_over(array, access::write, "view_as_tensor", dtype_of<S>);
    }
    else
    {
        return {};
    }
}

template <class X, class E>
at::Tensor view_const(E& array)
{
    if constexpr (expression_base<X>)
    {
        return detail::view_const<decltype(array.derived_cast())>(array.derived_cast());
    }
    else if constexpr (decltype(can_view<X, true>())::value)
    {
        return detail::tensor_over(std::as_const(array), access::read, "view_const_as_tensor");
    }
    else
    {
        return {};
    }
}

template <class Owner>
void check_owner(const Owner& owner)
{
    if (owner == nullptr) [[unlikely]]
    {
        raise<conversion_error>(
            "share_as_tensor", "an owner", "a null shared_ptr", "pass the one that owns it");
    }
}

template <class X>
void takes_shared(const std::shared_ptr<X>&); // only asked whether it could be called

template <class E>
at::Tensor share_memory(E& array, std::shared_ptr<const void> owner)
{
    using T = element_t<E>;
    const auto layout = detail::layout_of(array, sizeof(T), access::write, "share_as_tensor");
    const T* const first = detail::first_element(array, layout.empty);
    detail::check_alignment(first, "share_as_tensor");
    return detail::wrap_owned(
        first, layout, dtype_of<T>, std::make_unique<std::shared_ptr<const void>>(std::move(owner)));
}

template <class X>
at::Tensor move_into_tensor(X&& array, const char* function)
{
    using T = element_t<X>;
    const auto layout = detail::layout_of(array, sizeof(T), access::write, function);
    // LibTorch may want more alignment than an array held by value has of itself.
    struct alignas(std::max(alignof(X), torch_alignment<T>)) holder
    {
        X value;
    };
    // Memory first: where there is none, the array has not moved.
    auto owner = std::unique_ptr<holder>(new holder{std::forward<X>(array)});
    const T* const first = detail::first_element(owner->value, layout.empty);
    try
    {
        detail::check_alignment(first, function);
    }
    catch (...)
    {
        array = std::move(owner->value);
        throw;
    }
    return detail::wrap_owned(first, layout, dtype_of<T>, std::move(owner));
}

} // namespace detail

/// A tensor over the memory of `array`: a change in one shows in the other.
///
/// Shape: the array's; strides are the array's, in elements.
/// Lifetime: borrows. Valid until `array` is destroyed, moved from or resized, or assigned in a way that
/// replaces its buffer (`a = b + c` may; `xt::noalias(a) = b + c` and `xtt::assign(a, b + c)` do not).
/// Of a view made by this library the tensor shares storage, version counter and ownership.
/// Copies: never.
/// Throws: `layout_error` for negative strides, elements that share an address and unaligned memory;
/// `shape_error` for more than 2^63 - 1 bytes.
template <class X>
[[nodiscard]] at::Tensor view_as_tensor(X& array XTENSOR_TORCH_LIFETIMEBOUND)
{
    return detail::view<X&>(array);
}

/// As above, from a temporary view of a named array: `view_as_tensor(xt::view(a, 1))`.
template <class X>
requires(!std::is_lvalue_reference_v<X>) [[nodiscard]] at::Tensor view_as_tensor(X&& array)
{
    return detail::view<X>(array);
}

/// A tensor over the memory of an array of unsigned integers, read as signed ones of the same size.
///
/// Values from half of the unsigned range on appear negative; otherwise as `view_as_tensor(array)`.
template <class X, std::signed_integral S>
[[nodiscard]] at::Tensor view_as_tensor(X& array XTENSOR_TORCH_LIFETIMEBOUND, as_signed<S>)
{
    return detail::view_as_signed<X&, S>(array);
}

/// As above, from a temporary view of a named array.
template <class X, std::signed_integral S>
requires(!std::is_lvalue_reference_v<X>) [[nodiscard]] at::Tensor view_as_tensor(X&& array, as_signed<S>)
{
    return detail::view_as_signed<X, S>(array);
}

/// A tensor over memory that must not be written: LibTorch has no read-only tensor, so nothing but the
/// caller's care keeps it so. Writing through it is undefined.
///
/// Lifetime: borrows, as `view_as_tensor`.
/// Copies: never.
/// Throws: `layout_error` for negative strides and unaligned memory; `shape_error` as `view_as_tensor`.
template <class X>
[[nodiscard]] at::Tensor view_const_as_tensor(X& array XTENSOR_TORCH_LIFETIMEBOUND)
{
    return detail::view_const<X&>(array);
}

/// As above, from a temporary view of a named array.
template <class X>
requires(!std::is_lvalue_reference_v<X>) [[nodiscard]] at::Tensor view_const_as_tensor(X&& array)
{
    return detail::view_const<X>(array);
}

/// A tensor over memory that belongs to something else: a slice of a pool, a mapped file.
///
/// Lifetime: shares. The tensor holds `owner`, and trusts that the memory of `array` lives as long. Memory of
/// our own views and containers is LibTorch's already: the tensor shares their storage, and not `owner`.
/// Copies: never.
/// Throws: `conversion_error` if `owner` is null; otherwise as `view_as_tensor`.
template <class X>
[[nodiscard]] at::Tensor share_as_tensor(X&& array, std::shared_ptr<const void> owner)
{
    if constexpr (detail::expression_base<X>)
    {
        return share_as_tensor(array.derived_cast(), std::move(owner));
    }
    else if constexpr (decltype(detail::can_view<X, false>())::value)
    {
        detail::check_owner(owner);
        if constexpr (detail::has_root_tensor<std::remove_cvref_t<X>>)
        {
            return detail::tensor_over(array, detail::access::write, "share_as_tensor");
        }
        else
        {
            return detail::share_memory(array, std::move(owner));
        }
    }
    else
    {
        return {};
    }
}

/// A tensor over the memory of an array that a `shared_ptr` owns.
///
/// Lifetime: shares. The tensor, and every tensor made from it, holds the pointer.
/// Copies: never.
/// Throws: `conversion_error` if the pointer is null; otherwise as `view_as_tensor`.
template <class X>
[[nodiscard]] at::Tensor share_as_tensor(std::shared_ptr<X> array)
{
    if constexpr (decltype(detail::can_view<X&, false>())::value)
    {
        detail::check_owner(array);
        return share_as_tensor(*array, array);
    }
    else
    {
        return {};
    }
}

// An array that no shared_ptr owns: declared to say what to write instead.
template <class X>
requires(!requires(X & array) { detail::takes_shared(array); }) [[nodiscard]] at::Tensor
    share_as_tensor(X&& /*array*/)
{
    static_assert(
        detail::never<X>,
        "xtensor-torch: share_as_tensor takes a std::shared_ptr to the array; use std::make_shared for it, "
        "or move_to_tensor(std::move(a)).");
    return {};
}

/// Moves an array, or an adaptor that owns its container, into a tensor.
///
/// Lifetime: owns. The tensor frees the buffer, once, on whichever thread drops it last.
/// Copies: never; the elements of an `xtensor_fixed`, which has no buffer, move to the heap.
/// Throws: as `view_as_tensor`; `array` is then as it was, unless it was LibTorch that had no memory left for
/// the tensor's own few bytes.
template <class X>
[[nodiscard]] at::Tensor move_to_tensor(X&& array)
{
    if constexpr (detail::expression_base<X> && !std::is_reference_v<X>)
    {
        return move_to_tensor(std::move(array.derived_cast())); // derived_cast of an rvalue copies
    }
    else if constexpr (decltype(detail::can_move<X>())::value)
    {
        constexpr auto function = "move_to_tensor";
        if constexpr (detail::tensor_backed<X>)
        {
            at::Tensor result = detail::tensor_over(array, detail::access::write, function);
            const X moved_from = std::forward<X>(array); // not before it is known to be possible
            return result;
        }
        else
        {
            return detail::move_into_tensor(std::forward<X>(array), function);
        }
    }
    else
    {
        return {};
    }
}

} // namespace xtt
