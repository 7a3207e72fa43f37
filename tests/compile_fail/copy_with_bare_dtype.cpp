// SPDX-License-Identifier: BSD-3-Clause
// expected: options go in braces: copy_to_tensor(a, {.dtype = at::kDouble})
#include <xtensor-torch/evaluate.hpp>

at::Tensor f(const xt::xtensor<float, 1>& a)
{
#ifdef CORRECTED
    return xtt::copy_to_tensor(a, {.dtype = at::kDouble});
#else
    return xtt::copy_to_tensor(a, at::kDouble);
#endif
}
