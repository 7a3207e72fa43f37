// SPDX-License-Identifier: BSD-3-Clause
#include <iostream>

#include "expressions.hpp" // before LibTorch's operators

#include <ATen/ops/rand.h>

int main()
{
    const at::Tensor a = at::rand({1003}).mul(4);
    const bool same = expressions::plain(a).equal(expressions::optimised(a));
    std::cout << (same ? "the same results\n" : "different results\n");
    return same ? 0 : 1;
}
