// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/copy_options.hpp>

#include <string>

#include <catch.hpp>

TEST_CASE("a copy keeps the dtype, casts within its kind is contiguous and pageable unless asked otherwise")
{
    const xtt::copy_options options;
    CHECK_FALSE(options.dtype.has_value());
    CHECK(options.cast == xtt::casting::same_kind);
    CHECK(options.memory_format == at::MemoryFormat::Contiguous);
    CHECK_FALSE(options.pinned);
}

TEST_CASE("options are named as they are written")
{
    using xtt::detail::describe_result;
    const auto given_options = [](const xtt::copy_options& options)
    { return std::string(xtt::detail::given_options(options)); };
    CHECK_FALSE(describe_result({.cast = xtt::casting::unsafe}));
    CHECK_FALSE(describe_result({.dtype = at::kFloat}, at::kFloat));
    CHECK(describe_result({.dtype = at::kFloat}, at::kDouble));
    CHECK(describe_result({.dtype = at::kFloat}));
    CHECK(given_options({.dtype = at::kFloat}) == "{.dtype = Float}");
    CHECK(
        given_options({.memory_format = at::MemoryFormat::ChannelsLast3d, .pinned = true}) ==
        "{.memory_format = ChannelsLast3d, .pinned = true}");
}
