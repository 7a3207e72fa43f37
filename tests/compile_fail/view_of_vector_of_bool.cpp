// SPDX-License-Identifier: BSD-3-Clause
// expected: this expression has no memory to share; use copy_to_tensor.
#include <xtensor-torch/to_tensor.hpp>

#include <xtensor-torch/evaluate.hpp>

#include <vector>

at::Tensor f(std::vector<bool>& v)
{
    auto a = xt::adapt(v, std::vector<std::size_t>{v.size()});
#ifdef CORRECTED
    return xtt::copy_to_tensor(a);
#else
    return xtt::view_as_tensor(a);
#endif
}
