// SPDX-License-Identifier: BSD-3-Clause

// Lazy xtensor expressions evaluated into an existing tensor, against LibTorch's eager operators, the same
// with `out=`, xtensor's own assignment and Eigen. float32, 4096 x 4096 unless the name says otherwise.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>

#include <benchmark/benchmark.h>

#include <xtensor-torch/evaluate.hpp>

#include "conversions.hpp"
#include "evaluation_data.hpp"
#include "evaluation_task.hpp"
#include "limits.hpp"
#include "peers.hpp"
#include "ratio_reporter.hpp"
#include "without_vectors.hpp"

namespace
{

// `make` gives the expression of some data, whose assignment is timed in all ways that it can be made.
template <class Make, class Eager, class Out>
void add_expression(
    ratios::suite& suite, const std::string& name, data& d, plain_data& plain, Make make, Eager eager,
    Out out, peer_function function)
{
    const task t{suite, "evaluation", name};
    const auto ours = [&d, make] { xtt::assign(d.out, make(d)); };
    t.add("assign", ours);
    t.against("LibTorch eager", [&d, eager] { benchmark::DoNotOptimize(eager(d)); });
    t.against("LibTorch out=", [&d, out] { out(d); });
    t.against("xtensor", [&plain, make] { xt::noalias(plain.o) = make(plain); });
    t.against_peers(d, function, ours, d.out);
    t.add_with_less("assign with AVX2", ours, instruction_set::avx2);
    t.add_with_less("assign with SSE2", ours, instruction_set::sse2);
    suite.compare(t.group, name, "assign with AVX2", "LibTorch out=");
    suite.compare(t.group, name, "assign with SSE2", "LibTorch out=");
}

void add_expressions(ratios::suite& suite, data& d, plain_data& plain)
{
    using peers::functions;
    add_expression(
        suite, "exp(a)*b+sin(c)", d, plain, exponential,
        [](data& x) { return at::exp(x.ta) * x.tb + at::sin(x.tc); }, exponential_out,
        &functions::exponential);
    add_expression(
        suite, "a*b+c", d, plain, axpy, [](data& x) { return x.ta * x.tb + x.tc; }, axpy_out,
        &functions::axpy);
    add_expression(
        suite, "12 operations", d, plain,
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
        },
        &functions::twelve);
    add_expression( // LibTorch 1.13 has no `out=` of where
        suite, "where(a>0.5,a,b)", d, plain, [](auto& x) { return xt::where(x.a > 0.5f, x.a, x.b); },
        [](data& x) { return at::where(x.ta > 0.5f, x.ta, x.tb); },
        [](data& x) { x.out.copy_(at::where(x.ta > 0.5f, x.ta, x.tb)); }, &functions::where);
    add_expression(
        suite, "row + column", d, plain, [](auto& x) { return x.row + x.column; },
        [](data& x) { return x.trow + x.tcolumn; }, [](data& x) { at::add_out(x.out, x.trow, x.tcolumn); },
        &functions::broadcast);
}

void add_copies(ratios::suite& suite, data& d, plain_data& plain)
{
    using peers::functions;
    const auto add =
        [&](const std::string& name, auto ours, auto copy, auto in_xtensor, peer_function function)
    {
        const task t{suite, "strided copies", name};
        t.add("assign", ours);
        t.against("LibTorch copy_", copy);
        t.against("xtensor", in_xtensor);
        t.against_peers(d, function, ours, function == &functions::every_second ? d.half : d.out);
    };
    add(
        "transpose", [&] { xtt::assign(d.out, xt::transpose(d.a)); }, [&] { d.out.copy_(d.ta.t()); },
        [&] { xt::noalias(plain.o) = xt::transpose(plain.a); }, &functions::transpose);
    const auto every_second = [](auto& a) { return xt::view(a, xt::all(), xt::range(0, 4096, 2)); };
    add(
        "every 2nd column", [&d, every_second] { xtt::assign(d.half, every_second(d.a)); },
        [&] { d.half.copy_(d.ta.slice(1, 0, 4096, 2)); },
        [&plain, every_second] { xt::noalias(plain.half) = every_second(plain.a); },
        &functions::every_second);
    add(
        "float64 to float32", [&] { xtt::assign(d.out, d.doubles); }, [&] { d.out.copy_(d.doubles); },
        [&] { xt::noalias(plain.o) = xt::cast<float>(plain.doubles); }, &functions::narrow);
}

void add_sums(ratios::suite& suite, data& d, plain_data& plain)
{
    const auto add = [&](std::size_t axis, at::Tensor& out, auto& in_xtensor, peer_function function)
    {
        const task t{suite, "sums", "sum over axis " + std::to_string(axis)};
        const auto ours = [&d, &out, axis] { xtt::assign(out, xt::sum(d.a, {axis})); };
        t.add("assign", ours);
        const auto dimension = static_cast<std::int64_t>(axis);
        t.against("LibTorch out=", [&d, &out, dimension] { at::sum_out(out, d.ta, {dimension}); });
        t.against(
            "xtensor", [&plain, &in_xtensor, axis] { xt::noalias(in_xtensor) = xt::sum(plain.a, {axis}); });
        t.against_peers(d, function, ours, out);
    };
    add(0, d.column_sums, plain.column_sums, &peers::functions::sum_columns);
    add(1, d.row_sums, plain.row_sums, &peers::functions::sum_rows);
}

void add_reductions(ratios::suite& suite, data& d, plain_data& plain)
{
    const std::string group = "reductions of expressions";
    const task total{suite, group, "sum(exp(a)) over axis 1"};
    total.add("assign", [&d] { xtt::assign(d.row_sums, xt::sum(xt::exp(d.a), {1})); });
    total.against("LibTorch eager", [&d] { benchmark::DoNotOptimize(at::exp(d.ta).sum(1)); });
    total.against(
        "LibTorch out=",
        [&d]
        {
            at::exp_out(d.t1, d.ta);
            at::sum_out(d.row_sums, d.t1, {1});
        });
    total.against("xtensor", [&plain] { xt::noalias(plain.row_sums) = xt::sum(xt::exp(plain.a), {1}); });

    const task softmax{suite, group, "softmax over axis 1"};
    softmax.add(
        "assign",
        [&d]
        {
            const auto powers = xt::exp(d.a - xt::amax(d.a, {1}, xt::keep_dims));
            xtt::assign(d.out, powers / xt::sum(powers, {1}, xt::keep_dims));
        });
    softmax.against("at::_softmax_out", [&d] { at::_softmax_out(d.out, d.ta, 1, false); });
    softmax.against(
        "LibTorch in place",
        [&d]
        {
            at::sub_out(d.out, d.ta, d.ta.amax(1, true));
            d.out.exp_().div_(d.out.sum(1, true));
        });
    softmax.add(
        "assign in two steps", // which computes each exp once
        [&d]
        {
            xtt::assign(d.out, xt::exp(d.a - xt::amax(d.a, {1}, xt::keep_dims)));
            xtt::assign(d.out, d.o / xt::sum(d.o, {1}, xt::keep_dims));
        });
    for (const std::string other : {"assign", "at::_softmax_out", "LibTorch in place"})
    {
        suite.compare(group, softmax.name, "assign in two steps", other);
    }
    softmax.against(
        "LibTorch eager",
        [&d]
        {
            const at::Tensor powers = at::exp(d.ta - d.ta.amax(1, true));
            benchmark::DoNotOptimize(powers / powers.sum(1, true));
        });
    softmax.against(
        "xtensor, in steps by noalias", // as one expression, it reads past the end of reducers
        [&plain]
        {
            const xt::xtensor<float, 2> most = xt::amax(plain.a, {1}, xt::keep_dims);
            xt::noalias(plain.o) = xt::exp(plain.a - most);
            const xt::xtensor<float, 2> totals = xt::sum(plain.o, {1}, xt::keep_dims);
            xt::noalias(plain.o) = plain.o / totals;
        });
}

// After `untimed` times: memory that was in use a moment ago comes sooner than what the kernel, or the host
// of a virtual machine, has taken back.
void add_new(ratios::suite& suite, const std::string& name, int untimed, data& d, plain_data& plain)
{
    const task t{suite, "new results", name, untimed};
    const std::string ours = "copy_to_tensor";
    t.add(ours, [&d] { benchmark::DoNotOptimize(xtt::copy_to_tensor(axpy(d))); });
    t.against(
        "at::empty and assign",
        [&d]
        {
            at::Tensor fresh = at::empty({4096, 4096});
            xtt::assign(fresh, axpy(d));
        },
        ours);
    t.against(
        "LibTorch eager", [&d] { benchmark::DoNotOptimize(d.ta * d.tb + d.tc); }, ours);
    t.against(
        "large pages, touched", [] { touch_new_pages(true); }, ours);
    t.against(
        "small pages, touched", [] { touch_new_pages(false); }, ours);
    t.against(
        "xtensor",
        [&plain]
        {
            const xt::xtensor<float, 2> fresh = axpy(plain);
            benchmark::DoNotOptimize(fresh.data());
        },
        ours);
}

template <class Make, class Out>
void add_small(
    ratios::suite& suite, const std::string& name, data& d, plain_data& plain, Make make, Out out,
    peer_function function)
{
    const task t{suite, "small results", name};
    const auto ours = [&d, make] { xtt::assign(d.out, make(d)); };
    t.add("assign", ours);
    t.against("LibTorch out=", [&d, out] { out(d); });
    t.against("xtensor", [&plain, make] { xt::noalias(plain.o) = make(plain); });
    t.against_peers(d, function, ours, d.out);
    t.add("view = expression", [&d, make] { d.o = make(d); });
    suite.compare(t.group, name, "view = expression", "xtensor");
}

/// An array and a row, or a column, of as many numbers.
template <class Make>
void add_broadcast(
    ratios::suite& suite, const std::string& name, data& d, plain_data& plain, Make make,
    const at::Tensor& other)
{
    const task t{suite, "broadcasts", name};
    t.add("assign", [&d, make] { xtt::assign(d.out, make(d)); });
    t.against("LibTorch out=", [&d, &other] { at::add_out(d.out, d.ta, other); });
    t.against("xtensor", [&plain, make] { xt::noalias(plain.o) = make(plain); });
}

} // namespace

int main(int argc, char** argv)
{
    ratios::suite suite("evaluation");
    report_peers(suite);
    static data large(4096, 4096);
    static plain_data plain(large);
    add_expressions(suite, large, plain);
    add_limits(suite, large);
    add_functors(suite, large, plain);
    static unregistered_data unregistered(large);
    add_unregistered(suite, unregistered);
    static narrow_data narrow(large);
    add_conversions(suite, large, plain, narrow);
    add_copies(suite, large, plain);
    add_sums(suite, large, plain);
    add_reductions(suite, large, plain);
    add_new(suite, "a*b+c into new memory", 0, large, plain);
    add_new(suite, "a*b+c into new memory, after 5 times", 5, large, plain);
    for (const std::int64_t count : {16, 1024})
    {
        data& d = *new data(1, count); // for as long as the program lives, as the benchmarks refer to it
        plain_data& p = *new plain_data(d);
        const std::string elements = ", " + std::to_string(count) + " elements";
        add_small(
            suite, "exp(a)*b+sin(c)" + elements, d, p, exponential, exponential_out,
            &peers::functions::exponential);
        add_small(suite, "a*b+c" + elements, d, p, axpy, axpy_out, &peers::functions::axpy);
    }
    for (const auto& [rows, columns] : {std::pair(1000, 3), std::pair(1000, 100), std::pair(100, 1000)})
    {
        data& d = *new data(rows, columns);
        plain_data& p = *new plain_data(d);
        const std::string size = ", " + std::to_string(rows) + " x " + std::to_string(columns);
        add_broadcast(
            suite, "a + row" + size, d, p, [](auto& x) { return x.a + x.row; }, d.trow);
        add_broadcast(
            suite, "a + column" + size, d, p, [](auto& x) { return x.a + x.column; }, d.tcolumn);
    }
    return suite.run(argc, argv);
}
