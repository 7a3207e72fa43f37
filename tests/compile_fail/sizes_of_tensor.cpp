// SPDX-License-Identifier: BSD-3-Clause
// expected: a tensor has its own sizes: t.sizes().
#include <xtensor-torch/layout.hpp>

std::size_t f(const at::Tensor& t)
{
#ifdef CORRECTED
    return t.sizes().size();
#else
    return xtt::sizes(t).size();
#endif
}
