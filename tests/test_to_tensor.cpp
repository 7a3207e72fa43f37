// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/to_tensor.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <memory>
#include <numeric>
#include <vector>

#include <xtensor-torch/to_xtensor.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

// The tensor's elements, read through LibTorch, are the array's, read through xtensor.
template <class E>
void check_same_values(const at::Tensor& t, const E& array)
{
    using T = std::remove_cv_t<typename E::value_type>;
    REQUIRE(t.dim() == static_cast<std::int64_t>(array.dimension()));
    REQUIRE(t.numel() == static_cast<std::int64_t>(array.size()));
    const at::Tensor flat = t.contiguous();
    const auto* values = static_cast<const T*>(flat.data_ptr());
    const bool equal = std::equal(
        array.template begin<xt::layout_type::row_major>(), array.template end<xt::layout_type::row_major>(),
        values);
    CHECK(equal);
}

template <class E>
void check_view(E&& array)
{
    const at::Tensor t = xtt::view_as_tensor(array);
    CHECK(t.data_ptr() == array.data() + static_cast<std::ptrdiff_t>(array.data_offset()));
    check_same_values(t, array);
}

xt::xtensor<float, 2> numbers()
{
    return xt::arange<float>(12).reshape({3, 4});
}

} // namespace

TEMPLATE_TEST_CASE(
    "view_as_tensor shares memory for each scalar", "", bool, std::int8_t, std::uint8_t, std::int16_t,
    std::int32_t, std::int64_t, long, long long, float, double, std::complex<float>, std::complex<double>,
    c10::complex<float>, c10::complex<double>, c10::Half, c10::BFloat16, xtl::half_float)
{
    xt::xtensor<TestType, 1> a = {TestType(0), TestType(1), TestType(1)};
    const at::Tensor t = xtt::view_as_tensor(a);
    CHECK(t.data_ptr() == a.data());
    CHECK(t.scalar_type() == xtt::dtype_of<TestType>);
    CHECK(t.element_size() == sizeof(TestType));
    CHECK(t.device().is_cpu());
    CHECK(t.sum().item().toDouble() == 2);
    t.zero_();
    CHECK((a(1) == TestType(0)));
    a(2) = TestType(1);
    CHECK(t[2].item().toDouble() == 1);
}

TEST_CASE("writes are seen from both sides")
{
    auto a = numbers();
    const at::Tensor t = xtt::view_as_tensor(a);
    t.mul_(2);
    CHECK(a(2, 3) == 22);
    a(0, 1) = -1;
    CHECK(t[0][1].item().toFloat() == -1);
}

TEST_CASE("containers of every kind, layout and rank are viewed with their strides")
{
    SECTION("xarray")
    {
        xt::xarray<float> a = numbers();
        check_view(a);
    }
    SECTION("xtensor")
    {
        xt::xtensor<float, 2> a = numbers();
        check_view(a);
    }
    SECTION("xtensor_fixed")
    {
        xt::xtensor_fixed<float, xt::xshape<3, 4>> a = numbers();
        check_view(a);
    }
    SECTION("column-major xarray")
    {
        xt::xarray<float, xt::layout_type::column_major> a = numbers();
        check_view(a);
    }
    SECTION("column-major xtensor")
    {
        xt::xtensor<float, 2, xt::layout_type::column_major> a = numbers();
        check_view(a);
    }
    SECTION("dynamic layout, row-major")
    {
        xt::xarray<float, xt::layout_type::dynamic> a(
            std::vector<std::size_t>{3, 4}, xt::layout_type::row_major);
        xt::noalias(a) = numbers();
        check_view(a);
    }
    SECTION("dynamic layout, column-major")
    {
        xt::xarray<float, xt::layout_type::dynamic> a(
            std::vector<std::size_t>{3, 4}, xt::layout_type::column_major);
        xt::noalias(a) = numbers();
        check_view(a);
    }
    SECTION("rank 0")
    {
        xt::xarray<float> a(5.0f);
        check_view(a);
    }
    SECTION("extents of 1")
    {
        xt::xtensor<float, 3> a = xt::ones<float>({1, 3, 1});
        check_view(a);
    }
}

TEST_CASE("empty arrays give empty tensors")
{
    xt::xtensor<float, 2> a = xt::zeros<float>({0, 4});
    const at::Tensor t = xtt::view_as_tensor(a);
    CHECK(t.sizes() == at::IntArrayRef({0, 4}));
    CHECK(t.sum().item().toFloat() == 0);
    xt::xtensor<float, 2> none;
    CHECK(xtt::view_as_tensor(none).numel() == 0);
}

TEST_CASE("an adaptor over a vector borrows from the vector")
{
    std::vector<float> v(12);
    std::iota(v.begin(), v.end(), 0.0f);
    SECTION("named")
    {
        auto a = xt::adapt(v, {3, 4});
        check_view(a);
        CHECK(xtt::view_as_tensor(a).data_ptr() == v.data());
    }
    SECTION("as a temporary")
    {
        const at::Tensor t = xtt::view_as_tensor(xt::adapt(v, {3, 4}));
        CHECK(t.data_ptr() == v.data());
        t.add_(1);
        CHECK(v[11] == 12);
    }
}

TEST_CASE("an adaptor over a pointer borrows what it points to")
{
    std::vector<float> v(12);
    std::iota(v.begin(), v.end(), 0.0f);
    SECTION("as a temporary")
    {
        const at::Tensor t = xtt::view_as_tensor(xt::adapt(v.data(), {2, 6}));
        CHECK(t.data_ptr() == v.data());
        CHECK(t.sizes() == at::IntArrayRef({2, 6}));
    }
    SECTION("with strides")
    {
        auto a = xt::adapt(
            v.data(), 6, xt::no_ownership(), std::array<std::size_t, 2>{2, 3},
            std::array<std::ptrdiff_t, 2>{6, 2});
        const at::Tensor t = xtt::view_as_tensor(a);
        CHECK(t.strides() == at::IntArrayRef({6, 2}));
        CHECK(t[1][2].item().toFloat() == 10);
    }
}

TEST_CASE("views of a named array are borrowed from, as temporaries too")
{
    auto a = numbers();
    SECTION("row")
    {
        check_view(xt::view(a, 1));
    }
    SECTION("column")
    {
        check_view(xt::view(a, xt::all(), 2));
    }
    SECTION("range")
    {
        check_view(xt::view(a, xt::range(1, 3), xt::range(1, 3)));
    }
    SECTION("stepped")
    {
        check_view(xt::view(a, xt::range(0, 3, 2), xt::range(1, 4, 2)));
    }
    SECTION("view of a view")
    {
        auto rows = xt::view(a, xt::range(1, 3));
        check_view(xt::view(rows, xt::all(), xt::range(1, 4, 2)));
    }
    SECTION("strided_view")
    {
        check_view(xt::strided_view(a, {xt::range(1, 3), xt::ellipsis()}));
    }
    SECTION("transpose")
    {
        check_view(xt::transpose(a));
    }
    SECTION("transpose of a view")
    {
        auto v = xt::view(a, xt::all(), xt::range(1, 3));
        check_view(xt::transpose(v));
    }
    SECTION("expand_dims and squeeze")
    {
        auto e = xt::expand_dims(a, 1);
        check_view(e);
        check_view(xt::squeeze(e));
    }
    SECTION("written through the tensor")
    {
        xtt::view_as_tensor(xt::view(a, xt::all(), 1)).fill_(7);
        CHECK((xt::view(a, xt::all(), 1) == xt::xtensor<float, 1>{7, 7, 7}));
        CHECK(a(0, 0) == 0);
        CHECK(a(0, 2) == 2);
    }
}

TEST_CASE("a flipped empty view of a tensor's view is empty")
{
    auto v = xtt::view_as_xtensor<float, 1>(at::ones({4}));
    CHECK(xtt::view_as_tensor(xt::flip(xt::view(v, xt::range(0, 0)), 0)).numel() == 0);
}

TEST_CASE("negative strides throw before LibTorch sees them")
{
    auto a = numbers();
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_tensor(xt::flip(a, 0)); }, "view_as_tensor", "[-4, 1]", "copy_to_tensor");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_tensor(xt::view(a, xt::all(), xt::range(3, -5, -1))); }, "view_as_tensor",
        "[4, -1]", "copy_to_tensor");
}

TEST_CASE("elements that share an address throw, and are told to copy")
{
    std::array<float, 4> memory{1, 2, 3, 4};
    auto repeated = xt::adapt(
        memory.data(), 12, xt::no_ownership(), std::array<std::size_t, 2>{3, 4},
        std::array<std::ptrdiff_t, 2>{0, 1});
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_tensor(repeated); }, "view_as_tensor", "address of its own", "[3, 4]",
        "[0, 1]", "copy_to_tensor");
    auto windows = xt::adapt(
        memory.data(), 6, xt::no_ownership(), std::array<std::size_t, 2>{3, 2},
        std::array<std::ptrdiff_t, 2>{1, 1});
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_tensor(windows); }, "view_as_tensor", "address of its own", "[1, 1]");
}

TEST_CASE("extents of 1 get the strides that LibTorch knows memory formats by")
{
    const auto channels_last = at::MemoryFormat::ChannelsLast;
    xt::xtensor<float, 4> one_image = xt::zeros<float>({1, 4, 5, 3});
    const at::Tensor image = xtt::view_as_tensor(xt::transpose(one_image, {0, 3, 1, 2}));
    CHECK(image.data_ptr() == one_image.data());
    CHECK(image.strides() == at::IntArrayRef({60, 1, 15, 3}));
    CHECK(image.suggest_memory_format() == channels_last);
    // Of one channel both formats are the same memory: row-major strides are written.
    xt::xtensor<float, 4> one_channel = xt::zeros<float>({2, 1, 4, 5});
    const at::Tensor grey = xtt::view_as_tensor(one_channel);
    CHECK(grey.strides() == at::IntArrayRef({20, 20, 5, 1}));
    CHECK(grey.is_contiguous());
    CHECK(grey.is_contiguous(channels_last));
    xt::xtensor<float, 3> row = xt::zeros<float>({1, 3, 1});
    CHECK(xtt::view_as_tensor(row).strides() == at::IntArrayRef({3, 1, 1}));
}

TEST_CASE("extents and strides over 63 bits throw before LibTorch sees them")
{
    std::array<float, 1> memory{};
    const auto over = [&](std::array<std::size_t, 2> shape, std::array<std::ptrdiff_t, 2> strides)
    { return xt::adapt(memory.data(), shape[0] * shape[1], xt::no_ownership(), shape, strides); };
    auto long_one = over({std::size_t(1) << 62, 1}, {1, 1});
    check_throws<xtt::shape_error>(
        [&] { (void)xtt::view_as_tensor(long_one); }, "view_as_tensor", "2^63 - 1 bytes",
        "[4611686018427387904, 1]");
    auto wide_one = over({2, 1}, {std::ptrdiff_t(1) << 62, 1});
    check_throws<xtt::shape_error>(
        [&] { (void)xtt::view_as_tensor(wide_one); }, "view_as_tensor", "2^63 - 1 bytes",
        "4611686018427387904");
}

TEST_CASE("memory that is not aligned for the dtype throws, and is told to copy")
{
    alignas(16) std::array<std::byte, 64> memory{};
    auto* misplaced = reinterpret_cast<std::complex<double>*>(memory.data() + 8);
    auto a = xt::adapt(misplaced, 2, xt::no_ownership(), std::array<std::size_t, 1>{2});
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_tensor(a); }, "view_as_tensor", "16 bytes", "8 bytes past",
        "copy_to_tensor");
}

TEST_CASE("view_const_as_tensor reads a const array where it lies")
{
    const auto a = numbers();
    const at::Tensor t = xtt::view_const_as_tensor(a);
    CHECK(t.data_ptr() == a.data());
    check_same_values(t, a);
    CHECK(xtt::view_const_as_tensor(xt::view(a, 1)).data_ptr() == a.data() + 4);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_const_as_tensor(xt::flip(a, 1)); }, "view_const_as_tensor", "negative");
}

TEST_CASE("view_const_as_tensor reads elements that share an address")
{
    std::array<float, 2> memory{1, 2};
    auto a = xt::adapt(
        memory.data(), 6, xt::no_ownership(), std::array<std::size_t, 2>{3, 2},
        std::array<std::ptrdiff_t, 2>{0, 1});
    CHECK(xtt::view_const_as_tensor(a).sum().item().toFloat() == 9);
}

TEST_CASE("as_int64 and its kin view unsigned integers as signed ones of their size")
{
    xt::xtensor<std::size_t, 1> indices = {3, 1, 2};
    const at::Tensor t = xtt::view_as_tensor(indices, xtt::as_int64);
    CHECK(t.data_ptr() == indices.data());
    CHECK(t.scalar_type() == at::kLong);
    CHECK(at::arange(10).index_select(0, t).sum().item().toLong() == 6);
    xt::xtensor<std::uint32_t, 1> u32 = {0xffffffffu};
    CHECK(xtt::view_as_tensor(u32, xtt::as_int32).item().toInt() == -1);
    xt::xtensor<std::uint16_t, 1> u16 = {1};
    CHECK(xtt::view_as_tensor(u16, xtt::as_int16).scalar_type() == at::kShort);
}

TEMPLATE_TEST_CASE(
    "wide unsigned integers are viewed where LibTorch has them", "", std::uint16_t, std::uint32_t,
    std::uint64_t)
{
    if constexpr (xtt::scalar<TestType>)
    {
        xt::xtensor<TestType, 1> a = {1, 2};
        const at::Tensor t = xtt::view_as_tensor(a);
        CHECK(t.scalar_type() == xtt::dtype_of<TestType>);
        CHECK(t.data_ptr() == a.data());
    }
    else
    {
        CHECK(xtt::detail::unsupported_unsigned<TestType>);
    }
}

TEST_CASE("share_as_tensor keeps the array alive")
{
    auto a = std::make_shared<xt::xarray<float>>(numbers());
    const float* const address = a->data();
    std::weak_ptr<xt::xarray<float>> watch = a;
    at::Tensor t = xtt::share_as_tensor(a);
    a.reset();
    CHECK_FALSE(watch.expired());
    CHECK(t.data_ptr() == address);
    CHECK(t.sum().item().toFloat() == 66);
    const at::Tensor row = t[1];
    t.reset();
    CHECK_FALSE(watch.expired());
    CHECK(row.sum().item().toFloat() == 22);
}

TEST_CASE("share_as_tensor frees the array with the last tensor")
{
    auto a = std::make_shared<xt::xarray<float>>(numbers());
    std::weak_ptr<xt::xarray<float>> watch = a;
    {
        at::Tensor t = xtt::share_as_tensor(std::move(a));
        CHECK_FALSE(watch.expired());
    }
    CHECK(watch.expired());
}

TEST_CASE("share_as_tensor of an empty array frees it too")
{
    auto a = std::make_shared<xt::xarray<float>>(xt::xarray<float>::from_shape({0}));
    std::weak_ptr<xt::xarray<float>> watch = a;
    at::Tensor t = xtt::share_as_tensor(std::move(a));
    CHECK(t.numel() == 0);
    t.reset();
    CHECK(watch.expired());
}

TEST_CASE("share_as_tensor of a slice holds the owner of the memory")
{
    auto pool = std::make_shared<std::vector<float>>(100, 1.0f);
    std::weak_ptr<std::vector<float>> watch = pool;
    at::Tensor t = xtt::share_as_tensor(xt::adapt(pool->data() + 10, {2, 3}), pool);
    CHECK(t.data_ptr() == pool->data() + 10);
    pool.reset();
    CHECK(t.sum().item().toFloat() == 6);
    CHECK_FALSE(watch.expired());
    t.reset();
    CHECK(watch.expired());
}

TEST_CASE("share_as_tensor of a null pointer throws")
{
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::share_as_tensor(std::shared_ptr<xt::xarray<float>>()); }, "share_as_tensor", "null");
    auto a = numbers();
    check_throws<xtt::conversion_error>(
        [&] { (void)xtt::share_as_tensor(a, std::shared_ptr<void>()); }, "share_as_tensor", "null");
}

TEST_CASE("share_as_tensor validates the layout")
{
    auto a = std::make_shared<xt::xarray<float>>(numbers());
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::share_as_tensor(xt::flip(*a, 0), a); }, "share_as_tensor", "negative");
    CHECK(a.use_count() == 1);
}
