// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is wrong with an argument of view_as_tensor and move_to_tensor, said at compile time.

#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/dtype.hpp>

namespace xtt::detail
{

// One mistake, one message: the first thing that is wrong is said, and nothing after it is compiled. The
// answer is the return type: asked for as a value, g++ adds an error of its own to a failed assertion.
// `X` is what the forwarding reference deduced.
template <class X, bool Const, bool Signed = false>
constexpr auto can_view()
{
    if constexpr (!expression<X>)
    {
        static_assert(
            never<X>,
            "xtensor-torch: not an xtensor array; wrap other memory with xt::adapt; the way back from a "
            "tensor is view_as_xtensor<T, N>(t).");
        return std::false_type{};
    }
    else if constexpr (requires(const std::remove_cvref_t<X>& e) {
                           e.value().shape(), e.has_value().shape();
                       })
    {
        static_assert(
            never<X>, "xtensor-torch: an optional array is two arrays; use a.value() and a.has_value().");
        return std::false_type{};
    }
    else if constexpr (!strided_memory<X>)
    {
        static_assert(never<X>, "xtensor-torch: this expression has no memory to share; use copy_to_tensor.");
        return std::false_type{};
    }
    else if constexpr (!std::is_lvalue_reference_v<X> && !enable_borrowed_view<std::remove_cvref_t<X>>)
    {
        static_assert(
            never<X>,
            "xtensor-torch: the tensor would outlive this temporary array; name it, or use move_to_tensor.");
        return std::false_type{};
    }
    else if constexpr (!Signed && unsupported_unsigned<std::remove_cv_t<element_t<X>>>)
    {
        static_assert(
            never<X>,
            "xtensor-torch: LibTorch before 2.3 has no such unsigned dtype; use view_as_tensor(a, "
            "xtt::as_int64) (or as_int32, as_int16: the same size), or copy_to_tensor with {.dtype = "
            "at::kLong}.");
        return std::false_type{};
    }
    else if constexpr (!scalar<element_t<X>> && !Signed)
    {
        return decltype(has_dtype<element_t<X>>()){};
    }
    else if constexpr (!Const && std::is_const_v<element_t<X>>)
    {
        static_assert(
            never<X>,
            "xtensor-torch: LibTorch has no read-only tensor for this const array; use copy_to_tensor, or "
            "view_const_as_tensor and never write through it.");
        return std::false_type{};
    }
    else
    {
        return std::true_type{};
    }
}

template <class X>
constexpr auto can_move()
{
    if constexpr (std::is_lvalue_reference_v<X>)
    {
        static_assert(never<X>, "xtensor-torch: move_to_tensor takes the array away; say std::move(a).");
        return std::false_type{};
    }
    else if constexpr (!decltype(can_view<std::remove_const_t<X>&, true>())::value)
    {
        return std::false_type{};
    }
    else if constexpr (std::is_const_v<X>)
    {
        static_assert(never<X>, "xtensor-torch: a const array cannot be moved from; use copy_to_tensor.");
        return std::false_type{};
    }
    else if constexpr (!owning<X>)
    {
        static_assert(
            never<X>,
            "xtensor-torch: this array does not own its memory; use view_as_tensor, share_as_tensor or "
            "copy_to_tensor.");
        return std::false_type{};
    }
    else
    {
        return std::true_type{};
    }
}

} // namespace xtt::detail
