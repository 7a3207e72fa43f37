// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Expressions whose elements change their width on the way: numbers to bool, small integers to numbers and
// back.

#include <cstdint>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/div.h>
#include <ATen/ops/full.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/mul.h>

#include <benchmark/benchmark.h>

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "evaluation_data.hpp"
#include "evaluation_task.hpp"
#include "ratio_reporter.hpp"

/// As many bytes and truth values as there are floats.
struct narrow_data
{
    at::Tensor pixels, truths;
    xtt::torch_xtensor_view<std::uint8_t, 2> p;
    xt::xtensor<std::uint8_t, 2> plain_pixels;
    xt::xtensor<bool, 2> plain_truths;

    explicit narrow_data(const data& d)
        : pixels((d.ta * 255).to(at::kByte)), truths(d.ta < d.tb),
          p(xtt::view_as_xtensor<std::uint8_t, 2>(pixels)), plain_pixels(p),
          plain_truths(xtt::copy_to_xtensor<bool, 2>(truths))
    {
    }
};

inline void add_conversions(ratios::suite& suite, data& d, plain_data& plain, narrow_data& n)
{
    const auto add = [&suite](const std::string& name, auto ours, auto eager, auto out, auto in_xtensor)
    {
        const task t{suite, "expressions of several widths", name};
        t.add("assign", ours);
        t.against("LibTorch eager", [eager] { benchmark::DoNotOptimize(eager()); });
        t.against("LibTorch out=", out);
        t.against("xtensor", in_xtensor);
    };
    const at::Tensor most = at::full({}, 255.0f);
    add(
        "a < b to bool", [&] { xtt::assign(n.truths, d.a < d.b); }, [&] { return d.ta < d.tb; },
        [&] { at::lt_out(n.truths, d.ta, d.tb); }, [&] { xt::noalias(n.plain_truths) = plain.a < plain.b; });
    add(
        "uint8 / 255 to float", [&] { xtt::assign(d.out, xt::cast<float>(n.p) / 255.0f); },
        [&] { return n.pixels / 255.0f; }, [&, most] { at::div_out(d.out, n.pixels, most); },
        [&] { xt::noalias(plain.o) = xt::cast<float>(n.plain_pixels) / 255.0f; });
    add(
        "a * 255 to uint8", [&] { xtt::assign(n.pixels, xt::cast<std::uint8_t>(d.a * 255.0f)); },
        [&] { return (d.ta * 255.0f).to(at::kByte); },
        [&, most]
        {
            at::mul_out(d.t1, d.ta, most);
            n.pixels.copy_(d.t1);
        },
        [&] { xt::noalias(n.plain_pixels) = xt::cast<std::uint8_t>(plain.a * 255.0f); });
}
