// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

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

template <class Unit>
void repeat_element(char* to, const char* from, std::int64_t count)
{
    constexpr std::int64_t together = 16 / sizeof(Unit);
    std::array<Unit, together> units;
    std::memcpy(units.data(), from, sizeof(Unit));
    units.fill(units[0]);
    std::int64_t k = 0;
    for (; k + together <= count; k += together)
    {
        std::memcpy(to + k * std::int64_t(sizeof(Unit)), units.data(), sizeof units);
    }
    for (; k < count; ++k)
    {
        std::memcpy(to + k * std::int64_t(sizeof(Unit)), from, sizeof(Unit));
    }
}

template <class Unit>
void copy_units(const row_copy rows) // in registers: no store can change it
{
    constexpr std::int64_t item = sizeof(Unit);
    constexpr std::int64_t few = 64; // bytes that take less than a call
    const bool to_dense = rows.to_stride == item;
    const bool many = to_dense && rows.from_stride == item && rows.count * item > few;
    for (std::int64_t row = 0; row < rows.row_count; ++row)
    {
        char* const to = rows.to + row * rows.to_row_stride;
        const char* const from = rows.from + row * rows.from_row_stride;
        if (many)
        {
            std::memcpy(to, from, static_cast<std::size_t>(rows.count * item));
        }
        else if (to_dense && rows.from_stride == 0)
        {
            repeat_element<Unit>(to, from, rows.count);
        }
        else
        {
            for (std::int64_t k = 0; k < rows.count; ++k)
            {
                std::memcpy(to + k * rows.to_stride, from + k * rows.from_stride, sizeof(Unit));
            }
        }
    }
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
    switch (item)
    {
    case 1:
        return copy_units<std::int8_t>(rows);
    case 2:
        return copy_units<std::int16_t>(rows);
    case 4:
        return copy_units<std::int32_t>(rows);
    case 8:
        return copy_units<std::int64_t>(rows);
    case 16:
        return copy_units<std::array<std::int64_t, 2>>(rows);
    default:
        for (std::int64_t row = 0; row < rows.row_count; ++row)
        {
            for (std::int64_t k = 0; k < rows.count; ++k)
            {
                std::memcpy(
                    rows.to + row * rows.to_row_stride + k * rows.to_stride,
                    rows.from + row * rows.from_row_stride + k * rows.from_stride,
                    static_cast<std::size_t>(item));
            }
        }
    }
}

} // namespace xtt::detail::engine
