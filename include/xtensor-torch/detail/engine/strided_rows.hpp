// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace xtt::detail::engine
{

/// Rows of elements as they lie in arrays, of the destination, which is number 0, and the operands. Strides
/// in bytes.
struct strided_rows
{
    const char* const* data;         // where the first row begins
    const std::int64_t* strides;     // from an element to the next
    const std::int64_t* row_strides; // from a row to the next
    std::int64_t row_count;
    std::int64_t count; // elements of each row
};

// What the engine takes: so that there is room for all on the stack. To look for more on the heap would be a
// good part of what each file has to compile.
inline constexpr std::size_t most_operands = 64; // with the destination
inline constexpr std::size_t most_item_bytes = 256;

/// A value for each operand.
template <class T>
using per_operand = std::array<T, most_operands>;

} // namespace xtt::detail::engine
