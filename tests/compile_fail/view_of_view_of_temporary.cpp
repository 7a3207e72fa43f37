// SPDX-License-Identifier: BSD-3-Clause
// expected: the tensor would outlive this temporary array; name it, or use move_to_tensor.
#include <xtensor-torch/to_tensor.hpp>

xt::xtensor<float, 2> make();

at::Tensor f(xt::xtensor<float, 2>& a)
{
#ifdef CORRECTED
    return xtt::view_as_tensor(xt::view(a, 1));
#else
    static_cast<void>(a);
    return xtt::view_as_tensor(xt::view(make(), 1));
#endif
}
