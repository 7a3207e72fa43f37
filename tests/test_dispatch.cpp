// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/dispatch.hpp>

#include <string>
#include <type_traits>

#include <catch.hpp>
#include <xtensor_headers.hpp>

TEST_CASE("dispatch calls with the view of the run-time dtype")
{
    for (const auto dtype : {at::kByte, at::kInt, at::kLong, at::kFloat, at::kDouble})
    {
        at::Tensor t = at::ones({2, 3}, dtype);
        const auto bytes = xtt::dispatch<xtt::all_types>(
            t,
            [](auto v)
            {
                v += v;
                return static_cast<std::int64_t>(sizeof(typename decltype(v)::value_type));
            });
        CHECK(bytes == t.element_size());
        CHECK(t.sum().item().toDouble() == 12);
    }
}

TEST_CASE("dispatch takes a list of types, and const ones for reading")
{
    const at::Tensor t = at::ones({3}, at::kFloat).expand({2, 3});
    const double sum = xtt::dispatch<const float, const double>(
        t, [](const auto& v) { return static_cast<double>(xt::sum(v)()); });
    CHECK(sum == 6);
}

TEST_CASE("dispatch takes functions that want a reference")
{
    at::Tensor t = at::ones({3}, at::kFloat);
    xtt::dispatch<float, double>(t, [](auto& v) { v += v; });
    xtt::dispatch<float, double>(t, [](auto&& v) { v += v; });
    CHECK(t.sum().item().toFloat() == 12);
}

TEST_CASE("a parameter of type xarray gets a copy of what dispatch calls with, auto the view")
{
    const at::Tensor t = at::ones({3}, at::kFloat);
    CHECK(xtt::dispatch<float>(t, [](auto v) { return v.data() == v.tensor().data_ptr(); }));
    xtt::dispatch<float>(t, [](xt::xarray<float> a) { a.fill(2); });
    CHECK(t.equal(at::ones({3})));
}

TEST_CASE("dispatch returns what the function returns")
{
    const auto last = [](const auto& v) { return static_cast<double>(v(1)); };
    CHECK(xtt::dispatch<float, double>(at::tensor({1.0f, 2.5f}), last) == 2.5);
    CHECK(xtt::dispatch<float, double>(at::tensor({1.0, 3.5}, at::kDouble), last) == 3.5);
    static_assert(std::is_same_v<decltype(xtt::dispatch<float, double>(at::Tensor(), last)), double>);
    const at::Tensor t = at::ones({2}, at::kLong);
    const auto kept = xtt::dispatch<std::int64_t>(t, [](auto v) { return v; });
    CHECK(kept.data() == t.data_ptr());
    CHECK(xtt::dispatch<xtt::integral_types>(t, [](const auto& v) { return v.size(); }) == 2);
}

TEST_CASE("dispatch passes references and void through")
{
    const at::Tensor t = at::ones({3}, at::kFloat);
    int count = 0;
    int& result = xtt::dispatch<float, double>(t, [&](auto) -> int& { return ++count; });
    CHECK(&result == &count);
    xtt::dispatch<float>(t, [&](auto v) { count += static_cast<int>(v.size()); });
    CHECK(count == 4);
}

TEST_CASE("dispatch on a dtype that is not in the list throws, naming it and the list")
{
    check_throws<xtt::dtype_error>(
        [] { xtt::dispatch<xtt::floating_types>(at::zeros({2}, at::kInt), [](auto) {}); }, "dispatch",
        "Float, Double", "Int");
    check_throws<xtt::dtype_error>(
        [] { xtt::dispatch<xtt::complex_types>(at::zeros({2}), [](auto) {}); }, "ComplexFloat, ComplexDouble",
        "Float");
    check_throws<xtt::dtype_error>(
        [] { xtt::dispatch<xtt::integral_types>(at::zeros({2}), [](auto) {}); },
        "Byte, Char, Short, Int, Long");
}

TEST_CASE("what a view refuses dispatch refuses, by its own name")
{
    const at::Tensor leaf = at::ones({2}).requires_grad_();
    check_throws<xtt::conversion_error>(
        [&] { xtt::dispatch<float>(leaf, [](auto) {}); }, "dispatch: expected", "requires grad");
}

TEST_CASE("dispatch on an undefined tensor throws")
{
    check_throws<xtt::conversion_error>(
        [] { xtt::dispatch<float>(at::Tensor(), [](auto) {}); }, "dispatch", "undefined");
}

TEST_CASE("what the function throws passes")
{
    CHECK_THROWS_AS(
        xtt::dispatch<float>(at::zeros({2}), [](auto) { throw std::domain_error("no"); }), std::domain_error);
}
