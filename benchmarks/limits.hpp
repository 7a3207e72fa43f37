// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the memory and libmvec give without the rest of the work, to judge by how much of a time is theirs.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/sin.h>

#include <benchmark/benchmark.h>

#include <xtensor-torch/detail/huge_pages.hpp>
#include <xtensor-torch/detail/parallel.hpp>

#include "evaluation_data.hpp"
#include "evaluation_task.hpp"
#include "peers.hpp"
#include "ratio_reporter.hpp"

/// Calls `f(begin, count)` on all threads, for ranges of a multiple of 4096 elements.
template <class F>
void in_parallel(const at::Tensor& t, F f)
{
    const std::int64_t grain = 32768;
    xtt::detail::parallel_for(
        t.numel(), grain,
        [f](std::int64_t begin, std::int64_t end) { f(begin, static_cast<std::size_t>(end - begin)); });
}

inline constexpr const char* libmvec_alone = "libmvec's exp and sin, from the first cache";

/// For as many elements as a tensor has.
inline void call_libmvec(const at::Tensor& t, const peers::library* library)
{
    in_parallel(t, [=](auto, std::size_t count) { library->limits.exp_and_sin(count); });
}

/// Memory of 64 MiB, of which every page is written to.
inline void touch_new_pages(bool large)
{
    const at::Tensor fresh = at::empty({4096, 4096});
    if (large)
    {
        xtt::detail::advise_huge_pages(fresh.data_ptr(), fresh.nbytes());
    }
    in_parallel(
        fresh,
        [first = fresh.data_ptr<float>()](auto begin, std::size_t count)
        {
            float* const to = first + begin;
            for (std::size_t i = 0; i < count; i += 1024) // 4 KiB, the smallest page
            {
                static_cast<volatile float*>(to)[i] = 0;
            }
        });
}

inline void add_limits(ratios::suite& suite, data& d)
{
    const auto limits = peers::peers_native()->limits;
    if (limits.copy_past_caches == nullptr)
    {
        suite.absent("non-temporal copies", "written for x86-64");
        return;
    }
    const std::string copy = "non-temporal copy of as many bytes";
    const auto copy_of = [copy = limits.copy_past_caches](const at::Tensor& from, const at::Tensor& to)
    {
        in_parallel(
            to, [copy, from = from.data_ptr<float>(), to = to.data_ptr<float>()](
                    auto begin, std::size_t count) { copy(from + begin, to + begin, count); });
    };
    task{suite, "evaluation", "a*b+c"}.against(
        copy,
        [=, &d] // as many bytes read and written: 2 + 2 arrays for 3 + 1
        {
            copy_of(d.ta, d.out);
            copy_of(d.tb, d.t1);
        });
    task{suite, "evaluation", "where(a>0.5,a,b)"}.against(
        copy,
        [=, &d] // 1.5 + 1.5 arrays for 2 + 1
        {
            copy_of(d.ta, d.out);
            copy_of(d.tb, d.t1.narrow(0, 0, d.t1.size(0) / 2));
        });
    task{suite, "evaluation", "row + column"}.against(
        "non-temporal copies of the row",
        [repeat = limits.repeat_past_caches, &d]
        {
            const auto columns = d.out.size(1);
            const auto* const row = d.trow.data_ptr<float>();
            auto* const to = d.out.data_ptr<float>();
            in_parallel(
                d.out,
                [=](auto begin, std::size_t count)
                {
                    const auto length = static_cast<std::size_t>(columns);
                    repeat(row, length, to + begin, count / length);
                });
        });
    if (limits.exp_and_sin == nullptr)
    {
        suite.absent("libmvec", "none, or one before glibc 2.35, which ours does not use");
        return;
    }
    const task t{suite, "evaluation", "exp(a)*b+sin(c)"};
    t.against(libmvec_alone, [&d] { call_libmvec(d.out, peers::peers_native()); });
    const auto by_hand = [f = limits.exponential_by_hand, &d]
    {
        const auto x = d.operands();
        in_parallel(
            d.out, [=](auto begin, std::size_t count)
            { f(x.a + begin, x.b + begin, x.c + begin, x.out + begin, count); });
    };
    by_hand();
    if (!at::allclose(d.out, at::exp(d.ta) * d.tb + at::sin(d.tc), 1e-4))
    {
        throw std::logic_error("the loop by hand over libmvec gets something else");
    }
    t.against("a loop by hand over libmvec", by_hand);
    t.against(
        std::string(libmvec_alone) + ", SSE2", [&d] { call_libmvec(d.out, peers::peers_plain()); },
        "assign with SSE2");
}
