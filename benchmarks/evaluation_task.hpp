// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How evaluation.cpp and limits.hpp add their benchmarks.

#include <stdexcept>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>

#include <benchmark/benchmark.h>

#include <xtensor-torch/evaluate.hpp>

#include "evaluation_data.hpp"
#include "peers.hpp"
#include "ratio_reporter.hpp"

using xtt::detail::instruction_set;
using peer_function = peers::work peers::functions::*;

/// The benchmarks of one task.
struct task
{
    ratios::suite& suite;
    std::string group, name;
    int untimed = 0; // times that each is done before it is timed

    template <class F>
    void add(const std::string& variant, F work) const
    {
        add_work(suite, {group, name, variant}, work, untimed);
    }

    /// One that `ours` is compared with.
    template <class F>
    void against(const std::string& alternative, F work, const std::string& ours = "assign") const
    {
        add(alternative, work);
        suite.compare(group, name, ours, alternative);
    }

    template <class F>
    void add_with_less(const std::string& variant, F work, instruction_set cap) const
    {
        suite.add(
            {group, name, variant},
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

    /// `ours` writes the same to `result` as the peers do.
    template <class F>
    void against_peers(const data& d, peer_function function, F ours, const at::Tensor& result) const
    {
        ours();
        const at::Tensor expected = result.clone();
        const auto operands = d.operands();
        const auto add_peer = [&](const std::string& peer, peers::work work)
        {
            result.zero_();
            work(operands);
            if (!at::allclose(result, expected, 1e-4))
            {
                throw std::logic_error(name + ": " + peer + " gets something else");
            }
            against(peer, [=] { work(operands); });
        };
        add_peer("xtensor native", peers::peers_native()->xtensor->*function);
        if (peers::peers_plain()->eigen != nullptr)
        {
            add_peer("Eigen", peers::peers_plain()->eigen->*function);
            add_peer("Eigen native", peers::peers_native()->eigen->*function);
        }
    }
};
