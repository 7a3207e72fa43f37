// SPDX-License-Identifier: BSD-3-Clause
// expected: dispatch needs its dtypes, as in dispatch<float, double>(t, f).
#include <xtensor-torch/dispatch.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    xtt::dispatch<float, double>(t, [](auto) {});
#else
    xtt::dispatch(t, [](auto) {});
#endif
}
