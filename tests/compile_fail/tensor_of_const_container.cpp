// SPDX-License-Identifier: BSD-3-Clause
// expected: LibTorch has no read-only tensor for this const container
#include <xtensor-torch/torch_container.hpp>

#ifdef CORRECTED
at::Tensor f(xtt::torch_xarray<float>& a)
#else
at::Tensor f(const xtt::torch_xarray<float>& a)
#endif
{
    return a.tensor();
}
