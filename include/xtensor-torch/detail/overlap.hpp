// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <c10/util/ArrayRef.h>

namespace xtt::detail
{

/// Whether two different indices reach one element. Exact, but for layouts so tangled that the search
/// would be long: those count as overlapping.
class overlap_search
{
public:
    overlap_search(c10::IntArrayRef sizes, c10::IntArrayRef strides)
    {
        for (std::size_t d = 0; d < sizes.size(); ++d)
        {
            if (sizes[d] > 1)
            {
                if (m_rank == most_dimensions)
                {
                    m_steps = max_steps;
                    return;
                }
                // Sorted by hand, the largest stride first: std::sort is a lot to compile for so few.
                std::size_t place = m_rank++;
                for (; place > 0 && m_strides[place - 1] < strides[d]; --place)
                {
                    m_strides[place] = m_strides[place - 1];
                    m_lasts[place] = m_lasts[place - 1];
                }
                m_strides[place] = strides[d];
                m_lasts[place] = sizes[d] - 1;
            }
        }
    }

    bool overlaps() { return m_steps == max_steps || (!is_nested() && reaches_zero(0, 0, false)); }

private:
    std::int64_t reach(std::size_t first) const noexcept
    {
        std::int64_t sum = 0;
        for (std::size_t d = first; d < m_rank; ++d)
        {
            sum += m_strides[d] * m_lasts[d];
        }
        return sum;
    }

    // The common case: every stride steps over all that the smaller ones reach.
    bool is_nested() const noexcept
    {
        std::int64_t reached = 0;
        for (std::size_t d = m_rank; d-- > 0;)
        {
            if (m_strides[d] <= reached)
            {
                return false;
            }
            reached += m_strides[d] * m_lasts[d];
        }
        return true;
    }

    // Are there index differences, not all zero, for dimensions d and on that bring `offset` to zero?
    [[gnu::noinline]] bool reaches_zero(std::size_t d, std::int64_t offset, bool moved)
    {
        if (++m_steps > max_steps)
        {
            return true;
        }
        if (d == m_rank)
        {
            return moved && offset == 0;
        }
        const std::int64_t stride = m_strides[d];
        const std::int64_t last = m_lasts[d];
        if (stride == 0)
        {
            return offset == 0;
        }
        const std::int64_t rest = reach(d + 1);
        const std::int64_t low = std::max(-last, (-rest - offset) / stride - 1);
        const std::int64_t high = std::min(last, (rest - offset) / stride + 1);
        for (std::int64_t step = low; step <= high; ++step)
        {
            const std::int64_t next = offset + step * stride;
            if (next >= -rest && next <= rest && reaches_zero(d + 1, next, moved || step != 0))
            {
                return true;
            }
        }
        return false;
    }

    static constexpr std::size_t max_steps = 100'000;
    static constexpr std::size_t most_dimensions = 64; // of more than one element: no memory has more
    std::size_t m_rank = 0;
    std::array<std::int64_t, most_dimensions> m_strides;
    std::array<std::int64_t, most_dimensions> m_lasts; // the largest differences between two indices
    std::size_t m_steps = 0;
};

[[gnu::noinline]] inline bool has_overlap(c10::IntArrayRef sizes, c10::IntArrayRef strides)
{
    return overlap_search(sizes, strides).overlaps();
}

} // namespace xtt::detail
