// SPDX-License-Identifier: BSD-3-Clause
//
// Several threads at once, made here and not by LibTorch, whose own the thread sanitizer cannot follow: for
// the preset `threads`, which watches them.
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/detail/purity.hpp>
#include <xtensor-torch/detail/stepper.hpp>
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>
#include <xtensor-torch/torch_container.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

constexpr int thread_count = 4;

void on_threads(const std::function<void(int)>& f)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < thread_count; ++i)
    {
        threads.emplace_back(f, i);
    }
    for (auto& thread : threads)
    {
        thread.join();
    }
}

// What LibTorch's threads do in `step_all`. Of an expression that nobody has read: views compute their
// strides when they are first asked.
template <class F>
void check_steps(F make)
{
    const auto e = make();
    using T = typename decltype(make())::value_type;
    const xt::xarray<T> expected = make();
    xt::xarray<T> result = xt::xarray<T>::from_shape(expected.shape());
    const auto count = static_cast<std::int64_t>(result.size());
    xtt::detail::with_span(
        result,
        [&](const auto& span)
        {
            xtt::detail::prepare(e);
            const xtt::detail::walker<std::remove_const_t<decltype(e)>> start(e);
            on_threads(
                [&](int i)
                {
                    xtt::detail::step_range(
                        span.sizes, start, count * i / thread_count, count * (i + 1) / thread_count,
                        xtt::detail::places<T>{span, span.data});
                });
        });
    CHECK((result == expected));
}

} // namespace

TEST_CASE("ranges of an expression are evaluated at once")
{
    const xt::xtensor<float, 2> a = xt::arange<float>(60.0f * 40.0f).reshape({60, 40});
    check_steps([&] { return xt::view(a, xt::range(3, 50), xt::all()) + xt::arange<float>(40); });
    check_steps([&] { return xt::sum(xt::view(a, xt::all(), xt::range(1, 30)), {1}); });
    check_steps([&] { return xt::view(a + a, xt::range(0, 60, 2), xt::range(3, 40)); });
    check_steps([&] { return xt::amax(a * 2.0f, {0}) + a; });
    check_steps([&] { return xt::view(a + a, 7) + xt::arange<float>(40); }); // shapes on demand
}

TEST_CASE("pieces of an expression are evaluated at once, each into memory of its own")
{
    const xt::xtensor<float, 2> a = xt::arange<float>(60.0f * 40.0f).reshape({60, 40});
    const xt::xtensor<float, 2> b = xt::arange<float>(60.0f * 50.0f).reshape({60, 50});
    const auto e = xt::view(b, xt::all(), xt::range(3, 43)) * 2.0f + xt::view(a + a, 7, 3);
    const xt::xtensor<float, 2> expected = xt::view(b, xt::all(), xt::range(3, 43)) * 2.0f + a(7, 3) * 2.0f;
    const std::vector<std::int64_t> sizes = {60, 40};
    std::atomic<int> right = 0;
    xtt::detail::prepare(e);
    on_threads(
        [&](int i)
        {
            const std::int64_t begin = 60 * 40 * i / thread_count;
            const std::int64_t end = 60 * 40 * (i + 1) / thread_count;
            std::vector<float> piece(static_cast<std::size_t>(end - begin));
            xtt::detail::evaluate_range(piece.data(), e, sizes, begin, end);
            right += std::equal(piece.begin(), piece.end(), expected.data() + begin) ? 1 : 0;
        });
    CHECK(right == thread_count);
}

TEST_CASE("threads read the same arrays and tensors, and write their own")
{
    const int before = at::get_num_threads();
    const xt::xtensor<float, 2> a = xt::arange<float>(60.0f * 40.0f).reshape({60, 40});
    const at::Tensor t = xtt::copy_to_tensor(a);
    const xt::xtensor<float, 2> expected = xt::exp(a * 0.001f) + xt::transpose(xt::transpose(a));
    std::atomic<int> right = 0;
    on_threads(
        [&](int)
        {
            at::set_num_threads(1);
            const auto v = xtt::view_as_xtensor<float, 2>(t);
            for (int k = 0; k < 20; ++k)
            {
                const at::Tensor made = xtt::copy_to_tensor(xt::exp(v * 0.001f) + a);
                xt::xtensor<float, 2> array = xt::zeros<float>({60, 40});
                xtt::assign(array, xt::exp(a * 0.001f) + v);
                const auto w = xtt::view_as_xtensor<const float, 2>(made);
                right += xt::allclose(w, expected) && xt::allclose(array, expected) ? 1 : 0;
            }
        });
    at::set_num_threads(before);
    CHECK(right == thread_count * 20);
}

TEST_CASE("the last owner frees the memory, whatever its thread")
{
    auto array = std::make_shared<xt::xtensor<float, 1>>(xt::arange<float>(1000));
    const std::weak_ptr<xt::xtensor<float, 1>> alive = array;
    std::optional<at::Tensor> t = xtt::share_as_tensor(array);
    array.reset();
    std::atomic<int> right = 0;
    {
        std::vector<xtt::torch_xtensor_view<float, 1>> views(
            thread_count, xtt::view_as_xtensor<float, 1>(*t));
        t.reset();
        on_threads(
            [&](int i)
            {
                auto own =
                    std::make_unique<xtt::torch_xtensor_view<float, 1>>(views[static_cast<std::size_t>(i)]);
                right += (*own)(7) == 7.0f ? 1 : 0;
                own.reset();
            });
    }
    CHECK(right == thread_count);
    CHECK(alive.expired());
    std::vector<at::Tensor> moved(thread_count);
    on_threads(
        [&](int i) {
            moved[static_cast<std::size_t>(i)] =
                xtt::move_to_tensor(xt::xtensor<float, 1>(xt::arange<float>(100)));
        });
    on_threads([&](int i) { moved[static_cast<std::size_t>((i + 1) % thread_count)].reset(); });
    CHECK_FALSE(moved[0].defined());
}
