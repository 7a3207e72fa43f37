// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is computed element by element, with xtensor's own functions: functors that have no vector form,
// complex numbers and halves.

#include <complex>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/complex.h>
#include <ATen/ops/square.h>
#include <ATen/ops/where.h>

#include <benchmark/benchmark.h>

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "evaluation_data.hpp"
#include "evaluation_task.hpp"
#include "ratio_reporter.hpp"

inline void add_functors(ratios::suite& suite, data& d, plain_data& plain)
{
    const std::string group = "functors without a vector form";
    const auto add = [&](const std::string& name, auto make, auto eager)
    {
        const task t{suite, group, name};
        t.add("assign", [&d, make] { xtt::assign(d.out, make(d)); });
        t.against("LibTorch eager", [&d, eager] { benchmark::DoNotOptimize(eager(d)); });
        t.against("xtensor", [&plain, make] { xt::noalias(plain.o) = make(plain); });
        return t;
    };
    add(
        "xt::square(a)*b+c", [](auto& x) { return xt::square(x.a) * x.b + x.c; },
        [](data& x) { return at::square(x.ta) * x.tb + x.tc; })
        .against(
            "LibTorch out=",
            [&d]
            {
                at::square_out(d.t1, d.ta);
                at::addcmul_out(d.out, d.tc, d.t1, d.tb);
            });
    add(
        "exp(a)+xt::square(b)", [](auto& x) { return xt::exp(x.a) + xt::square(x.b); },
        [](data& x) { return at::exp(x.ta) + at::square(x.tb); })
        .against(
            "LibTorch out=",
            [&d]
            {
                at::square_out(d.t1, d.tb);
                at::exp_out(d.out, d.ta);
                d.out.add_(d.t1);
            });
    add(
        "a lambda of a, *b+c",
        [](auto& x)
        { return xt::make_lambda_xfunction([](float y) { return y > 0.5f ? y : 1 - y; }, x.a) * x.b + x.c; },
        [](data& x) { return at::where(x.ta > 0.5f, x.ta, 1 - x.ta) * x.tb + x.tc; });
}

/// Arrays of elements that the engine has no vectors of.
template <class T>
struct unregistered
{
    at::Tensor ta, tb, tc, out;
    xtt::torch_xtensor_view<T, 2> a, b, c;

    explicit unregistered(const at::Tensor& numbers)
        : ta(numbers), tb(numbers.clone()), tc(numbers.clone()), out(numbers.clone()),
          a(xtt::view_as_xtensor<T, 2>(ta)), b(xtt::view_as_xtensor<T, 2>(tb)),
          c(xtt::view_as_xtensor<T, 2>(tc))
    {
    }
};

/// The same in xtensor's own arrays.
template <class T>
struct plain_unregistered
{
    xt::xtensor<T, 2> a, b, c, o;

    explicit plain_unregistered(const unregistered<T>& d) : a(d.a), b(d.b), c(d.c), o(d.c) {}
};

struct unregistered_data
{
    unregistered<std::complex<float>> complex;
    unregistered<c10::Half> half;
    plain_unregistered<std::complex<float>> plain_complex;
    plain_unregistered<c10::Half> plain_half;

    explicit unregistered_data(const data& d)
        : complex(at::complex(d.ta, d.tb).slice(0, 0, d.ta.size(0) / 2).contiguous()),
          half(d.ta.to(at::kHalf)), plain_complex(complex), plain_half(half)
    {
    }
};

inline void add_unregistered(ratios::suite& suite, unregistered_data& all)
{
    const auto add = [&](const std::string& name, auto& d, auto& plain, auto make, auto eager, auto out)
    {
        const task t{suite, "complex numbers and halves", name};
        t.add("assign", [&d, make] { xtt::assign(d.out, make(d)); });
        t.against("LibTorch eager", [&d, eager] { benchmark::DoNotOptimize(eager(d)); });
        t.against("LibTorch out=", [&d, out] { out(d); });
        t.against("xtensor", [&plain, make] { xt::noalias(plain.o) = make(plain); });
    };
    add(
        "a*b+c, complex<float>", all.complex, all.plain_complex, axpy,
        [](auto& x) { return x.ta * x.tb + x.tc; }, axpy_out);
    add(
        "a+b, Half", all.half, all.plain_half, [](auto& x) { return x.a + x.b; },
        [](auto& x) { return x.ta + x.tb; }, [](auto& x) { at::add_out(x.out, x.ta, x.tb); });
}
