// SPDX-License-Identifier: BSD-3-Clause
// expected: options go in braces: assign(t, e, {.cast = xtt::casting::unsafe})
#include <xtensor-torch/evaluate.hpp>

void f(const at::Tensor& t, const xt::xtensor<double, 1>& a)
{
#ifdef CORRECTED
    xtt::assign(t, a, {.cast = xtt::casting::unsafe});
#else
    xtt::assign(t, a, at::kDouble);
#endif
}
