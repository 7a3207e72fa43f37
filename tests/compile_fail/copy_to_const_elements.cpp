// SPDX-License-Identifier: BSD-3-Clause
// expected: a copy is yours to change; ask for T, not const T.
#include <xtensor-torch/to_xtensor.hpp>

auto f(const at::Tensor& t)
{
#ifdef CORRECTED
    return xtt::copy_to_xtensor<float, 2>(t);
#else
    return xtt::copy_to_xtensor<const float, 2>(t);
#endif
}
