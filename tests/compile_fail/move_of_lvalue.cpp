// SPDX-License-Identifier: BSD-3-Clause
// expected: move_to_tensor takes the array away; say std::move(a).
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(xt::xtensor<float, 1> a)
{
#ifdef CORRECTED
    return xtt::move_to_tensor(std::move(a));
#else
    return xtt::move_to_tensor(a);
#endif
}
