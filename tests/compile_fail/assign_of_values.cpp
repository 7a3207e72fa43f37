// SPDX-License-Identifier: BSD-3-Clause
// expected: values in braces have no shape; assign(t, xt::xtensor<float, 1>{1, 2}).
#include <xtensor-torch/evaluate.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    xtt::assign(t, xt::xtensor<float, 1>{1, 2});
#else
    xtt::assign(t, {1.0f, 2.0f});
#endif
}
