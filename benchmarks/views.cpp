// SPDX-License-Identifier: BSD-3-Clause

// What a checked view costs over the same view written by hand, for which sizes and strides are known, and
// over the same through DLPack.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <ATen/DLConvertor.h>
#include <ATen/core/Tensor.h>
#include <ATen/dlpack.h>
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

const std::string by_hand = "by hand";
const std::string dlpack = "DLPack";

template <std::size_t N>
xt::xtensor<float, N> array_of(const std::array<std::size_t, N>& shape)
{
    return xt::xtensor<float, N>(shape, 1.f);
}

// What DLPack wants to have around a borrowed or an owned array, by hand.
template <std::size_t N, class Owned>
struct exported
{
    DLManagedTensor managed{};
    std::array<std::int64_t, N> sizes;
    std::array<std::int64_t, N> strides;
    Owned owned;
};

template <std::size_t N, class Owned>
at::Tensor from_dlpack(
    float* first, const std::array<std::int64_t, N>& sizes, const std::array<std::int64_t, N>& strides,
    Owned owned)
{
    auto* made = new exported<N, Owned>{{}, sizes, strides, std::move(owned)};
    made->managed.dl_tensor.data = first;
    made->managed.dl_tensor.device = {kDLCPU, 0};
    made->managed.dl_tensor.ndim = static_cast<std::int32_t>(N);
    made->managed.dl_tensor.dtype = {kDLFloat, 32, 1};
    made->managed.dl_tensor.shape = made->sizes.data();
    made->managed.dl_tensor.strides = made->strides.data();
    made->managed.manager_ctx = made;
    made->managed.deleter = [](DLManagedTensor* self)
    { delete static_cast<exported<N, Owned>*>(self->manager_ctx); };
    return at::fromDLPack(&made->managed);
}

// `make_expression` gives what is viewed: the array itself, or a slice of it.
template <std::size_t N, class F>
void add_view_of(
    ratios::suite& suite, const std::string& task, std::array<std::size_t, N> shape, F make_expression)
{
    // `make` takes the first element, sizes and strides, which are made beforehand.
    const auto add_by_hand = [&](const std::string& variant, auto make)
    {
        suite.add(
            {"views", task, variant},
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
                    at::Tensor tensor = make(viewed.data() + viewed.data_offset(), sizes, strides);
                    benchmark::DoNotOptimize(tensor);
                }
            });
    };
    suite.add(
        {"views", task, "view_as_tensor"},
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
    add_by_hand(
        by_hand, [](float* first, const auto& sizes, const auto& strides)
        { return at::from_blob(first, sizes, strides, at::TensorOptions(at::kFloat)); });
    add_by_hand(
        dlpack, [](float* first, const auto& sizes, const auto& strides)
        { return from_dlpack<N>(first, sizes, strides, nullptr); });
    suite.compare("views", task, "view_as_tensor", by_hand);
    suite.compare("views", task, "view_as_tensor", dlpack);
}

void add_move(ratios::suite& suite)
{
    constexpr std::int64_t count = 8; // small, as all ways also pay for a new array
    const std::string task = "move an array into a tensor";
    const auto add = [&](const std::string& variant, auto make)
    {
        suite.add(
            {"views", task, variant},
            [=](benchmark::State& state)
            {
                for (auto _ : state)
                {
                    xt::xtensor<float, 1> array(std::array<std::size_t, 1>{count});
                    at::Tensor tensor = make(std::move(array));
                    benchmark::DoNotOptimize(tensor);
                }
            });
    };
    using array_type = xt::xtensor<float, 1>;
    add("move_to_tensor", [](array_type&& array) { return xtt::move_to_tensor(std::move(array)); });
    add(by_hand, // with a deleter
        [](array_type&& array)
        {
            auto* owner = new array_type(std::move(array));
            return at::from_blob(
                owner->data(), {count}, {1}, [owner](void*) { delete owner; }, at::TensorOptions(at::kFloat));
        });
    add(dlpack,
        [](array_type&& array)
        {
            float* first = array.data(); // the buffer moves along
            return from_dlpack<1>(first, {count}, {1}, std::move(array));
        });
    suite.compare("views", task, "move_to_tensor", by_hand);
    suite.compare("views", task, "move_to_tensor", dlpack);
}

void add_reverse(ratios::suite& suite)
{
    const auto add = [&](const std::string& task, const std::string& variant, auto view)
    {
        suite.add(
            {"views", task, variant},
            [=](benchmark::State& state)
            {
                const at::Tensor tensor = at::empty({32, 64});
                for (auto _ : state)
                {
                    view(tensor);
                }
            });
    };
    const std::string there = "tensor to array";
    add(there, "view_as_xtensor",
        [](const at::Tensor& tensor)
        {
            auto view = xtt::view_as_xtensor<float, 2>(tensor);
            auto* first = view.data();
            benchmark::DoNotOptimize(first);
        });
    // Checks nothing, and does not keep the tensor alive.
    add(there, by_hand,
        [](const at::Tensor& tensor)
        {
            const std::array<std::size_t, 2> shape = {
                static_cast<std::size_t>(tensor.size(0)), static_cast<std::size_t>(tensor.size(1))};
            auto view = xt::adapt(tensor.data_ptr<float>(), shape);
            auto* first = view.data();
            benchmark::DoNotOptimize(first);
        });
    add(there, dlpack,
        [](const at::Tensor& tensor)
        {
            DLManagedTensor* managed = at::toDLPack(tensor);
            benchmark::DoNotOptimize(managed->dl_tensor.data);
            managed->deleter(managed);
        });
    suite.compare("views", there, "view_as_xtensor", by_hand);
    suite.compare("views", there, "view_as_xtensor", dlpack);

    const std::string back = "tensor to array and back";
    add(back, "view_as_xtensor, view_as_tensor",
        [](const at::Tensor& tensor)
        {
            auto view = xtt::view_as_xtensor<float, 2>(tensor);
            at::Tensor again = xtt::view_as_tensor(view);
            benchmark::DoNotOptimize(again);
        });
    add(back, dlpack,
        [](const at::Tensor& tensor)
        {
            at::Tensor again = at::fromDLPack(at::toDLPack(tensor));
            benchmark::DoNotOptimize(again);
        });
    suite.compare("views", back, "view_as_xtensor, view_as_tensor", dlpack);
}

} // namespace

int main(int argc, char** argv)
{
    ratios::suite suite("views");
    const auto whole = [](auto& array) -> auto&
    {
        return array;
    };
    const auto half = [] { return xt::range(0, 8, 2); }; // xt::view takes no const slice
    add_view_of<1>(suite, "array to tensor, rank 1", {8}, whole);
    add_view_of<2>(suite, "array to tensor, rank 2", {8, 8}, whole);
    add_view_of<4>(suite, "array to tensor, rank 4", {8, 8, 8, 8}, whole);
    add_view_of<1>(
        suite, "array to tensor, rank 1, sliced", {8}, [=](auto& a) { return xt::view(a, half()); });
    add_view_of<2>(
        suite, "array to tensor, rank 2, sliced", {8, 8},
        [=](auto& a) { return xt::view(a, half(), half()); });
    add_view_of<4>(
        suite, "array to tensor, rank 4, sliced", {8, 8, 8, 8},
        [=](auto& a) { return xt::view(a, half(), half(), half(), half()); });
    add_move(suite);
    add_reverse(suite);
    return suite.run(argc, argv);
}
