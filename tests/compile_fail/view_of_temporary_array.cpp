// SPDX-License-Identifier: BSD-3-Clause
// expected: the tensor would outlive this temporary array; name it, or use move_to_tensor.
#include <xtensor-torch/to_tensor.hpp>

xt::xtensor<float, 1> make();

at::Tensor f()
{
#ifdef CORRECTED
    return xtt::move_to_tensor(make());
#else
    return xtt::view_as_tensor(make());
#endif
}
