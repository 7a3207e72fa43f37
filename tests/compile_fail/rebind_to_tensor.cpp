// SPDX-License-Identifier: BSD-3-Clause
// expected: rebind takes a view; use v.rebind(view_as_xtensor<T, N>(t)).
#include <xtensor-torch/to_xtensor.hpp>

void f(xtt::torch_xtensor_view<float, 1>& v, const at::Tensor& t)
{
#ifdef CORRECTED
    v.rebind(xtt::view_as_xtensor<float, 1>(t));
#else
    v.rebind(t);
#endif
}
