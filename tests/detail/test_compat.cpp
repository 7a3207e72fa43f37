// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/compat.hpp>

#include <type_traits>

#include <ATen/ATen.h>

#include <catch.hpp>
#include <xtensor_headers.hpp>

// xtensor 0.24.3 in C++20 with g++ needs the specialisation in compat.hpp for all of these.

TEST_CASE("the temporary of a dynamic expression is an xarray")
{
    xt::xarray<double> p = {{1, 2}, {3, 4}};
    auto expression = xt::exp(p);
    CHECK(std::is_same_v<xt::temporary_type_t<decltype(expression)>, xt::xarray<double>>);
    CHECK(std::is_same_v<xt::temporary_type_t<xt::xtensor<double, 2>>, xt::xtensor<double, 2>>);
}

TEST_CASE("eval of a dynamic expression has its values")
{
    xt::xarray<double> p = {{0, 1, 2}, {3, 4, 5}};
    const auto e = xt::eval(xt::exp(p));
    REQUIRE(e.dimension() == 2);
    CHECK(e(1, 2) == std::exp(5.0));
}

TEST_CASE("variance and immediate reducers of dynamic arrays")
{
    xt::xarray<double> p = {{1, 2}, {3, 4}};
    CHECK(xt::variance(p)() == 1.25);
    const xt::xarray<double> sums = xt::sum(p, {0}, xt::evaluation_strategy::immediate);
    CHECK(sums == xt::xarray<double>{4, 6});
}

TEST_CASE("sorting a dynamic array and a transpose of it")
{
    xt::xarray<int> p = {{3, 1}, {2, 4}};
    const xt::xarray<int> sorted = xt::sort(p, 0);
    CHECK(sorted == xt::xarray<int>{{2, 1}, {3, 4}});
    // No bad_alloc; the order along an axis is another matter, wrong for transposes in every xtensor.
    CHECK_NOTHROW(xt::sort(xt::transpose(p), 0));
}

TEST_CASE("compound assignment to a strided view of a dynamic array")
{
    xt::xarray<float> p = {{1, 2, 3}, {4, 5, 6}};
    auto columns = xt::strided_view(p, {xt::all(), xt::range(0, 2)});
    columns += xt::xarray<float>{{10, 20}, {30, 40}};
    CHECK((p == xt::xarray<float>{{11, 22, 3}, {34, 45, 6}}));
}

TEST_CASE("reshape of a dynamic array by a list")
{
    xt::xarray<float> a = {1, 2, 3, 4, 5, 6};
    a.reshape({2, 3});
    CHECK(a.dimension() == 2);
    CHECK(a(1, 0) == 4.0f);
}

TEST_CASE("reading and writing pointers of a tensor are its first element")
{
    const at::Tensor t = at::arange(6, at::kFloat).slice(0, 2);
    CHECK(xtt::detail::compat::const_data(t) == t.data_ptr());
    CHECK(xtt::detail::compat::mutable_data(t) == t.data_ptr());
}
