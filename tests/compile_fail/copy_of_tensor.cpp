// SPDX-License-Identifier: BSD-3-Clause
// expected: a tensor has .clone() and .to(device)
#include <xtensor-torch/evaluate.hpp>

at::Tensor f(const at::Tensor& t)
{
#ifdef CORRECTED
    return t.clone();
#else
    return xtt::copy_to_tensor(t);
#endif
}
