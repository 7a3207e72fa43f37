// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/parallel.hpp>
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <ATen/ATen.h>

#include <catch.hpp>
#include <xtensor_headers.hpp>

#include "threads.hpp"

namespace
{

std::set<std::thread::id> threads_of(std::int64_t count, std::int64_t grain)
{
    std::mutex mutex;
    std::set<std::thread::id> ids;
    xtt::detail::parallel_for(
        count, grain,
        [&](std::int64_t, std::int64_t)
        {
            const std::lock_guard lock(mutex);
            ids.insert(std::this_thread::get_id());
        });
    return ids;
}

} // namespace

TEST_CASE("each index is met once")
{
    const two_threads threads;
    const std::int64_t grain = GENERATE(as<std::int64_t>{}, 10, 1000); // ranges begin anywhere, or at 125s
    for (const std::int64_t count : {1, 10, 99, 1000, 1001, 100'003})
    {
        std::vector<std::atomic<int>> met(static_cast<std::size_t>(count));
        xtt::detail::parallel_for(
            count, grain,
            [&](std::int64_t begin, std::int64_t end)
            {
                for (std::int64_t i = begin; i < end; ++i)
                {
                    ++met[static_cast<std::size_t>(i)];
                }
            });
        CHECK(std::all_of(met.begin(), met.end(), [](const auto& n) { return n == 1; }));
    }
}

TEST_CASE("a program that is compiled without OpenMP uses LibTorch's threads")
{
#ifdef _OPENMP
    FAIL("this test is to be compiled without OpenMP");
#endif
    const two_threads threads;
    CHECK(threads_of(1'000'000, 1000).size() == 2);
    CHECK(threads_of(1000, 1000).size() == 1);
}

TEST_CASE("at::set_num_threads is heeded")
{
    const two_threads threads;
    at::set_num_threads(1);
    CHECK(threads_of(1'000'000, 1000) == std::set{std::this_thread::get_id()});
}

TEST_CASE("a nested loop is serial")
{
    const two_threads threads;
    std::atomic<std::size_t> most = 0;
    xtt::detail::parallel_for(
        1'000'000, 1000,
        [&](std::int64_t, std::int64_t)
        {
            const auto inner = threads_of(1'000'000, 1000).size();
            std::size_t seen = most;
            while (inner > seen && !most.compare_exchange_weak(seen, inner))
            {
            }
        });
    CHECK(most == 1);
}

TEST_CASE("an exception reaches the caller")
{
    const two_threads threads;
    CHECK_THROWS_AS(
        xtt::detail::parallel_for(
            1'000'000, 1000, [](std::int64_t, std::int64_t) { throw std::domain_error("from a thread"); }),
        std::domain_error);
    at::Tensor t = at::zeros({1'000'000});
    const xt::xtensor<float, 1> a = xt::ones<float>({1'000'000});
    const auto throwing = [](float x) -> float
    {
        if (x == 1.0f)
        {
            throw std::domain_error("from an element");
        }
        return x;
    };
    CHECK_THROWS_AS(xtt::assign(t, xt::make_lambda_xfunction(throwing, a)), std::domain_error);
    CHECK(threads_of(1'000'000, 1000).size() == 2); // and nothing hangs
}

namespace
{

std::atomic<int> callers = 0;

float count_callers(float x)
{
    thread_local const auto id = std::this_thread::get_id();
    static std::mutex mutex;
    static std::set<std::thread::id> ids;
    const std::lock_guard lock(mutex);
    ids.insert(id);
    callers = static_cast<int>(ids.size());
    return x;
}

} // namespace

TEST_CASE("functions without state run on all threads, those with state on one")
{
    const two_threads threads;
    const xt::xtensor<float, 1> a = xt::ones<float>({200'000});
    xt::xtensor<float, 1> result = xt::zeros<float>({200'000});
    xtt::detail::evaluate_into(
        result, xt::make_lambda_xfunction([](float x) { return count_callers(x); }, a));
    CHECK(callers == 2);

    std::set<std::thread::id> ids; // not guarded: a second thread would be a race
    const auto stateful = [&ids](float x)
    {
        ids.insert(std::this_thread::get_id());
        return x + 1;
    };
    xtt::detail::evaluate_into(result, xt::make_lambda_xfunction(stateful, a));
    CHECK(ids == std::set{std::this_thread::get_id()});
    CHECK(result(199'999) == 2.0f);
}

TEST_CASE("results do not depend on the number of threads")
{
    const two_threads threads;
    const at::Tensor a = at::rand({1'000'003});
    const auto v = xtt::view_as_xtensor<float, 1>(a);
    const at::Tensor two = xtt::copy_to_tensor(xt::exp(v) * v + xt::sin(v));
    at::set_num_threads(1);
    CHECK(two.equal(xtt::copy_to_tensor(xt::exp(v) * v + xt::sin(v))));
}
