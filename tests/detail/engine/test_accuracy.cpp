// SPDX-License-Identifier: BSD-3-Clause
//
// How far each function is from the exact result, in units in the last place (ULP): over floats of all sizes
// and signs and over doubles, the special ones among them. Prints the worst of each; docs/evaluation.md has
// them.

#include "reference.hpp"

#include <cstring>
#include <iomanip>
#include <iostream>
#include <string>

using namespace engine_test;

namespace
{

template <class T>
using bits_of = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

constexpr std::size_t special_count = 23;

// All exponents and both signs, and what is at the edges.
template <class T>
xt::xtensor<T, 1> samples(std::size_t count)
{
    using limits = std::numeric_limits<T>;
    const std::vector<T> special = {
        T(0),
        -T(0),
        T(1),
        T(-1),
        T(0.5),
        T(2),
        limits::infinity(),
        -limits::infinity(),
        limits::quiet_NaN(),
        limits::min(),
        limits::denorm_min(),
        -limits::denorm_min(),
        limits::max(),
        limits::lowest(),
        limits::epsilon(),
        T(88.72284),
        T(-87.33655),
        T(-103.9721),
        T(709.782712893384),
        T(-708.39641853226),
        T(-745.13321910194),
        T(1e10),
        T(3.14159265358979)};
    REQUIRE(special.size() == special_count);
    auto result = xt::xtensor<T, 1>::from_shape({count});
    std::copy(special.begin(), special.end(), result.begin());
    const bits_of<T> step = std::numeric_limits<bits_of<T>>::max() / static_cast<bits_of<T>>(count) | 1;
    bits_of<T> bits = 0;
    for (std::size_t i = special.size(); i < special_count * special_count * 2; ++i)
    {
        result(i) = special[i / (2 * special_count)];
    }
    for (std::size_t i = special_count * special_count * 2; i < count; ++i)
    {
        bits += step;
        // Half of them of ordinary size, where the functions are used: as many in each octave.
        result(i) = i % 2 == 0 ? std::bit_cast<T>(bits) + T(0) // which makes a quiet NaN of a signalling one
                               : static_cast<T>(
                                     (i % 4 == 1 ? -1 : 1) *
                                     std::exp2(static_cast<double>(i) / static_cast<double>(count) * 24 - 6));
    }
    return result;
}

// Of a float in double, of a double in long double.
template <class T>
using exact = std::conditional_t<sizeof(T) == 4, double, long double>;

template <class T>
double error_in_ulp(T got, exact<T> expected)
{
    const T rounded = static_cast<T>(expected);
    if (std::isnan(got) || std::isnan(rounded) || std::isinf(got) || std::isinf(rounded))
    {
        // One step too early or too late at the edge of what T holds is a step.
        return steps_between(got, rounded);
    }
    const T size = std::abs(rounded);
    const exact<T> ulp =
        static_cast<exact<T>>(std::nextafter(size, std::numeric_limits<T>::infinity())) - size;
    return static_cast<double>(
        std::abs(static_cast<exact<T>>(got) - expected) / (std::isfinite(ulp) ? ulp : size));
}

// `make(x, y)` is the expression, of which a function of one argument leaves out y; `exactly(x, y)` the
// result.
template <class T, class Make, class Exact>
double worst_error(
    const std::string& name, const Make& make, const Exact& exactly,
    std::size_t count = sizeof(T) == 4 ? 1'000'000 : 300'000)
{
    const auto x = samples<T>(count);
    auto y = xt::xtensor<T, 1>::from_shape({count});
    for (std::size_t i = 0; i < count; ++i)
    {
        // The special values, which are the first, meet each other and ordinary ones.
        y(i) = x(i % 2 == 0 ? i / 2 % special_count : i * 7919 % count);
    }
    double worst = 0;
    std::size_t where = 0;
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        auto result = xt::xtensor<T, 1>::from_shape({count});
        REQUIRE(xtt::detail::evaluate_into(result, make(x, y)) == evaluation_path::linear);
        for (std::size_t i = 0; i < count; ++i)
        {
            const double error =
                error_in_ulp<T>(result(i), exactly(static_cast<exact<T>>(x(i)), static_cast<exact<T>>(y(i))));
            if (error > worst)
            {
                worst = error;
                where = i;
            }
        }
    }
    std::cout << std::left << std::setw(8) << name << (sizeof(T) == 4 ? "float  " : "double ")
              << std::setprecision(3) << worst << " ULP at " << std::setprecision(9) << x(where) << ", "
              << y(where) << std::endl;
    return worst;
}

} // namespace

#define XTENSOR_TORCH_CHECK(name)                                                                            \
    CHECK(                                                                                                   \
        worst_error<TestType>(                                                                               \
            #name, [](const auto& x, const auto&) { return xt::name(x); },                                   \
            [](auto x, auto) { return std::name(x); }) <= 4);
#define XTENSOR_TORCH_CHECK_2(name)                                                                          \
    CHECK(                                                                                                   \
        worst_error<TestType>(                                                                               \
            #name, [](const auto& x, const auto& y) { return xt::name(x, y); },                              \
            [](auto x, auto y) { return std::name(x, y); }) <= 4);

TEMPLATE_TEST_CASE("no function is more than 4 ULP from the exact result", "", float, double)
{
    XTENSOR_TORCH_LIBM_UNARY(XTENSOR_TORCH_CHECK)
    XTENSOR_TORCH_LIBM_BINARY(XTENSOR_TORCH_CHECK_2)
}
