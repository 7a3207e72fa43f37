// SPDX-License-Identifier: BSD-3-Clause
// expected: use xtt::assign(c, t) for its values, or from_tensor(t) for a container that shares it.
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/torch_container.hpp>

void f(xtt::torch_xarray<float>& c, const at::Tensor& t)
{
#ifdef CORRECTED
    xtt::assign(c, t);
    auto d = xtt::torch_xarray<float>::from_tensor(t);
    swap(c, d);
#else
    c = t;
#endif
}
