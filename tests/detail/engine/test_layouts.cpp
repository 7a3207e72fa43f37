// SPDX-License-Identifier: BSD-3-Clause
//
// Which path an expression takes, by the layout of its operands and of the destination; and that all of them
// write the same elements and no others.

#include "../threads.hpp"
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <xtensor-torch/detail/engine/copy_rows.hpp>
#include <xtensor-torch/detail/engine/run_kernel.hpp>
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>

using namespace engine_test;

namespace
{

// Evaluates into `destination`, part of `whole`; compares with a walk by indices, and looks at the gaps.
template <class D, class E>
evaluation_path check_into(xt::xtensor<float, 2>& whole, D&& destination, const E& e)
{
    evaluation_path path{};
    xt::xarray<float> expected = xt::xarray<float>::from_shape(
        std::vector<std::size_t>(destination.shape().begin(), destination.shape().end()));
    evaluate_with_xtensor(expected, e);
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        whole.fill(-77);
        path = xtt::detail::evaluate_into(destination, e);
        CHECK(xt::all(xt::equal(destination, expected)));
        const auto untouched = static_cast<std::size_t>(std::count(whole.begin(), whole.end(), -77.0f));
        CHECK(untouched == whole.size() - destination.size());
    }
    return path;
}

} // namespace

TEST_CASE("operands side by side are taken as one row")
{
    const auto a = numbers<float>(40, 50);
    xt::xtensor<float, 2> whole = xt::zeros<float>({40, 50});
    CHECK(check_into(whole, whole, a + 1.0f) == evaluation_path::linear);
    auto columns = xt::transpose(whole);
    CHECK(check_into(whole, columns, xt::transpose(a) + 1.0f) == evaluation_path::linear);
    CHECK(check_into(whole, whole, a * 2.0f + xt::broadcast(3.0f, {40, 50})) == evaluation_path::linear);
}

TEST_CASE("all else goes row by row")
{
    const auto a = numbers<float>(40, 50);
    const auto row = numbers<float>(1, 50);
    const auto column = numbers<float>(40, 1);
    xt::xtensor<float, 2> whole = xt::zeros<float>({40, 50});
    CHECK(check_into(whole, whole, row + column) == evaluation_path::rows);
    CHECK(check_into(whole, whole, a - column) == evaluation_path::rows);
    CHECK(check_into(whole, whole, xt::broadcast(row, {40, 50}) + a) == evaluation_path::rows);
    auto padded = xt::view(whole, xt::all(), xt::range(3, 40));
    CHECK(
        check_into(whole, padded, xt::view(a, xt::all(), xt::range(13, 50)) * 2.0f) == evaluation_path::rows);
    auto stepped = xt::view(whole, xt::range(0, 40, 3), xt::range(1, 50, 2));
    CHECK(
        check_into(whole, stepped, xt::view(a, xt::range(0, 40, 3), xt::range(0, 50, 2)) + 1.0f) ==
        evaluation_path::rows);
    auto reversed = xt::flip(whole, 1);
    CHECK(check_into(whole, reversed, a + 0.5f) == evaluation_path::rows);
    xt::xtensor<float, 2> square = xt::zeros<float>({50, 50});
    const auto b = numbers<float>(50, 50);
    CHECK(check_into(square, square, xt::transpose(b) + b) == evaluation_path::rows);
}

TEST_CASE("an operand of no dimensions is one number")
{
    const auto a = numbers<float>(40, 50);
    const xt::xarray<float> two = 2.0f;
    xt::xtensor<float, 2> whole = xt::zeros<float>({40, 50});
    CHECK(check_into(whole, whole, a * two) == evaluation_path::rows);
    xt::xarray<float> one = 0.0f;
    CHECK(xtt::detail::evaluate_into(one, two + 1.0f) == evaluation_path::linear);
    CHECK(one() == 3.0f);
}

TEST_CASE("nothing is done where there are no elements")
{
    xt::xtensor<float, 2> none = xt::xtensor<float, 2>::from_shape({0, 5});
    CHECK(xtt::detail::evaluate_into(none, none + 1.0f) == evaluation_path::nothing);
}

TEST_CASE("what is not made of arrays in memory is xtensor's work")
{
    const auto a = numbers<float>(6, 5);
    xt::xtensor<float, 1> sums = xt::zeros<float>({5});
    CHECK(xtt::detail::evaluate_into(sums, xt::amax(a, {0})) == evaluation_path::stepper);
    xt::xtensor<float, 2> result = xt::zeros_like(a);
    CHECK(xtt::detail::evaluate_into(result, a + xt::arange<float>(5)) == evaluation_path::stepper);
}

TEST_CASE("a transposed array goes tile by tile into views and arrays, too")
{
    const auto a = numbers<float>(100, 70);
    at::Tensor t = at::zeros({70, 100});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    CHECK(xtt::detail::assign_elements(v, xt::transpose(a), "assign", [] {}) == evaluation_path::transpose);
    CHECK((v == xt::transpose(a)));
    v.fill(0);
    v = xt::transpose(a);
    CHECK((v == xt::transpose(a)));
    xt::xtensor<double, 2> wider = xt::zeros<double>({70, 100});
    CHECK(xtt::detail::evaluate_into(wider, xt::transpose(a)) == evaluation_path::rows);
    CHECK((wider == xt::transpose(a)));
    xt::xtensor<float, 2> square = xt::view(a, xt::range(0, 70), xt::all());
    const xt::xtensor<float, 2> expected = xt::transpose(square);
    xtt::assign(square, xt::transpose(square)); // in place, through a temporary
    CHECK((square == expected));
}

TEST_CASE("elements that no register holds go the same ways")
{
    using complex = std::complex<float>;
    const auto a = numbers<float>(300, 200);
    const xt::xtensor<complex, 2> z = xt::cast<complex>(a);
    const xt::xtensor<complex, 1> row = xt::view(z, 0, xt::all());
    xt::xtensor<complex, 2> w = xt::zeros_like(z);
    CHECK(xtt::detail::evaluate_into(w, z * z + 2.0f) == evaluation_path::linear);
    CHECK((w == xt::xtensor<complex, 2>(z * z + 2.0f)));
    CHECK(xtt::detail::evaluate_into(w, z * row - a) == evaluation_path::rows);
    CHECK((w == xt::xtensor<complex, 2>(z * row - a)));
    const xt::xtensor<complex, 2> column = xt::view(z, xt::all(), xt::range(7, 8));
    CHECK(xtt::detail::evaluate_into(w, row - z * column) == evaluation_path::rows);
    CHECK((w == xt::xtensor<complex, 2>(row - z * column)));
    CHECK(xtt::detail::evaluate_into(w, xt::exp(z / 99.0f) * column) == evaluation_path::rows);
    CHECK((w == xt::xtensor<complex, 2>(xt::exp(z / 99.0f) * column)));
    CHECK(xtt::detail::evaluate_into(w, xt::conj(z * complex(0, 1)) - z) == evaluation_path::linear);
    CHECK((w == xt::xtensor<complex, 2>(xt::conj(z * complex(0, 1)) - z)));
    xt::xtensor<float, 2> lengths = xt::zeros_like(a);
    CHECK(xtt::detail::evaluate_into(lengths, xt::abs(z)) == evaluation_path::linear);
    CHECK((lengths == xt::xtensor<float, 2>(xt::abs(z))));
    const xt::xtensor<c10::Half, 2> h = xt::cast<c10::Half>(a);
    xt::xtensor<c10::Half, 2> twice = h;
    CHECK(xtt::detail::evaluate_into(twice, h + h) == evaluation_path::linear);
    CHECK((twice == xt::xtensor<c10::Half, 2>(h + h)));
    const xt::xtensor<c10::Half, 2> first = xt::view(h, xt::all(), xt::range(0, 1));
    CHECK(xtt::detail::evaluate_into(twice, h - first) == evaluation_path::rows);
    CHECK((twice == xt::xtensor<c10::Half, 2>(h - first)));
    CHECK(xtt::detail::evaluate_into(twice, a) == evaluation_path::linear);
    CHECK((twice == h));
}

namespace
{

struct weighted // not a complex number
{
    using value_type = float;

    float re = 0;
    float im = 0;
    float weight = 0;

    weighted() = default;
    weighted(float r, float i, float w = 1) : re(r), im(i), weight(w) {}

    float real() const { return re; }
    float imag() const { return im; }
};

struct sample // as radios give them
{
    std::int16_t re = 0;
    std::int16_t im = 0;

    std::int16_t real() const { return re; }
    std::int16_t imag() const { return im; }
};

} // namespace

TEST_CASE("a user's type that has parts is read and written whole")
{
    xt::xtensor<weighted, 1> a = xt::xtensor<weighted, 1>::from_shape({100});
    xt::xtensor<sample, 1> s = xt::xtensor<sample, 1>::from_shape({100});
    for (std::size_t i = 0; i < 100; ++i)
    {
        const auto x = static_cast<float>(i);
        a(i) = weighted(x, 2 * x, 3 * x);
        s(i).re = static_cast<std::int16_t>(i);
        s(i).im = 7;
    }
    xt::xtensor<float, 1> result = xt::zeros<float>({100});
    const auto sum = [](const weighted& x) { return x.re + x.im + x.weight; };
    xtt::detail::evaluate_into(result, xt::make_lambda_xfunction(+sum, a));
    CHECK((result == 6.0f * xt::arange<float>(100)));
    xtt::detail::evaluate_into(
        result, xt::make_lambda_xfunction([](const sample& x) { return float(x.re * x.im); }, s));
    CHECK((result == 7.0f * xt::arange<float>(100)));
    xt::xtensor<weighted, 1> copies = xt::xtensor<weighted, 1>::from_shape({100});
    xtt::detail::evaluate_into(
        copies, xt::make_lambda_xfunction([](const weighted& x) { return weighted(x.im, x.re, 5); }, a));
    xtt::detail::evaluate_into(result, xt::make_lambda_xfunction(+sum, copies));
    CHECK((result == 3.0f * xt::arange<float>(100) + 5.0f));
}

TEMPLATE_TEST_CASE("real and imaginary parts go the same ways", "", float, double)
{
    using complex = std::complex<TestType>;
    const auto a = numbers<TestType>(30, 20);
    const auto b = numbers<TestType>(30, 20, 1);
    xt::xtensor<complex, 2> z = xt::cast<complex>(a) + complex(0, 1) * b;
    CHECK(worst_steps(xt::real(z)) == 0);
    CHECK(worst_steps(xt::imag(z) - xt::real(z) * a) == 0);
    CHECK(worst_steps(xt::real(z * z)) == 0);
    CHECK(worst_steps(xt::imag(xt::transpose(z)) + TestType(1), evaluation_path::rows) == 0);
    CHECK(worst_steps(xt::imag(xt::view(z, xt::all(), xt::range(1, 20, 3))), evaluation_path::rows) == 0);
    CHECK(worst_steps(a + xt::real(xt::view(z, 3, xt::all())), evaluation_path::rows) == 0);
    CHECK(worst_steps(xt::real(z * xt::ones<complex>({30, 20}))) == 0);
    using whole = xt::xoffset_view<xt::xtensor<complex, 2>&, complex, 0>; // not a part
    const at::Tensor all = xtt::copy_to_tensor(whole(z));
    CHECK((xtt::view_as_xtensor<complex, 2>(all) == z));
    // Written to where it is read: through memory of its own.
    auto memory = xt::adapt(
        reinterpret_cast<TestType*>(z.data()), 600, xt::no_ownership(), std::array<std::size_t, 2>{30, 20});
    const xt::xtensor<TestType, 2> expected = xt::imag(z);
    CHECK(xtt::detail::assign_elements(memory, xt::imag(z), "assign", [] {}) == evaluation_path::linear);
    CHECK((memory == expected));
}

TEST_CASE("with the cap at scalar the functions are xtensor's own")
{
    const cap limit(instruction_set::scalar);
    const auto a = numbers<float>(60, 50);
    xt::xtensor<float, 2> result = xt::zeros_like(a);
    CHECK(xtt::detail::evaluate_into(result, xt::exp(a) + xt::sin(a)) == evaluation_path::linear);
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        const float expected = std::exp(a.data()[i]) + std::sin(a.data()[i]);
        CHECK((result.data()[i] == expected || std::isnan(expected)));
    }
}

TEST_CASE("many dimensions are evaluated by rows, too")
{
    constexpr std::size_t rank = 17;
    const std::size_t ones = GENERATE(as<std::size_t>{}, 0, 30); // 77: more than can have two elements
    xt::dynamic_shape<std::size_t> shape(ones + rank + ones, 1);
    std::fill_n(shape.begin() + static_cast<std::ptrdiff_t>(ones), rank, 2);
    const xt::xarray<float> a = xt::arange<float>(float(1 << rank)).reshape(shape);
    xt::xarray<float> b = xt::zeros<float>(shape);
    auto across = xt::transpose(b);
    CHECK(xtt::detail::evaluate_into(across, a * 2.0f) == evaluation_path::rows);
    const xt::xarray<float> expected = xt::transpose(a) * 2.0f;
    CHECK((b == expected));
    // A view of one element, and fewer dimensions, which are broadcast.
    const xt::xarray<float> four = {1, 2, 3, 4};
    xt::dynamic_shape<std::size_t> last(1 + ones, 1);
    last.front() = 2;
    const xt::xarray<float> two = xt::arange<float>(5, 7).reshape(last);
    auto wide = xt::transpose(b);
    CHECK(
        xtt::detail::evaluate_into(wide, xt::view(four, xt::range(1, 2)) + a * two) == evaluation_path::rows);
    xt::xarray<float> sum = a * two + 2.0f;
    CHECK((b == xt::xarray<float>(xt::transpose(sum))));
    xt::dynamic_shape<std::size_t> thin = shape;
    thin[ones] = 1;
    const xt::xarray<float> half = xt::arange<float>(float(1 << (rank - 1))).reshape(thin);
    xtt::detail::evaluate_into(wide, a - half);
    sum = a - half;
    CHECK((b == xt::xarray<float>(xt::transpose(sum))));
    b = a;
    xtt::assign(b, xt::transpose(b) + 1.0f); // through a temporary
    CHECK((b == xt::xarray<float>(xt::transpose(a) + 1.0f)));
}

TEST_CASE("any range of elements goes by rows, each element once")
{
    const std::vector<std::int64_t> sizes = {4, 3, 5, 2};
    const std::vector<std::int64_t> strides = {70, 20, 3, 1}; // padded, in two places
    std::vector<std::int8_t> memory(400);
    xtt::detail::engine::operand_list<2> both;
    for (const std::size_t i : {std::size_t(0), std::size_t(1)})
    {
        both.all().set(i, memory.data(), 1, {sizes, strides, xt::layout_type::dynamic});
    }
    xtt::detail::engine::walk walk(2);
    xtt::detail::engine::plan(walk, both.all());
    for (std::int64_t begin = 0; begin < walk.count; ++begin)
    {
        for (std::int64_t end = begin + 1; end <= walk.count; ++end)
        {
            std::fill(memory.begin(), memory.end(), std::int8_t(0));
            std::int64_t met = 0;
            std::array<const char*, 2> data = both.data;
            walk.for_each_row(
                begin, end, data.data(),
                [&](std::int64_t count, std::int64_t rows)
                {
                    for (std::int64_t k = 0; k < rows * count; ++k)
                    {
                        const std::int64_t place = data[0] - both.data[0] + k / count * *walk.row_strides() +
                                                   k % count * *walk.strides_of(0);
                        met += ++memory[static_cast<std::size_t>(place)];
                    }
                });
            const auto first = [&](std::int64_t i)
            { return i / 30 * 70 + i / 10 % 3 * 20 + i / 2 % 5 * 3 + i % 2; };
            REQUIRE(met == end - begin);
            REQUIRE(memory[static_cast<std::size_t>(first(begin))] == 1);
            REQUIRE(memory[static_cast<std::size_t>(first(end - 1))] == 1);
        }
    }
}

TEST_CASE("long rows of large results, at all addresses")
{
    const two_threads threads;
    const auto row = numbers<float>(1, 1027);
    const auto column = numbers<float>(4100, 1);
    const auto wide = numbers<double>(1, 1027);
    xt::xtensor<float, 2> sums = xt::zeros<float>({4100, 1027}); // rows begin anywhere in a cache line
    CHECK(xtt::detail::evaluate_into(sums, row + column) == evaluation_path::rows);
    xt::xtensor<float, 2> whole = xt::zeros<float>({4100, 1040});
    auto padded = xt::view(whole, xt::all(), xt::range(3, 1030));
    CHECK(xtt::detail::evaluate_into(padded, xt::cast<float>(wide * column)) == evaluation_path::rows);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < 4100; ++i)
    {
        for (std::size_t k = 0; k < 1027; ++k)
        {
            wrong += sums(i, k) != row(0, k) + column(i, 0);
            wrong += whole(i, k + 3) != static_cast<float>(wide(0, k) * column(i, 0));
        }
    }
    CHECK(wrong == 0);
    CHECK(xt::all(xt::equal(xt::view(whole, xt::all(), xt::range(0, 3)), 0.0f)));
    CHECK(xt::all(xt::equal(xt::view(whole, xt::all(), xt::range(1030, 1040)), 0.0f)));
}

TEST_CASE("rows are the same on several threads")
{
    const two_threads threads;
    const auto a = numbers<float>(1000, 77);
    const auto row = numbers<float>(1, 77);
    const auto column = numbers<float>(1000, 1);
    xt::xtensor<float, 2> whole = xt::zeros<float>({1000, 80});
    auto padded = xt::view(whole, xt::all(), xt::range(1, 78));
    CHECK(check_into(whole, padded, a * row + column) == evaluation_path::rows);
    auto stepped = xt::view(whole, xt::range(0, 1000, 3), xt::range(0, 77, 2));
    CHECK(
        check_into(whole, stepped, xt::view(a, xt::range(0, 1000, 3), xt::range(0, 77, 2)) - 1.0f) ==
        evaluation_path::rows);
    const auto narrow = numbers<float>(20'000, 3);
    xt::xtensor<float, 2> colours = xt::zeros_like(narrow);
    const xt::xtensor<float, 1> gain = {2, 3, 4};
    CHECK(check_into(colours, colours, narrow * gain) == evaluation_path::rows);
}

TEST_CASE("rows of all lengths")
{
    for (std::size_t width = 1; width < 140; width += width < 70 ? 1 : 23)
    {
        const auto a = numbers<float>(37, width);
        const auto row = numbers<float>(1, width);
        const auto column = numbers<float>(37, 1);
        xt::xtensor<float, 2> whole = xt::zeros<float>({std::size_t(37), width + 5});
        auto padded = xt::view(whole, xt::all(), xt::range(2, width + 2));
        CHECK(check_into(whole, padded, a * row + column) == evaluation_path::rows);
        auto backwards = xt::flip(padded, 1);
        check_into(whole, backwards, a * row + column);
        xt::xtensor<float, 2> narrow = a;
        xtt::detail::evaluate_into(narrow, narrow * row + column); // in place
        CHECK(xt::all(xt::equal(narrow, a * row + column)));
    }
}

TEST_CASE("rows of functions of the C library, of all lengths")
{
    // 512 elements are copied at once.
    for (std::size_t width = 1; width < 1040; width += width == 40 ? 463 : width == 530 ? 490 : 1)
    {
        const auto a = numbers<float>(7, width);
        const auto wide = numbers<double>(1, width);
        const xt::xtensor<double, 2> column = numbers<double>(7, 1) / 5.0;
        for (const auto set : instruction_sets())
        {
            const cap limit(set);
            xt::xtensor<double, 2> exponentials = xt::zeros_like(column);
            xtt::detail::evaluate_into(exponentials, xt::exp(column));
            xt::xtensor<double, 2> whole = xt::zeros<double>({std::size_t(7), width + 5});
            auto padded = xt::view(whole, xt::all(), xt::range(2, width + 2));
            CHECK(xtt::detail::evaluate_into(padded, a + wide * xt::exp(column)) == evaluation_path::rows);
            CHECK(xt::all(xt::equal(padded, a + wide * exponentials)));
            padded = wide;
            xtt::detail::evaluate_into(padded, padded + xt::exp(column)); // in place
            CHECK(xt::all(xt::equal(padded, wide + exponentials)));
            CHECK(xt::all(xt::equal(xt::view(whole, xt::all(), xt::range(width + 2, width + 5)), 0.0)));
        }
    }
}

TEST_CASE("functions of the C library of many elements, some of them at a time")
{
    // 16,384 at most: of one row, or of several.
    using extents = std::pair<std::size_t, std::size_t>;
    for (const auto& [rows, width] :
         {extents{1, 16'384}, extents{1, 16'385}, extents{1, 20'003}, extents{3, 16'390}, extents{70, 301},
          extents{70, 304}, extents{3, 40'000}})
    {
        const auto a = numbers<float>(rows, width);
        const xt::xtensor<std::size_t, 2> index = xt::cast<std::size_t>(a * 16.0f + 128.0f);
        const xt::xtensor<float, 1> values = (xt::arange<float>(256.0f) - 128.0f) / 16.0f;
        for (const auto set : instruction_sets())
        {
            const cap limit(set);
            xt::xtensor<float, 1> exponentials = xt::zeros_like(values);
            xtt::detail::evaluate_into(exponentials, xt::exp(values));
            xt::xtensor<float, 2> expected = xt::zeros_like(a);
            std::transform(
                index.begin(), index.end(), expected.begin(), [&](std::size_t i) { return exponentials(i); });
            xt::xtensor<float, 2> whole = xt::zeros<float>({rows, width + 3});
            auto padded = xt::view(whole, xt::all(), xt::range(std::size_t(1), width + 1));
            xtt::detail::evaluate_into(padded, xt::exp(a));
            CHECK(xt::all(xt::equal(padded, expected)));
            padded = a;
            xtt::detail::evaluate_into(padded, xt::exp(padded)); // in place
            CHECK(xt::all(xt::equal(padded, expected)));
            CHECK(xt::all(xt::equal(xt::view(whole, xt::all(), xt::range(width + 1, width + 3)), 0.0f)));
            xtt::detail::evaluate_into(expected, xt::exp(a)); // side by side
            CHECK(xt::all(xt::equal(padded, expected)));
        }
    }
}

// Where the frame is, and not where a variable is, which the address sanitizer keeps elsewhere.
[[gnu::noinline]] static void note_place(const void* places, const xtt::detail::engine::dense_rows&)
{
    (*static_cast<std::vector<const void*>* const*>(places))->push_back(__builtin_frame_address(0));
}

TEST_CASE("functions of the C library are called at 16 depths of the stack, one after another")
{
    std::vector<const void*> places;
    std::vector<const void*>* const to_places = &places;
    const xtt::detail::engine::kernel compute = {note_place, 1, true, true, false};
    for (int i = 0; i < 32; ++i)
    {
        xtt::detail::engine::run_kernel(compute, &to_places, {nullptr, nullptr, nullptr, 1, 1000, false});
    }
    std::sort(places.begin(), places.end(), std::less<>());
    CHECK(places.size() == 32);
    CHECK(std::unique(places.begin(), places.end()) - places.begin() == 16);
}

TEST_CASE("functors with members are called once for each element of rows that are not whole vectors")
{
    const auto a = numbers<float>(9, 45);
    xt::xtensor<float, 2> whole = xt::zeros<float>({9, 50});
    auto padded = xt::view(whole, xt::all(), xt::range(2, 47));
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        std::size_t calls = 0;
        const auto counting = xt::make_lambda_xfunction([&calls](float x) { return ++calls, x + 1; }, a);
        CHECK(xtt::detail::evaluate_into(padded, counting) == evaluation_path::rows);
        CHECK(calls == a.size());
        CHECK(xt::all(xt::equal(padded, a + 1.0f)));
    }
}

TEST_CASE("rows of more operands than fit a cache")
{
    const auto a = numbers<double>(9, 1000);
    const auto every_second = xt::view(a, xt::all(), xt::range(0, 1000, 2));
    const auto sum_of = [](auto x, auto y) { return std::move(x) + std::move(y); };
    const auto two = sum_of(every_second, every_second);
    const auto eight = sum_of(sum_of(two, two), sum_of(two, two));
    const auto thirty_two = sum_of(sum_of(eight, eight), sum_of(eight, eight));
    xt::xtensor<double, 2> result = xt::zeros<double>({9, 500});
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        result.fill(0);
        CHECK(xtt::detail::evaluate_into(result, thirty_two) == evaluation_path::rows);
        CHECK(xt::all(xt::equal(result, every_second * 32.0)));
    }
}

TEST_CASE("more arrays than the engine takes are left to xtensor's steppers, and larger elements")
{
    const auto a = numbers<double>(9, 10);
    const auto sum_of = [](auto x, auto y) { return std::move(x) + std::move(y); };
    const auto four = sum_of(a + a, a + a);
    const auto sixteen = sum_of(sum_of(four, four), sum_of(four, four));
    const auto sixty_four = sum_of(sum_of(sixteen, sixteen), sum_of(sixteen, sixteen));
    xt::xtensor<double, 2> result = xt::zeros<double>({9, 10});
    CHECK(xtt::detail::evaluate_into(result, sixty_four) == evaluation_path::stepper);
    CHECK(xt::all(xt::equal(result, a * 64.0)));

    using xtt::detail::engine::is_lowerable;
    const auto sixty_three =
        sum_of(sum_of(sum_of(sixteen, sixteen), sum_of(sixteen, four + four)), four + (a + a + a));
    CHECK(is_lowerable<decltype(sixty_three)>());
    CHECK_FALSE(is_lowerable<decltype(sixty_four)>());
    CHECK(is_lowerable<xt::xtensor<std::array<char, 256>, 1>>());
    CHECK_FALSE(is_lowerable<xt::xtensor<std::array<char, 257>, 1>>());
    using xtt::detail::is_engine_work;
    CHECK(is_engine_work<std::array<char, 256>, xt::xtensor<float, 1>>);
    CHECK_FALSE(is_engine_work<std::array<char, 257>, xt::xtensor<float, 1>>);
}

TEST_CASE("an element of any size is repeated any number of times, and not once more")
{
    std::array<char, 16> element;
    for (std::size_t i = 0; i < element.size(); ++i)
    {
        element[i] = static_cast<char>(i + 1);
    }
    for (std::size_t item = 1; item <= element.size(); item *= 2)
    {
        for (std::size_t count = 0; count < 40; ++count)
        {
            const std::size_t bytes = item * count;
            std::vector<char> to(bytes + 16, '\0');
            xtt::detail::engine::repeat_element(
                to.data(), element.data(), static_cast<std::int64_t>(item), static_cast<std::int64_t>(bytes));
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < to.size(); ++i)
            {
                wrong += to[i] != (i < bytes ? element[i % item] : '\0');
            }
            INFO("items of " << item << " bytes, " << count);
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("rows of elements of all sizes")
{
    const auto check = [](auto zero)
    {
        using T = decltype(zero);
        const xt::xtensor<T, 2> a = xt::cast<T>(numbers<std::int8_t>(30, 41));
        const xt::xtensor<T, 2> column = xt::view(a, xt::all(), xt::range(3, 4));
        const auto stepped = xt::view(a, xt::all(), xt::range(1, 41, 3));
        xt::xtensor<T, 2> whole = xt::zeros<T>({std::size_t(30), std::size_t(30)});
        auto result = xt::view(whole, xt::all(), xt::range(0, 28, 2));
        CHECK(xtt::detail::evaluate_into(result, stepped + column) == evaluation_path::rows);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < 30; ++i)
        {
            for (std::size_t k = 0; k < 14; ++k)
            {
                wrong += whole(i, 2 * k) != static_cast<T>(a(i, 1 + 3 * k) + a(i, 3));
                wrong += whole(i, 2 * k + 1) != T(0);
            }
        }
        CHECK(wrong == 0);
    };
    check(std::int8_t(0));
    check(std::int16_t(0));
    check(0.0f);
    check(0.0);
    check(std::complex<float>());
    check(std::complex<double>());
}

TEST_CASE("results do not depend on where memory starts or ends")
{
    const auto a = numbers<float>(1, 200);
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        xt::xtensor<float, 2> reference = xt::zeros_like(a);
        xtt::detail::evaluate_into(reference, xt::exp(a) * a + xt::sin(a));
        for (std::size_t first = 0; first < 20; ++first)
        {
            for (std::size_t last : {first + 1, first + 7, first + 64, std::size_t(200)})
            {
                const auto part = xt::view(a, xt::all(), xt::range(first, last));
                xt::xtensor<float, 2> whole = xt::zeros<float>({std::size_t(1), last + 3});
                auto result = xt::view(whole, xt::all(), xt::range(3, last - first + 3));
                xtt::detail::evaluate_into(result, xt::exp(part) * part + xt::sin(part));
                REQUIRE(xt::all(xt::equal(result, xt::view(reference, xt::all(), xt::range(first, last)))));
            }
        }
    }
}

TEST_CASE("results larger than the caches are the same")
{
    const at::Tensor a = at::rand({5'000'003});
    const auto v = xtt::view_as_xtensor<float, 1>(a);
    at::Tensor result = at::zeros({5'000'007}).slice(0, 3, 5'000'006);
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        result.zero_();
        xtt::assign(result, v * 2.0f + v);
        CHECK(result.equal(a * 2.0f + a));
    }
}

TEST_CASE("a large result at an address that no element should have is written too")
{
    const std::size_t count = (std::size_t(16) << 20) / sizeof(double);
    std::vector<char> bytes(count * sizeof(double) + 64);
    const xt::xtensor<double, 1> a = xt::arange<double>(static_cast<double>(count));
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        for (const std::size_t offset : {std::size_t(0), std::size_t(4)})
        {
            auto* const first = reinterpret_cast<double*>(bytes.data() + offset);
            auto result = xt::adapt(first, count, xt::no_ownership(), std::array<std::size_t, 1>{count});
            CHECK(xtt::detail::evaluate_into(result, a * 2.0) == evaluation_path::linear);
            double last = 0;
            std::memcpy(&last, bytes.data() + offset + (count - 1) * sizeof(double), sizeof last);
            CHECK(last == 2.0 * static_cast<double>(count - 1));
        }
    }
}

TEST_CASE("bytes of a bool tensor that are neither 0 nor 1 are true")
{
    const at::Tensor bytes = at::arange(40, at::kByte);
    const auto v = xtt::view_as_xtensor<bool, 1>(at::from_blob(bytes.data_ptr(), {40}, at::kBool));
    for (const auto set : instruction_sets())
    {
        const cap limit(set);
        CHECK(xtt::copy_to_tensor(xt::cast<int>(v)).sum().item().toInt() == 39);
        CHECK(xtt::copy_to_tensor(xt::where(v, 1.0f, 3.0f)).sum().item().toFloat() == 42.0f);
    }
}
