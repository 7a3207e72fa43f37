// SPDX-License-Identifier: BSD-3-Clause
// expected: a tensor is no xtensor expression; use xtt::assign(c, t) for its values
#include <xtensor-torch/torch_container.hpp>

#include <xtensor_headers.hpp>

void f(xtt::torch_xtensor<float, 2>& c, const at::Tensor& t)
{
#ifdef CORRECTED
    c += xtt::view_as_xtensor<float, 2>(t);
#else
    c += t;
#endif
}
