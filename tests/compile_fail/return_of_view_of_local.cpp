// SPDX-License-Identifier: BSD-3-Clause
// expected: -Werror
// compiler: Clang
// flags: -Werror
#include <xtensor-torch/to_tensor.hpp>

at::Tensor f()
{
    xt::xtensor<float, 1> a = {1, 2, 3};
#ifdef CORRECTED
    return xtt::move_to_tensor(std::move(a));
#else
    return xtt::view_as_tensor(a); // lifetimebound: the compiler says that `a` is gone
#endif
}
