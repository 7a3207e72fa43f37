// SPDX-License-Identifier: BSD-3-Clause
// expected: no dtype for this scalar; it has bool, integers of 8 to 64 bits (for char: std::int8_t
#include <xtensor-torch/evaluate.hpp>

#include <xtensor_headers.hpp>

at::Tensor f(xt::xtensor<long double, 1>& a)
{
#ifdef CORRECTED
    return xtt::copy_to_tensor(xt::cast<double>(a));
#else
    return xtt::copy_to_tensor(a);
#endif
}
