// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/xtensor-torch.hpp>

#if __has_include(<xtensor/core/xmath.hpp>)
    #include <xtensor/core/xmath.hpp>
#else
    #include <xtensor/xmath.hpp>
#endif

namespace expressions
{

/// The same template in every file, so that the linker has to choose one. xt::square is a lambda: it has no
/// vector form.
template <class V>
at::Tensor evaluated(const V& a)
{
    return xtt::copy_to_tensor(xt::exp(a) * a + xt::where(a > 1.0f, xt::sqrt(a), xt::sin(a)) - xt::square(a));
}

at::Tensor plain(const at::Tensor& a);
at::Tensor optimised(const at::Tensor& a);

} // namespace expressions
