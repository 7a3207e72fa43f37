// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/alias.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

using xtt::detail::may_alias;

TEST_CASE("expressions over other memory do not alias")
{
    xt::xtensor<float, 2> a = xt::zeros<float>({3, 4});
    xt::xtensor<float, 2> b = a;
    CHECK_FALSE(may_alias(a, b));
    CHECK_FALSE(may_alias(a, xt::exp(b) * 2.0f + b));
    CHECK_FALSE(may_alias(a, xt::sum(b, {0})));
    CHECK_FALSE(may_alias(a, xt::broadcast(b, {3, 4})));
}

TEST_CASE("reading each element where it is written is harmless")
{
    xt::xtensor<float, 2> a = xt::zeros<float>({3, 4});
    CHECK_FALSE(may_alias(a, a));
    CHECK_FALSE(may_alias(a, a + a * 2.0f));
    auto v = xt::view(a, xt::all(), xt::range(0, 2));
    CHECK_FALSE(may_alias(v, v + 1.0f));
}

TEST_CASE("reading elements at other positions aliases")
{
    xt::xtensor<float, 2> a = xt::zeros<float>({3, 3});
    CHECK(may_alias(a, xt::transpose(a)));
    CHECK(may_alias(a, xt::flip(a, 0) + 1.0f));
    CHECK(may_alias(a, xt::view(a, 0)));
    CHECK(may_alias(a, a + xt::sum(a, {0})));
    CHECK(may_alias(a, a * xt::broadcast(xt::view(a, 1), {3, 3})));
    auto head = xt::view(a, xt::range(0, 2));
    CHECK(may_alias(head, xt::view(a, xt::range(1, 3))));
}

TEST_CASE("a scalar that is an element aliases")
{
    xt::xtensor<float, 1> a = {1, 2, 3};
    float other = 2;
    CHECK(may_alias(a, a / a(0)));
    CHECK_FALSE(may_alias(a, a / other));
    CHECK_FALSE(may_alias(a, a / 2.0f));
}

TEST_CASE("the same memory as another type is not the same elements")
{
    xt::xtensor<float, 1> a = {1, 2, 3};
    auto bits = xt::adapt(
        reinterpret_cast<std::int8_t*>(a.data()), 3, xt::no_ownership(), std::array<std::size_t, 1>{3});
    CHECK(may_alias(a, bits));
}

TEST_CASE("what cannot be looked into is taken to alias")
{
    xt::xtensor<double, 1> a = {1, 2, 3};
    CHECK(may_alias(a, xt::arange<double>(3)));
}
