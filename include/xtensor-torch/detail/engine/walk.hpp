// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/engine/operands.hpp>

namespace xtt::detail::engine
{

/// More dimensions than this, of more than one element, go another way.
inline constexpr std::size_t max_rank = 16;

/// The order in which elements are computed: rows of the destination in the order of its memory, in as few
/// dimensions as possible. Operand 0 is the destination; strides are in bytes.
template <std::size_t Leaves>
struct walk
{
    static constexpr std::size_t operand_count = Leaves + 1;

    std::size_t rank = 0;
    std::int64_t count = 1;                                                // elements
    std::array<std::int64_t, max_rank> extents;                            // the last is a row's
    std::array<std::array<std::int64_t, operand_count>, max_rank> strides; // of each dimension
    std::array<const char*, operand_count> data;

    /// Calls `f(data, n, rows)` for the rows, or parts of rows, of elements [begin, end): for `rows` of `n`
    /// elements each, which are as far from each other as the last dimension but one says.
    template <class F>
    void for_each_row(std::int64_t begin, std::int64_t end, F&& f) const
    {
        const std::size_t inner = rank - 1;
        const std::size_t outer = rank > 1 ? rank - 2 : 0;
        std::array<std::int64_t, max_rank> index;
        std::array<const char*, operand_count> row = data;
        std::int64_t rest = begin;
        for (std::size_t d = rank; d-- > 0;)
        {
            index[d] = rest % extents[d];
            rest /= extents[d];
            move(row, d, index[d]);
        }
        while (begin < end)
        {
            const std::int64_t n = std::min(extents[inner] - index[inner], end - begin);
            const std::int64_t rows = rank > 1 && n == extents[inner]
                                          ? std::min(extents[outer] - index[outer], (end - begin) / n)
                                          : 1;
            f(row, n, rows);
            begin += n * rows;
            move(row, inner, -index[inner]);
            index[inner] = 0;
            std::int64_t steps = rows;
            for (std::size_t d = inner; d-- > 0; steps = 1)
            {
                move(row, d, steps);
                index[d] += steps;
                if (index[d] < extents[d])
                {
                    break;
                }
                move(row, d, -extents[d]);
                index[d] = 0;
            }
        }
    }

private:
    void move(std::array<const char*, operand_count>& row, std::size_t d, std::int64_t steps) const
    {
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            row[i] += steps * strides[d][i];
        }
    }
};

/// The byte stride of dimension `d`, counted from the last, of an array that is broadcast.
inline std::int64_t stride_from_end(const operand& array, std::size_t d)
{
    const std::size_t rank = array.sizes.size();
    return d >= rank || array.sizes[rank - 1 - d] == 1 ? 0 : array.strides[rank - 1 - d] * array.item_bytes;
}

/// Whether dimension `outer` goes on where `inner` ends, in all operands.
template <std::size_t N>
bool is_continued(
    const std::array<std::int64_t, N>& outer, const std::array<std::int64_t, N>& inner, std::int64_t extent)
{
    for (std::size_t i = 0; i < N; ++i)
    {
        if (outer[i] != inner[i] * extent)
        {
            return false;
        }
    }
    return true;
}

/// Plans how to write the operands' combination into the destination, to whose shape they broadcast; false
/// where it has too many dimensions.
template <std::size_t Leaves>
bool plan(walk<Leaves>& result, const operand_list<Leaves>& all)
{
    const c10::IntArrayRef sizes = all[0].sizes;
    // From the innermost dimension outwards, without those of one element.
    std::array<std::int64_t, max_rank> extents;
    std::array<std::array<std::int64_t, Leaves + 1>, max_rank> strides;
    std::size_t used = 0;
    for (std::size_t d = 0; d < sizes.size(); ++d)
    {
        const std::int64_t extent = sizes[sizes.size() - 1 - d];
        if (extent != 1)
        {
            if (used == max_rank)
            {
                return false;
            }
            extents[used] = extent;
            for (std::size_t i = 0; i <= Leaves; ++i)
            {
                strides[used][i] = stride_from_end(all[i], d);
            }
            ++used;
            result.count *= extent;
        }
    }
    for (std::size_t i = 0; i <= Leaves; ++i)
    {
        result.data[i] = all[i].data;
    }
    // In the order of the destination's memory.
    std::array<std::size_t, max_rank> order;
    for (std::size_t d = 0; d < used; ++d)
    {
        std::size_t place = d;
        const auto step = [&](std::size_t k) { return strides[k][0] < 0 ? -strides[k][0] : strides[k][0]; };
        for (; place > 0 && step(order[place - 1]) > step(d); --place)
        {
            order[place] = order[place - 1];
        }
        order[place] = d;
    }
    std::size_t kept = 0; // innermost first
    for (std::size_t k = 0; k < used; ++k)
    {
        const std::size_t d = order[k];
        if (kept > 0 && engine::is_continued(strides[d], result.strides[kept - 1], result.extents[kept - 1]))
        {
            result.extents[kept - 1] *= extents[d];
            continue;
        }
        result.extents[kept] = extents[d];
        result.strides[kept++] = strides[d];
    }
    if (kept == 0) // one element
    {
        result.extents[0] = 1;
        result.strides[0].fill(0);
        kept = 1;
    }
    result.rank = kept;
    std::reverse(result.extents.begin(), result.extents.begin() + kept);
    std::reverse(result.strides.begin(), result.strides.begin() + kept);
    return true;
}

} // namespace xtt::detail::engine
