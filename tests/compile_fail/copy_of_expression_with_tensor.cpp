// SPDX-License-Identifier: BSD-3-Clause
// expected: a tensor is no xtensor expression; view it within one
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include <ATen/ATen.h> // without a + of numbers and tensors, xtensor has its own errors

#include <xtensor_headers.hpp>

at::Tensor f(xt::xarray<float>& a, const at::Tensor& t)
{
#ifdef CORRECTED
    return xtt::copy_to_tensor(a + xtt::view_as_xarray<float>(t));
#else
    return xtt::copy_to_tensor(a + t);
#endif
}
