// SPDX-License-Identifier: BSD-3-Clause
// expected: a const array cannot be moved from; use copy_to_tensor.
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(const xt::xtensor<float, 1>& a)
{
#ifdef CORRECTED
    return xtt::copy_to_tensor(a);
#else
    return xtt::move_to_tensor(std::move(a));
#endif
}
