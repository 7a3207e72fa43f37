// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/evaluate_into.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace engine_test
{

using xtt::detail::evaluation_path;
using xtt::detail::instruction_set;

/// Those that this processor has.
inline std::vector<instruction_set> instruction_sets()
{
    std::vector<instruction_set> result;
    for (const auto set :
         {instruction_set::scalar, instruction_set::sse2, instruction_set::avx2, instruction_set::avx512})
    {
        if (set <= xtt::detail::best_instructions())
        {
            result.push_back(set);
        }
    }
    return result;
}

/// Lets nothing better be used, for its lifetime.
class cap
{
public:
    explicit cap(instruction_set most) { xtt::detail::instruction_set_cap = most; }
    cap(const cap&) = delete;
    cap& operator=(const cap&) = delete;
    ~cap() { xtt::detail::instruction_set_cap = instruction_set::avx512; }
};

/// How many representable numbers lie between two.
template <class T>
double steps_between(T a, T b)
{
    if constexpr (std::is_floating_point_v<T>)
    {
        if (std::isnan(a) || std::isnan(b))
        {
            return std::isnan(a) && std::isnan(b) ? 0 : std::numeric_limits<double>::infinity();
        }
        using bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
        const auto place = [](T x) -> std::int64_t
        {
            const auto n = std::bit_cast<bits>(x);
            return n < 0 ? -std::int64_t(n & std::numeric_limits<bits>::max()) : std::int64_t(n);
        };
        // Subtracted as integers: as double these have fewer bits than the steps take.
        const auto [low, high] = std::minmax({place(a), place(b)});
        return static_cast<double>(static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low));
    }
    else
    {
        return a == b ? 0 : std::numeric_limits<double>::infinity();
    }
}

template <class D, class E>
void evaluate_with_xtensor(D& destination, const E& source)
{
    // Spelled out: xtensor's linear assignment does not compare the shapes of two contiguous arrays.
    xt::assign_data(destination, xt::broadcast(source, destination.shape()), false);
}

/// The most that `e`, evaluated with each instruction set, is away from xtensor's own evaluation.
template <class T, class E>
double worst_steps(const E& e, evaluation_path expected)
{
    const std::vector<std::size_t> shape(e.shape().begin(), e.shape().end());
    xt::xarray<T> reference = xt::xarray<T>::from_shape(shape);
    evaluate_with_xtensor(reference, e);
    double worst = 0;
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        xt::xarray<T> result = xt::xarray<T>::from_shape(shape);
        result.fill(T(1));
        CHECK(xtt::detail::evaluate_into(result, e) == expected);
        for (std::size_t i = 0; i < result.size(); ++i)
        {
            worst = std::max(worst, steps_between(result.data()[i], reference.data()[i]));
        }
    }
    return worst;
}

template <class E>
double worst_steps(const E& e, evaluation_path expected = evaluation_path::linear)
{
    return worst_steps<typename E::value_type>(e, expected);
}

/// Numbers of all kinds that `T` has, zeros and both signs among them; another sequence for each seed.
template <class T>
xt::xtensor<T, 2> numbers(std::size_t rows, std::size_t columns, unsigned seed = 0)
{
    xt::xtensor<T, 2> result = xt::xtensor<T, 2>::from_shape({rows, columns});
    std::uint32_t state = 12'345 + seed;
    for (auto& value : result)
    {
        state = state * 1'664'525 + 1'013'904'223;
        const auto n = static_cast<int>(state >> 24); // 0 to 255
        if constexpr (std::is_same_v<T, bool>)
        {
            value = n % 3 == 0;
        }
        else if constexpr (std::is_floating_point_v<T>)
        {
            value = n < 8 ? T(0) : static_cast<T>(n - 128) / T(16);
        }
        else
        {
            value = static_cast<T>(std::is_signed_v<T> ? n - 128 : n);
        }
    }
    return result;
}

} // namespace engine_test
