// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <ATen/core/Tensor.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/SmallVector.h>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/overlap.hpp>
#include <xtensor-torch/error.hpp>

namespace xtt
{

/// Extents or strides in LibTorch's convention; converts to `at::IntArrayRef`.
using dim_vector = c10::SmallVector<std::int64_t, 5>;

namespace detail
{

/// What the memory will be used for: writing wants every element at an address of its own.
enum class access
{
    read,
    write
};

struct torch_layout
{
    dim_vector sizes;
    dim_vector strides; // in elements
};

inline std::int64_t element_count(c10::IntArrayRef sizes) noexcept
{
    std::int64_t count = 1;
    for (const std::int64_t size : sizes)
    {
        count *= size;
    }
    return count;
}

inline void fill_row_major(c10::IntArrayRef sizes, dim_vector& strides)
{
    std::int64_t stride = 1;
    for (std::size_t d = sizes.size(); d-- > 0;)
    {
        strides[d] = stride;
        stride *= std::max<std::int64_t>(sizes[d], 1);
    }
}

inline dim_vector row_major_strides(c10::IntArrayRef sizes)
{
    dim_vector strides(sizes.size());
    fill_row_major(sizes, strides);
    return strides;
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

/// Whether `strides` is `wanted` in every dimension where a stride means anything.
inline bool strides_agree(c10::IntArrayRef sizes, c10::IntArrayRef strides, c10::IntArrayRef wanted) noexcept
{
    for (std::size_t d = 0; d < sizes.size(); ++d)
    {
        if (sizes[d] != 1 && strides[d] != wanted[d])
        {
            return false;
        }
    }
    return true;
}

/// Strides that carry no information, those of extents 1 and of empty arrays, as LibTorch would have
/// them; `suggest_memory_format()` reads them.
inline void canonicalise_strides(torch_layout& layout)
{
    const dim_vector row_major = row_major_strides(layout.sizes);
    const dim_vector* wanted = &row_major;
    dim_vector channels_last;
    const bool empty = element_count(layout.sizes) == 0;
    const std::size_t rank = layout.sizes.size();
    if (!empty && (rank == 4 || rank == 5) && !strides_agree(layout.sizes, layout.strides, row_major))
    {
        channels_last = channels_last_strides(layout.sizes);
        if (strides_agree(layout.sizes, layout.strides, channels_last))
        {
            wanted = &channels_last;
        }
    }
    for (std::size_t d = 0; d < rank; ++d)
    {
        if (empty || layout.sizes[d] == 1)
        {
            layout.strides[d] = (*wanted)[d];
        }
    }
}

/// Throws unless the array's extents and its last byte can be counted in 63 bits.
inline void check_extent(const torch_layout& layout, std::size_t item_bytes, std::string_view function)
{
    constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max();
    std::int64_t left = limit / static_cast<std::int64_t>(item_bytes);
    std::int64_t span = left;
    bool fits = true;
    for (std::size_t d = 0; d < layout.sizes.size() && fits; ++d)
    {
        const std::int64_t size = std::max<std::int64_t>(layout.sizes[d], 1);
        left /= size;
        fits = left > 0;
        if (size > 1 && layout.strides[d] > 0)
        {
            fits = fits && layout.strides[d] <= span / (size - 1);
            span -= fits ? layout.strides[d] * (size - 1) : 0;
        }
    }
    if (!fits) [[unlikely]]
    {
        raise<shape_error>(
            function, "at most 2^63 - 1 bytes",
            "sizes " + bracketed(layout.sizes) + " with strides " + bracketed(layout.strides),
            "make the array smaller");
    }
}

/// The layout of strided xtensor memory as LibTorch takes it, validated before LibTorch sees it.
template <class E>
torch_layout layout_of(const E& array, std::size_t item_bytes, access use, std::string_view function)
{
    torch_layout layout;
    const auto& shape = array.shape();
    const auto& strides = array.strides();
    const std::size_t rank = shape.size();
    layout.sizes.resize_for_overwrite(rank);
    layout.strides.resize_for_overwrite(rank);
    bool row_major = true;
    for (std::size_t d = 0; d < rank; ++d)
    {
        if (!std::in_range<std::int64_t>(shape[d])) [[unlikely]]
        {
            raise<shape_error>(
                function, "extents of at most 2^63 - 1", "shape " + bracketed(shape),
                "make the array smaller");
        }
        layout.sizes[d] = static_cast<std::int64_t>(shape[d]);
        layout.strides[d] = static_cast<std::int64_t>(strides[d]);
    }
    check_extent(layout, item_bytes, function);
    std::int64_t expected = 1;
    for (std::size_t d = rank; d-- > 0;)
    {
        row_major = row_major && (layout.sizes[d] == 1 || layout.strides[d] == expected);
        expected *= layout.sizes[d];
    }
    if (row_major && expected != 0)
    {
        fill_row_major(layout.sizes, layout.strides);
        return layout;
    }
    canonicalise_strides(layout);
    if (std::any_of(layout.strides.begin(), layout.strides.end(), [](std::int64_t s) { return s < 0; }))
    {
        raise<layout_error>(
            function, "strides that are not negative, which LibTorch does not have",
            "shape " + bracketed(shape) + " with strides " + bracketed(layout.strides), "use copy_to_tensor");
    }
    if (use == access::write && expected != 0 && has_overlap(layout.sizes, layout.strides))
    {
        raise<layout_error>(
            function, "every element at an address of its own",
            "shape " + bracketed(shape) + " with strides " + bracketed(layout.strides), "use copy_to_tensor");
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
    if constexpr (
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
                    "sizes", "extents of at most 2^63 - 1", "shape " + detail::bracketed(expression.shape()),
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

} // namespace xtt
