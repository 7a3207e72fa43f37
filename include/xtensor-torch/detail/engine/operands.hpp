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

/// The memory of an operand, or, as number 0, of the destination.
struct operand
{
    const char* data;
    c10::IntArrayRef sizes;
    c10::IntArrayRef strides; // in elements; they mean nothing where the extent is 1
    std::int64_t item_bytes;
    xt::layout_type layout;
};

template <std::size_t Leaves>
using operand_list = std::array<operand, Leaves + 1>;

/// Writes the operands of an expression, in the order of their numbers; returns behind the last.
template <class E>
operand* gather(const E& expression, operand* next)
{
    if constexpr (strided_memory<E>)
    {
        *next = {
            reinterpret_cast<const char*>(detail::first_element(expression)),
            detail::as_int64(expression.shape()), detail::as_int64(expression.strides()),
            sizeof(element_t<const E>), expression.layout()};
        return next + 1;
    }
    else if constexpr (is_broadcast<E>)
    {
        return engine::gather(expression.expression(), next);
    }
    else if constexpr (is_function<E>)
    {
        const auto& arguments = expression.arguments();
        constexpr std::size_t count = std::tuple_size_v<std::remove_cvref_t<decltype(arguments)>>;
        next = engine::gather(std::get<0>(arguments), next);
        if constexpr (count > 1)
        {
            next = engine::gather(std::get<1>(arguments), next);
        }
        if constexpr (count > 2)
        {
            next = engine::gather(std::get<2>(arguments), next);
        }
        return next;
    }
    else
    {
        return next;
    }
}

template <class T>
operand as_operand(const strided_span<T>& span)
{
    return {reinterpret_cast<const char*>(span.data), span.sizes, span.strides, sizeof(T), span.layout};
}

// Not by ArrayRef's own comparison: a call of memcmp for a few extents.
inline bool same_sizes(const operand& a, const operand& b)
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
inline bool is_side_by_side(const operand* all, std::size_t count)
{
    const xt::layout_type layout = all->layout;
    bool same = layout == xt::layout_type::row_major || layout == xt::layout_type::column_major;
    for (std::size_t i = 1; same && i < count; ++i)
    {
        same = all[i].layout == layout && same_sizes(all[i], *all);
    }
    return same;
}

inline byte_range bytes_of(const operand& array)
{
    auto low = reinterpret_cast<std::uintptr_t>(array.data);
    std::uintptr_t high = low + static_cast<std::uintptr_t>(array.item_bytes);
    for (std::size_t d = 0; d < array.sizes.size(); ++d)
    {
        if (array.sizes[d] == 0)
        {
            return {};
        }
        const std::int64_t span = (array.sizes[d] - 1) * array.strides[d] * array.item_bytes;
        (span < 0 ? low : high) += static_cast<std::uintptr_t>(span);
    }
    return {low, high};
}

/// Whether the two have the same elements in the same places: what is read at an index then lies where that
/// index is written, which is harmless.
inline bool same_elements(const operand& a, const operand& b)
{
    if (a.data != b.data || a.item_bytes != b.item_bytes || !same_sizes(a, b))
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
[[gnu::noinline]] inline bool reads_overwritten(const operand* all, std::size_t count)
{
    const byte_range written = bytes_of(*all);
    bool overwritten = false;
    for (std::size_t i = 1; i < count; ++i)
    {
        overwritten = overwritten || (bytes_of(all[i]).meets(written) && !same_elements(*all, all[i]));
    }
    return overwritten;
}

/// The same of operands that lie side by side.
inline bool reads_overwritten(const operand* all, std::size_t count, std::int64_t elements)
{
    const auto bytes = [&](const operand& array)
    {
        const auto first = reinterpret_cast<std::uintptr_t>(array.data);
        return byte_range{first, first + static_cast<std::uintptr_t>(elements * array.item_bytes)};
    };
    bool meets = false;
    for (std::size_t i = 1; i < count; ++i)
    {
        const bool in_place = all[i].data == all->data && all[i].item_bytes == all->item_bytes;
        meets = meets || (!in_place && bytes(all[i]).meets(bytes(*all)));
    }
    return meets;
}

} // namespace xtt::detail::engine
