// SPDX-License-Identifier: BSD-3-Clause
// expected: as_int16, as_int32 and as_int64 take arrays of unsigned integers of that size.
#include <xtensor-torch/to_tensor.hpp>

#ifdef CORRECTED
using array = xt::xtensor<std::size_t, 1>;
#else
using array = xt::xtensor<double, 1>;
#endif

at::Tensor f(array& a)
{
    return xtt::view_as_tensor(a, xtt::as_int64);
}
