// SPDX-License-Identifier: BSD-3-Clause

// Lazy xtensor expressions evaluated into an existing tensor, against LibTorch's eager operators, the same
// with `out=`, and xtensor's own assignment as a program without special flags compiles it. float32, 4096 x
// 4096 unless the name says otherwise.

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/where.h>

#include <benchmark/benchmark.h>

#if __has_include(<xtensor/core/xmath.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/core/xmath.hpp>
#else
    #include <xtensor/xmath.hpp>
#endif

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "ratio_reporter.hpp"

namespace
{

using xtt::detail::instruction_set;

struct data
{
    at::Tensor ta, tb, tc, out, t1, t2, trow, tcolumn;
    xtt::torch_xtensor_view<float, 2> a, b, c, o, row, column;

    explicit data(std::int64_t rows, std::int64_t columns)
        : ta(at::rand({rows, columns})), tb(at::rand({rows, columns})), tc(at::rand({rows, columns})),
          out(at::rand({rows, columns})), t1(at::rand({rows, columns})), t2(at::rand({rows, columns})),
          trow(at::rand({1, columns})), tcolumn(at::rand({rows, 1})), a(xtt::view_as_xtensor<float, 2>(ta)),
          b(xtt::view_as_xtensor<float, 2>(tb)), c(xtt::view_as_xtensor<float, 2>(tc)),
          o(xtt::view_as_xtensor<float, 2>(out)), row(xtt::view_as_xtensor<float, 2>(trow)),
          column(xtt::view_as_xtensor<float, 2>(tcolumn))
    {
    }
};

/// The same in xtensor's own arrays, which nothing of ours evaluates.
struct plain_data
{
    xt::xtensor<float, 2> a, b, c, o, row, column;

    explicit plain_data(const data& d) : a(d.a), b(d.b), c(d.c), o(d.o), row(d.row), column(d.column) {}
};

data& large()
{
    static data instance(4096, 4096);
    return instance;
}

template <class F>
void add(ratios::suite& suite, const std::string& name, F work, instruction_set cap = instruction_set::avx512)
{
    suite.add(
        name, 0.02,
        [=](benchmark::State& state)
        {
            xtt::detail::instruction_set_cap = cap;
            for (auto _ : state)
            {
                work();
                benchmark::ClobberMemory();
            }
            xtt::detail::instruction_set_cap = instruction_set::avx512;
        });
}

// `make` gives the expression of some data, whose assignment is timed in all ways that it can be made.
template <class Make, class Eager, class Out>
void add_all(
    ratios::suite& suite, const std::string& name, data& d, plain_data& plain, Make make, Eager eager,
    Out out)
{
    add(suite, name + ", assign", [&d, make] { xtt::assign(d.out, make(d)); });
    add(
        suite, name + ", assign with AVX2", [&d, make] { xtt::assign(d.out, make(d)); },
        instruction_set::avx2);
    add(
        suite, name + ", assign with SSE2", [&d, make] { xtt::assign(d.out, make(d)); },
        instruction_set::sse2);
    add(suite, name + ", xt::noalias", [&plain, make] { xt::noalias(plain.o) = make(plain); });
    add(suite, name + ", LibTorch eager", [&d, eager] { benchmark::DoNotOptimize(eager(d)); });
    add(suite, name + ", LibTorch out=", [&d, out] { out(d); });
    for (const char* alternative : {", LibTorch eager", ", LibTorch out=", ", xt::noalias"})
    {
        suite.compare(name + ", assign", name + alternative);
    }
    suite.compare(name + ", assign with AVX2", name + ", LibTorch out=");
    suite.compare(name + ", assign with SSE2", name + ", LibTorch out=");
}

template <class Make>
void add_small(ratios::suite& suite, const std::string& name, data& d, plain_data& plain, Make make)
{
    add(suite, name + ", assign", [&d, make] { xtt::assign(d.out, make(d)); });
    add(suite, name + ", view = expression", [&d, make] { d.o = make(d); });
    add(suite, name + ", xt::noalias", [&plain, make] { xt::noalias(plain.o) = make(plain); });
    suite.compare(name + ", assign", name + ", xt::noalias");
    suite.compare(name + ", view = expression", name + ", xt::noalias");
}

const auto exponential = [](auto& d) { return xt::exp(d.a) * d.b + xt::sin(d.c); };
const auto axpy = [](auto& d) { return d.a * d.b + d.c; };

} // namespace

int main(int argc, char** argv)
{
    at::set_num_threads(static_cast<int>(std::thread::hardware_concurrency())); // some builds take fewer
    ratios::suite suite;
    data& d = large();
    static plain_data p(d);
    add_all(
        suite, "exp(a)*b+sin(c)", d, p, exponential,
        [](data& x) { return at::exp(x.ta) * x.tb + at::sin(x.tc); },
        [](data& x)
        {
            at::exp_out(x.t1, x.ta);
            at::mul_out(x.t1, x.t1, x.tb);
            at::sin_out(x.t2, x.tc);
            at::add_out(x.out, x.t1, x.t2);
        });
    add_all(
        suite, "a*b+c", d, p, axpy, [](data& x) { return x.ta * x.tb + x.tc; },
        [](data& x) { at::addcmul_out(x.out, x.tc, x.ta, x.tb); });
    add_all(
        suite, "12 operations", d, p,
        [](auto& x)
        {
            return ((x.a + x.b) * x.c - x.a / (x.b + 3.0f)) * (x.c - x.a) + xt::sqrt(xt::abs(x.a * x.b)) +
                   0.5f * x.c;
        },
        [](data& x)
        {
            return ((x.ta + x.tb) * x.tc - x.ta / (x.tb + 3.0f)) * (x.tc - x.ta) +
                   at::sqrt(at::abs(x.ta * x.tb)) + 0.5f * x.tc;
        },
        [](data& x)
        {
            at::add_out(x.t1, x.ta, x.tb);
            x.t1.mul_(x.tc);
            at::add_out(x.t2, x.tb, at::full({}, 3.0f));
            at::div_out(x.t2, x.ta, x.t2);
            x.t1.sub_(x.t2);
            at::sub_out(x.t2, x.tc, x.ta);
            x.t1.mul_(x.t2);
            at::mul_out(x.t2, x.ta, x.tb);
            x.t2.abs_().sqrt_();
            x.t1.add_(x.t2);
            at::add_out(x.out, x.t1, x.tc, 0.5f);
        });
    add_all(
        suite, "where(a>0.5,a,b)", d, p, [](auto& x) { return xt::where(x.a > 0.5f, x.a, x.b); },
        [](data& x) { return at::where(x.ta > 0.5f, x.ta, x.tb); },
        [](data& x) { x.out.copy_(at::where(x.ta > 0.5f, x.ta, x.tb)); });
    add_all(
        suite, "row + column", d, p, [](auto& x) { return x.row + x.column; },
        [](data& x) { return x.trow + x.tcolumn; }, [](data& x) { at::add_out(x.out, x.trow, x.tcolumn); });
    const at::Tensor doubles = large().ta.to(at::kDouble);
    const auto against_copy = [&](const std::string& name, auto ours, auto theirs)
    {
        add(suite, name + ", assign", ours);
        add(suite, name + ", copy_", theirs);
        suite.compare(name + ", assign", name + ", copy_");
    };
    against_copy(
        "transpose", [&] { xtt::assign(d.out, xt::transpose(d.a)); }, [&] { d.out.copy_(d.ta.t()); });
    against_copy(
        "float64 to float32", [&] { xtt::assign(d.out, doubles); }, [&] { d.out.copy_(doubles); });
    const at::Tensor half = at::empty({4096, 2048});
    against_copy(
        "every 2nd column", [&] { xtt::assign(half, xt::view(d.a, xt::all(), xt::range(0, 4096, 2))); },
        [&] { half.copy_(d.ta.slice(1, 0, 4096, 2)); });
    add(suite, "a*b+c into a new tensor, copy_to_tensor",
        [&] { benchmark::DoNotOptimize(xtt::copy_to_tensor(axpy(d))); });
    add(suite, "a*b+c into a new tensor, at::empty and assign",
        [&]
        {
            at::Tensor fresh = at::empty({4096, 4096});
            xtt::assign(fresh, axpy(d));
        });
    suite.compare("a*b+c into a new tensor, copy_to_tensor", "a*b+c into a new tensor, at::empty and assign");
    static data sixteen(1, 16);
    static data thousand(1, 1024);
    static plain_data plain_sixteen(sixteen);
    static plain_data plain_thousand(thousand);
    add_small(suite, "exp(a)*b+sin(c), 16 elements", sixteen, plain_sixteen, exponential);
    add_small(suite, "exp(a)*b+sin(c), 1024 elements", thousand, plain_thousand, exponential);
    add_small(suite, "a*b+c, 16 elements", sixteen, plain_sixteen, axpy);
    add_small(suite, "a*b+c, 1024 elements", thousand, plain_thousand, axpy);
    return suite.run(argc, argv);
}
