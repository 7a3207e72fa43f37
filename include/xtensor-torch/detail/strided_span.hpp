// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

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

// Not all extents are std::size_t: an adaptor's may be a user's std::vector<int>.
template <class Sequence>
inline constexpr bool is_read_as_int64 = requires(const Sequence& sequence)
{
    requires std::contiguous_iterator<decltype(sequence.begin())>;
    requires std::is_same_v<
        std::make_signed_t<std::remove_cvref_t<decltype(*sequence.begin())>>, std::int64_t>;
};

/// Extents or strides where they are, read as signed, which C++ allows.
template <class Sequence>
c10::IntArrayRef as_int64(const Sequence& sequence)
{
    return {reinterpret_cast<const std::int64_t*>(std::to_address(sequence.begin())), sequence.size()};
}

template <class E>
inline constexpr bool has_plain_extents = requires(const E& array)
{
    requires std::is_lvalue_reference_v<decltype(array.shape())>;
    requires std::is_lvalue_reference_v<decltype(array.strides())>;
    requires is_read_as_int64<std::remove_cvref_t<decltype(array.shape())>>;
    requires is_read_as_int64<std::remove_cvref_t<decltype(array.strides())>>;
};

/// Calls `f` with the span of an array.
template <class D, class F>
decltype(auto) with_span(D& array, F&& f)
{
    using T = element_t<D>;
    using shape_type = std::remove_cvref_t<decltype(array.shape())>;
    const auto count = static_cast<std::int64_t>(array.size());
    const std::size_t rank = array.shape().size();
    if constexpr (static_rank<shape_type> == SIZE_MAX && has_plain_extents<D>)
    {
        return f(strided_span<T>{
            detail::first_element(array), detail::as_int64(array.shape()), detail::as_int64(array.strides()),
            array.layout(), count});
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
