// SPDX-License-Identifier: BSD-3-Clause
// expected: dispatch needs a function that takes a view: [](auto v) { ... }.
#include <xtensor-torch/dispatch.hpp>

void f(const at::Tensor& t)
{
#ifdef CORRECTED
    xtt::dispatch<float, double>(t, [](auto&) {});
#else
    xtt::dispatch<float, double>(t, [](int) {});
#endif
}
