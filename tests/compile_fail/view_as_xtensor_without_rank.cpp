// SPDX-License-Identifier: BSD-3-Clause
// expected: needs the rank: view_as_xtensor<T, N>(t), or view_as_xarray<T>(t) for any.
#include <xtensor-torch/to_xtensor.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    (void)xtt::view_as_xtensor<float, 2>(t);
#else
    xtt::view_as_xtensor<float>(t);
#endif
}
