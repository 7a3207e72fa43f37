// SPDX-License-Identifier: BSD-3-Clause
// expected: share_as_tensor takes a std::shared_ptr to the array
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(std::unique_ptr<xt::xarray<float>> a)
{
#ifdef CORRECTED
    return xtt::share_as_tensor(std::shared_ptr(std::move(a)));
#else
    return xtt::share_as_tensor(std::move(a));
#endif
}
