// SPDX-License-Identifier: BSD-3-Clause

// What a number of elements, the place where they begin, and a second thread do to assignments of float32
// expressions.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <unistd.h>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>

#include <benchmark/benchmark.h>

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include "evaluation_data.hpp"
#include "limits.hpp"
#include "peers.hpp"
#include "ratio_reporter.hpp"

namespace
{

constexpr std::pair<const char*, std::int64_t> counts[] = {
    {"1 Ki", std::int64_t{1} << 10},   {"4 Ki", std::int64_t{1} << 12},   {"16 Ki", std::int64_t{1} << 14},
    {"64 Ki", std::int64_t{1} << 16},  {"256 Ki", std::int64_t{1} << 18}, {"1 Mi", std::int64_t{1} << 20},
    {"4 Mi", std::int64_t{1} << 22},   {"16 Mi", std::int64_t{1} << 24},  {"64 Mi", std::int64_t{1} << 26},
    {"256 Mi", std::int64_t{1} << 28},
};

/// `count` elements from element `first` on of arrays that all sizes share.
struct slice
{
    at::Tensor ta, tb, tc, out, t1, t2;
    xtt::torch_xtensor_view<float, 1> a, b, c;

    slice(const at::Tensor (&whole)[6], std::int64_t first, std::int64_t count)
        : ta(whole[0].narrow(0, first, count)), tb(whole[1].narrow(0, first, count)),
          tc(whole[2].narrow(0, first, count)), out(whole[3].narrow(0, first, count)),
          t1(whole[4].narrow(0, first, count)), t2(whole[5].narrow(0, first, count)),
          a(xtt::view_as_xtensor<float, 1>(ta)), b(xtt::view_as_xtensor<float, 1>(tb)),
          c(xtt::view_as_xtensor<float, 1>(tc))
    {
    }

    peers::operands operands() const
    {
        peers::operands result{};
        result.a = ta.data_ptr<float>();
        result.b = tb.data_ptr<float>();
        result.c = tc.data_ptr<float>();
        result.out = out.data_ptr<float>();
        result.rows = 1;
        result.columns = static_cast<std::size_t>(ta.numel());
        return result;
    }
};

constexpr std::int64_t arrays = 6;
constexpr std::int64_t margin = 64;

/// The largest size of which all arrays take half of the machine's memory at most.
std::int64_t largest_count()
{
    const std::int64_t bytes = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE) / 2;
    std::int64_t result = counts[0].second;
    for (const auto& [name, count] : counts)
    {
        result = count * std::int64_t{sizeof(float)} * arrays <= bytes ? count : result;
    }
    return result;
}

// Made when first wanted: a filtered run may not need it.
slice& elements(std::int64_t first, std::int64_t count)
{
    static const std::int64_t all = largest_count() + margin;
    static const at::Tensor whole[arrays] = {at::rand({all}),  at::rand({all}),  at::rand({all}),
                                             at::zeros({all}), at::zeros({all}), at::zeros({all})};
    static std::map<std::pair<std::int64_t, std::int64_t>, slice> slices;
    return slices.try_emplace({first, count}, whole, first, count).first->second;
}

// `work` takes the elements.
template <class F>
void add(
    ratios::suite& suite, const ratios::subject& what, std::int64_t first, std::int64_t count, F work,
    int threads = 0)
{
    suite.add(
        what,
        [=](benchmark::State& state)
        {
            slice& d = elements(first, count);
            const int before = at::get_num_threads();
            at::set_num_threads(threads == 0 ? before : threads);
            // A thread that was just made shares a core with this one, for some milliseconds.
            const auto warm = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
            while (std::chrono::steady_clock::now() < warm)
            {
                work(d);
            }
            for (auto _ : state)
            {
                work(d);
                benchmark::ClobberMemory();
            }
            at::set_num_threads(before);
        });
}

constexpr std::int64_t even = 4096 * 4096;

template <class F>
void add_threads(ratios::suite& suite, const std::string& name, F work)
{
    const int threads = at::get_num_threads();
    if (threads > 1)
    {
        const std::string many = std::to_string(threads) + " threads";
        for (const auto& [size, count] : {std::pair{", 256 Ki", even / 64}, {", 16 Mi", even}})
        {
            const std::string task = name + size;
            add(suite, {"threads", task, many}, 0, count, work);
            add(suite, {"threads", task, "1 thread"}, 0, count, work, 1);
            suite.compare("threads", task, many, "1 thread");
        }
    }
}

template <class Make, class Out>
void add_expression(
    ratios::suite& suite, const std::string& name, Make make, Out out, peers::work peers::functions::*peer)
{
    const auto ours = [make](slice& d) { xtt::assign(d.out, make(d)); };

    const std::string scaling = "scaling of " + name;
    const peers::work native = peers::peers_native()->xtensor->*peer;
    for (const auto& [task, count] : counts)
    {
        if (count <= largest_count())
        {
            add(suite, {scaling, task, "assign", count}, 0, count, ours);
            add(suite, {scaling, task, "LibTorch out=", count}, 0, count, out);
            add(suite, {scaling, task, "xtensor native", count}, 0, count,
                [native](slice& d) { native(d.operands()); });
            suite.compare(scaling, task, "assign", "LibTorch out=");
            suite.compare(scaling, task, "assign", "xtensor native");
        }
    }

    const std::string places = "sizes and places";
    const std::string plain = "4096 * 4096 elements";
    add(suite, {places, name, plain}, 0, even, ours);
    const auto add_place = [&](const std::string& variant, std::int64_t first, std::int64_t count)
    {
        add(suite, {places, name, variant}, first, count, ours);
        suite.compare(places, name, variant, plain);
    };
    add_place("one element less", 0, even - 1);
    add_place("one element more", 0, even + 1);
    add_place("13 elements more", 0, even + 13);
    add_place("from element 1 on", 1, even);

    add_threads(suite, name, ours);
}

} // namespace

int main(int argc, char** argv)
{
    ratios::suite suite("scaling");
    report_peers(suite);
    for (const auto& [name, count] : counts)
    {
        if (count > largest_count())
        {
            suite.absent("scaling, " + std::string(name) + " elements", "too little memory");
        }
    }
    if (at::get_num_threads() == 1)
    {
        suite.absent("2 threads", "the machine has one core");
    }
    add_expression(suite, "exp(a)*b+sin(c)", exponential, exponential_out, &peers::functions::exponential);
    add_expression(suite, "a*b+c", axpy, axpy_out, &peers::functions::axpy);
    if (peers::peers_native()->limits.exp_and_sin != nullptr)
    {
        add_threads(suite, libmvec_alone, [](slice& d) { call_libmvec(d.out, peers::peers_native()); });
    }
    return suite.run(argc, argv);
}
