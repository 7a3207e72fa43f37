// SPDX-License-Identifier: BSD-3-Clause
// expected: share_as_tensor takes a std::shared_ptr to the array
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(xt::xtensor<float, 1> a)
{
#ifdef CORRECTED
    return xtt::share_as_tensor(std::make_shared<xt::xtensor<float, 1>>(std::move(a)));
#else
    return xtt::share_as_tensor(a);
#endif
}
