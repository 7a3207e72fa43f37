// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <c10/util/ArrayRef.h>
#include <c10/util/FunctionRef.h>
#include <c10/util/SmallVector.h>

#include <xtensor-torch/detail/engine/operands.hpp>

namespace xtt::detail::engine
{

/// As many dimensions of more than one element as fit an address space.
inline constexpr std::size_t max_rank = 64;

/// The order in which elements are computed: rows of the destination in the order of its memory, in as few
/// dimensions as possible. Operand 0 is the destination; strides are in bytes.
struct walk
{
    explicit walk(std::size_t operands) : operand_count(operands) {}

    std::size_t operand_count;
    c10::SmallVector<std::int64_t, 64> strides; // of all operands in dimension 0, and so on
    std::size_t rank = 0;
    std::int64_t count = 1;                     // elements
    std::array<std::int64_t, max_rank> extents; // the first is a row's

    std::int64_t* strides_of(std::size_t dimension) { return strides.data() + dimension * operand_count; }

    const std::int64_t* strides_of(std::size_t dimension) const
    {
        return strides.data() + dimension * operand_count;
    }

    /// Where the rows of some follow each other: there may be one.
    const std::int64_t* row_strides() const { return strides_of(rank > 1 ? 1 : 0); }

    /// Calls `f(n, rows)` for the rows, or parts of rows, of elements [begin, end): for `rows` of `n`
    /// elements each, which are as far from each other as `row_strides` says. `row` points at the first
    /// element of all operands, and then at that of these rows.
    void for_each_row(
        std::int64_t begin, std::int64_t end, const char** row,
        c10::function_ref<void(std::int64_t n, std::int64_t rows)> f) const
    {
        std::array<std::int64_t, max_rank> index;
        std::int64_t rest = begin;
        for (std::size_t d = 0; d < rank; ++d)
        {
            index[d] = rest % extents[d];
            rest /= extents[d];
            move(row, d, index[d]);
        }
        while (begin < end)
        {
            const std::int64_t n = std::min(extents[0] - index[0], end - begin);
            const std::int64_t rows =
                rank > 1 && n == extents[0] ? std::min(extents[1] - index[1], (end - begin) / n) : 1;
            f(n, rows);
            begin += n * rows;
            move(row, 0, -index[0]);
            index[0] = 0;
            std::int64_t steps = rows;
            for (std::size_t d = 1; d < rank; ++d, steps = 1)
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

    /// Whether a dimension of these strides goes on where the last one ends, in all operands.
    bool continues(const std::int64_t* outer) const
    {
        const std::int64_t* const inner = strides_of(rank - 1);
        bool same = true;
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            same = same && outer[i] == inner[i] * extents[rank - 1];
        }
        return same;
    }

private:
    void move(const char** row, std::size_t d, std::int64_t steps) const
    {
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            row[i] += steps * strides_of(d)[i];
        }
    }
};

/// The byte stride of dimension `d`, counted from the last, of an array that is broadcast.
inline std::int64_t stride_from_end(const arrangement& array, std::int64_t item_bytes, std::size_t d)
{
    const std::size_t rank = array.sizes.size();
    return d >= rank || array.sizes[rank - 1 - d] == 1 ? 0 : array.strides[rank - 1 - d] * item_bytes;
}

/// Plans one row, of operands that all lie side by side.
inline void plan_line(walk& result, const operands& all, std::int64_t count)
{
    result.strides.append(all.item_bytes, all.item_bytes + all.count);
    result.rank = 1;
    result.count = count;
    result.extents[0] = count;
}

/// Plans how to write the operands' combination into the destination, to whose shape they broadcast.
inline void plan(walk& result, const operands& all)
{
    const c10::IntArrayRef sizes = all.lie->sizes;
    const std::size_t operand_count = result.operand_count;
    const auto distance = [](std::int64_t stride) { return stride < 0 ? -stride : stride; };
    result.strides.resize(operand_count * std::clamp(sizes.size(), std::size_t(1), max_rank));
    // From the innermost dimension outwards, without those of one element, in the order of the destination's
    // memory.
    std::size_t used = 0;
    for (std::size_t d = 0; d < sizes.size(); ++d)
    {
        const std::int64_t extent = sizes[sizes.size() - 1 - d];
        if (extent == 1)
        {
            continue;
        }
        const std::int64_t stride = distance(stride_from_end(*all.lie, *all.item_bytes, d));
        std::size_t place = used++;
        for (; place > 0 && distance(*result.strides_of(place - 1)) > stride; --place)
        {
            result.extents[place] = result.extents[place - 1];
            std::copy_n(result.strides_of(place - 1), operand_count, result.strides_of(place));
        }
        result.extents[place] = extent;
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            result.strides_of(place)[i] = stride_from_end(all.lie[i], all.item_bytes[i], d);
        }
        result.count *= extent;
    }
    // Those that go on where the one before ends are one.
    for (std::size_t d = 0; d < used; ++d)
    {
        const std::int64_t* const strides = result.strides_of(d);
        if (result.rank > 0 && result.continues(strides))
        {
            result.extents[result.rank - 1] *= result.extents[d];
            continue;
        }
        result.extents[result.rank] = result.extents[d];
        std::copy_n(strides, operand_count, result.strides_of(result.rank++));
    }
    if (result.rank == 0) // one element
    {
        result.rank = 1;
        result.extents[0] = 1;
        std::fill_n(result.strides_of(0), operand_count, 0);
    }
}

} // namespace xtt::detail::engine
