// SPDX-License-Identifier: BSD-3-Clause
// expected: LibTorch has no dtype for this scalar
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
