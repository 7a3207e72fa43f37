// SPDX-License-Identifier: BSD-3-Clause
// expected: copy_to_xtensor takes a tensor; of an xtensor expression,
#include <xtensor-torch/to_xtensor.hpp>

void f(const xtt::torch_xtensor_view<float, 2>& v)
{
#ifdef CORRECTED
    xt::xtensor<float, 2> a = v;
#else
    xtt::copy_to_xtensor<float, 2>(v);
#endif
}
