// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/SmallVector.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/overlap.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/error.hpp>

namespace xtt
{

/// Extents or strides in LibTorch's convention; converts to `at::IntArrayRef`.
using dim_vector = c10::SmallVector<std::int64_t, 5>;

namespace detail
{

/// Not inlined: there, newer g++ mistrust LibTorch's SmallVector.
[[gnu::noinline]] inline dim_vector filled_dims(std::size_t rank, std::int64_t value)
{
    return dim_vector(rank, value);
}

/// What the memory will be used for: writing wants every element at an address of its own.
enum class access
{
    read,
    write
};

/// A shape and its strides, in elements, as LibTorch takes them.
template <class Dims>
struct torch_layout
{
    Dims sizes;
    Dims strides;
    bool row_major = true; // then LibTorch finds the same strides by itself, and faster
    bool empty = false;
};

// Spelled out where it is returned: clang moves what a function of deduced type returns.
template <class E>
using torch_layout_of = torch_layout<
    extents_t<std::int64_t, std::remove_cvref_t<decltype(std::declval<const E&>().shape())>, dim_vector>>;

template <class Dims>
void resize_dims(Dims& dims, std::size_t rank)
{
    if constexpr (requires { dims.resize_for_overwrite(rank); })
    {
        dims.resize_for_overwrite(rank);
    }
}

/// The stride of row-major memory, one dimension further out; false where it does not fit.
inline bool step_out(std::int64_t& stride, std::int64_t size) noexcept
{
    return size >= 0 && !__builtin_mul_overflow(stride, std::max<std::int64_t>(size, 1), &stride);
}

template <class Dims>
void fill_row_major(c10::IntArrayRef sizes, Dims& strides)
{
    std::int64_t stride = 1;
    for (std::size_t d = sizes.size(); d-- > 0;)
    {
        strides[d] = stride;
        stride *= std::max<std::int64_t>(sizes[d], 1);
    }
}

/// NHWC (rank 4) and NDHWC (rank 5): the channel, dimension 1, varies fastest.
inline dim_vector channels_last_strides(c10::IntArrayRef sizes)
{
    dim_vector strides(sizes.size());
    std::int64_t stride = 1;
    const auto place = [&](std::size_t d)
    {
        strides[d] = stride;
        stride *= std::max<std::int64_t>(sizes[d], 1);
    };
    place(1);
    for (std::size_t d = sizes.size(); d-- > 2;)
    {
        place(d);
    }
    place(0);
    return strides;
}

/// Of rank 4 or 5. Strides of extents 1 carry no information, but `suggest_memory_format()` reads them: as
/// channels-last memory would have them, where the others are of it.
inline void recognise_channels_last(c10::IntArrayRef sizes, std::int64_t* strides)
{
    const dim_vector wanted = channels_last_strides(sizes);
    for (std::size_t d = 0; d < sizes.size(); ++d)
    {
        if (sizes[d] != 1 && strides[d] != wanted[d])
        {
            return;
        }
    }
    std::copy(wanted.begin(), wanted.end(), strides);
}

template <class Shape>
[[noreturn, gnu::cold, gnu::noinline]] void raise_too_large(std::string_view function, const Shape& shape)
{
    raise<shape_error>(function, "at most 2^63 - 1 bytes", text("shape ", shape), "make the array smaller");
}

template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void raise_layout(
    const char* function, const char* expected, c10::IntArrayRef sizes, c10::IntArrayRef strides,
    const char* remedy)
{
    raise<Error>(function, expected, layout_text("shape ", sizes, strides), remedy);
}

/// xtensor itself walks such an expression's memory without a look at its strides.
template <class E>
inline constexpr bool is_static_row_major = requires
{
    requires E::static_layout == xt::layout_type::row_major;
};

/// The layout of strided xtensor memory as LibTorch takes it, validated before LibTorch sees it.
template <class E>
[[gnu::always_inline]] inline torch_layout_of<E>
layout_of(const E& array, std::size_t item_bytes, access use, const char* function)
{
    const auto& shape = array.shape();
    const auto& strides = array.strides();
    const std::size_t rank = shape.size();
    torch_layout_of<E> layout;
    resize_dims(layout.sizes, rank);
    resize_dims(layout.strides, rank);
    std::int64_t expected = 1; // stride of row-major memory
    std::int64_t reach = 0;    // elements from the first to the last, less one
    std::int64_t step = 0;
    std::int64_t signs = 0;
    bool fits = true;
    bool reach_fits = true;
    bool spread = true; // each stride steps over all that those after it reach: nothing is shared
    for (std::size_t d = rank; d-- > 0;)
    {
        const auto size = static_cast<std::int64_t>(shape[d]);
        const auto stride =
            size == 1 || is_static_row_major<E> ? expected : static_cast<std::int64_t>(strides[d]);
        layout.sizes[d] = size;
        layout.strides[d] = stride;
        layout.row_major = layout.row_major && stride == expected;
        layout.empty = layout.empty || size == 0;
        signs |= stride;
        spread = spread && (size == 1 || stride > reach);
        reach_fits = reach_fits && !__builtin_mul_overflow(size - 1, stride, &step) &&
                     !__builtin_add_overflow(reach, step, &reach);
        fits = step_out(expected, size) && fits;
    }
    const auto limit = std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(item_bytes);
    if (!fits || expected > limit) [[unlikely]]
    {
        raise_too_large(function, shape);
    }
    if (layout.empty) [[unlikely]]
    {
        fill_row_major(layout.sizes, layout.strides);
        layout.row_major = true;
    }
    if (layout.row_major)
    {
        return layout;
    }
    if (signs < 0) [[unlikely]]
    {
        raise_layout<layout_error>(
            function, "strides that are not negative, which LibTorch does not have", layout.sizes,
            layout.strides, "use copy_to_tensor");
    }
    if (!reach_fits || reach >= limit) [[unlikely]]
    {
        raise_layout<shape_error>(
            function, "at most 2^63 - 1 bytes", layout.sizes, layout.strides, "make the array smaller");
    }
    if (!spread && use == access::write && has_overlap(layout.sizes, layout.strides)) [[unlikely]]
    {
        raise_layout<layout_error>(
            function, "every element at an address of its own", layout.sizes, layout.strides,
            "use copy_to_tensor");
    }
    if (rank == 4 || rank == 5)
    {
        recognise_channels_last(layout.sizes, layout.strides.data());
    }
    return layout;
}

} // namespace detail

/// The extents of an xtensor expression, as LibTorch takes them.
///
/// Throws: `shape_error` if one is over 2^63 - 1.
template <class E>
[[nodiscard]] dim_vector sizes(const E& expression)
{
    if constexpr (detail::is_tensor<E>)
    {
        static_assert(detail::never<E>, "xtensor-torch: a tensor has its own sizes: t.sizes().");
        return {};
    }
    else if constexpr (
        requires { expression.derived_cast().shape(); } && !requires { expression.shape(); })
    {
        return sizes(expression.derived_cast());
    }
    else
    {
        dim_vector result;
        for (const auto extent : expression.shape())
        {
            if (!std::in_range<std::int64_t>(extent)) [[unlikely]]
            {
                detail::raise<shape_error>(
                    "sizes", "extents of at most 2^63 - 1", detail::text("shape ", expression.shape()),
                    "make the array smaller");
            }
            result.push_back(static_cast<std::int64_t>(extent));
        }
        return result;
    }
}

/// The extents of a tensor, as xtensor takes them.
///
/// Throws: `conversion_error` if the tensor is undefined.
[[nodiscard]] inline xt::dynamic_shape<std::size_t> shape(const at::Tensor& tensor)
{
    if (!tensor.defined()) [[unlikely]]
    {
        detail::raise<conversion_error>("shape", "a tensor", "an undefined one", "make it first");
    }
    const auto sizes = tensor.sizes();
    return {sizes.begin(), sizes.end()};
}

// Of an array: declared to say what to write instead.
template <expression E>
[[nodiscard]] xt::dynamic_shape<std::size_t> shape(const E& /*array*/)
{
    static_assert(
        detail::never<E>,
        "xtensor-torch: an array has its own shape: a.shape(); use xtt::sizes(a) for LibTorch.");
    return {};
}

} // namespace xtt
