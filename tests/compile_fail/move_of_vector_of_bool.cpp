// SPDX-License-Identifier: BSD-3-Clause
// expected: this expression has no memory to share; use copy_to_tensor.
#include <xtensor-torch/to_tensor.hpp>

#include <xtensor-torch/evaluate.hpp>

#include <vector>

at::Tensor f(std::vector<bool> v)
{
    const std::vector<std::size_t> shape = {v.size()};
#ifdef CORRECTED
    return xtt::copy_to_tensor(xt::adapt(std::move(v), shape));
#else
    return xtt::move_to_tensor(xt::adapt(std::move(v), shape));
#endif
}
