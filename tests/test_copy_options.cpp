// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/copy_options.hpp>

#include <catch.hpp>

TEST_CASE("a copy keeps the dtype, casts within its kind is contiguous and pageable unless asked otherwise")
{
    const xtt::copy_options options;
    CHECK_FALSE(options.dtype.has_value());
    CHECK(options.cast == xtt::casting::same_kind);
    CHECK(options.memory_format == at::MemoryFormat::Contiguous);
    CHECK_FALSE(options.pinned);
}
