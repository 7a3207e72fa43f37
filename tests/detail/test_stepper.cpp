// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/evaluate.hpp>

#include <algorithm>
#include <array>
#include <complex>
#include <cstddef>
#include <mutex>
#include <set>
#include <thread>
#include <typeinfo>
#include <vector>

#include <catch.hpp>
#include <xtensor_headers.hpp>

#include "threads.hpp"

using xtt::detail::evaluation_path;
using xtt::detail::is_pure;

namespace
{

// Eighths, whose sums are exact in any order.
xt::xtensor<float, 2> numbers(std::size_t rows, std::size_t columns)
{
    return xt::fmod(
        xt::arange<float>(static_cast<float>(rows * columns)).reshape({rows, columns}) * 0.375f, 11.0f);
}

// The elements of `a`; counts how often they are asked for.
auto counting(const xt::xtensor<float, 2>& a, std::size_t& calls)
{
    return xt::make_lambda_xfunction(
        [&calls](float x)
        {
            ++calls;
            return x;
        },
        a);
}

// On one thread, on two, and all ranges that two threads could have, against xtensor's own assignment.
template <class E, class X>
void check(const E& e, const X& reference, bool pure)
{
    using T = typename E::value_type;
    INFO(typeid(E).name());
    const two_threads threads;
    const std::vector<std::size_t> shape(e.shape().begin(), e.shape().end());
    const xt::xarray<T> expected = reference;
    xt::xarray<T> result = xt::xarray<T>::from_shape(shape);
    CHECK(is_pure<E> == pure);
    constexpr auto path =
        xtt::detail::has_inner_reducer<E> ? evaluation_path::rows : evaluation_path::stepper;
    CHECK(xtt::detail::evaluate_into(result, e) == path);
    CHECK((result == expected));
    // Into memory of another order, and broadcast.
    std::vector<std::size_t> wide(shape);
    wide.insert(wide.begin(), 3);
    xt::xarray<T, xt::layout_type::column_major> repeated(wide);
    CHECK(xtt::detail::evaluate_into(repeated, e) == path);
    CHECK((xt::view(repeated, 2) == expected));
    CHECK((xt::view(repeated, 0) == expected));
    if (pure)
    {
        const auto count = static_cast<std::int64_t>(result.size());
        for (const std::int64_t middle : {std::int64_t(1), count / 3, count / 2 + 1, count - 1})
        {
            result.fill(T());
            xtt::detail::with_span(
                result,
                [&](const auto& span)
                {
                    const xtt::detail::places<T> first{span, span.data};
                    const xtt::detail::walker<E> start(e);
                    xtt::detail::step_range(span.sizes, start, middle, count, first);
                    xtt::detail::step_range(span.sizes, start, 0, middle, first);
                });
            CHECK((result == expected));
        }
    }
}

template <class E>
void check(const E& e, bool pure)
{
    check(e, e, pure);
}

} // namespace

TEST_CASE("any expression is evaluated on several threads, if it is pure")
{
    const auto a = numbers(120, 90);
    const auto b = numbers(120, 90);
    check(a + xt::arange<float>(90), true);
    check(xt::sum(a, {0}) + b, true);
    // xtensor itself steps over the end of reducers that keep their dimensions.
    const xt::xtensor<float, 2> most = xt::amax(xt::exp(a), {1}, xt::keep_dims);
    check(xt::amax(xt::exp(a), {1}, xt::keep_dims) * b, most * b, true);
    const xt::xtensor<float, 2> one = xt::view(a + b, xt::range(3, 4));
    check(xt::view(a + b, xt::range(3, 4)) * b, one * b, true);
    check(xt::view(a + b, xt::range(3, 117), xt::range(0, 90, 2)), true);
    check(xt::view(a * b, xt::newaxis(), 7) + b, true);
    check(xt::strided_view(a + 1.0f, {xt::range(1, 100), xt::all()}) * 2.0f, true);
    check(xt::broadcast(xt::sum(a, {0}), {std::size_t(120), std::size_t(90)}) + a, true);
    const xt::xtensor<std::complex<float>, 2> z = xt::cast<std::complex<float>>(a);
    check(xt::real(z) + xt::arange<float>(90), true);
    check(xt::real(z + z) * xt::arange<float>(90), true);
    check(xt::view(xt::real(z), xt::range(1, 120)) + 1.0f, false); // whose strides are computed on demand
    std::vector<std::array<std::size_t, 2>> places;
    for (std::size_t i = 0; i < 9000; ++i)
    {
        places.push_back({i % 120, i % 90});
    }
    check(xt::index_view(a, places) * 2.0f, true);
}

TEST_CASE("reducers within a larger expression are evaluated once")
{
    const auto a = numbers(120, 90);
    const xt::xtensor<float, 2> most = xt::amax(a, {1}, xt::keep_dims);
    const xt::xtensor<float, 2> powers = xt::exp(a - most);
    const xt::xtensor<float, 2> total = xt::sum(powers, {1}, xt::keep_dims);
    // A softmax: xtensor itself reads past the end of the reducers within.
    const auto lazy = xt::exp(a - xt::amax(a, {1}, xt::keep_dims));
    xt::xtensor<float, 2> result = xt::zeros<float>({120, 90});
    xtt::assign(result, lazy / xt::sum(lazy, {1}, xt::keep_dims));
    CHECK(xt::allclose(result, powers / total, 1e-5));
    xt::xtensor<float, 1> sums = xt::zeros<float>({120});
    xtt::assign(sums, xt::sum(a - xt::amax(a, {1}, xt::keep_dims), {1}));
    const xt::xtensor<float, 2> below = a - most;
    CHECK(xt::allclose(sums, xt::sum(below, {1}), 1e-5));
    std::size_t calls = 0;
    xtt::assign(result, a + xt::amax(counting(a, calls), {0}));
    CHECK(calls == a.size());
    xtt::detail::evaluate_into(result, a * xt::broadcast(xt::sum(a, {0}), {120, 90}));
    const xt::xtensor<float, 1> columns = xt::sum(a, {0});
    CHECK(xt::allclose(result, a * columns, 1e-5));
}

TEST_CASE("what is left of an expression without its reducers is evaluated as any other")
{
    const auto a = numbers(120, 90);
    const xt::xtensor<float, 2> most = xt::amax(a, {1}, xt::keep_dims);
    const xt::xtensor<float, 2> difference = a - most;
    const xt::xtensor<float, 0> all = xt::amax(a);
    xt::xtensor<float, 2> result = xt::zeros<float>({120, 90});
    CHECK(xtt::detail::evaluate_into(result, a - xt::amax(a, {1}, xt::keep_dims)) == evaluation_path::rows);
    CHECK((result == difference));
    const auto broadcast = xt::broadcast(xt::amax(a, {1}, xt::keep_dims), {120, 90});
    CHECK(xtt::detail::evaluate_into(result, broadcast) == evaluation_path::rows);
    CHECK((result == xt::broadcast(most, {120, 90})));
    CHECK(
        xtt::detail::evaluate_into(result, xt::arange<float>(90) - xt::amax(a)) == evaluation_path::stepper);
    CHECK((result == xt::broadcast(xt::arange<float>(90) - all, {120, 90})));

    // Views of reducers, and of expressions with some that xtensor reads past the end of.
    const auto column = xt::view(xt::amax(a, {1}), xt::all(), xt::newaxis());
    CHECK(xtt::detail::evaluate_into(result, a - column) == evaluation_path::rows);
    CHECK((result == difference));
    xt::xtensor<float, 1> third = xt::zeros<float>({90});
    xtt::detail::evaluate_into(third, xt::view(a - xt::amax(a, {1}, xt::keep_dims), 2));
    CHECK((third == xt::view(difference, 2)));
    xtt::assign(third, xt::view(a - xt::amax(a, {1}, xt::keep_dims), 2) * 2.0f);
    CHECK((third == xt::view(difference, 2) * 2.0f));

    // A reducer that is broadcast by the destination is reduced once.
    std::size_t calls = 0;
    CHECK(xtt::detail::evaluate_into(result, xt::amax(counting(a, calls), {0})) == evaluation_path::rows);
    CHECK(calls == a.size());
    CHECK((xt::view(result, 119) == xt::amax(a, {0})));

    // In place: the reducers have read all of it before any is written.
    xt::xtensor<float, 2> x = a;
    const auto before = [] {};
    CHECK(
        xtt::detail::assign_elements(x, x - xt::amax(x, {1}, xt::keep_dims), "assign", before) ==
        evaluation_path::rows);
    CHECK((x == difference));
    x = a;
    xtt::assign(x, xt::view(x, xt::range(119, xt::placeholders::_, -1)) - xt::amax(x));
    CHECK((x == xt::view(a, xt::range(119, xt::placeholders::_, -1)) - all));

    // What does not fit changes nothing.
    xt::xtensor<float, 2> small = xt::zeros<float>({3, 4});
    check_throws<xtt::shape_error>(
        [&] { xtt::assign(small, small + xt::amax(a, {1}, xt::keep_dims)); }, "shape [3, 4] and [120, 1]");
    CHECK((small == xt::zeros<float>({3, 4})));
}

TEST_CASE("what may not be pure is evaluated on one thread, in order")
{
    const auto a = numbers(120, 90);
    check(a + xt::eye<float>(std::vector<std::size_t>{120, 90}), false);
    const float offset = 3;
    check(
        xt::make_lambda_xfunction([offset](float x) { return x + offset; }, a) + xt::arange<float>(90),
        false);

    const two_threads threads;
    xt::random::seed(7);
    const xt::xtensor<float, 2> expected = xt::random::rand<float>({120, 90});
    xt::random::seed(7);
    xt::xtensor<float, 2> result = xt::zeros<float>({120, 90});
    const auto random = xt::random::rand<float>({120, 90});
    CHECK_FALSE(is_pure<std::remove_const_t<decltype(random)>>);
    xtt::detail::evaluate_into(result, random);
    CHECK((result == expected));
}

TEST_CASE("several threads take part")
{
    const two_threads threads;
    const auto a = numbers(120, 90);
    static std::mutex mutex;
    static std::set<std::thread::id> ids;
    const auto seen = [](float x)
    {
        const std::lock_guard lock(mutex);
        ids.insert(std::this_thread::get_id());
        return x;
    };
    xt::xtensor<float, 2> result = xt::zeros<float>({120, 90});
    xtt::detail::evaluate_into(result, xt::make_lambda_xfunction(seen, a) + xt::arange<float>(90));
    CHECK(ids.size() == 2);
    ids.clear();
    at::set_num_threads(1);
    xtt::detail::evaluate_into(result, xt::make_lambda_xfunction(seen, a) + xt::arange<float>(90));
    CHECK(ids == std::set{std::this_thread::get_id()});
}

TEST_CASE("what reads the destination at other positions is evaluated first")
{
    const two_threads threads;
    auto a = numbers(120, 90);
    const xt::xtensor<float, 2> expected = xt::flip(a, 0) + xt::arange<float>(90);
    xtt::assign(a, xt::flip(a, 0) + xt::arange<float>(90));
    CHECK((a == expected));
    xt::xtensor<float, 1> row = xt::arange<float>(5);
    xt::xtensor<float, 2> sums = xt::ones<float>({4, 5});
    const xt::xtensor<float, 1> total = xt::sum(sums, {0});
    xtt::assign(sums, xt::sum(sums, {0}) + row); // of fewer dimensions than what it overwrites
    CHECK((xt::view(sums, 3) == total + row));
    CHECK((xt::view(sums, 0) == total + row));
}

TEST_CASE("any range of an expression is evaluated into memory of its own")
{
    const auto a = numbers(12, 10);
    const xt::xtensor<float, 1> row = xt::arange<float>(10);
    const std::vector<std::int64_t> sizes = {2, 12, 10};
    const auto check_ranges = [&](const auto& e)
    {
        const xt::xtensor<double, 3> whole = xt::broadcast(e, {2, 12, 10});
        for (std::int64_t begin = 0; begin <= 240; begin += 7)
        {
            for (std::int64_t end = begin; end <= 240; end += 11)
            {
                std::vector<double> piece(static_cast<std::size_t>(end - begin) + 1, -77);
                xtt::detail::evaluate_range(piece.data(), e, sizes, begin, end);
                REQUIRE(std::equal(piece.begin(), piece.end() - 1, whole.data() + begin));
                REQUIRE(piece.back() == -77); // nothing is written past the end
            }
        }
    };
    check_ranges(a * row + 1.0f); // by rows
    check_ranges(xt::transpose(xt::transpose(a)) + 1.0f);
    check_ranges(xt::view(a, xt::all(), xt::range(9, xt::placeholders::_, -1)) - row);
    check_ranges(a + xt::arange<float>(10)); // by steppers
    check_ranges(xt::sum(a, {0}) * 2.0f);
    check_ranges(row);
    // Of more dimensions than are planned.
    const xt::dynamic_shape<std::size_t> shape(17, 2);
    const xt::xarray<float> many = xt::arange<float>(float(1 << 17)).reshape(shape);
    const xt::xarray<float> flipped = xt::transpose(many);
    std::vector<float> piece(5000);
    xtt::detail::evaluate_range(
        piece.data(), xt::transpose(many) * 1.0f, std::vector<std::int64_t>(17, 2), 100'000, 105'000);
    CHECK(std::equal(piece.begin(), piece.end(), flipped.data() + 100'000));
}

TEST_CASE("one element, and none")
{
    const auto a = numbers(12, 9);
    xt::xarray<float> one = 0.0f;
    CHECK(xtt::detail::evaluate_into(one, xt::amax(a, {0, 1})) == evaluation_path::stepper);
    CHECK(one() == xt::amax(a)());
    xt::xtensor<float, 1> none = xt::xtensor<float, 1>::from_shape({0});
    CHECK(xtt::detail::evaluate_into(none, xt::arange<float>(0)) == evaluation_path::nothing);
}
