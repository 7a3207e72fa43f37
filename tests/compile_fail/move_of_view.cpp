// SPDX-License-Identifier: BSD-3-Clause
// expected: this array does not own its memory; use view_as_tensor, share_as_tensor or copy_to_tensor.
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(xt::xtensor<float, 2>& a)
{
#ifdef CORRECTED
    return xtt::view_as_tensor(xt::view(a, 1));
#else
    return xtt::move_to_tensor(xt::view(a, 1));
#endif
}
