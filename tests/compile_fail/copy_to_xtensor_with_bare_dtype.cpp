// SPDX-License-Identifier: BSD-3-Clause
// expected: options go in braces: copy_to_xtensor<T, N>(t, {.cast = xtt::casting::unsafe})
#include <xtensor-torch/to_xtensor.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    (void)xtt::copy_to_xtensor<float, 2>(t, {.cast = xtt::casting::unsafe});
#else
    xtt::copy_to_xtensor<float, 2>(t, at::kDouble);
#endif
}
