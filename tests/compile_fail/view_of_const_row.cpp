// SPDX-License-Identifier: BSD-3-Clause
// expected: LibTorch has no read-only tensor for this const array; use copy_to_tensor, or
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(xt::xtensor<float, 2>& a)
{
#ifdef CORRECTED
    auto row = xt::view(a, 1);
#else
    const auto row = xt::view(a, 1); // const is deep
#endif
    return xtt::view_as_tensor(row);
}
