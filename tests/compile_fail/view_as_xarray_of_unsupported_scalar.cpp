// SPDX-License-Identifier: BSD-3-Clause
// expected: no dtype for this scalar; it has bool, integers of 8 to 64 bits (for char: std::int8_t
#include <xtensor-torch/to_xtensor.hpp>

#ifdef CORRECTED
using scalar = double;
#else
using scalar = long double;
#endif

auto f(const at::Tensor& t)
{
    return xtt::view_as_xarray<scalar>(t);
}
