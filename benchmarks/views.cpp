// SPDX-License-Identifier: BSD-3-Clause

// What a checked view costs over the same view written by hand, for which sizes and strides are known.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <benchmark/benchmark.h>

#if __has_include(<xtensor/containers/xtensor.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/containers/xadapt.hpp>
    #include <xtensor/containers/xtensor.hpp>
    #include <xtensor/views/xview.hpp>
#else
    #include <xtensor/xadapt.hpp>
    #include <xtensor/xtensor.hpp>
    #include <xtensor/xview.hpp>
#endif

#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "ratio_reporter.hpp"

namespace
{

constexpr double min_time = 0.02;

template <std::size_t N>
xt::xtensor<float, N> array_of(const std::array<std::size_t, N>& shape)
{
    return xt::xtensor<float, N>(shape, 1.f);
}

// `make_expression` gives what is viewed: the array itself, or a slice of it.
template <std::size_t N, class F>
void add_view_of(
    ratios::suite& suite, const std::string& what, std::array<std::size_t, N> shape, F make_expression)
{
    suite.add(
        "view_as_tensor/" + what, min_time,
        [=](benchmark::State& state)
        {
            auto array = array_of(shape);
            auto&& viewed = make_expression(array);
            for (auto _ : state)
            {
                at::Tensor tensor = xtt::view_as_tensor(viewed);
                benchmark::DoNotOptimize(tensor);
            }
        });
    suite.add(
        "from_blob/" + what, min_time,
        [=](benchmark::State& state)
        {
            auto array = array_of(shape);
            auto&& viewed = make_expression(array);
            const at::Tensor model = xtt::view_as_tensor(viewed);
            std::array<std::int64_t, N> sizes;
            std::array<std::int64_t, N> strides;
            for (std::size_t i = 0; i < N; ++i)
            {
                sizes[i] = model.size(static_cast<std::int64_t>(i));
                strides[i] = model.stride(static_cast<std::int64_t>(i));
            }
            for (auto _ : state)
            {
                at::Tensor tensor = at::from_blob(
                    viewed.data() + viewed.data_offset(), sizes, strides, at::TensorOptions(at::kFloat));
                benchmark::DoNotOptimize(tensor);
            }
        });
    suite.compare("view_as_tensor/" + what, "from_blob/" + what);
}

void add_move(ratios::suite& suite)
{
    constexpr std::int64_t count = 8; // small, as both sides also pay for a new array
    suite.add(
        "move_to_tensor", min_time,
        [](benchmark::State& state)
        {
            for (auto _ : state)
            {
                xt::xtensor<float, 1> array(std::array<std::size_t, 1>{count});
                at::Tensor tensor = xtt::move_to_tensor(std::move(array));
                benchmark::DoNotOptimize(tensor);
            }
        });
    suite.add(
        "from_blob with deleter", min_time,
        [](benchmark::State& state)
        {
            for (auto _ : state)
            {
                xt::xtensor<float, 1> array(std::array<std::size_t, 1>{count});
                auto* owner = new xt::xtensor<float, 1>(std::move(array));
                at::Tensor tensor = at::from_blob(
                    owner->data(), {count}, {1}, [owner](void*) { delete owner; },
                    at::TensorOptions(at::kFloat));
                benchmark::DoNotOptimize(tensor);
            }
        });
    suite.compare("move_to_tensor", "from_blob with deleter");
}

void add_reverse(ratios::suite& suite)
{
    suite.add(
        "view_as_xtensor", min_time,
        [](benchmark::State& state)
        {
            const at::Tensor tensor = at::empty({32, 64});
            for (auto _ : state)
            {
                auto view = xtt::view_as_xtensor<float, 2>(tensor);
                auto* first = view.data();
                benchmark::DoNotOptimize(first);
            }
        });
    // Checks nothing, and does not keep the tensor alive.
    suite.add(
        "xt::adapt of data_ptr", min_time,
        [](benchmark::State& state)
        {
            const at::Tensor tensor = at::empty({32, 64});
            for (auto _ : state)
            {
                const std::array<std::size_t, 2> shape = {
                    static_cast<std::size_t>(tensor.size(0)), static_cast<std::size_t>(tensor.size(1))};
                auto view = xt::adapt(tensor.data_ptr<float>(), shape);
                auto* first = view.data();
                benchmark::DoNotOptimize(first);
            }
        });
    suite.compare("view_as_xtensor", "xt::adapt of data_ptr");
}

} // namespace

int main(int argc, char** argv)
{
    ratios::suite suite;
    const auto whole = [](auto& array) -> auto&
    {
        return array;
    };
    const auto half = [] { return xt::range(0, 8, 2); }; // xt::view takes no const slice
    add_view_of<1>(suite, "rank 1", {8}, whole);
    add_view_of<2>(suite, "rank 2", {8, 8}, whole);
    add_view_of<4>(suite, "rank 4", {8, 8, 8, 8}, whole);
    add_view_of<1>(suite, "rank 1, sliced", {8}, [=](auto& a) { return xt::view(a, half()); });
    add_view_of<2>(suite, "rank 2, sliced", {8, 8}, [=](auto& a) { return xt::view(a, half(), half()); });
    add_view_of<4>(
        suite, "rank 4, sliced", {8, 8, 8, 8},
        [=](auto& a) { return xt::view(a, half(), half(), half(), half()); });
    add_move(suite);
    add_reverse(suite);
    return suite.run(argc, argv);
}
