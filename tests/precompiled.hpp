// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What every test parses. compat.hpp goes first, for LibTorch 1.13 with clang.
#include <xtensor-torch/detail/compat.hpp>

#include <complex>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include <xtensor_headers.hpp>
