// SPDX-License-Identifier: BSD-3-Clause

// Our functions for python_peers.py, which loads this into a Python that has torch, and times them there
// beside torch's own on the same LibTorch. The work is done on pointers, as the peers' is.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <benchmark/benchmark.h>

#if __has_include(<xtensor/core/xmath.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/containers/xadapt.hpp>
    #include <xtensor/core/xmath.hpp>
    #include <xtensor/views/xview.hpp>
#else
    #include <xtensor/xadapt.hpp>
    #include <xtensor/xmath.hpp>
    #include <xtensor/xview.hpp>
#endif

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "peers.hpp"
#include "result_file.hpp"

namespace
{

using peers::operands;

auto matrix(const float* first, std::size_t rows, std::size_t columns)
{
    return xt::adapt<xt::layout_type::row_major>(
        first, rows * columns, xt::no_ownership(), std::array<std::size_t, 2>{rows, columns});
}

at::Tensor tensor(void* first, at::IntArrayRef sizes, at::ScalarType dtype = at::kFloat)
{
    return at::from_blob(first, sizes, at::TensorOptions(dtype));
}

struct data
{
    decltype(matrix(nullptr, 0, 0)) a, b, c, row, column;
    std::int64_t rows, columns;

    explicit data(const operands& x)
        : a(matrix(x.a, x.rows, x.columns)), b(matrix(x.b, x.rows, x.columns)),
          c(matrix(x.c, x.rows, x.columns)), row(matrix(x.row, 1, x.columns)),
          column(matrix(x.column, x.rows, 1)), rows(static_cast<std::int64_t>(x.rows)),
          columns(static_cast<std::int64_t>(x.columns))
    {
    }
};

template <class Make>
void assign(const operands& x, Make make)
{
    const data d(x);
    xtt::assign(tensor(x.out, {d.rows, d.columns}), make(d));
}

} // namespace

#define EXPORTED extern "C" [[gnu::visibility("default")]]

EXPORTED void exponential(const operands& x)
{
    assign(x, [](auto& d) { return xt::exp(d.a) * d.b + xt::sin(d.c); });
}

EXPORTED void axpy(const operands& x)
{
    assign(x, [](auto& d) { return d.a * d.b + d.c; });
}

EXPORTED void twelve(const operands& x)
{
    assign(
        x,
        [](auto& d)
        {
            return ((d.a + d.b) * d.c - d.a / (d.b + 3.0f)) * (d.c - d.a) + xt::sqrt(xt::abs(d.a * d.b)) +
                   0.5f * d.c;
        });
}

EXPORTED void where(const operands& x)
{
    assign(x, [](auto& d) { return xt::where(d.a > 0.5f, d.a, d.b); });
}

EXPORTED void broadcast(const operands& x)
{
    assign(x, [](auto& d) { return d.row + d.column; });
}

EXPORTED void transpose(const operands& x)
{
    assign(x, [](auto& d) { return xt::transpose(d.a); });
}

EXPORTED void narrow(const operands& x)
{
    const data d(x);
    auto* doubles = const_cast<double*>(x.doubles); // only read
    xtt::assign(tensor(x.out, {d.rows, d.columns}), tensor(doubles, {d.rows, d.columns}, at::kDouble));
}

EXPORTED void every_second(const operands& x)
{
    const data d(x);
    xtt::assign(
        tensor(x.half, {d.rows, d.columns / 2}), xt::view(d.a, xt::all(), xt::range(0, d.columns, 2)));
}

EXPORTED void sum_rows(const operands& x)
{
    const data d(x);
    xtt::assign(tensor(x.row_sums, {d.rows}), xt::sum(d.a, {1}));
}

EXPORTED void sum_columns(const operands& x)
{
    const data d(x);
    xtt::assign(tensor(x.column_sums, {d.columns}), xt::sum(d.a, {0}));
}

/// xtensor's own way to do a task that is named as in peers::functions, with the same flags.
EXPORTED void xtensor(const operands& x, const char* task)
{
    using peers::functions;
    static constexpr std::pair<std::string_view, peers::work functions::*> tasks[] = {
        {"exponential", &functions::exponential}, {"axpy", &functions::axpy},
        {"twelve", &functions::twelve},           {"where", &functions::where},
        {"broadcast", &functions::broadcast},     {"transpose", &functions::transpose},
        {"narrow", &functions::narrow},           {"every_second", &functions::every_second},
        {"sum_rows", &functions::sum_rows},       {"sum_columns", &functions::sum_columns},
    };
    for (const auto& [name, function] : tasks)
    {
        if (name == task)
        {
            (peers::peers_plain()->xtensor->*function)(x);
        }
    }
}

// The conversions take less time than a call from Python, so that the loop over them is here.
EXPORTED void view_as_tensor(float* first, std::size_t count, std::int64_t times)
{
    auto array = xt::adapt(first, count, xt::no_ownership(), std::array<std::size_t, 1>{count});
    for (std::int64_t i = 0; i < times; ++i)
    {
        at::Tensor made = xtt::view_as_tensor(array);
        benchmark::DoNotOptimize(made);
    }
}

EXPORTED void copy_to_tensor(float* first, std::size_t count, std::int64_t times)
{
    auto array = xt::adapt(first, count, xt::no_ownership(), std::array<std::size_t, 1>{count});
    for (std::int64_t i = 0; i < times; ++i)
    {
        at::Tensor made = xtt::copy_to_tensor(array);
        benchmark::DoNotOptimize(made);
    }
}

EXPORTED void view_as_xtensor(float* first, std::size_t count, std::int64_t times)
{
    const at::Tensor source = tensor(first, {static_cast<std::int64_t>(count)});
    for (std::int64_t i = 0; i < times; ++i)
    {
        auto view = xtt::view_as_xtensor<float, 1>(source);
        benchmark::DoNotOptimize(view.data());
    }
}

/// A JSON object.
EXPORTED const char* built_with()
{
    static const std::string text = ratios::object(ratios::built_with(BENCHMARK_FLAGS));
    return text.c_str();
}
