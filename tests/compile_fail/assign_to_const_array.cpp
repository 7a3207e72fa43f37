// SPDX-License-Identifier: BSD-3-Clause
// expected: assign cannot write to a const array.
#include <xtensor-torch/evaluate.hpp>

#ifdef CORRECTED
using array = xt::xtensor<float, 1>;
#else
using array = const xt::xtensor<float, 1>;
#endif

void f(array& a, const at::Tensor& t)
{
    xtt::assign(a, t);
}
