// SPDX-License-Identifier: BSD-3-Clause
// expected: LibTorch has no read-only tensor for this const array; use copy_to_tensor, or
// view_const_as_tensor
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(const xt::xtensor<float, 1>& a)
{
#ifdef CORRECTED
    return xtt::view_const_as_tensor(a);
#else
    return xtt::view_as_tensor(a);
#endif
}
