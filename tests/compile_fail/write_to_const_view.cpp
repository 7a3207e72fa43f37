// SPDX-License-Identifier: BSD-3-Clause
// expected: a view of const elements is read-only
#include <xtensor-torch/to_xtensor.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    auto v = xtt::view_as_xtensor<float, 1>(t);
#else
    auto v = xtt::view_as_xtensor<const float, 1>(t);
#endif
    v = 1.0f;
}
