// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <c10/util/ArrayRef.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail
{

/// Elements in memory: where they lie, and nothing of what owns them, so that an expression is compiled once
/// for all kinds of destinations. Strides are in elements, and mean nothing where the extent is 1.
template <class T>
struct strided_span
{
    using value_type = T;

    T* data;
    c10::IntArrayRef sizes;
    c10::IntArrayRef strides;
    xt::layout_type layout; // contiguous in this order, or dynamic
    std::int64_t count;     // elements
};

template <class T>
strided_span<T> span_of(const at::Tensor& tensor, T* first)
{
    const auto layout = tensor.is_contiguous() ? xt::layout_type::row_major : xt::layout_type::dynamic;
    return {first, tensor.sizes(), tensor.strides(), layout, tensor.numel()};
}

// Extents of a user's own type may be narrower: an adaptor's may be a std::vector<int>.
template <class Sequence>
inline constexpr bool is_read_as_int64 = requires(const Sequence& sequence)
{
    requires std::is_same_v<
        std::make_signed_t<std::remove_cvref_t<decltype(*sequence.data())>>, std::int64_t>;
};

/// Calls `f` with the span of an array.
template <class D, class F>
decltype(auto) with_span(D& array, F&& f)
{
    using T = element_t<D>;
    using shape_type = std::remove_cvref_t<decltype(array.shape())>;
    const auto count = static_cast<std::int64_t>(array.size());
    const std::size_t rank = array.shape().size();
    using strides_type = std::remove_cvref_t<decltype(array.strides())>;
    if constexpr (
        static_rank<shape_type> == SIZE_MAX && is_read_as_int64<shape_type> && is_read_as_int64<strides_type>)
    {
        // Read as signed, which C++ allows.
        const auto* sizes = reinterpret_cast<const std::int64_t*>(array.shape().data());
        const auto* strides = reinterpret_cast<const std::int64_t*>(array.strides().data());
        return f(strided_span<T>{
            detail::first_element(array), {sizes, rank}, {strides, rank}, array.layout(), count});
    }
    else
    {
        extents_t<std::int64_t, shape_type, dim_vector> sizes;
        extents_t<std::int64_t, shape_type, dim_vector> strides;
        resize_dims(sizes, rank);
        resize_dims(strides, rank);
        const auto widen = [](auto value) { return static_cast<std::int64_t>(value); };
        std::transform(array.shape().begin(), array.shape().end(), sizes.begin(), widen);
        std::transform(array.strides().begin(), array.strides().end(), strides.begin(), widen);
        return f(strided_span<T>{detail::first_element(array), sizes, strides, array.layout(), count});
    }
}

} // namespace xtt::detail
