// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <catch.hpp>
#include <xtensor_headers.hpp>

using xtt::detail::evaluation_path;

namespace
{

// Whole numbers, whose sums are exact in any order.
template <class T>
xt::xarray<T> numbers(const std::vector<std::size_t>& shape)
{
    xt::xarray<T> result = xt::xarray<T>::from_shape(shape);
    int i = 0;
    for (auto& x : result)
    {
        x = static_cast<T>(static_cast<float>(++i * 7 % 23));
    }
    return result;
}

template <class E>
evaluation_path check(const E& e)
{
    using T = typename E::value_type;
    const xt::xarray<T> expected = e;
    xt::xarray<T> result = xt::xarray<T>::from_shape(expected.shape());
    const auto path = xtt::detail::evaluate_into(result, e);
    CHECK((result == expected));
    const std::vector<std::size_t> shape(e.shape().begin(), e.shape().end());
    xt::xarray<T> whole = xt::xarray<T>::from_shape(shape);
    auto across = xt::transpose(whole);
    if (std::equal(shape.rbegin(), shape.rend(), shape.begin()))
    {
        CHECK(xtt::detail::evaluate_into(across, e) == path); // into other strides
        CHECK((across == expected));
    }
    return path;
}

} // namespace

TEST_CASE("the sum of an array is LibTorch's")
{
    // Equal extents: the shape of the result does not tell which axes were summed.
    const auto a = numbers<float>({6, 6, 6});
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
        CHECK(check(xt::sum(a, {axis})) == evaluation_path::reduction);
        CHECK(check(xt::sum(a, {axis}, xt::keep_dims)) == evaluation_path::reduction);
    }
    CHECK(check(xt::sum(a, {0, 2})) == evaluation_path::reduction);
    CHECK(check(xt::sum(a, {0, 1, 2})) == evaluation_path::reduction);
    CHECK(check(xt::sum(a)) == evaluation_path::reduction);
    const xt::xtensor<float, 2> matrix = numbers<float>({5, 7});
    CHECK(check(xt::sum(matrix, {1})) == evaluation_path::reduction);
    CHECK(
        check(xt::sum(xt::view(matrix, xt::range(1, 5, 2), xt::range(2, 6)), {0})) ==
        evaluation_path::reduction);
    CHECK(check(xt::sum(xt::transpose(matrix), {0})) == evaluation_path::reduction);
    const at::Tensor t = at::arange(12, at::kFloat).view({3, 4}).t();
    CHECK(check(xt::sum(xtt::view_as_xtensor<float, 2>(t), {1})) == evaluation_path::reduction);
}

TEMPLATE_TEST_CASE(
    "of all types that LibTorch adds as xtensor does", "", float, double, std::int8_t, std::int16_t,
    std::int32_t, std::int64_t, std::uint8_t)
{
    const auto a = numbers<TestType>({40, 50});
    CHECK(check(xt::sum(a, {0})) == evaluation_path::reduction);
    CHECK(check(xt::sum<TestType>(a, {1})) == evaluation_path::reduction);
    CHECK(check(xt::sum<double>(a, {1})) == evaluation_path::reduction); // the type that it is added in
}

TEST_CASE("other reductions are xtensor's")
{
    const auto a = numbers<float>({6, 5});
    CHECK(check(xt::amax(a, {0})) == evaluation_path::stepper); // of NaN, LibTorch's would be another
    CHECK(check(xt::prod(a, {0})) == evaluation_path::stepper);
    CHECK(check(xt::sum(a * a, {0})) == evaluation_path::stepper);
    CHECK(check(xt::sum(xt::flip(a, 0), {0})) == evaluation_path::stepper); // negative strides
    CHECK(check(xt::sum(a, {0}, xt::initial(100.0f))) == evaluation_path::stepper);
    CHECK(check(xt::sum(a, std::vector<std::size_t>{})) == evaluation_path::stepper); // no axis at all
    CHECK(check(xt::sum(numbers<std::complex<float>>({3, 4}), {0})) == evaluation_path::stepper);
    const xt::xarray<float> nothing = xt::xarray<float>::from_shape({0, 3}); // xtensor's own steps from null
    xt::xtensor<float, 1> zeros = xt::ones<float>({3});
    CHECK(xtt::detail::evaluate_into(zeros, xt::sum(nothing, {0})) == evaluation_path::stepper);
    CHECK(zeros(0) == 0.0f);
    CHECK(zeros(2) == 0.0f);
    xt::dynamic_shape<std::size_t> thin(65, 1);
    thin.back() = 3;
    const xt::xarray<float> many = xt::ones<float>(thin);
    CHECK(check(xt::sum(many, {0})) == evaluation_path::stepper); // more dimensions than LibTorch adds up
    xt::xtensor<float, 2> rows = xt::zeros<float>({4, 5});
    CHECK(
        xtt::detail::evaluate_into(rows, xt::sum(a, {0})) ==
        evaluation_path::rows); // summed once, then broadcast
    CHECK((xt::view(rows, 3) == xt::sum(a, {0})));
    xt::xtensor<double, 1> wider = xt::zeros<double>({5});
    CHECK(xtt::detail::evaluate_into(wider, xt::sum(a, {0})) == evaluation_path::stepper);
    xtt::detail::instruction_set_cap = xtt::detail::instruction_set::scalar;
    CHECK(check(xt::sum(a, {0})) == evaluation_path::stepper);
    xtt::detail::instruction_set_cap = xtt::detail::instruction_set::avx512;
}

TEST_CASE("expressions are reduced some rows at a time")
{
    const auto a = numbers<float>({6, 6, 6});
    CHECK(check(xt::sum(a * 2.0f, {1})) == evaluation_path::reduced_rows);
    CHECK(check(xt::sum(a * 2.0f, {2})) == evaluation_path::reduced_rows);
    CHECK(check(xt::sum(a * 2.0f, {1, 2})) == evaluation_path::reduced_rows);
    CHECK(check(xt::amax(a + a, {2}, xt::keep_dims)) == evaluation_path::reduced_rows);
    CHECK(check(xt::prod(xt::sign(a - 5.0f), {1})) == evaluation_path::reduced_rows);
    CHECK(check(xt::sum(a > 9.0f, {2})) == evaluation_path::reduced_rows);
    CHECK(check(xt::count_nonzero(a - 7.0f, {2})) == evaluation_path::reduced_rows);
    CHECK(check(xt::sum(a + 1.0f, {1}, xt::initial(100.0f))) == evaluation_path::reduced_rows);
    CHECK(check(xt::amin(xt::cast<double>(a), {1, 2})) == evaluation_path::reduced_rows);

    CHECK(check(xt::sum(a * 2.0f, {0, 1})) == evaluation_path::stepper); // the first dimension
    CHECK(check(xt::sum(a * 2.0f)) == evaluation_path::stepper);
    CHECK(check(xt::sum(a * 2.0f, std::vector<std::size_t>{})) == evaluation_path::stepper);
    int calls = 0;
    const auto counted = xt::make_lambda_xfunction([&](float x) { return ++calls, x; }, a);
    CHECK(check(xt::sum(counted, {2})) == evaluation_path::stepper); // in an order that is said
    const xt::xarray<float> nothing = xt::xarray<float>::from_shape({3, 0});
    xt::xtensor<float, 1> zeros = xt::ones<float>({3});
    CHECK(xtt::detail::evaluate_into(zeros, xt::sum(nothing * 2.0f, {1})) == evaluation_path::stepper);
    CHECK((zeros == xt::zeros<float>({3})));

    // More than are computed at once, on several threads, and a last piece that is smaller.
    const auto many = numbers<float>({1003, 200});
    CHECK(check(xt::sum(many * 2.0f, {1})) == evaluation_path::reduced_rows);
    CHECK(check(xt::amax(many * many, {1}, xt::keep_dims)) == evaluation_path::reduced_rows);
    const auto middle = numbers<float>({101, 10, 200});
    CHECK(check(xt::sum(middle * 2.0f, {1})) == evaluation_path::reduced_rows);
    const at::Tensor table = at::zeros({1003, 2});
    auto column = xtt::view_as_xtensor<float, 1>(table.select(1, 1));
    CHECK(xtt::detail::evaluate_into(column, xt::sum(many * 2.0f, {1})) == evaluation_path::reduced_rows);
    CHECK((column == xt::sum(many * 2.0f, {1})));
    CHECK(table.select(1, 0).eq(0).all().item().toBool());
    const auto longer = numbers<float>({3, 50'000});
    CHECK(check(xt::amax(longer * 2.0f, {1})) == evaluation_path::reduced_rows);
    const xt::xarray<float> longest = xt::ones<float>({2, (1 << 20) + 1});
    CHECK(check(xt::amax(longest * 2.0f, {1})) == evaluation_path::stepper);

    // With reducers within, as in a softmax.
    const xt::xarray<float> most = xt::amax(many, {1}, xt::keep_dims);
    const xt::xarray<float> below = many - most;
    const xt::xarray<float> totals = xt::sum(below, {1});
    xt::xarray<float> result = xt::zeros<float>({1003});
    CHECK(
        xtt::detail::evaluate_into(result, xt::sum(many - xt::amax(many, {1}, xt::keep_dims), {1})) ==
        evaluation_path::reduced_rows);
    CHECK((result == totals));
    xt::xarray<float> columns = xt::zeros<float>({200});
    const xt::xarray<float> column_totals = xt::sum(below, {0});
    CHECK(
        xtt::detail::evaluate_into(columns, xt::sum(many - xt::amax(many, {1}, xt::keep_dims), {0})) ==
        evaluation_path::reduction); // of what is evaluated first
    CHECK((columns == column_totals));
}

TEST_CASE("a sum into tensors, views and itself")
{
    const xt::xtensor<float, 2> a = numbers<float>({6, 5});
    const xt::xtensor<float, 1> expected = xt::sum(a, {0});
    const at::Tensor whole = at::zeros({5, 2});
    const at::Tensor column = whole.select(1, 1);
    xtt::assign(column, xt::sum(a, {0}));
    CHECK((xtt::view_as_xtensor<float, 1>(column) == expected));
    CHECK(whole.select(1, 0).eq(0).all().item().toBool());
    {
        const c10::InferenceMode mode;
        CHECK((xtt::view_as_xtensor<float, 1>(xtt::copy_to_tensor(xt::sum(a, {0}))) == expected));
    }
    auto v = xtt::view_as_xtensor<float, 1>(column);
    v.fill(0);
    v = xt::sum(a, {0});
    CHECK((v == expected));
    xt::xtensor<float, 2> b = a;
    auto first = xt::view(b, 0, xt::all());
    xtt::assign(first, xt::sum(b, {0})); // which overwrites what is summed
    CHECK((first == expected));
}

TEST_CASE("a sum over elements that are larger than the engine's memory")
{
    struct large
    {
        std::array<double, 32'768> values; // so that who takes it for small writes beyond the stack
    };
    const xt::xarray<double> a = numbers<double>({3, 4});
    // Would be read by way of copies on the stack.
    const xt::xarray<double> column = numbers<double>({3, 1});
    const auto each = xt::make_lambda_xfunction(
        [](double x, double y)
        {
            large result;
            result.values.fill(x + y);
            return result;
        },
        a, column);
    const auto sum = xt::reduce(
        xt::make_xreducer_functor(
            [](double so_far, const large& next) { return so_far + next.values.back(); },
            xt::const_value<double>(0), [](double x, double y) { return x + y; }),
        each, {std::size_t(1)});
    const xt::xtensor<double, 1> expected = xt::sum(a + column, {1});
    CHECK((xtt::view_as_xtensor<double, 1>(xtt::copy_to_tensor(sum)) == expected));
}
