// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/strided_span.hpp>

namespace xtt::detail::engine
{

// What the engine asks of arrays does not depend on their types: it is gathered once for each expression, and
// what is done with it is compiled once for each file.

/// How the elements of an operand lie in memory.
struct arrangement
{
    c10::IntArrayRef sizes;
    c10::IntArrayRef strides; // in elements; they mean nothing where the extent is 1
    xt::layout_type layout;
};

/// The operands of an expression; the destination is number 0.
struct operands
{
    std::size_t count;
    const char** data;        // of the first elements
    std::int64_t* item_bytes; // of an element
    arrangement* lie;

    void set(std::size_t i, const void* first, std::int64_t bytes, const arrangement& as) const
    {
        data[i] = static_cast<const char*>(first);
        item_bytes[i] = bytes;
        lie[i] = as;
    }

    template <class T>
    void set(std::size_t i, const strided_span<T>& span) const
    {
        set(i, span.data, sizeof(T), {span.sizes, span.strides, span.layout});
    }
};

template <std::size_t Count>
struct operand_list
{
    operands all() { return {Count, data.data(), item_bytes.data(), lie.data()}; }

    std::array<const char*, Count> data;
    std::array<std::int64_t, Count> item_bytes;
    std::array<arrangement, Count> lie;
};

/// Sets the operands of an expression, in the order of their numbers, from `next` on; returns the number
/// behind the last.
template <class E>
std::size_t gather(const E& expression, const operands& all, std::size_t next)
{
    if constexpr (strided_memory<E>)
    {
        all.set(
            next, detail::first_element(expression), sizeof(element_t<const E>),
            {detail::as_int64(expression.shape()), detail::as_int64(expression.strides()),
             expression.layout()});
        return next + 1;
    }
    else if constexpr (is_broadcast<E> || is_part<E>)
    {
        return engine::gather(expression.expression(), all, next);
    }
    else if constexpr (is_function<E>)
    {
        const auto& arguments = expression.arguments();
        constexpr std::size_t count = std::tuple_size_v<std::remove_cvref_t<decltype(arguments)>>;
        next = engine::gather(std::get<0>(arguments), all, next);
        if constexpr (count > 1)
        {
            next = engine::gather(std::get<1>(arguments), all, next);
        }
        if constexpr (count > 2)
        {
            next = engine::gather(std::get<2>(arguments), all, next);
        }
        return next;
    }
    else
    {
        return next;
    }
}

// Not by ArrayRef's own comparison: a call of memcmp for a few extents.
inline bool same_sizes(const arrangement& a, const arrangement& b)
{
    bool same = a.sizes.size() == b.sizes.size();
    for (std::size_t d = 0; same && d < a.sizes.size(); ++d)
    {
        same = a.sizes[d] == b.sizes[d];
    }
    return same;
}

/// Whether all have one shape and are contiguous in one order: by far the commonest case, and asked in few
/// instructions.
inline bool is_side_by_side(const operands& all)
{
    const arrangement& first = *all.lie;
    bool same = first.layout == xt::layout_type::row_major || first.layout == xt::layout_type::column_major;
    for (std::size_t i = 1; same && i < all.count; ++i)
    {
        same = all.lie[i].layout == first.layout && same_sizes(all.lie[i], first);
    }
    return same;
}

inline byte_range bytes_of(const operands& all, std::size_t i)
{
    const arrangement& array = all.lie[i];
    const std::int64_t item = all.item_bytes[i];
    auto low = reinterpret_cast<std::uintptr_t>(all.data[i]);
    std::uintptr_t high = low + static_cast<std::uintptr_t>(item);
    for (std::size_t d = 0; d < array.sizes.size(); ++d)
    {
        if (array.sizes[d] == 0)
        {
            return {};
        }
        const std::int64_t span = (array.sizes[d] - 1) * array.strides[d] * item;
        (span < 0 ? low : high) += static_cast<std::uintptr_t>(span);
    }
    return {low, high};
}

/// Whether operand `i` has the elements of the destination in the same places: what is read at an index then
/// lies where that index is written, which is harmless.
inline bool is_destination(const operands& all, std::size_t i)
{
    const arrangement& a = *all.lie;
    const arrangement& b = all.lie[i];
    if (*all.data != all.data[i] || *all.item_bytes != all.item_bytes[i] || !same_sizes(a, b))
    {
        return false;
    }
    for (std::size_t d = 0; d < a.sizes.size(); ++d)
    {
        if (a.sizes[d] != 1 && a.strides[d] != b.strides[d])
        {
            return false;
        }
    }
    return true;
}

// Not inlined: it is rarely asked.
/// Whether computing element by element could read one that was already overwritten.
[[gnu::noinline]] inline bool reads_overwritten(const operands& all)
{
    const byte_range written = bytes_of(all, 0);
    bool overwritten = false;
    for (std::size_t i = 1; i < all.count; ++i)
    {
        overwritten = overwritten || (bytes_of(all, i).meets(written) && !is_destination(all, i));
    }
    return overwritten;
}

/// The same of operands that lie side by side.
inline bool reads_overwritten(const operands& all, std::int64_t elements)
{
    const auto bytes = [&](std::size_t i)
    {
        const auto first = reinterpret_cast<std::uintptr_t>(all.data[i]);
        return byte_range{first, first + static_cast<std::uintptr_t>(elements * all.item_bytes[i])};
    };
    const byte_range written = bytes(0);
    bool meets = false;
    for (std::size_t i = 1; i < all.count; ++i)
    {
        const bool in_place = all.data[i] == *all.data && all.item_bytes[i] == *all.item_bytes;
        meets = meets || (!in_place && bytes(i).meets(written));
    }
    return meets;
}

} // namespace xtt::detail::engine
