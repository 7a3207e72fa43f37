// SPDX-License-Identifier: BSD-3-Clause
// expected: LibTorch before 2.3 has no such unsigned dtype; use view_as_tensor(a, xtt::as_int64)
// libtorch: before 2.3
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(xt::xtensor<std::uint16_t, 1>& a)
{
#ifdef CORRECTED
    return xtt::view_as_tensor(a, xtt::as_int16);
#else
    return xtt::view_as_tensor(a);
#endif
}
