// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/to_xtensor.hpp>

#include <complex>
#include <cstdint>

#include <xtensor-torch/to_tensor.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

TEMPLATE_TEST_CASE(
    "view_as_xtensor shares memory for each scalar", "", bool, std::int8_t, std::uint8_t, std::int16_t,
    std::int32_t, std::int64_t, long, long long, float, double, std::complex<float>, std::complex<double>,
    c10::complex<float>, c10::complex<double>, c10::Half, c10::BFloat16, xtl::half_float)
{
    at::Tensor t = at::ones({2, 3}, xtt::dtype_of<TestType>);
    auto v = xtt::view_as_xtensor<TestType, 2>(t);
    CHECK(v.data() == t.data_ptr());
    CHECK((v(1, 2) == TestType(1)));
    v(0, 1) = TestType(0);
    CHECK(t.sum().item().toDouble() == 5);
    t.zero_();
    CHECK((v(1, 2) == TestType(0)));
    auto d = xtt::view_as_xarray<TestType>(t);
    CHECK(d.data() == t.data_ptr());
    CHECK(d.dimension() == 2);
}

TEST_CASE("rank 0, empty and expanded empty tensors")
{
    at::Tensor scalar = at::scalar_tensor(5, at::kFloat);
    auto v = xtt::view_as_xtensor<float, 0>(scalar);
    CHECK(v() == 5);
    v += 1.0f;
    CHECK(scalar.item().toFloat() == 6);
    CHECK(xtt::view_as_xarray<float>(at::empty({0, 3})).size() == 0);
    CHECK(xtt::view_as_xtensor<float, 2>(at::empty({3, 0}).expand({3, 0})).shape(0) == 3);
    CHECK(xtt::view_as_xtensor<float, 3>(at::empty({0, 1}).expand({2, 0, 4})).size() == 0);
    auto empty = xtt::view_as_xtensor<float, 2>(at::empty({0, 3}));
    empty = 1.0f;
    empty += empty;
    CHECK(xt::sum(empty)() == 0);
}

TEST_CASE("a view starts at the storage offset")
{
    at::Tensor t = at::arange(10, at::kFloat).slice(0, 4);
    auto v = xtt::view_as_xtensor<float, 1>(t);
    CHECK(v.data() == t.data_ptr());
    CHECK(v(0) == 4);
}

TEST_CASE("undefined tensors throw")
{
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::view_as_xtensor<float, 2>(at::Tensor()); }, "view_as_xtensor<float, 2>", "undefined");
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::copy_to_xarray<float>(at::Tensor()); }, "copy_to_xarray<float>", "undefined");
}

TEST_CASE("tensors on other devices throw")
{
    check_throws<xtt::device_error>(
        [] { (void)xtt::view_as_xarray<float>(at::empty({2}, at::device(at::kMeta))); },
        "view_as_xarray<float>", "meta", "no elements");
    check_throws<xtt::device_error>(
        [] { (void)xtt::copy_to_xtensor<float, 1>(at::empty({2}, at::device(at::kMeta))); },
        "copy_to_xtensor<float, 1>", "meta");
}

TEST_CASE("another dtype throws and names both")
{
    check_throws<xtt::dtype_error>(
        [] { (void)xtt::view_as_xtensor<float, 1>(at::zeros({2}, at::kDouble)); }, "Float", "Double",
        "copy_to_xtensor", ".to(dtype)");
    check_throws<xtt::dtype_error>(
        [] { (void)xtt::view_as_xarray<std::int32_t>(at::zeros({2}, at::kLong)); }, "Int", "Long");
}

TEST_CASE("another rank throws with the sizes")
{
    check_throws<xtt::rank_error>(
        [] {
            (void)xtt::view_as_xtensor<float, 2>(at::zeros({3, 4, 5}));
        },
        "rank 2", "sizes [3, 4, 5]");
    check_throws<xtt::rank_error>(
        [] {
            (void)xtt::copy_to_xtensor<float, 1>(at::zeros({3, 4}));
        },
        "rank 1", "sizes [3, 4]");
}

TEST_CASE("a tensor that requires grad throws while grad mode is on")
{
    at::Tensor t = at::zeros({2}).requires_grad_();
    check_throws<xtt::conversion_error>(
        [&] { (void)xtt::view_as_xtensor<float, 1>(t); }, "requires grad", ".detach()");
    check_throws<xtt::conversion_error>(
        [&] { (void)xtt::view_as_xtensor<const float, 1>(t); }, "requires grad");
    CHECK(xtt::view_as_xtensor<float, 1>(t.detach()).data() == t.data_ptr());
    const c10::NoGradGuard no_grad;
    CHECK(xtt::view_as_xtensor<float, 1>(t).data() == t.data_ptr());
}

TEST_CASE("tensors whose memory is not their value throw")
{
    const at::Tensor z = at::ones({2}, at::kComplexFloat);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<std::complex<float>>(z.conj()); }, "conj", ".resolve_conj()");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<float>(at::imag(z.conj())); }, "neg", ".resolve_neg()");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<float>(at::_efficientzerotensor({2}, at::kFloat)); }, "ZeroTensor",
        ".clone()");
    check_throws<xtt::layout_error>(
        [&] {
            (void)xtt::view_as_xarray<float>(at::zeros({2, 2}).to_sparse());
        },
        "sparse");
    check_throws<xtt::layout_error>(
        [&] {
            (void)xtt::copy_to_xarray<float>(at::zeros({2, 2}).to_sparse());
        },
        "sparse", "to_dense");
    const at::Tensor quantized = at::quantize_per_tensor(at::ones({2}), 0.1, 0, at::kQInt8);
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<std::int8_t>(quantized); }, "quantized");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::copy_to_xarray<float>(quantized); }, "quantized", "dequantize");
}

TEST_CASE("tensors without memory of their own throw")
{
    const at::Tensor null = at::for_blob(nullptr, {2}).target_device(at::Device(at::kCPU)).make_tensor();
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<float>(null); }, "null storage");
    const at::Tensor nested = at::_nested_tensor_from_tensor_list({at::ones({2}), at::ones({3})});
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xtensor<float, 3>(nested); }, "nested");
    check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xarray<float>(nested); }, "nested");
}

TEST_CASE("elements that share an address can be read and not written")
{
    const at::Tensor expanded = at::arange(3, at::kFloat).expand({2, 3});
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xtensor<float, 2>(expanded); }, "address of its own", "[0, 1]");
    auto v = xtt::view_as_xtensor<const float, 2>(expanded);
    CHECK(v.data() == expanded.data_ptr());
    CHECK((v == xt::xtensor<float, 2>{{0, 1, 2}, {0, 1, 2}}));
    CHECK(xt::sum(v)() == 6);
    const at::Tensor windows = at::arange(5, at::kFloat).unfold(0, 3, 1);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<float>(windows); }, "address of its own", "[1, 1]");
    CHECK(xt::sum(xtt::view_as_xarray<const float>(windows))() == 18);
}

TEMPLATE_TEST_CASE("views of copy-on-write storage make it the tensor's own", "", at::Tensor)
{
    if constexpr (requires(TestType t) { t._lazy_clone(); }) // LibTorch 2.3
    {
        TestType original = at::arange(4, at::kFloat);
        TestType clone = original._lazy_clone();
        auto v = xtt::view_as_xtensor<const float, 1>(clone);
        clone.add_(10);
        original.reset();
        CHECK(v(0) == 10);
    }
    else
    {
        SUCCEED("no copy-on-write storage in this LibTorch");
    }
}

TEST_CASE("a static layout is checked")
{
    const at::Tensor t = at::zeros({3, 4});
    CHECK(xtt::view_as_xtensor<float, 2, xt::layout_type::row_major>(t).data() == t.data_ptr());
    CHECK(xtt::view_as_xarray<float, xt::layout_type::column_major>(t.t()).data() == t.data_ptr());
    CHECK(xtt::view_as_xarray<float, xt::layout_type::row_major>(at::zeros({3, 1}).t()).size() == 3);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xtensor<float, 2, xt::layout_type::row_major>(t.t()); }, "row-major",
        "[1, 4]");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<float, xt::layout_type::column_major>(t); }, "column-major",
        "[4, 1]");
    CHECK(xtt::view_as_xarray<float, xt::layout_type::column_major>(at::zeros({0, 4})).size() == 0);
}

TEST_CASE("memory that is not aligned for the dtype throws")
{
    alignas(16) std::array<std::byte, 64> memory{};
    const at::Tensor t = at::from_blob(memory.data() + 8, {2}, at::kComplexDouble);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<std::complex<double>>(t); }, "16 bytes", "view_as_xarray");
}

TEST_CASE("round trips end at the same address")
{
    xt::xtensor<float, 2> a = {{1, 2, 3}, {4, 5, 6}};
    CHECK(xtt::view_as_xtensor<float, 2>(xtt::view_as_tensor(a)).data() == a.data());
    const at::Tensor t = at::zeros({2, 3});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    CHECK(xtt::view_as_tensor(v).data_ptr() == t.data_ptr());
}

TEST_CASE("copies are independent and have the values, from any strides")
{
    const at::Tensor t = at::arange(12, at::kFloat).reshape({3, 4}).t();
    const xt::xtensor<float, 2> a = xtt::copy_to_xtensor<float, 2>(t);
    CHECK(a.data() != t.data_ptr());
    CHECK(a == xt::transpose(xt::arange<float>(12).reshape({3, 4})));
    const auto c = xtt::copy_to_xarray<float, xt::layout_type::column_major>(t);
    CHECK(c.layout() == xt::layout_type::column_major);
    CHECK(c == a);
    CHECK(
        (xtt::copy_to_xarray<float>(at::arange(3, at::kFloat).expand({2, 3})) ==
         xt::xarray<float>{{0, 1, 2}, {0, 1, 2}}));
    CHECK(xtt::copy_to_xarray<float>(at::scalar_tensor(2.0f))() == 2);
    CHECK(xtt::copy_to_xtensor<float, 2>(at::empty({0, 3})).shape(1) == 3);
}

TEST_CASE("copies convert within their kind, and beyond it when asked")
{
    const at::Tensor t = at::tensor({1.5, -2.5});
    CHECK((xtt::copy_to_xtensor<float, 1>(t) == xt::xtensor<float, 1>{1.5, -2.5}));
    CHECK(xtt::copy_to_xarray<std::complex<double>>(t)(0) == std::complex<double>(1.5));
    check_throws<xtt::dtype_error>(
        [&] { (void)xtt::copy_to_xtensor<int, 1>(t); }, "copy_to_xtensor<std::int32_t, 1>", "Int", "Double",
        "unsafe");
    CHECK((xtt::copy_to_xtensor<int, 1>(t, {.cast = xtt::casting::unsafe}) == xt::xtensor<int, 1>{1, -2}));
}

TEST_CASE("a copy resolves conj and detaches by itself")
{
    const at::Tensor z = at::complex(at::tensor({1.0f}), at::tensor({2.0f}));
    CHECK(xtt::copy_to_xarray<std::complex<float>>(z.conj())(0) == std::complex<float>(1, -2));
    const at::Tensor g = at::ones({2}).requires_grad_();
    CHECK(xt::sum(xtt::copy_to_xtensor<float, 1>(g))() == 2);
}

TEST_CASE("options that a copy to xtensor cannot follow throw")
{
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::copy_to_xtensor<float, 1>(at::zeros({2}), {.dtype = at::kDouble}); },
        "copy_to_xtensor", "dtype");
    CHECK_NOTHROW(xtt::copy_to_xtensor<float, 1>(at::zeros({2}), {.dtype = at::kFloat}));
}
