// SPDX-License-Identifier: BSD-3-Clause
// expected: a tensor is no xtensor expression; use xtt::assign(c, t) for its values
#include <xtensor-torch/torch_container.hpp>

#include <xtensor_headers.hpp>

void f(xtt::torch_xarray<float>& c, const at::Tensor& t)
{
#ifdef CORRECTED
    xt::noalias(c) = xtt::view_as_xarray<float>(t);
#else
    xt::noalias(c) = t;
#endif
}
