// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/error.hpp>

#include <type_traits>
#include <vector>

#include <catch.hpp>

TEST_CASE("wrong values are conversion errors, and those are invalid arguments")
{
    CHECK(std::is_base_of_v<std::invalid_argument, xtt::conversion_error>);
    CHECK(std::is_base_of_v<xtt::conversion_error, xtt::dtype_error>);
    CHECK(std::is_base_of_v<xtt::conversion_error, xtt::rank_error>);
    CHECK(std::is_base_of_v<xtt::conversion_error, xtt::shape_error>);
    CHECK(std::is_base_of_v<xtt::conversion_error, xtt::layout_error>);
    CHECK(std::is_base_of_v<std::runtime_error, xtt::device_error>);
    CHECK_FALSE(std::is_base_of_v<xtt::conversion_error, xtt::device_error>);
}

TEST_CASE("a message says function, expectation, value and remedy")
{
    try
    {
        xtt::detail::raise<xtt::rank_error>(
            "f", "rank 2", "sizes " + xtt::detail::bracketed(std::vector<int>{3, 4, 5}), "reshape");
        FAIL("raise returned");
    }
    catch (const xtt::rank_error& error)
    {
        CHECK(std::string(error.what()) == "f: expected rank 2, got sizes [3, 4, 5]; reshape");
    }
}

TEST_CASE("an empty list of extents is printed as such")
{
    CHECK(xtt::detail::bracketed(std::vector<int>{}) == "[]");
}
