// SPDX-License-Identifier: BSD-3-Clause
// expected: write xt::real(z) of complex values
#include <complex>

#include <xtensor-torch/to_xtensor.hpp>

#include <xtensor_headers.hpp>

void f(xtt::torch_xarray_view<float>& v, const xt::xarray<std::complex<float>>& z)
{
#ifdef CORRECTED
    v = xt::real(z);
#else
    v = z;
#endif
}
