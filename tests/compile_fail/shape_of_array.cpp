// SPDX-License-Identifier: BSD-3-Clause
// expected: an array has its own shape: a.shape()
#include <xtensor-torch/layout.hpp>

std::size_t f(const xt::xarray<float>& a)
{
#ifdef CORRECTED
    return a.shape().size();
#else
    return xtt::shape(a).size();
#endif
}
