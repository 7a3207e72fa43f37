// SPDX-License-Identifier: BSD-3-Clause

// What a copy costs over a view, and over the copies that one would write by hand. All of them make a new
// tensor or array each time, with the allocation that this takes; all elements are float32.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/ones.h>

#include <benchmark/benchmark.h>

#if __has_include(<xtensor/containers/xtensor.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/containers/xadapt.hpp>
    #include <xtensor/containers/xtensor.hpp>
#else
    #include <xtensor/xadapt.hpp>
    #include <xtensor/xtensor.hpp>
#endif

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "ratio_reporter.hpp"

namespace
{

using array_type = xt::xtensor<float, 1>;
using shape_type = std::array<std::size_t, 1>;

// Shared by the benchmarks of a size and their repetitions: filling 256 MiB takes longer than copying it.
array_type& source_array(std::size_t count)
{
    static std::map<std::size_t, array_type> arrays;
    return arrays.try_emplace(count, shape_type{count}, 1.f).first->second;
}

const at::Tensor& source_tensor(std::size_t count)
{
    static std::map<std::size_t, at::Tensor> tensors;
    auto& tensor = tensors[count];
    if (!tensor.defined())
    {
        tensor = at::ones({static_cast<std::int64_t>(count)});
    }
    return tensor;
}

const float* first_element(const at::Tensor& made)
{
    return made.data_ptr<float>();
}

template <class E>
const float* first_element(const E& made)
{
    return made.data();
}

const std::pair<const char*, std::size_t> sizes[] = {
    {"1 KiB", std::size_t{1} << 10},   {"32 KiB", std::size_t{32} << 10},   {"1 MiB", std::size_t{1} << 20},
    {"32 MiB", std::size_t{32} << 20}, {"256 MiB", std::size_t{256} << 20},
};

// `source` gives what `make` is timed with, for a number of elements.
template <class Source, class F>
void add(ratios::suite& suite, const std::string& group, const std::string& variant, Source source, F make)
{
    for (const auto& [size, bytes] : sizes)
    {
        const std::size_t count = bytes / sizeof(float);
        suite.add(
            {group, size, variant, static_cast<std::int64_t>(bytes)},
            [=](benchmark::State& state)
            {
                auto& from = source(count);
                for (auto _ : state)
                {
                    const auto made = make(from);
                    auto* first = first_element(made);
                    benchmark::DoNotOptimize(first);
                    benchmark::ClobberMemory();
                }
            });
    }
}

void compare(
    ratios::suite& suite, const std::string& group, const std::string& ours, const std::string& alternative)
{
    for (const auto& [size, bytes] : sizes)
    {
        suite.compare(group, size, ours, alternative);
    }
}

void add_to_tensor(ratios::suite& suite)
{
    const std::string group = "array to tensor";
    add(suite, group, "view_as_tensor", source_array,
        [](array_type& array) { return xtt::view_as_tensor(array); });
    add(suite, group, "copy_to_tensor", source_array,
        [](array_type& array) { return xtt::copy_to_tensor(array); });
    add(suite, group, "from_blob().clone()", source_array,
        [](array_type& array)
        {
            const auto count = static_cast<std::int64_t>(array.size());
            return at::from_blob(array.data(), {count}, at::TensorOptions(at::kFloat)).clone();
        });
    add(suite, group, "loop to accessor", source_array,
        [](array_type& array)
        {
            const auto count = static_cast<std::int64_t>(array.size());
            at::Tensor tensor = at::empty({count});
            auto elements = tensor.accessor<float, 1>();
            for (std::int64_t i = 0; i < count; ++i)
            {
                elements[i] = array(static_cast<std::size_t>(i));
            }
            return tensor;
        });
    compare(suite, group, "view_as_tensor", "copy_to_tensor");
    compare(suite, group, "copy_to_tensor", "from_blob().clone()");
    compare(suite, group, "copy_to_tensor", "loop to accessor");
}

void add_to_xtensor(ratios::suite& suite)
{
    const std::string group = "tensor to array";
    add(suite, group, "view_as_xtensor", source_tensor,
        [](const at::Tensor& tensor) { return xtt::view_as_xtensor<float, 1>(tensor); });
    add(suite, group, "copy_to_xtensor", source_tensor,
        [](const at::Tensor& tensor) { return xtt::copy_to_xtensor<float, 1>(tensor); });
    add(suite, group, "copy of xt::adapt", source_tensor,
        [](const at::Tensor& tensor)
        {
            const shape_type shape = {static_cast<std::size_t>(tensor.size(0))};
            return array_type(xt::adapt(tensor.data_ptr<float>(), shape));
        });
    add(suite, group, "loop from accessor", source_tensor,
        [](const at::Tensor& tensor)
        {
            const auto count = tensor.size(0);
            array_type array(shape_type{static_cast<std::size_t>(count)});
            const auto elements = tensor.accessor<float, 1>();
            for (std::int64_t i = 0; i < count; ++i)
            {
                array(static_cast<std::size_t>(i)) = elements[i];
            }
            return array;
        });
    compare(suite, group, "view_as_xtensor", "copy_to_xtensor");
    compare(suite, group, "copy_to_xtensor", "copy of xt::adapt");
    compare(suite, group, "copy_to_xtensor", "loop from accessor");
}

} // namespace

int main(int argc, char** argv)
{
    ratios::suite suite("copies");
    add_to_tensor(suite);
    add_to_xtensor(suite);
    return suite.run(argc, argv);
}
