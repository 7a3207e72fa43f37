// SPDX-License-Identifier: BSD-3-Clause
//
// Each functor against xtensor's own evaluation: what C++ rounds in one way must come out the same to the
// last bit, in each instruction set.

#include "reference.hpp"

using namespace engine_test;

namespace
{

// Sizes that no vector divides.
constexpr std::size_t rows = 3;
constexpr std::size_t columns = 61;

} // namespace

TEMPLATE_TEST_CASE(
    "arithmetic is xtensor's, in all types", "", float, double, std::int8_t, std::uint16_t, std::int32_t,
    std::uint64_t)
{
    const auto a = numbers<TestType>(rows, columns);
    const auto b = numbers<TestType>(rows, columns, 1);
    CHECK(worst_steps(a + b) == 0);
    CHECK(worst_steps(a - b) == 0);
    CHECK(worst_steps(a * b + a) == 0);
    CHECK(worst_steps(xt::maximum(a, b)) == 0);
    CHECK(worst_steps(xt::clip(a, TestType(2), TestType(5))) == 0);
    CHECK(worst_steps(xt::abs(a)) == 0);
    CHECK(worst_steps(a < b) == 0);
    CHECK(worst_steps(xt::equal(a, b)) == 0);
    CHECK(worst_steps(xt::where(a >= b, a, b)) == 0);
    CHECK(worst_steps(a && b) == 0);
}

TEST_CASE("types are mixed by xtensor's promotion")
{
    const auto f = numbers<float>(rows, columns);
    const auto d = numbers<double>(rows, columns, 1);
    const auto i = numbers<std::int32_t>(rows, columns, 2);
    const auto l = numbers<std::int64_t>(rows, columns, 3);
    const auto u = numbers<std::uint8_t>(rows, columns, 4);
    const auto s = numbers<std::int8_t>(rows, columns, 5);
    const auto w = numbers<std::uint32_t>(rows, columns, 6);
    const auto t = numbers<bool>(rows, columns, 7);
    CHECK(worst_steps(f * d + f) == 0);
    CHECK(worst_steps(i * f) == 0);
    CHECK(worst_steps(l + d) == 0);
    CHECK(worst_steps(u * s) == 0);
    CHECK(worst_steps(s < u) == 0); // promoted to int
    CHECK(worst_steps(i < w) == 0); // unsigned, as in C++
    CHECK(worst_steps(t + t) == 0);
    CHECK(worst_steps(t * f) == 0);
    CHECK(worst_steps(xt::where(t, f, d)) == 0);
    CHECK(worst_steps(xt::where(f > 0.0f, i, l)) == 0);
    CHECK(worst_steps(t || (u > std::uint8_t(9))) == 0);
    CHECK(worst_steps(!t) == 0);
    CHECK(worst_steps(t & t) == 0);
    CHECK(worst_steps(xt::equal(t, f > 1.0f)) == 0);
    CHECK(worst_steps(xt::cast<double>(f) / 3.0) == 0);
    CHECK(worst_steps(xt::cast<std::int32_t>(f) + i) == 0);
    CHECK(worst_steps(xt::cast<bool>(f)) == 0);
    CHECK(worst_steps(xt::maximum(t, t)) == 0);
}

TEST_CASE("the destination's type is converted to")
{
    const auto f = numbers<float>(rows, columns);
    const auto i = numbers<std::int32_t>(rows, columns);
    CHECK(worst_steps<double>(f + 1.0f, evaluation_path::linear) == 0);
    CHECK(worst_steps<float>(i + 1, evaluation_path::linear) == 0);
    CHECK(worst_steps<bool>(f + 1.0f, evaluation_path::linear) == 0);
    CHECK(worst_steps<std::uint8_t>(xt::abs(i), evaluation_path::linear) == 0);
    CHECK(worst_steps<float>(f > 0.0f, evaluation_path::linear) == 0);
    CHECK(worst_steps<std::int64_t>(f > 0.0f, evaluation_path::linear) == 0);
}

TEMPLATE_TEST_CASE("rounding, roots and predicates are xtensor's", "", float, double)
{
    auto a = numbers<TestType>(rows, columns);
    a(0, 0) = std::numeric_limits<TestType>::infinity();
    a(0, 1) = -std::numeric_limits<TestType>::infinity();
    a(0, 2) = std::numeric_limits<TestType>::quiet_NaN();
    a(0, 3) = -TestType(0);
    a(0, 4) = std::numeric_limits<TestType>::denorm_min();
    a(0, 5) = TestType(0.5) - std::numeric_limits<TestType>::epsilon() / 4;
    const auto b = numbers<TestType>(rows, columns, 1);
    CHECK(worst_steps(a / b) == 0);
    CHECK(worst_steps(xt::sqrt(a)) == 0);
    CHECK(worst_steps(xt::floor(a)) == 0);
    CHECK(worst_steps(xt::ceil(a)) == 0);
    CHECK(worst_steps(xt::trunc(a)) == 0);
    CHECK(worst_steps(xt::round(a)) == 0);
    CHECK(worst_steps(xt::rint(a)) == 0);
    CHECK(worst_steps(xt::nearbyint(a)) == 0);
    CHECK(worst_steps(xt::fmin(a, b)) == 0);
    CHECK(worst_steps(xt::fmax(a, b)) == 0);
    CHECK(worst_steps(xt::minimum(a, b)) == 0);
    CHECK(worst_steps(xt::fabs(a)) == 0);
    CHECK(worst_steps(-a) == 0);
    CHECK(worst_steps(xt::isnan(a)) == 0);
    CHECK(worst_steps(xt::isinf(a)) == 0);
    CHECK(worst_steps(xt::isfinite(a)) == 0);
    CHECK(worst_steps(xt::sign(a)) == 0);
    CHECK(worst_steps(xt::fmod(a, b)) == 0);
    CHECK(worst_steps(xt::square(a)) == 0);
    CHECK(worst_steps(xt::deg2rad(b)) == 0);
}

TEST_CASE("integers of all widths and numbers become each other as in C++")
{
    // Of more bits than the narrower ones have, which wrap.
    const xt::xtensor<std::int64_t, 2> l = numbers<std::int64_t>(rows, columns) * 0x1'2345'6789;
    const xt::xtensor<std::int32_t, 2> i = numbers<std::int32_t>(rows, columns, 1) * 0x12'3456;
    const xt::xtensor<std::uint8_t, 2> u = numbers<std::uint8_t>(rows, columns, 2) * std::uint8_t(37);
    const xt::xtensor<std::int8_t, 2> s = numbers<std::int8_t>(rows, columns, 3) * std::int8_t(37);
    const xt::xtensor<std::uint16_t, 2> w = numbers<std::uint16_t>(rows, columns, 4) * std::uint16_t(7919);
    CHECK(worst_steps(xt::cast<std::int8_t>(l)) == 0);
    CHECK(worst_steps(xt::cast<std::uint16_t>(l)) == 0);
    CHECK(worst_steps(xt::cast<std::uint8_t>(i)) == 0);
    CHECK(worst_steps(xt::cast<std::int32_t>(u)) == 0);
    CHECK(worst_steps(xt::cast<std::uint64_t>(u)) == 0);
    CHECK(worst_steps(xt::cast<std::int64_t>(s)) == 0);
    CHECK(worst_steps(xt::cast<std::int64_t>(w)) == 0);
    CHECK(worst_steps(xt::cast<float>(u)) == 0);
    CHECK(worst_steps(xt::cast<double>(u)) == 0);
    CHECK(worst_steps(xt::cast<double>(s)) == 0);
    CHECK(worst_steps(xt::cast<float>(w)) == 0);
    const xt::xtensor<float, 2> f = xt::cast<float>(u) + 0.75f;
    const xt::xtensor<double, 2> d = 0.25 - xt::cast<double>(u) / 2;
    CHECK(worst_steps(xt::cast<std::uint8_t>(f)) == 0);
    CHECK(worst_steps(xt::cast<std::int16_t>(f * 100.0f)) == 0);
    CHECK(worst_steps(xt::cast<std::int8_t>(d)) == 0);
    CHECK(worst_steps((d < -60.0) && (s < 3)) == 0);
    CHECK(worst_steps((s < 3) || (d < -60.0)) == 0);
    CHECK(worst_steps(xt::where(s < 3, d, f)) == 0);
    CHECK(worst_steps(xt::where(d < -60.0, s, s + s)) == 0);
}

TEMPLATE_TEST_CASE("a power of 2 is a product, and others are powers", "", float, double)
{
    using limits = std::numeric_limits<TestType>;
    xt::xtensor<TestType, 1> a = xt::linspace<TestType>(-3, 3, columns);
    const TestType special[] = {-TestType(0),        limits::infinity(), -limits::infinity(),
                                limits::quiet_NaN(), limits::max(),      limits::denorm_min()};
    std::copy(std::begin(special), std::end(special), a.begin());
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        xt::xtensor<TestType, 1> result = xt::ones_like(a);
        CHECK(xtt::detail::evaluate_into(result, xt::pow(a, TestType(2))) == evaluation_path::linear);
        for (std::size_t i = 0; i < a.size(); ++i)
        {
            const double most = set == instruction_set::scalar ? 1 : 0; // std::pow's
            CHECK(steps_between(result(i), a(i) * a(i)) <= most);
        }
    }
    CHECK(worst_steps(xt::pow(a, TestType(3))) <= 2);
    CHECK(worst_steps(xt::pow(xt::abs(a), TestType(2.5))) <= 2);
    CHECK(worst_steps(xt::pow(TestType(2), a)) <= 2);
    CHECK(worst_steps(xt::pow(numbers<std::int32_t>(rows, columns), 2)) == 0); // double
    CHECK(worst_steps(xt::pow(a, true)) == 0);
}

TEST_CASE("integers divide, shift and combine as in xtensor")
{
    const auto a = numbers<std::int32_t>(rows, columns);
    const xt::xtensor<std::int32_t, 2> b = xt::abs(numbers<std::int32_t>(rows, columns, 1)) + 1;
    const xt::xtensor<std::int32_t, 2> few = b % 8;
    CHECK(worst_steps(a / b) == 0); // no element that is not there is divided by
    CHECK(worst_steps(a % b) == 0);
    CHECK(worst_steps(a & b) == 0);
    CHECK(worst_steps((a | b) ^ 5) == 0);
    CHECK(worst_steps(~a) == 0);
    CHECK(worst_steps(b << few) == 0);
    CHECK(worst_steps(b >> few) == 0);
    CHECK(worst_steps(xt::isnan(a)) == 0);
    CHECK(worst_steps(xt::sqrt(b)) == 0); // to double
    CHECK(worst_steps(xt::exp(xt::cast<double>(few))) <= 4);
    CHECK(worst_steps(xt::exp(few)) <= 4);
}

TEST_CASE("a user's functions are called once for each element, and for no other")
{
    const auto a = numbers<float>(rows, columns);
    const auto b = numbers<std::int32_t>(rows, columns, 1);
    CHECK(worst_steps(xt::make_lambda_xfunction([](float x) { return x > 1 ? x * 3 : 0.0f; }, a)) == 0);
    CHECK(worst_steps(xt::vectorize([](float x, int n) { return std::ldexp(x, n % 5); })(a, b)) == 0);
    std::size_t calls = 0;
    auto counting = xt::make_lambda_xfunction([&calls](float x) { return ++calls, x; }, a);
    xt::xtensor<float, 2> result = xt::zeros_like(a);
    CHECK(xtt::detail::evaluate_into(result, counting) == evaluation_path::linear);
    CHECK(calls == a.size());
}

namespace
{

/// Elements that an expression's kernel computes at once, with the best instructions of this processor.
template <class E>
std::int64_t lanes_for(const E& e)
{
    using T = typename E::value_type;
    const auto node = xtt::detail::engine::lower<0>(e);
    return xtt::detail::engine::program_of<T>(node).kernel_for(xtt::detail::best_instructions()).lanes;
}

} // namespace

TEST_CASE("functions without a vector form are called from vectors where much else gains by those")
{
    const auto a = numbers<float>(rows, columns);
    const auto b = numbers<std::int32_t>(rows, columns, 1);
    const xt::xtensor<std::int32_t, 2> c = xt::abs(numbers<std::int32_t>(rows, columns, 2)) + 1;
    const auto one = xt::exp(a - a); // exact
    const auto check = [](const auto& alone, const auto& among)
    {
        CHECK(lanes_for(alone) == 1);
        CHECK(worst_steps(alone) == 0);
#ifdef XTENSOR_TORCH_ENGINE
        CHECK(lanes_for(among) > 1);
#endif
        CHECK(worst_steps(among) == 0);
    };
    check(xt::square(a) - a, xt::square(a) - one);
    check(xt::square(a) + xt::sign(a) * a, xt::square(one) + xt::sign(a) * one);
    check(xt::fmod(a, a + 1.0f), xt::fmod(one, a + 1.0f));
    check(xt::fma(a, a, a), xt::fma(one, a, one));
    check(b / c, xt::cast<float>(b / c) * one); // no element that is not there is divided by
    const auto twice = [](float x, int n) { return std::ldexp(x, n % 5); };
    check(xt::vectorize(twice)(a, b), xt::vectorize(twice)(one, b));
    std::size_t calls = 0;
    auto counting = xt::make_lambda_xfunction([&calls](float x) { return ++calls, x; }, a);
    xt::xtensor<float, 2> result = xt::zeros_like(a);
    CHECK(xtt::detail::evaluate_into(result, counting / one) == evaluation_path::linear);
    CHECK(calls == a.size());
}

TEST_CASE("the sign of zero is kept in numbers, broadcasts and at the end of a row")
{
    const xt::xtensor<double, 1> ones = xt::ones<double>({17});
    const xt::xtensor<float, 1> zeros = -xt::zeros<float>({17});
    const xt::xarray<double> zero = -0.0;
    CHECK(worst_steps(ones / -0.0) == 0);
    CHECK(worst_steps(1.0f / zeros) == 0);
    CHECK(worst_steps(ones * zero, evaluation_path::rows) == 0);
    CHECK(worst_steps(xt::atan2(zeros, -1.0f)) <= 1);
}

TEST_CASE("products are not fused with sums, whatever is mixed and whoever wrote the function")
{
    const xt::xtensor<float, 2> a = numbers<float>(rows, columns) / 3.0f;
    const xt::xtensor<float, 2> b = numbers<float>(rows, columns, 1) / 7.0f;
    const xt::xtensor<double, 2> d = numbers<double>(rows, columns, 2) / 11.0;
    CHECK(worst_steps(a * b + a) == 0);
    CHECK(worst_steps(d * d - d) == 0);
    CHECK(worst_steps<double>(a * b + a, evaluation_path::linear) == 0);
    CHECK(worst_steps((a * b - a) + d) == 0);
    CHECK(worst_steps(xt::make_lambda_xfunction([](float x, float y) { return x * y + x; }, a, b)) == 0);
    CHECK(worst_steps(xt::cube(d) + d) == 0);
}

TEST_CASE("clip compares each pair in its own type")
{
    const xt::xtensor<int, 1> i = {-1, 5, 10};
    const xt::xtensor<unsigned, 1> u = {0u, 5u, 4'000'000'000u};
    const xt::xtensor<float, 1> f = {16'777'217.0f, 16'777'216.0f, 1e10f};
    CHECK(worst_steps(xt::clip(i, 3u, 7L)) == 0);
    CHECK(worst_steps(xt::clip(u, -1, 7L)) == 0);
    CHECK(worst_steps(xt::clip(f, 16'777'217, 1e20)) == 0);
}

namespace
{

struct not_plus : xt::detail::plus
{
    template <class A, class B>
    auto operator()(const A& a, const B& b) const
    {
        return a + b + 1000;
    }
};

} // namespace

TEST_CASE("a functor that is derived from one of xtensor's is itself")
{
    const auto a = numbers<double>(rows, columns);
    using sum = xt::detail::xfunction_type<not_plus, decltype(a)&, decltype(a)&>::type;
    CHECK(worst_steps(sum(not_plus{}, a, a)) == 0);
}
