// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/layout.hpp>

#include <array>
#include <cstdint>
#include <limits>

#include <catch.hpp>
#include <xtensor_headers.hpp>

using xtt::detail::access;
using xtt::detail::layout_of;
using dims = std::vector<std::int64_t>;

namespace
{

template <class Dims>
dims strides_of(const xtt::detail::torch_layout<Dims>& layout)
{
    return {layout.strides.begin(), layout.strides.end()};
}

template <class E>
dims strides_for(const E& array)
{
    return strides_of(layout_of(array, sizeof(float), access::write, "f"));
}

// A layout with no memory behind it, for extents that no machine has.
struct shaped
{
    std::array<std::size_t, 2> extents;
    std::array<std::ptrdiff_t, 2> steps;

    const auto& shape() const { return extents; }
    const auto& strides() const { return steps; }
};

constexpr auto huge = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());

} // namespace

TEST_CASE("sizes are ready for LibTorch")
{
    xt::xtensor<float, 3> a = xt::zeros<float>({2, 3, 4});
    const auto sizes = xtt::sizes(a);
    CHECK(at::IntArrayRef(sizes) == at::IntArrayRef({2, 3, 4}));
    CHECK(at::zeros(sizes).dim() == 3);
    CHECK(xtt::sizes(a + a).size() == 3);
    CHECK(xtt::sizes(xt::xarray<int>(5)).empty());
}

TEST_CASE("sizes over the limit throw")
{
    check_throws<xtt::shape_error>(
        [] {
            (void)xtt::sizes(shaped{{SIZE_MAX, 1}, {1, 1}});
        },
        "sizes", "18446744073709551615");
}

TEST_CASE("shape is ready for xtensor")
{
    const auto shape = xtt::shape(at::zeros({2, 3}));
    CHECK(shape == xt::dynamic_shape<std::size_t>{2, 3});
    CHECK(xt::xarray<float>::from_shape(shape).size() == 6);
    CHECK(xtt::shape(at::scalar_tensor(1)).empty());
}

TEST_CASE("shape of an undefined tensor throws")
{
    check_throws<xtt::conversion_error>([] { (void)xtt::shape(at::Tensor()); }, "shape", "undefined");
}

TEST_CASE("strides are the array's, in elements")
{
    xt::xtensor<float, 2> a = xt::zeros<float>({3, 4});
    CHECK(strides_for(a) == dims{4, 1});
    CHECK(strides_for(xt::transpose(a)) == dims{1, 4});
    CHECK(strides_for(xt::view(a, xt::all(), xt::range(0, 4, 2))) == dims{4, 2});
    CHECK(strides_for(xt::view(a, 1)) == dims{1});
    xt::xtensor<float, 2, xt::layout_type::column_major> c = xt::zeros<float>({3, 4});
    CHECK(strides_for(c) == dims{1, 3});
}

TEST_CASE("extents of 1 get the stride that row-major memory would have")
{
    xt::xtensor<float, 3> a = xt::zeros<float>({2, 1, 4});
    CHECK(strides_for(a) == dims{4, 4, 1});
    xt::xtensor<float, 2> b = xt::zeros<float>({3, 4});
    CHECK(strides_for(xt::view(b, xt::range(1, 2), xt::all())) == dims{4, 1});
    CHECK(strides_for(xt::view(b, xt::all(), xt::range(1, 2))) == dims{4, 1});
    CHECK(strides_for(xt::xarray<float>(5.0f)).empty());
}

TEST_CASE("channels-last memory with extents of 1 is recognised by LibTorch")
{
    // N = 1: the batch's stride must be the whole image, or suggest_memory_format() says contiguous.
    xt::xtensor<float, 4> nhwc = xt::zeros<float>({1, 4, 5, 3});
    auto nchw = xt::transpose(nhwc, {0, 3, 1, 2});
    CHECK(strides_for(nchw) == dims{60, 1, 15, 3});
    const auto layout = layout_of(nchw, sizeof(float), access::write, "f");
    const at::Tensor t = at::from_blob(nhwc.data(), layout.sizes, layout.strides);
    CHECK(t.suggest_memory_format() == at::MemoryFormat::ChannelsLast);

    xt::xtensor<float, 5> ndhwc = xt::zeros<float>({1, 2, 4, 5, 3});
    CHECK(strides_for(xt::transpose(ndhwc, {0, 4, 1, 2, 3})) == dims{120, 1, 60, 15, 3});
}

TEST_CASE("empty arrays have row-major strides")
{
    xt::xtensor<float, 3> a = xt::zeros<float>({2, 0, 4});
    CHECK(strides_for(a) == dims{4, 4, 1});
    CHECK(strides_for(xt::transpose(a)) == dims{2, 2, 1});
}

TEST_CASE("negative strides throw and say so")
{
    xt::xtensor<float, 1> a = {1, 2, 3};
    check_throws<xtt::layout_error>(
        [&] { (void)strides_for(xt::flip(a, 0)); }, "f: ", "not negative", "[3]", "[-1]", "copy_to_tensor");
}

TEST_CASE("elements that share an address throw for writing and pass for reading")
{
    std::array<float, 4> memory{};
    auto repeated = xt::adapt(
        memory.data(), 12, xt::no_ownership(), std::array<std::size_t, 2>{3, 4},
        std::array<std::ptrdiff_t, 2>{0, 1});
    check_throws<xtt::layout_error>([&] { (void)strides_for(repeated); }, "address of its own", "[0, 1]");
    CHECK(strides_of(layout_of(repeated, sizeof(float), access::read, "f")) == dims{0, 1});
    auto windows = xt::adapt(
        memory.data(), 6, xt::no_ownership(), std::array<std::size_t, 2>{3, 2},
        std::array<std::ptrdiff_t, 2>{1, 1});
    check_throws<xtt::layout_error>([&] { (void)strides_for(windows); }, "address of its own", "[1, 1]");
}

TEST_CASE("extents, spans and byte counts over 63 bits throw before LibTorch sees them")
{
    check_throws<xtt::shape_error>([] { (void)strides_for(shaped{{SIZE_MAX, 1}, {1, 1}}); }, "2^63 - 1");
    check_throws<xtt::shape_error>([] { (void)strides_for(shaped{{huge, 1}, {1, 1}}); }, "bytes");
    check_throws<xtt::shape_error>(
        [] {
            (void)strides_for(shaped{{1ull << 32, 1ull << 32}, {1ll << 32, 1}});
        },
        "bytes");
    check_throws<xtt::shape_error>([] { (void)strides_for(shaped{{2, 2}, {1ll << 62, 1}}); }, "bytes");
    // Empty, but LibTorch multiplies the other extents all the same.
    check_throws<xtt::shape_error>([] { (void)strides_for(shaped{{0, huge}, {1, 1}}); }, "bytes");
    CHECK_NOTHROW(strides_for(shaped{{1ull << 30, 1ull << 30}, {1ll << 30, 1}}));
}
