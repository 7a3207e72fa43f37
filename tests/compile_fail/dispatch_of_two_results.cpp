// SPDX-License-Identifier: BSD-3-Clause
// expected: one type for every dtype; give the lambda a return type: [](auto v) -> double { ... }.
#include <xtensor-torch/dispatch.hpp>

double f(const at::Tensor& t)
{
#ifdef CORRECTED
    return xtt::dispatch<float, double>(t, [](auto v) -> double { return v(0); });
#else
    const auto result = xtt::dispatch<float, double>(t, [](auto v) { return v(0); });
    return result;
#endif
}
