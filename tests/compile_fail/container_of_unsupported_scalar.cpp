// SPDX-License-Identifier: BSD-3-Clause
// expected: no dtype for this scalar; it has bool, integers of 8 to 64 bits (for char: std::int8_t
#include <xtensor-torch/torch_container.hpp>

#ifdef CORRECTED
using array = xtt::torch_xarray<double>;
#else
using array = xtt::torch_xarray<long double>;
#endif

std::size_t f(const array& a)
{
    return a.size();
}
