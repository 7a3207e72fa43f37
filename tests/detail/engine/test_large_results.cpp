// SPDX-License-Identifier: BSD-3-Clause
//
// Functions of the C library into results that are written past the caches: they are then called in loops of
// their own, a block of vectors at a time, and must give what they give for parts that stay in the caches.

#include "../threads.hpp"
#include "reference.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <xtensor-torch/evaluate.hpp>

using namespace engine_test;

namespace
{

constexpr std::size_t rows = 4100; // 16.8 MB of floats; no whole number of blocks
constexpr std::size_t columns = 1027;

/// Those with blocks.
std::vector<instruction_set> vector_sets()
{
    auto result = instruction_sets();
    result.erase(result.begin()); // scalar
    return result;
}

/// Positive numbers; another sequence for each seed.
template <class T>
xt::xtensor<T, 2> positive(unsigned seed)
{
    return xt::abs(numbers<T>(rows, columns, seed)) + T(1) / T(2);
}

/// Compares `make(arrays)` of whole arrays with that of their halves, with each instruction set.
template <class R, class Make, class... T>
void check_halves(Make make, const xt::xtensor<T, 2>&... arrays)
{
    const two_threads threads;
    for (const auto set : vector_sets())
    {
        CAPTURE(int(set));
        const cap limit(set);
        xt::xtensor<R, 2> result = xt::zeros<R>({rows, columns});
        CHECK(xtt::detail::evaluate_into(result, make(arrays...)) == evaluation_path::linear);
        for (const std::size_t first : {std::size_t(0), rows / 2})
        {
            const auto half_of = [=](const auto& whole)
            { return xt::view(whole, xt::range(first, first + rows / 2), xt::all()); };
            xt::xtensor<R, 2> expected = xt::zeros<R>({rows / 2, columns});
            [&](const xt::xtensor<T, 2>&... parts)
            { xtt::detail::evaluate_into(expected, make(parts...)); }(xt::xtensor<T, 2>(half_of(arrays))...);
            CHECK(std::equal(expected.begin(), expected.end(), result.data() + first * columns));
        }
    }
}

} // namespace

TEST_CASE("one function, and functions of functions")
{
    const auto a = positive<float>(1);
    check_halves<float>([](const auto& x) { return xt::exp(x); }, a);
    check_halves<float>([](const auto& x) { return xt::exp(xt::sin(xt::log(x) * x) + x); }, a);
}

TEST_CASE("the same functions of other operands")
{
    check_halves<float>(
        [](const auto& x, const auto& y)
        { return xt::sin(x) * y - xt::sin(y) + xt::sin(x) / xt::sin(x + y); },
        positive<float>(1), positive<float>(2));
}

TEST_CASE("functions of two operands, and of numbers alone")
{
    check_halves<float>(
        [](const auto& x, const auto& y) {
            return xt::pow(x, y) + xt::atan2(y, x) * xt::pow(x, 2.0f) - xt::hypot(x, 3.0f) + xt::pow(0.5f, y);
        },
        positive<float>(1), positive<float>(2));
    const auto one = xt::xscalar<float>(1.0f);
    const auto two = xt::xscalar<float>(2.0f);
    check_halves<float>(
        [&](const auto& x) { return xt::exp(one) * xt::sin(x) + xt::exp(two); }, positive<float>(1));
}

TEST_CASE("functions of several widths")
{
    check_halves<double>(
        [](const auto& x, const auto& y, const auto& n)
        { return xt::exp(x) * xt::log(y) + xt::sin(xt::cast<double>(n)); },
        positive<float>(1), positive<double>(2),
        xt::xtensor<std::int32_t, 2>(numbers<std::int32_t>(rows, columns)));
}

TEST_CASE("as many functions as have loops of their own, and more")
{
    const auto a = positive<float>(1);
    const auto eight = [](const auto& x)
    {
        return xt::exp(x) + xt::sin(x) * xt::cos(x) - xt::log(x) + xt::tanh(x) * xt::atan(x) + xt::cbrt(x) -
               xt::log1p(x);
    };
    check_halves<float>(eight, a);
    check_halves<float>([=](const auto& x) { return eight(x) + xt::expm1(x); }, a);
}

TEST_CASE("a functor without a vector form is called once for each element")
{
    const auto a = positive<float>(1);
    const two_threads threads;
    for (const auto set : vector_sets())
    {
        CAPTURE(int(set));
        const cap limit(set);
        static std::atomic<std::size_t> calls;
        calls = 0;
        const auto counted = [](float x)
        {
            calls.fetch_add(1, std::memory_order_relaxed);
            return x + 1;
        };
        xt::xtensor<float, 2> result = xt::zeros_like(a);
        xtt::detail::evaluate_into(result, xt::log(xt::make_lambda_xfunction(counted, a)) * xt::exp(a));
        CHECK(calls == a.size());
        xt::xtensor<float, 2> expected = xt::zeros_like(a);
        xtt::detail::evaluate_into(expected, xt::log(a + 1.0f) * xt::exp(a));
        CHECK(std::equal(result.begin(), result.end(), expected.begin()));
    }
}

TEST_CASE("into an operand, and into rows that begin anywhere in a cache line")
{
    const two_threads threads;
    const auto a = positive<float>(1);
    const auto b = positive<float>(2);
    for (const auto set : vector_sets())
    {
        CAPTURE(int(set));
        const cap limit(set);
        xt::xtensor<float, 2> expected = xt::zeros_like(a);
        xtt::detail::evaluate_into(expected, xt::exp(b) * a + xt::sin(a));
        xt::xtensor<float, 2> in_place = a;
        xtt::detail::evaluate_into(in_place, xt::exp(b) * in_place + xt::sin(in_place));
        CHECK(std::equal(in_place.begin(), in_place.end(), expected.begin()));
        xt::xtensor<float, 2> whole = xt::zeros<float>({rows, columns + 13});
        auto padded = xt::view(whole, xt::all(), xt::range(3, 3 + columns));
        CHECK(xtt::detail::evaluate_into(padded, xt::exp(b) * a + xt::sin(a)) == evaluation_path::rows);
        CHECK(xt::all(xt::equal(padded, expected)));
        CHECK(xt::all(xt::equal(xt::view(whole, xt::all(), xt::range(0, 3)), 0.0f)));
        CHECK(xt::all(xt::equal(xt::view(whole, xt::all(), xt::range(3 + columns, columns + 13)), 0.0f)));
    }
}
