// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled for a processor that fuses products with sums: the engine must not, or what an element comes to
// would depend on where it lies.

#include <xtensor-torch/evaluate.hpp>

#include <array>
#include <cstddef>
#include <iostream>

#include <ATen/core/Tensor.h>

int main()
{
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    {
        std::cout << "skipped: a processor without FMA\n";
        return 0;
    }
    volatile float product = 1.1f * (1 / 1.1f); // rounded
    const float expected = product - 1.0f;
    int wrong = 0;
    using xtt::detail::instruction_set;
    for (const auto set : {instruction_set::sse2, instruction_set::avx2, instruction_set::avx512})
    {
        xtt::detail::instruction_set_cap = set;
        for (const std::size_t count : {std::size_t(100), std::size_t(3001)})
        {
            const std::array<std::size_t, 1> shape = {count};
            const xt::xtensor<float, 1> a(shape, 1.1f);
            const xt::xtensor<float, 1> b(shape, 1 / 1.1f);
            const xt::xtensor<float, 1> c(shape, -1.0f);
            const at::Tensor t = xtt::copy_to_tensor(a * b + c);
            const auto* const values = static_cast<const float*>(t.data_ptr());
            for (std::size_t i = 0; i < count; ++i)
            {
                wrong += values[i] != expected ? 1 : 0;
            }
        }
    }
    std::cout << wrong << " elements were fused\n";
    return wrong == 0 ? 0 : 1;
}
