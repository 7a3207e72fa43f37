// SPDX-License-Identifier: BSD-3-Clause
// expected: needs the rank: copy_to_xtensor<T, N>(t), or copy_to_xarray<T>(t) for any.
#include <xtensor-torch/to_xtensor.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    (void)xtt::copy_to_xtensor<float, 2>(t);
#else
    xtt::copy_to_xtensor<float>(t);
#endif
}
