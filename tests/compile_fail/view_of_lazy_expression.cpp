// SPDX-License-Identifier: BSD-3-Clause
// expected: this expression has no memory to share; use copy_to_tensor.
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>

#include <xtensor_headers.hpp>

at::Tensor f(xt::xtensor<float, 1>& a)
{
#ifdef CORRECTED
    return xtt::copy_to_tensor(a + a);
#else
    return xtt::view_as_tensor(a + a);
#endif
}
