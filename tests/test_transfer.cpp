// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/transfer.hpp>

#include <cstdint>
#include <limits>

#include <xtensor-torch/to_xtensor.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

TEST_CASE("a copy to the CPU is never an alias")
{
    const xt::xtensor<float, 2> a = {{1, 2}, {3, 4}};
    const at::Tensor t = xtt::copy_to_device(a, at::kCPU);
    CHECK(t.data_ptr() != a.data());
    CHECK(t.device().is_cpu());
    CHECK(t.sum().item().toFloat() == 10);
    CHECK(xtt::copy_to_device(a * 2.0f, at::kCPU).sum().item().toFloat() == 20);
}

TEST_CASE("a copy to a device of a view of a tensor that requires grad is detached")
{
    const at::Tensor leaf = at::ones({3}).requires_grad_();
    const auto v = [&]
    {
        const c10::NoGradGuard no_grad;
        return xtt::view_as_xtensor<float, 1>(leaf);
    }();
    CHECK_FALSE(xtt::copy_to_device(v, at::kCPU).requires_grad());
}

TEST_CASE("a device that is not there throws and says what is")
{
    const xt::xtensor<float, 1> a = {1, 2};
    check_throws<xtt::device_error>(
        [&] { (void)xtt::copy_to_device(a, at::kMeta); }, "copy_to_device", "with memory (cpu",
        "got meta; name one of these");
    check_throws<xtt::device_error>(
        [&] { (void)xtt::copy_to_device(a, at::Device(at::kCUDA, 100)); }, "copy_to_device", "(cpu",
        "cuda:100");
    check_throws<xtt::device_error>(
        [&] { (void)xtt::copy_to_device(a + a, at::kVulkan); }, "copy_to_device", "(cpu", "vulkan");
    if (xtt::detail::device_count(at::kCUDA) == 0)
    {
        check_throws<xtt::device_error>(
            [&] { (void)xtt::copy_to_device(a, at::kCUDA); }, "copy_to_device", "(cpu)", "cuda");
    }
}
