// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The one source of the version: CMake and pkg-config read these three lines.
#define XTENSOR_TORCH_VERSION_MAJOR 0
#define XTENSOR_TORCH_VERSION_MINOR 1
#define XTENSOR_TORCH_VERSION_PATCH 0

namespace xtt
{

/// The library's version, for code that would rather not use macros.
struct version
{
    static constexpr int major = XTENSOR_TORCH_VERSION_MAJOR;
    static constexpr int minor = XTENSOR_TORCH_VERSION_MINOR;
    static constexpr int patch = XTENSOR_TORCH_VERSION_PATCH;
};

} // namespace xtt
