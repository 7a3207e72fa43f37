// SPDX-License-Identifier: BSD-3-Clause
// expected: a view has its tensor's shape; use view_as_xarray<T>(t.reshape(...)).
#include <xtensor-torch/to_xtensor.hpp>

auto f(const at::Tensor& t)
{
#ifdef CORRECTED
    return xtt::view_as_xarray<float>(t.reshape({2, 3}));
#else
    auto v = xtt::view_as_xarray<float>(t);
    v.reshape({2, 3});
    return v;
#endif
}
