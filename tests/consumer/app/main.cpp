// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/xtensor-torch.hpp>

#include <cstdio>

int main()
{
    xt::xtensor<float, 2> a = {{1, 2, 3}, {4, 5, 6}};
    const at::Tensor t = xtt::view_as_tensor(a);
    t.mul_(2);
    auto v = xtt::view_as_xtensor<float, 2>(t);
    v += 1.0f;
    const bool shared = t.data_ptr() == a.data() && v.data() == a.data() && a(1, 2) == 13.0f;
    std::printf("%s\n", shared ? "the same memory" : "not the same memory");
    return shared ? 0 : 1;
}
