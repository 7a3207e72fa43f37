// SPDX-License-Identifier: BSD-3-Clause
// expected: from_tensor(t) makes a container that shares a tensor's memory; copy_to_xarray<T>(t) copies.
#include <xtensor-torch/torch_container.hpp>

float f(const at::Tensor& t)
{
#ifdef CORRECTED
    const auto c = xtt::torch_xarray<float>::from_tensor(t);
#else
    const xtt::torch_xarray<float> c(t);
#endif
    return c(0);
}
