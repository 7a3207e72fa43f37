// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/error.hpp>

#include <cstdint>
#include <string>
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
            "f", "rank 2", xtt::detail::text("sizes ", std::vector<int>{3, 4, 5}), "reshape");
        FAIL("raise returned");
    }
    catch (const xtt::rank_error& error)
    {
        CHECK(std::string(error.what()) == "f: expected rank 2, got sizes [3, 4, 5]; reshape");
    }
}

TEST_CASE("a message has its remedy, however many extents there are")
{
    const xtt::detail::text many(std::vector<int>(400, 77));
    const std::string text(xtt::detail::message("f", many, many, "reshape"));
    CHECK(text.substr(0, 24) == "f: expected [77, 77, 77,");
    CHECK(text.find("..., got [77, 77,") != std::string::npos);
    CHECK(text.substr(text.size() - 12) == "...; reshape");
}

TEST_CASE("numbers are printed as they are, and a text ends where there is no more room")
{
    using xtt::detail::text;
    const std::vector<std::int64_t> limits = {0, -1, INT64_MIN, INT64_MAX};
    CHECK(
        std::string(text("limits ", limits, " and ", UINT64_MAX)) ==
        "limits [0, -1, -9223372036854775808, 9223372036854775807] and 18446744073709551615");
    const std::string many(text(std::vector<int>(10'000, 7)));
    CHECK(many.size() == 2047);
    CHECK(many.substr(0, 7) == "[7, 7, ");
    CHECK(text(many, "more").c_str() == many);
}

TEST_CASE("an empty list of extents is printed as such")
{
    CHECK(std::string_view(xtt::detail::text(std::vector<int>{})) == "[]");
}
