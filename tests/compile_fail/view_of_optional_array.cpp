// SPDX-License-Identifier: BSD-3-Clause
// expected: an optional array is two arrays; use a.value() and a.has_value().
#include <xtensor-torch/to_tensor.hpp>

#if __has_include(<xtensor/optional/xoptional_assembly.hpp>)
    #include <xtensor/optional/xoptional_assembly.hpp>
#else
    #include <xtensor/xoptional_assembly.hpp>
#endif

at::Tensor f(xt::xarray_optional<float>& a)
{
#ifdef CORRECTED
    return xtt::view_as_tensor(a.value());
#else
    return xtt::view_as_tensor(a);
#endif
}
