// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <iostream>

#include "expressions.hpp" // before LibTorch's operators

#include <ATen/ops/rand.h>

#ifdef XTENSOR_TORCH_ENGINE
    #error "the engine is to be off"
#endif

int main()
{
    const at::Tensor a = at::rand({1003}).mul(4);
    const auto v = xtt::view_as_xtensor<const float, 1>(a);
    const at::Tensor result = expressions::evaluated(v);
    xt::xtensor<float, 1> array = xt::zeros<float>({1003});
    const auto path = xtt::detail::evaluate_into(array, xt::exp(v));
    bool same = path == xtt::detail::evaluation_path::linear;
    for (std::size_t i = 0; i < array.size(); ++i)
    {
        const float x = v(i);
        same = same && array(i) == std::exp(x); // to the last bit
        same = same && result[static_cast<std::int64_t>(i)].item<float>() ==
                           std::exp(x) * x + (x > 1.0f ? std::sqrt(x) : std::sin(x)) - x * x;
    }
    std::cout << (same ? "xtensor's own results\n" : "other results\n");
    return same ? 0 : 1;
}
