// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/transfer.hpp>

#include <complex>
#include <cstdint>
#include <iostream>

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

// Catch2 2 has no SKIP; ctest reads this line and reports the whole file as skipped.
bool has_cuda()
{
    const bool there = xtt::detail::device_count(at::kCUDA) > 0;
    if (!there)
    {
        std::cout << "skipped: no CUDA device\n";
    }
    return there;
}

} // namespace

TEST_CASE("arrays, views and expressions go to CUDA and back")
{
    if (!has_cuda())
    {
        SUCCEED("no CUDA device");
        return;
    }
    const xt::xtensor<float, 2> a = xt::arange<float>(12).reshape({3, 4});
    const at::Tensor t = xtt::copy_to_device(a, at::kCUDA);
    CHECK(t.is_cuda());
    CHECK(t.is_contiguous());
    CHECK((xtt::copy_to_xtensor<float, 2>(t) == a));
    CHECK((xtt::copy_to_xtensor<double, 2>(t.t() * 2) == xt::transpose(a) * 2.0));
    CHECK((xtt::copy_to_xarray<float>(xtt::copy_to_device(xt::transpose(a), at::kCUDA)) == xt::transpose(a)));
    CHECK((xtt::copy_to_xarray<float>(xtt::copy_to_device(xt::flip(a, 0), at::kCUDA)) == xt::flip(a, 0)));
    CHECK((xtt::copy_to_xarray<float>(xtt::copy_to_device(a + a, at::kCUDA)) == a + a));
    CHECK(xtt::copy_to_device(xt::xtensor<float, 2>::from_shape({0, 3}), at::kCUDA).numel() == 0);
}

TEST_CASE("a copy to CUDA of a view of a tensor that requires grad is detached")
{
    if (!has_cuda())
    {
        SUCCEED("no CUDA device");
        return;
    }
    const at::Tensor leaf = at::ones({2}).requires_grad_();
    const auto view = [&]
    {
        const c10::NoGradGuard no_grad;
        return xtt::view_as_xtensor<float, 1>(leaf);
    }();
    CHECK_FALSE(xtt::copy_to_device(view, at::kCUDA).requires_grad());
    CHECK_FALSE(xtt::copy_to_device(view + 1.0f, at::kCUDA).requires_grad());
}

TEST_CASE("assign moves values between host and CUDA")
{
    if (!has_cuda())
    {
        SUCCEED("no CUDA device");
        return;
    }
    xt::xtensor<float, 2> a = xt::arange<float>(12).reshape({3, 4});
    at::Tensor t = at::zeros({3, 4}, at::device(at::kCUDA));
    xtt::assign(t, a);
    CHECK(t.cpu().sum().item().toFloat() == 66);
    xtt::assign(t, a + 1.0f);
    CHECK(t.cpu().sum().item().toFloat() == 78);
    xtt::assign(a, t);
    CHECK(a(2, 3) == 12);
}

TEST_CASE("views of CUDA tensors throw")
{
    if (!has_cuda())
    {
        SUCCEED("no CUDA device");
        return;
    }
    check_throws<xtt::device_error>(
        [] { (void)xtt::view_as_xtensor<float, 1>(at::zeros({2}, at::device(at::kCUDA))); },
        "view_as_xtensor<float, 1>", "cuda:0", "copy_to_xtensor");
}
