// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/evaluate.hpp>

#include <xtensor-torch/to_tensor.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

// What xtensor's own assignment does to a borrowed array's buffer: the table in the README. A tensor that
// borrowed from an array whose buffer is replaced is left with freed memory.

namespace
{

#if XTENSOR_VERSION_MAJOR == 0 && XTENSOR_VERSION_MINOR < 26
constexpr bool plain_assignment_replaces = true; // always through a temporary
#else
constexpr bool plain_assignment_replaces = false; // only where the source overlaps
#endif

template <class F>
bool replaces(F&& assignment)
{
    // Both buffers live at once below, so a replaced one cannot come back at the same address.
    xt::xarray<float> a = {1, 2, 3};
    xt::xarray<float> b = {4, 5, 6};
    const float* const before = a.data();
    assignment(a, b);
    return a.data() != before;
}

} // namespace

TEST_CASE("assignments that replace the buffer")
{
    CHECK(replaces([](auto& a, auto& b) { a += b; }));
    CHECK(replaces([](auto& a, auto&) { a *= a; }));
    CHECK(replaces([](auto& a, auto&) { a = a * 2.0f; }));
    CHECK(replaces([](auto& a, auto&) { a = xt::sin(a); }));
    CHECK(replaces([](auto& a, auto&) { a = {{1.0f, 2.0f, 3.0f}}; }));
    CHECK(replaces([](auto& a, auto& b) { a = b + 1.0f; }) == plain_assignment_replaces);
}

TEST_CASE("assignments that keep the buffer")
{
    CHECK_FALSE(replaces([](auto& a, auto&) { a += 2.0f; }));
    CHECK_FALSE(replaces([](auto& a, auto& b) { a = b; }));
    CHECK_FALSE(replaces([](auto& a, auto&) { a.fill(1.0f); }));
    CHECK_FALSE(replaces([](auto& a, auto& b) { xt::noalias(a) = b + 1.0f; }));
    CHECK_FALSE(replaces([](auto& a, auto& b) { xt::noalias(a) += b; }));
    CHECK_FALSE(replaces([](auto& a, auto& b) { xt::view(a, xt::all()) = b + a; }));
    CHECK_FALSE(replaces([](auto& a, auto& b) { xtt::assign(a, b + 1.0f); }));
    CHECK_FALSE(replaces([](auto& a, auto& b) { xtt::assign(a, a * 2.0f + b); }));
    CHECK_FALSE(replaces([](auto& a, auto&) { xtt::assign(a, xt::flip(a, 0)); }));
}

TEST_CASE("the safe spellings are seen by a tensor taken before")
{
    xt::xarray<float> a = {1, 2, 3};
    xt::xarray<float> b = {4, 5, 6};
    const at::Tensor t = xtt::view_as_tensor(a);
    xt::noalias(a) = b + 1.0f;
    CHECK(t.equal(at::tensor({5.0f, 6.0f, 7.0f})));
    xtt::assign(a, a * 2.0f);
    CHECK(t.equal(at::tensor({10.0f, 12.0f, 14.0f})));
}

TEST_CASE("assign to an array of the wrong shape throws instead of resizing")
{
    xt::xarray<float> a = {1, 2, 3};
    check_throws<xtt::shape_error>([&] { xtt::assign(a, xt::ones<float>({4})); }, "assign", "[3]", "[4]");
    CHECK(a.size() == 3);
}
