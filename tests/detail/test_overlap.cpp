// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/overlap.hpp>

#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include <ATen/core/Tensor.h>

#include <catch.hpp>

using xtt::detail::has_overlap;
using dims = std::vector<std::int64_t>;

namespace
{

bool overlaps_by_enumeration(const dims& sizes, const dims& strides)
{
    std::set<std::int64_t> seen;
    dims index(sizes.size(), 0);
    for (;;)
    {
        std::int64_t offset = 0;
        for (std::size_t d = 0; d < sizes.size(); ++d)
        {
            offset += index[d] * strides[d];
        }
        if (!seen.insert(offset).second)
        {
            return true;
        }
        std::size_t d = sizes.size();
        while (d-- > 0 && ++index[d] == sizes[d])
        {
            index[d] = 0;
        }
        if (d == SIZE_MAX)
        {
            return false;
        }
    }
}

} // namespace

TEST_CASE("ordinary layouts do not overlap")
{
    CHECK_FALSE(has_overlap(dims{}, dims{}));
    CHECK_FALSE(has_overlap(dims{2, 3}, dims{3, 1}));
    CHECK_FALSE(has_overlap(dims{2, 3}, dims{1, 2}));
    CHECK_FALSE(has_overlap(dims{2, 3}, dims{100, 7}));
    CHECK_FALSE(has_overlap(dims{1, 3}, dims{0, 1}));
}

TEST_CASE("expanded and unfolded layouts overlap")
{
    CHECK(has_overlap(dims{2, 3}, dims{0, 1}));
    CHECK(has_overlap(dims{3, 3}, dims{1, 1}));
    CHECK(has_overlap(dims{8, 3}, dims{2, 1}));
}

TEST_CASE("interleaved strides that never meet are not taken for overlap")
{
    CHECK_FALSE(has_overlap(dims{2, 3}, dims{3, 2}));
    CHECK_FALSE(has_overlap(dims{3, 2}, dims{2, 3}));
}

TEST_CASE("a layout that would take too long to search counts as overlapping")
{
    // A base far above what the other parts can sum up to, so that nothing is shared.
    dims strides;
    for (int d = 0; d < 8; ++d)
    {
        strides.push_back((std::int64_t(1) << 40) + (std::int64_t(1) << (4 * d)));
    }
    CHECK(has_overlap(dims(8, 6), strides));
    strides.resize(2);
    CHECK_FALSE(has_overlap(dims(2, 6), strides));
}

TEST_CASE("the search agrees with enumeration on random layouts")
{
    std::mt19937 random(20261121);
    std::uniform_int_distribution<int> rank(1, 4), size(1, 5), stride(0, 30);
    int overlapping = 0;
    for (int i = 0; i < 20000; ++i)
    {
        const auto n = static_cast<std::size_t>(rank(random));
        dims sizes(n), strides(n);
        for (std::size_t d = 0; d < n; ++d)
        {
            sizes[d] = size(random);
            strides[d] = stride(random);
        }
        const bool expected = overlaps_by_enumeration(sizes, strides);
        overlapping += expected;
        if (has_overlap(sizes, strides) != expected)
        {
            FAIL("sizes " << at::IntArrayRef(sizes) << " strides " << at::IntArrayRef(strides));
        }
    }
    CHECK(overlapping > 1000);
    CHECK(overlapping < 19000);
}
