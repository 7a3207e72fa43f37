// SPDX-License-Identifier: BSD-3-Clause
// expected: use xtt::assign(v, t) for its values, or v.rebind(view_as_xtensor<T, N>(t)) to view it.
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

void f(xtt::torch_xtensor_view<float, 2>& v, const at::Tensor& t)
{
#ifdef CORRECTED
    xtt::assign(v, t);
    v.rebind(xtt::view_as_xtensor<float, 2>(t));
#else
    v = t;
#endif
}
