// SPDX-License-Identifier: BSD-3-Clause
// expected: xt::adapt(x) of a std::vector
#include <vector>

#include <xtensor-torch/to_xtensor.hpp>

#include <xtensor_headers.hpp>

void f(xtt::torch_xarray_view<float>& v, const std::vector<float>& x)
{
#ifdef CORRECTED
    v = xt::adapt(x);
#else
    v = x;
#endif
}
