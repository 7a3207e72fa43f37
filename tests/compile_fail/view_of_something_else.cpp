// SPDX-License-Identifier: BSD-3-Clause
// expected: not an xtensor array; wrap other memory with xt::adapt
#include <vector>

#include <xtensor-torch/to_tensor.hpp>

at::Tensor f(std::vector<float>& v)
{
#ifdef CORRECTED
    return xtt::view_as_tensor(xt::adapt(v, {v.size()}));
#else
    return xtt::view_as_tensor(v);
#endif
}
