// SPDX-License-Identifier: BSD-3-Clause
// expected: dispatch needs scalars that LibTorch has a dtype for.
#include <xtensor-torch/dispatch.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    xtt::dispatch<float, double>(t, [](auto) {});
#else
    xtt::dispatch<float, long double>(t, [](auto) {});
#endif
}
