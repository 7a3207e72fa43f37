// SPDX-License-Identifier: BSD-3-Clause
// expected: a tensor is no xtensor expression; use xtt::assign(v, t) for its values
#include <xtensor-torch/to_xtensor.hpp>

#include <xtensor_headers.hpp>

void f(xtt::torch_xarray_view<float>& v, const at::Tensor& t)
{
#ifdef CORRECTED
    v += xtt::view_as_xarray<float>(t);
#else
    v += t;
#endif
}
