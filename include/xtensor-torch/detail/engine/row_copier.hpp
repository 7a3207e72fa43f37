// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <xtensor-torch/detail/engine/copy_rows.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>
#include <xtensor-torch/detail/engine/run_kernel.hpp>
#include <xtensor-torch/detail/engine/strided_rows.hpp>

namespace xtt::detail::engine
{

/// Computes rows that a kernel cannot read or write where they are: by way of copies, which stay in the first
/// cache. A result is written after all operands at its index are read: they may be the destination.
class row_copier
{
public:
    row_copier(kernel compute, const void* node, const std::int64_t* item_bytes, std::size_t operand_count)
        : m_compute(compute), m_node(node), m_item_bytes(item_bytes), m_count(operand_count)
    {
        std::int64_t bytes_of_one = 0;
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            bytes_of_one += item_bytes[i];
        }
        while (m_piece > m_compute.lanes && m_piece * bytes_of_one > memory_bytes)
        {
            m_piece /= 2;
        }
        char* next = m_memory.data();
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            m_places[i] = next;
            next += m_piece * item_bytes[i];
        }
    }

    row_copier(const row_copier&) = delete; // it refers to itself
    row_copier& operator=(const row_copier&) = delete;
    ~row_copier() = default;

    /// `past_caches`: there is one row, whose results lie side by side.
    void run(const strided_rows& rows, bool past_caches)
    {
        std::int64_t first = 0;
        if (past_caches) // up to where a cache line begins
        {
            const auto address = reinterpret_cast<std::uintptr_t>(rows.data[0]);
            const auto before = static_cast<std::int64_t>(-address % 64) / *m_item_bytes;
            first = std::min({rows.count, before, m_piece});
            run_few(rows, 0, first);
        }
        const std::int64_t left = rows.count - first;
        const bool no_rest = !past_caches && m_compute.keeps_to(left);
        const std::int64_t whole = no_rest ? left : left / m_compute.lanes * m_compute.lanes;
        run_whole(rows, first, whole, past_caches);
        run_few(rows, first + whole, left - whole);
    }

private:
    // A power of two, of four vectors at least if the kernel has any. So a piece can do with a vector less
    // than others, and the last one have nearly two: what the first copied of a row's value does for all. And
    // where results go past the caches, they begin less than a piece before a cache line does.
    static constexpr std::int64_t most_piece = 512; // elements
    static constexpr std::int64_t memory_bytes = 16'384;
    static_assert(most_operands * 4 * 64 <= memory_bytes && most_operands * most_item_bytes <= memory_bytes);

    bool lies_side_by_side(const strided_rows& rows, std::size_t i) const
    {
        return rows.strides[i] == m_item_bytes[i];
    }

    /// Elements [first, first + count) of each row, of which there are fewer than a piece has: all operands
    /// are copied, row behind row.
    void run_few(const strided_rows& rows, std::int64_t first, std::int64_t count)
    {
        if (count == 0)
        {
            return;
        }
        const std::int64_t most = m_piece / count; // rows at once
        for (std::int64_t row = 0; row < rows.row_count; row += most)
        {
            const std::int64_t together = std::min(most, rows.row_count - row);
            const std::int64_t elements = together * count;
            const std::int64_t missing =
                m_compute.keeps_to(elements) ? 0 : m_compute.lanes - elements % m_compute.lanes;
            for (std::size_t i = 1; i < m_count; ++i)
            {
                char* const place = m_places[i];
                fetch(rows, i, row, together, first, count);
                if (missing != 0) // the first element does no harm
                {
                    const std::int64_t item = m_item_bytes[i];
                    copy_rows({place + elements * item, item, 0, place, 0, 0, 1, missing}, item);
                }
                m_data[i] = place;
            }
            m_data[0] = m_places[0];
            run_kernel(m_compute, m_node, {m_data.data(), m_item_bytes, m_item_bytes, 1, elements, false});
            write_back(rows, row, together, first, count);
        }
    }

    /// The same of whole vectors: what does not lie side by side is copied, a piece at a time.
    void run_whole(const strided_rows& rows, std::int64_t first, std::int64_t count, bool past_caches)
    {
        if (count == 0)
        {
            return;
        }
        bool any_copied = false;
        for (std::size_t i = 0; i < m_count; ++i)
        {
            m_strides[i] = is_value(rows, i) ? 0 : m_item_bytes[i];
            any_copied = any_copied || rows.strides[i] != m_strides[i];
        }
        const std::int64_t most_columns = any_copied             ? m_piece
                                          : m_compute.calls_libm ? most_at_a_depth
                                                                 : count;
        const std::int64_t columns = std::min(count, most_columns);
        const std::int64_t most = m_piece / (any_copied ? columns : m_compute.lanes); // rows at once
        for (std::int64_t row = 0; row < rows.row_count; row += most)
        {
            const std::int64_t together = std::min(most, rows.row_count - row);
            std::int64_t n = 0;
            for (std::int64_t column = 0; column < count; column += n)
            {
                n = std::min(columns, count - column);
                if (!m_compute.keeps_to(count - column - n)) // too few would be left
                {
                    n -= m_compute.lanes;
                }
                for (std::size_t i = 0; i < m_count; ++i)
                {
                    const bool dense = lies_side_by_side(rows, i);
                    const std::int64_t copied = m_strides[i] == 0 ? m_compute.lanes : n;
                    const bool is_there = rows.strides[i] == 0 && column > 0; // from the piece before
                    if (!dense && !is_there && i > 0)
                    {
                        fetch(rows, i, row, together, first + column, copied);
                    }
                    m_data[i] = dense ? place_of(rows, i, row, first + column) : m_places[i];
                    m_row_strides[i] = dense ? rows.row_strides[i] : copied * m_item_bytes[i];
                }
                run_kernel(
                    m_compute, m_node,
                    {m_data.data(), m_strides.data(), m_row_strides.data(), together, n, past_caches});
                if (!lies_side_by_side(rows, 0))
                {
                    write_back(rows, row, together, first + column, n);
                }
            }
        }
    }

    /// Whether an operand has one value for a row, and the kernel can make use of it.
    bool is_value(const strided_rows& rows, std::size_t i) const
    {
        return m_compute.takes_values && i > 0 && rows.strides[i] == 0;
    }

    static const char*
    place_of(const strided_rows& rows, std::size_t i, std::int64_t row, std::int64_t column)
    {
        return rows.data[i] + row * rows.row_strides[i] + column * rows.strides[i];
    }

    [[gnu::noinline]] void fetch(
        const strided_rows& rows, std::size_t i, std::int64_t row, std::int64_t row_count,
        std::int64_t column, std::int64_t count)
    {
        const std::int64_t item = m_item_bytes[i];
        copy_rows(
            {m_places[i], item, count * item, place_of(rows, i, row, column), rows.strides[i],
             rows.row_strides[i], row_count, count},
            item);
    }

    [[gnu::noinline]] void write_back(
        const strided_rows& rows, std::int64_t row, std::int64_t row_count, std::int64_t column,
        std::int64_t count)
    {
        const std::int64_t item = *m_item_bytes;
        copy_rows(
            {const_cast<char*>(place_of(rows, 0, row, column)), rows.strides[0], rows.row_strides[0],
             m_places[0], item, count * item, row_count, count},
            item);
    }

    kernel m_compute;
    const void* m_node;
    const std::int64_t* m_item_bytes;
    std::size_t m_count;
    std::int64_t m_piece = most_piece; // elements
    per_operand<char*> m_places;
    per_operand<const char*> m_data;
    per_operand<std::int64_t> m_strides; // as the kernel sees them
    per_operand<std::int64_t> m_row_strides;
    alignas(64) std::array<char, memory_bytes> m_memory;
};

} // namespace xtt::detail::engine
