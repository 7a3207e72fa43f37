// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/check_tensor.hpp>

#include <ATen/ATen.h>

#include <catch.hpp>

using xtt::detail::is_plain;

TEST_CASE("ordinary host tensors are plain, whatever autograd thinks of them")
{
    CHECK(is_plain(at::zeros({2, 3})));
    CHECK(is_plain(at::zeros({2, 3}).t().slice(0, 1)));
    CHECK(is_plain(at::zeros({0})));
    CHECK(is_plain(at::zeros({2}).requires_grad_()));
    const c10::InferenceMode inference;
    CHECK(is_plain(at::zeros({2})));
}

TEST_CASE("what has something to be done first, or no elements on the host, is not plain")
{
    const at::Tensor z = at::zeros({2}, at::kComplexFloat);
    CHECK_FALSE(is_plain(z.conj()));
    CHECK_FALSE(is_plain(at::imag(z.conj()))); // negative
    CHECK_FALSE(is_plain(at::_efficientzerotensor({2})));
    CHECK_FALSE(is_plain(at::zeros({2}).to_sparse()));
    CHECK_FALSE(is_plain(at::empty({2}, at::device(at::kMeta))));
    CHECK_FALSE(is_plain(at::quantize_per_tensor(at::zeros({2}), 1, 0, at::kQInt8)));
}
