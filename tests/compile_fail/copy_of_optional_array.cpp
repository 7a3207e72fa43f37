// SPDX-License-Identifier: BSD-3-Clause
// expected: an optional array is two arrays; use a.value() and a.has_value().
#include <xtensor-torch/evaluate.hpp>

#if __has_include(<xtensor/optional/xoptional_assembly.hpp>)
    #include <xtensor/optional/xoptional_assembly.hpp>
#else
    #include <xtensor/xoptional_assembly.hpp>
#endif

at::Tensor f(const xt::xarray_optional<float>& a)
{
#ifdef CORRECTED
    return xtt::copy_to_tensor(a.value());
#else
    return xtt::copy_to_tensor(a);
#endif
}
