// SPDX-License-Identifier: BSD-3-Clause
// expected: dispatch needs a function that returns one type for every dtype.
#include <xtensor-torch/dispatch.hpp>

double f(const at::Tensor& t)
{
#ifdef CORRECTED
    return xtt::dispatch<float, double>(t, [](auto v) { return static_cast<double>(v(0)); });
#else
    return xtt::dispatch<float, double>(t, [](auto v) { return v(0); });
#endif
}
