// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

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

inline constexpr std::size_t few_operands = 16;

/// A value for each operand, on the stack, unless there are very many.
template <class T>
class per_operand
{
public:
    explicit per_operand(std::size_t count)
    {
        if (count > m_few.size()) [[unlikely]]
        {
            m_many = std::make_unique_for_overwrite<T[]>(count); // NOLINT(modernize-avoid-c-arrays)
            m_first = m_many.get();
        }
    }

    per_operand(const per_operand&) = delete; // it may refer to itself
    per_operand& operator=(const per_operand&) = delete;
    ~per_operand() = default;

    T* data() { return m_first; }
    T& operator[](std::size_t i) { return m_first[i]; }

private:
    std::array<T, few_operands> m_few;
    std::unique_ptr<T[]> m_many; // NOLINT(modernize-avoid-c-arrays)
    T* m_first = m_few.data();
};

} // namespace xtt::detail::engine
