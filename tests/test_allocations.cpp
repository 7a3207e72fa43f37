// SPDX-License-Identifier: BSD-3-Clause
//
// What the conversions allocate: nothing beyond LibTorch's own objects, and the owner of what is moved in.

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>
#include <xtensor-torch/torch_container.hpp>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

std::atomic<long> allocations = 0;

template <class F>
long allocations_of(F&& function)
{
    function(); // what is made once, as LibTorch's dispatch tables, is made here
    const long before = allocations;
    function();
    return allocations - before;
}

float half(float x)
{
    return x / 2;
}

} // namespace

// The program's own, LibTorch's libraries included.
void* operator new(std::size_t bytes)
{
    ++allocations;
    if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes))
    {
        return memory;
    }
    throw std::bad_alloc();
}

// All forms, lest a sanitizer's own meets memory of these.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept
{
    ++allocations;
    return std::malloc(bytes == 0 ? 1 : bytes);
}

void* operator new[](std::size_t bytes)
{
    return ::operator new(bytes);
}

void* operator new[](std::size_t bytes, const std::nothrow_t& nothrow) noexcept
{
    return ::operator new(bytes, nothrow);
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, const std::nothrow_t&) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete[](void* memory, const std::nothrow_t&) noexcept
{
    std::free(memory);
}

TEST_CASE("the counter sees allocations in LibTorch too")
{
    CHECK(allocations_of([] { (void)std::make_unique<int>(1); }) == 1);
    CHECK(allocations_of([] { (void)at::empty({2}); }) >= 2); // a tensor and its storage
}

TEST_CASE("views of arrays allocate what from_blob does")
{
    xt::xtensor<float, 2> a({3, 4}, 1.0f);
    auto slice = xt::view(a, xt::all(), xt::range(0, 2));
    const long blob = allocations_of([&] { (void)at::from_blob(a.data(), {3, 4}, {4, 1}); });
    CHECK(allocations_of([&] { (void)xtt::view_as_tensor(a); }) == blob);
    CHECK(allocations_of([&] { (void)xtt::view_as_tensor(slice); }) == blob);
    CHECK(allocations_of([&] { (void)xtt::view_const_as_tensor(a); }) == blob);
    const auto shared = std::make_shared<xt::xtensor<float, 2>>(a);
    CHECK(allocations_of([&] { (void)xtt::share_as_tensor(shared); }) == blob + 1);
    const auto copy = allocations_of([&] { const xt::xtensor<float, 2> b = a; });
    CHECK(
        allocations_of(
            [&]
            {
                xt::xtensor<float, 2> b = a;
                (void)xtt::move_to_tensor(std::move(b));
            }) == blob + copy + 1);
}

TEST_CASE("views of tensors allocate nothing")
{
    const at::Tensor t = at::zeros({3, 4});
    const at::Tensor stepped = t.slice(1, 0, 4, 2);
    CHECK(allocations_of([&] { (void)xtt::view_as_xtensor<float, 2>(t); }) == 0);
    CHECK(allocations_of([&] { (void)xtt::view_as_xtensor<const float, 2>(stepped); }) == 0);
    CHECK(allocations_of([&] { (void)xtt::view_as_xarray<float>(t); }) == 0);
}

TEST_CASE("writing through views and assigning expressions allocate nothing")
{
    at::Tensor t = at::zeros({3, 4});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    const xt::xtensor<float, 2> a({3, 4}, 1.0f);
    CHECK(allocations_of([&] { v = a + 1.0f; }) == 0);
    CHECK(allocations_of([&] { v += a; }) == 0);
    CHECK(allocations_of([&] { v *= 2.0f; }) == 0);
    CHECK(allocations_of([&] { v.fill(1.0f); }) == 0);
    CHECK(allocations_of([&] { xtt::assign(t, a * 2.0f); }) == 0);
    CHECK(allocations_of([&] { xtt::assign(v, a * 2.0f); }) == 0);
    CHECK(allocations_of([&] { xtt::assign(t, xt::square(a) + xt::pow<3>(a)); }) == 0);
    CHECK(allocations_of([&] { v = xt::make_lambda_xfunction([](float x) { return x + 1; }, a); }) == 0);
    const auto leaky = xt::make_lambda_xfunction([](float x, float k) { return x > 0 ? x : k * x; }, a, 0.1f);
    CHECK(allocations_of([&] { v = leaky; }) == 0);
    CHECK(allocations_of([&] { xtt::assign(v, xt::vectorize(&half)(a)); }) == 0);
    xtt::torch_xtensor<float, 2> c = a;
    CHECK(allocations_of([&] { c = a * 2.0f; }) == 0);
    CHECK(allocations_of([&] { c += a; }) == 0);
}

TEST_CASE("writing on several threads allocates no elements")
{
    at::Tensor t = at::zeros({400, 400});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    const xt::xtensor<float, 2> a({400, 400}, 1.0f);
    CHECK(allocations_of([&] { v = a + 1.0f; }) <= 3);
    CHECK(allocations_of([&] { xtt::assign(t, a * 2.0f); }) <= 3);
}

TEST_CASE("a copy allocates what at::empty does")
{
    const xt::xtensor<float, 2> a({3, 4}, 1.0f);
    const long empty = allocations_of([] { (void)at::empty({3, 4}); });
    CHECK(allocations_of([&] { (void)xtt::copy_to_tensor(a * 2.0f); }) == empty);
}
