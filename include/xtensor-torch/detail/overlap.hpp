// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <c10/util/ArrayRef.h>
#include <c10/util/SmallVector.h>

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
                // Sorted by hand, the largest stride first: std::sort is a lot to compile for so few.
                std::size_t place = m_dims.size();
                m_dims.push_back({});
                for (; place > 0 && m_dims[place - 1].stride < strides[d]; --place)
                {
                    m_dims[place] = m_dims[place - 1];
                }
                m_dims[place] = {strides[d], sizes[d] - 1};
            }
        }
    }

    bool overlaps() { return !is_nested() && reaches_zero(0, 0, false); }

private:
    struct dim
    {
        std::int64_t stride;
        std::int64_t last; // the largest difference between two indices
    };

    std::int64_t reach(std::size_t first) const noexcept
    {
        std::int64_t sum = 0;
        for (std::size_t d = first; d < m_dims.size(); ++d)
        {
            sum += m_dims[d].stride * m_dims[d].last;
        }
        return sum;
    }

    // The common case: every stride steps over all that the smaller ones reach.
    bool is_nested() const noexcept
    {
        std::int64_t reached = 0;
        for (std::size_t d = m_dims.size(); d-- > 0;)
        {
            if (m_dims[d].stride <= reached)
            {
                return false;
            }
            reached += m_dims[d].stride * m_dims[d].last;
        }
        return true;
    }

    // Are there index differences, not all zero, for dimensions d and on that bring `offset` to zero?
    bool reaches_zero(std::size_t d, std::int64_t offset, bool moved)
    {
        if (++m_steps > max_steps)
        {
            return true;
        }
        if (d == m_dims.size())
        {
            return moved && offset == 0;
        }
        const auto [stride, last] = m_dims[d];
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
    c10::SmallVector<dim, 8> m_dims;
    std::size_t m_steps = 0;
};

inline bool has_overlap(c10::IntArrayRef sizes, c10::IntArrayRef strides)
{
    return overlap_search(sizes, strides).overlaps();
}

} // namespace xtt::detail
