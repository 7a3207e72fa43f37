// SPDX-License-Identifier: BSD-3-Clause
// expected: LibTorch has no read-only tensor for this const array; use copy_to_tensor, or
#include <xtensor-torch/to_tensor.hpp>

#ifdef CORRECTED
at::Tensor f(std::shared_ptr<xt::xarray<float>> a)
#else
at::Tensor f(std::shared_ptr<const xt::xarray<float>> a)
#endif
{
    return xtt::share_as_tensor(a);
}
