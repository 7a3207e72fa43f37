// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/detail/make_view.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>
#include <xtensor-torch/tensor_view.hpp>

namespace xtt
{

namespace detail
{

template <class T, class Array>
Array copy_to_array(const at::Tensor& tensor, const copy_options& options, const call& function)
{
    check_defined(tensor, function);
    if (tensor.is_meta()) [[unlikely]]
    {
        raise<device_error>(
            name_of(function), "a tensor with elements", "one on meta", "make a real one first");
    }
    check_dense(tensor, function);
    check_rank(tensor, function);
    check_cast(tensor.scalar_type(), dtype_of<T>, options.cast, function);
    if (describe_result(options, dtype_of<T>)) [[unlikely]]
    {
        raise<conversion_error>(
            name_of(function), "options without dtype, memory format and pinning", given_options(options),
            "leave them out: the type of the result says them");
    }
    const auto extents = tensor.sizes();
    auto bytes = static_cast<std::int64_t>(sizeof(T));
    if (!std::all_of(extents.begin(), extents.end(), [&](std::int64_t n) { return step_out(bytes, n); }))
        [[unlikely]]
    {
        raise_too_large(name_of(function), extents);
    }
    typename Array::shape_type extents_of_result{};
    xt::resize_container(extents_of_result, extents.size());
    std::transform(
        extents.begin(), extents.end(), extents_of_result.begin(),
        [](std::int64_t n) { return static_cast<std::size_t>(n); });
    Array result(extents_of_result);
    const bool as_it_is = tensor.is_cpu() && tensor.scalar_type() == dtype_of<T> && !tensor.is_conj() &&
                          !tensor.is_neg() && !tensor._is_zerotensor() && tensor.is_contiguous();
    if (as_it_is && result.size() <= few_elements && result.layout() == xt::layout_type::row_major)
    {
        if (result.size() != 0) // there may be no memory
        {
            std::memcpy(
                static_cast<void*>(result.data()), compat::const_data(tensor), result.size() * sizeof(T));
        }
        return result;
    }
    const c10::NoGradGuard no_grad; // a copy detaches by itself
    detail::tensor_over(result, access::write, function.verb).copy_(tensor);
    return result;
}

} // namespace detail

/// An xtensor expression of rank `N` over the tensor's memory: a change in one shows in the other.
///
/// `T` must be the tensor's dtype; `const T` gives a read-only view.
/// Shape: the tensor's, and its strides; `L` promises a layout, which is checked.
/// Lifetime: shares. The view keeps the tensor alive.
/// Copies: never, but for copy-on-write storage, which becomes the tensor's own.
/// Throws: `device_error`, `dtype_error`, `rank_error`; `layout_error` for tensors whose memory is not
/// their value, or, for a writable view, shared between elements; `conversion_error` for an undefined
/// tensor and for one that requires grad while grad mode is on.
template <class T, std::size_t N, xt::layout_type L = xt::layout_type::dynamic>
[[nodiscard]] torch_xtensor_view<T, N, L> view_as_xtensor(const at::Tensor& tensor)
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        return detail::make_view<T, std::array<std::size_t, N>, L>(
            tensor, {"view_as_xtensor", detail::scalar_name<T>, N});
    }
    else
    {
        return detail::no_result<torch_xtensor_view<T, N, L>>();
    }
}

// Without a rank: declared to say what to write instead.
template <class T, class... None>
void view_as_xtensor(const at::Tensor& /*tensor*/)
{
    static_assert(
        detail::never<T>, "xtensor-torch: view_as_xtensor needs the rank: view_as_xtensor<T, N>(t), or "
                          "view_as_xarray<T>(t) for any.");
}

/// As `view_as_xtensor`, for any rank.
template <class T, xt::layout_type L = xt::layout_type::dynamic>
[[nodiscard]] torch_xarray_view<T, L> view_as_xarray(const at::Tensor& tensor)
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        return detail::make_view<T, xt::dynamic_shape<std::size_t>, L>(
            tensor, {"view_as_xarray", detail::scalar_name<T>, detail::any_rank});
    }
    else
    {
        return detail::no_result<torch_xarray_view<T, L>>();
    }
}

/// A new `xt::xtensor` with the tensor's values, from any device, dtype and strides.
///
/// Lifetime: independent.
/// Copies: always; dtype conversion is LibTorch's, within `options.cast`.
/// Throws: `rank_error`; `dtype_error` for a conversion of another kind (float to int); `layout_error` for
/// sparse, quantized and nested tensors; `device_error` for meta; `conversion_error` if undefined.
template <class T, std::size_t N, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
[[nodiscard]] xt::xtensor<std::remove_const_t<T>, N, L>
copy_to_xtensor(const at::Tensor& tensor, const copy_options& options = {})
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        static_assert(
            !std::is_const_v<T>, "xtensor-torch: a copy is yours to change; ask for T, not const T.");
        return detail::copy_to_array<T, xt::xtensor<std::remove_const_t<T>, N, L>>(
            tensor, options, {"copy_to_xtensor", detail::scalar_name<T>, N});
    }
    else
    {
        return detail::no_result<xt::xtensor<std::remove_const_t<T>, N, L>>();
    }
}

// Without a rank: declared to say what to write instead.
template <class T, class... None>
void copy_to_xtensor(const at::Tensor& /*tensor*/, const copy_options& /*options*/ = {})
{
    static_assert(
        detail::never<T>, "xtensor-torch: copy_to_xtensor needs the rank: copy_to_xtensor<T, N>(t), or "
                          "copy_to_xarray<T>(t) for any.");
}

// Options that are none: declared to say what they look like.
template <class T, std::size_t N, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT, class O>
requires(!std::is_convertible_v<const O&, copy_options>) void copy_to_xtensor(
    const at::Tensor& /*tensor*/, const O& /*options*/)
{
    static_assert(
        detail::never<O>, "xtensor-torch: elements are of the type in angle brackets; options go in "
                          "braces: copy_to_xtensor<T, N>(t, {.cast = xtt::casting::unsafe}).");
}

// Not a tensor: declared to say what to write instead.
template <class T, std::size_t N, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT, expression E>
void copy_to_xtensor(const E& /*source*/, const copy_options& /*options*/ = {})
{
    static_assert(
        detail::never<E>, "xtensor-torch: copy_to_xtensor takes a tensor; of an xtensor expression, "
                          "xt::xtensor<T, N> a = e, or assign(a, e).");
}

/// As `copy_to_xtensor`, for any rank.
template <class T, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
[[nodiscard]] xt::xarray<std::remove_const_t<T>, L>
copy_to_xarray(const at::Tensor& tensor, const copy_options& options = {})
{
    if constexpr (decltype(detail::has_dtype<T>())::value)
    {
        static_assert(
            !std::is_const_v<T>, "xtensor-torch: a copy is yours to change; ask for T, not const T.");
        return detail::copy_to_array<T, xt::xarray<std::remove_const_t<T>, L>>(
            tensor, options, {"copy_to_xarray", detail::scalar_name<T>, detail::any_rank});
    }
    else
    {
        return detail::no_result<xt::xarray<std::remove_const_t<T>, L>>();
    }
}

// Options that are none: declared to say what they look like.
template <class T, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT, class O>
requires(!std::is_convertible_v<const O&, copy_options>) void copy_to_xarray(
    const at::Tensor& /*tensor*/, const O& /*options*/)
{
    static_assert(
        detail::never<O>, "xtensor-torch: elements are of the type in angle brackets; options go in "
                          "braces: copy_to_xarray<T>(t, {.cast = xtt::casting::unsafe}).");
}

// Not a tensor: declared to say what to write instead.
template <class T, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT, expression E>
void copy_to_xarray(const E& /*source*/, const copy_options& /*options*/ = {})
{
    static_assert(
        detail::never<E>, "xtensor-torch: copy_to_xarray takes a tensor; of an xtensor expression, "
                          "xt::xarray<T> a = e, or assign(a, e).");
}

} // namespace xtt
