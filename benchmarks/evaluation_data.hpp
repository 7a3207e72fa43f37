// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What evaluation.cpp and scaling.cpp evaluate.

#include <cstddef>
#include <cstdint>

#include <ATen/core/Tensor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/sin.h>

#include <benchmark/benchmark.h>

#if __has_include(<xtensor/core/xmath.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/core/xmath.hpp>
#else
    #include <xtensor/xmath.hpp>
#endif

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "peers.hpp"
#include "ratio_reporter.hpp"

struct data
{
    at::Tensor ta, tb, tc, out, t1, t2, trow, tcolumn, doubles, half, row_sums, column_sums;
    xtt::torch_xtensor_view<float, 2> a, b, c, o, row, column;

    explicit data(std::int64_t rows, std::int64_t columns)
        : ta(at::rand({rows, columns})), tb(at::rand({rows, columns})), tc(at::rand({rows, columns})),
          out(at::rand({rows, columns})), t1(at::rand({rows, columns})), t2(at::rand({rows, columns})),
          trow(at::rand({1, columns})), tcolumn(at::rand({rows, 1})), doubles(ta.to(at::kDouble)),
          half(at::rand({rows, columns / 2})), row_sums(at::rand({rows})), column_sums(at::rand({columns})),
          a(xtt::view_as_xtensor<float, 2>(ta)), b(xtt::view_as_xtensor<float, 2>(tb)),
          c(xtt::view_as_xtensor<float, 2>(tc)), o(xtt::view_as_xtensor<float, 2>(out)),
          row(xtt::view_as_xtensor<float, 2>(trow)), column(xtt::view_as_xtensor<float, 2>(tcolumn))
    {
    }

    peers::operands operands() const
    {
        return {
            .a = ta.data_ptr<float>(),
            .b = tb.data_ptr<float>(),
            .c = tc.data_ptr<float>(),
            .row = trow.data_ptr<float>(),
            .column = tcolumn.data_ptr<float>(),
            .doubles = doubles.data_ptr<double>(),
            .out = out.data_ptr<float>(),
            .half = half.data_ptr<float>(),
            .row_sums = row_sums.data_ptr<float>(),
            .column_sums = column_sums.data_ptr<float>(),
            .rows = static_cast<std::size_t>(ta.size(0)),
            .columns = static_cast<std::size_t>(ta.size(1)),
        };
    }
};

/// The same in xtensor's own arrays, which nothing of ours evaluates.
struct plain_data
{
    xt::xtensor<float, 2> a, b, c, o, row, column, half;
    xt::xtensor<double, 2> doubles;
    xt::xtensor<float, 1> row_sums, column_sums;

    explicit plain_data(const data& d)
        : a(d.a), b(d.b), c(d.c), o(d.o), row(d.row), column(d.column),
          half(xtt::copy_to_xtensor<float, 2>(d.half)), doubles(xtt::copy_to_xtensor<double, 2>(d.doubles)),
          row_sums(xtt::copy_to_xtensor<float, 1>(d.row_sums)),
          column_sums(xtt::copy_to_xtensor<float, 1>(d.column_sums))
    {
    }
};

inline constexpr auto exponential = [](auto& d) { return xt::exp(d.a) * d.b + xt::sin(d.c); };
inline constexpr auto axpy = [](auto& d) { return d.a * d.b + d.c; };

/// Into d.out by LibTorch, without allocations.
inline constexpr auto exponential_out = [](auto& d)
{
    at::exp_out(d.t1, d.ta);
    at::sin_out(d.out, d.tc);
    d.out.addcmul_(d.t1, d.tb);
};
inline constexpr auto axpy_out = [](auto& d) { at::addcmul_out(d.out, d.tc, d.ta, d.tb); };

/// Says in the results what the peers are, and which are not there.
inline void report_peers(ratios::suite& suite)
{
    const auto& native = *peers::peers_native();
    suite.note("xtensor native, Eigen native", native.flags);
    if (native.xsimd != nullptr)
    {
        suite.note("xsimd", native.xsimd);
    }
    else
    {
        suite.absent("xsimd in xtensor native", "none is installed that this xtensor compiles with");
    }
    if (native.eigen == nullptr)
    {
        suite.absent("Eigen", "its headers were not found");
    }
    else
    {
        suite.note("Eigen", native.eigen_version);
    }
}

template <class F>
void add_work(ratios::suite& suite, const ratios::subject& what, F work, int untimed = 0)
{
    suite.add(
        what,
        [=](benchmark::State& state)
        {
            for (int i = 0; i < untimed; ++i)
            {
                work();
            }
            for (auto _ : state)
            {
                work();
                benchmark::ClobberMemory();
            }
        });
}
