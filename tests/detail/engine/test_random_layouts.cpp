// SPDX-License-Identifier: BSD-3-Clause
//
// Expressions of arrays that lie in memory in ways that nobody thought of, against LibTorch's operators.

#include "../threads.hpp"
#include "reference.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include <ATen/ATen.h>

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

using namespace engine_test;

namespace
{

std::mt19937 random_bits(20'261'128); // NOLINT: the same on every run

std::int64_t up_to(std::int64_t most)
{
    return std::uniform_int_distribution<std::int64_t>(0, most)(random_bits);
}

/// A part of a larger tensor: its dimensions in any order in memory, with gaps, or steps, or neither.
at::Tensor part_of_memory(const std::vector<std::int64_t>& sizes, at::ScalarType dtype)
{
    const auto rank = sizes.size();
    std::vector<std::int64_t> order(rank); // order[i]: which dimension is the i-th in memory
    std::iota(order.begin(), order.end(), 0);
    if (up_to(1) == 0)
    {
        std::shuffle(order.begin(), order.end(), random_bits);
    }
    std::vector<std::int64_t> whole(rank);
    std::vector<std::int64_t> first(rank);
    std::vector<std::int64_t> step(rank);
    std::vector<std::int64_t> back(rank);
    const bool gaps = up_to(2) != 0;
    for (std::size_t i = 0; i < rank; ++i)
    {
        const auto d = static_cast<std::size_t>(order[i]);
        step[i] = gaps && up_to(3) == 0 ? 2 + up_to(1) : 1;
        first[i] = gaps ? up_to(2) : 0;
        whole[i] = first[i] + sizes[d] * step[i] + (gaps ? up_to(2) : 0);
        back[d] = static_cast<std::int64_t>(i);
    }
    at::Tensor result = (at::rand(whole) * 100).to(dtype);
    for (std::size_t i = 0; i < rank; ++i)
    {
        const std::int64_t extent = sizes[static_cast<std::size_t>(order[i])];
        result = result.slice(std::int64_t(i), first[i], first[i] + extent * step[i], step[i]);
    }
    return result.permute(back);
}

/// Dimensions to be walked through backwards.
std::vector<std::int64_t> some_dimensions(std::size_t rank)
{
    std::vector<std::int64_t> result;
    for (std::size_t d = 0; d < rank; ++d)
    {
        if (up_to(7) == 0)
        {
            result.push_back(static_cast<std::int64_t>(d));
        }
    }
    return result;
}

template <class T>
auto view_of(const at::Tensor& tensor, const std::vector<std::int64_t>& backwards)
{
    xt::xstrided_slice_vector slices(static_cast<std::size_t>(tensor.dim()), xt::all());
    for (const std::int64_t d : backwards)
    {
        const auto last = static_cast<std::ptrdiff_t>(tensor.size(d)) - 1;
        slices[static_cast<std::size_t>(d)] = xt::range(last, xt::placeholders::xtuph(), -1);
    }
    return xt::strided_view(xtt::view_as_xarray<T>(tensor), slices);
}

/// An operand, some of whose dimensions are broadcast, and its values as LibTorch's.
template <class T>
auto operand_of(std::vector<std::int64_t> sizes, at::ScalarType dtype, at::Tensor& values)
{
    for (auto& extent : sizes)
    {
        extent = up_to(4) == 0 ? 1 : extent;
    }
    const at::Tensor tensor = part_of_memory(sizes, dtype);
    const auto backwards = some_dimensions(sizes.size());
    values = tensor.flip(backwards);
    return view_of<const T>(tensor, backwards);
}

std::vector<std::int64_t> some_sizes()
{
    std::vector<std::int64_t> sizes(1 + static_cast<std::size_t>(up_to(3)));
    for (auto& extent : sizes)
    {
        extent = 1 + up_to(up_to(4) == 0 ? 20 : 7);
    }
    if (up_to(3) == 0)
    {
        sizes[static_cast<std::size_t>(up_to(std::int64_t(sizes.size()) - 1))] += up_to(900);
    }
    return sizes;
}

} // namespace

TEST_CASE("whatever the layouts are, the elements are right, and no others are written")
{
    const two_threads threads;
    const auto sets = instruction_sets();
    for (int round = 0; round < 3000; ++round)
    {
        const cap limit(sets[static_cast<std::size_t>(up_to(std::int64_t(sets.size()) - 1))]);
        const auto sizes = some_sizes();
        at::Tensor a;
        at::Tensor b;
        at::Tensor c;
        const auto x = operand_of<float>(sizes, at::kFloat, a);
        const auto y = operand_of<float>(sizes, at::kFloat, b);
        const auto z = operand_of<std::int16_t>(sizes, at::kShort, c);
        at::Tensor destination = part_of_memory(sizes, at::kFloat);
        const auto backwards = some_dimensions(sizes.size());
        const at::Tensor memory = at::empty({0}).set_(destination.storage()); // all of it
        const at::Tensor before = memory.clone();
        auto result = view_of<float>(destination, backwards);
        INFO("round " << round << ", sizes " << at::IntArrayRef(sizes));
        xtt::detail::evaluate_into(result, x * y + z);
        REQUIRE(destination.flip(backwards).equal((a * b + c).expand(sizes)));
        destination.copy_(before.as_strided(sizes, destination.strides(), destination.storage_offset()));
        REQUIRE(memory.equal(before));
    }
}
