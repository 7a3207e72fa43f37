// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace xtt::detail::engine
{

/// `count` elements from an array to another, in each of some rows; strides in bytes. Of the elements' type
/// only the size counts.
struct row_copy
{
    char* to;
    std::int64_t to_stride;
    std::int64_t to_row_stride;
    const char* from;
    std::int64_t from_stride;
    std::int64_t from_row_stride;
    std::int64_t row_count;
    std::int64_t count;
};

/// As many of a short element as fill eight bytes, in any byte order.
template <class Unit>
std::uint64_t repeated(const char* from)
{
    Unit unit;
    std::memcpy(&unit, from, sizeof unit);
    return unit * (~std::uint64_t(0) / std::numeric_limits<Unit>::max());
}

/// One element, of 1, 2, 4, 8 or 16 bytes, as often as fits `bytes`. In registers: memory that was written in
/// small parts would be slow to read in large ones.
inline void repeat_element(char* to, const char* from, std::int64_t item, std::int64_t bytes)
{
    std::uint64_t low = 0;
    switch (item)
    {
    case 1:
        low = repeated<std::uint8_t>(from);
        break;
    case 2:
        low = repeated<std::uint16_t>(from);
        break;
    case 4:
        low = repeated<std::uint32_t>(from);
        break;
    default:
        low = repeated<std::uint64_t>(from);
        break;
    }
    const std::array<std::uint64_t, 2> both = {low, item == 16 ? repeated<std::uint64_t>(from + 8) : low};
    for (; bytes >= 16; bytes -= 16, to += 16)
    {
        std::memcpy(to, both.data(), 16);
    }
    if (bytes == 0)
    {
        return;
    }
    const auto put = [&]<std::size_t Bytes>(std::integral_constant<std::size_t, Bytes>)
    {
        if ((static_cast<std::size_t>(bytes) & Bytes) != 0)
        {
            std::memcpy(to, &low, Bytes);
            to += Bytes;
        }
    };
    put(std::integral_constant<std::size_t, 8>{});
    put(std::integral_constant<std::size_t, 4>{});
    put(std::integral_constant<std::size_t, 2>{});
    put(std::integral_constant<std::size_t, 1>{});
}

/// Calls `f(to, from)` for where each row begins.
template <class F>
void for_each_copied_row(const row_copy& rows, const F& f)
{
    for (std::int64_t row = 0; row < rows.row_count; ++row)
    {
        f(rows.to + row * rows.to_row_stride, rows.from + row * rows.from_row_stride);
    }
}

/// Elements of a size that the compiler knows.
template <std::size_t Item>
void copy_elements(const row_copy rows) // in registers: no store can change it
{
    for_each_copied_row(
        rows,
        [&](char* to, const char* from)
        {
            for (std::int64_t k = 0; k < rows.count; ++k)
            {
                std::memcpy(to + k * rows.to_stride, from + k * rows.from_stride, Item);
            }
        });
}

inline void copy_rows(row_copy rows, std::int64_t item)
{
    const std::int64_t bytes = rows.count * item;
    if (rows.to_stride == item && rows.from_stride == item && rows.to_row_stride == bytes &&
        rows.from_row_stride == bytes)
    {
        rows.count *= rows.row_count;
        rows.row_count = 1;
    }
    constexpr std::int64_t few = 64; // bytes that take less than a call
    const bool has_size_of_vectors = item <= 16 && (item & (item - 1)) == 0;
    if (rows.to_stride == item && rows.from_stride == 0 && has_size_of_vectors)
    {
        for_each_copied_row(rows, [&](char* to, const char* from) { repeat_element(to, from, item, bytes); });
        return;
    }
    if (rows.to_stride == item && rows.from_stride == item && rows.count * item > few)
    {
        for_each_copied_row(
            rows, [&](char* to, const char* from)
            { std::memcpy(to, from, static_cast<std::size_t>(rows.count * item)); });
        return;
    }
    switch (item)
    {
    case 1:
        return copy_elements<1>(rows);
    case 2:
        return copy_elements<2>(rows);
    case 4:
        return copy_elements<4>(rows);
    case 8:
        return copy_elements<8>(rows);
    case 16:
        return copy_elements<16>(rows);
    default:
        for_each_copied_row(
            rows,
            [&](char* to, const char* from)
            {
                for (std::int64_t k = 0; k < rows.count; ++k)
                {
                    std::memcpy(
                        to + k * rows.to_stride, from + k * rows.from_stride, static_cast<std::size_t>(item));
                }
            });
    }
}

} // namespace xtt::detail::engine
