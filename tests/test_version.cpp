// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/version.hpp>

#include <catch.hpp>

TEST_CASE("the version's macros and constants agree")
{
    CHECK(xtt::version::major == XTENSOR_TORCH_VERSION_MAJOR);
    CHECK(xtt::version::minor == XTENSOR_TORCH_VERSION_MINOR);
    CHECK(xtt::version::patch == XTENSOR_TORCH_VERSION_PATCH);
}
