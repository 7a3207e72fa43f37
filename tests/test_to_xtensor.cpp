// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/to_xtensor.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <string>

#include <ATen/FunctionalTensorWrapper.h>
#include <ATen/functorch/BatchedTensorImpl.h>

#include <xtensor-torch/to_tensor.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

// A tensor that has a dtype, a device and sizes, and nothing else: what wrappers and accelerators of others
// look like from here.
at::Tensor without_storage(c10::DispatchKey key, c10::Device device)
{
    auto impl = c10::make_intrusive<c10::TensorImpl>(
        c10::DispatchKeySet(key), c10::scalarTypeToTypeMeta(at::kFloat), device);
    impl->set_sizes_contiguous(std::array<std::int64_t, 1>{2});
    return at::Tensor(std::move(impl));
}

} // namespace

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

TEST_CASE("a tensor of rank 0 gives a view of rank 0")
{
    at::Tensor scalar = at::scalar_tensor(5, at::kFloat);
    auto v = xtt::view_as_xtensor<float, 0>(scalar);
    CHECK(v.data() == scalar.data_ptr());
    CHECK(v() == 5);
    v += 1.0f;
    CHECK(scalar.item().toFloat() == 6);
    auto d = xtt::view_as_xarray<float>(scalar);
    CHECK(d.dimension() == 0);
    CHECK(d() == 6);
}

TEST_CASE("an empty tensor gives an empty view, expanded or without memory too")
{
    CHECK(xtt::view_as_xarray<float>(at::empty({0, 3})).size() == 0);
    CHECK(xtt::view_as_xtensor<float, 2>(at::empty({3, 0}).expand({3, 0})).shape(0) == 3);
    CHECK(xtt::view_as_xtensor<float, 3>(at::empty({0, 1}).expand({2, 0, 4})).size() == 0);
    const at::Tensor null = at::for_blob(nullptr, {0, 3}).target_device(at::Device(at::kCPU)).make_tensor();
    REQUIRE(null.data_ptr() == nullptr);
    CHECK(xtt::view_as_xtensor<float, 2>(null).shape(1) == 3);
    auto empty = xtt::view_as_xtensor<float, 2>(at::empty({0, 3}));
    empty = 1.0f;
    empty += empty;
    CHECK(xt::sum(empty)() == 0);
}

TEST_CASE("slices, transposes, steps and channels-last are viewed with the tensor's own strides")
{
    const at::Tensor t = at::arange(24, at::kFloat).reshape({4, 6});
    for (const at::Tensor& part :
         {t.slice(0, 1, 3), t.slice(1, 1, 5), t.t(), t.slice(0, 0, 4, 2), t.slice(1, 1, 6, 2).t()})
    {
        auto v = xtt::view_as_xtensor<float, 2>(part);
        CHECK(v.data() == part.data_ptr());
        CHECK(v.strides()[0] == part.stride(0));
        CHECK(v.strides()[1] == part.stride(1));
        CHECK(v(1, 2) == part[1][2].item().toFloat());
        v(1, 2) = -1;
        CHECK(part[1][2].item().toFloat() == -1);
    }
    const at::Tensor image =
        at::arange(120, at::kFloat).reshape({2, 3, 4, 5}).contiguous(at::MemoryFormat::ChannelsLast);
    auto v = xtt::view_as_xtensor<float, 4>(image);
    CHECK(v.data() == image.data_ptr());
    CHECK(v.strides() == std::array<std::ptrdiff_t, 4>{60, 1, 15, 3});
    CHECK((v == xt::arange<float>(120).reshape({2, 3, 4, 5})));
}

TEST_CASE("an empty tensor's strides are not asked")
{
    const std::int64_t huge = std::int64_t(1) << 62;
    const at::Tensor t = at::as_strided(at::empty({0}), {0, 5}, {huge, huge});
    CHECK(xtt::view_as_xarray<float>(t).size() == 0);
    CHECK(xtt::view_as_xtensor<float, 2>(t).strides()[0] == 0);
}

TEST_CASE("nothing is walked over in an empty view")
{
    for (const std::vector<std::int64_t>& sizes : {std::vector<std::int64_t>{2, 0, 3}, {0, 5}, {5, 0}, {0}})
    {
        const auto v = xtt::view_as_xarray<float>(at::empty(sizes));
        const auto w = xtt::view_as_xarray<float, xt::layout_type::row_major>(at::empty(sizes));
        CHECK(std::distance(v.begin(), v.end()) == 0);
        CHECK(std::distance(w.begin(), w.end()) == 0);
        CHECK(std::distance(w.rbegin(), w.rend()) == 0);
        constexpr auto columns = xt::layout_type::column_major;
        CHECK(std::distance(v.begin<columns>(), v.end<columns>()) == 0);
        CHECK(xt::sum(v)() == 0);
    }
}

TEST_CASE("a view starts at the storage offset")
{
    at::Tensor t = at::arange(10, at::kFloat).slice(0, 4);
    auto v = xtt::view_as_xtensor<float, 1>(t);
    CHECK(v.data() == t.data_ptr());
    CHECK(v.data_offset() == 0);
    CHECK(v(0) == 4);
}

TEST_CASE("undefined tensors throw")
{
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::view_as_xtensor<float, 2>(at::Tensor()); }, "view_as_xtensor<float, 2>", "undefined");
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::copy_to_xarray<float>(at::Tensor()); }, "copy_to_xarray<float>", "undefined");
}

TEST_CASE("a tensor on another device throws and is told to copy")
{
    const at::Tensor elsewhere = without_storage(c10::DispatchKey::XLA, at::Device(at::kXLA, 0));
    check_throws<xtt::device_error>(
        [&] { (void)xtt::view_as_xtensor<float, 1>(elsewhere); }, "view_as_xtensor<float, 1>", "xla:0",
        "use copy_to_xtensor or copy_to_xarray");
    check_throws<xtt::device_error>(
        [&] { (void)xtt::view_as_xarray<const float>(elsewhere); }, "view_as_xarray<const float>", "xla:0");
}

TEST_CASE("a meta tensor throws and is not told to copy")
{
    const at::Tensor meta = at::empty({2}, at::device(at::kMeta));
    std::string message;
    try
    {
        (void)xtt::view_as_xarray<float>(meta);
    }
    catch (const xtt::device_error& error)
    {
        message = error.what();
    }
    CHECK(message.find("view_as_xarray<float>: expected ") == 0);
    CHECK(message.find("meta") != std::string::npos);
    CHECK(message.find("copy") == std::string::npos);
    check_throws<xtt::device_error>(
        [&] { (void)xtt::copy_to_xtensor<float, 1>(meta); }, "copy_to_xtensor<float, 1>", "meta");
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
    CHECK(xtt::view_as_xtensor<float, 1>(t.detach()).data() == t.data_ptr());
    const c10::NoGradGuard no_grad;
    CHECK(xtt::view_as_xtensor<float, 1>(t).data() == t.data_ptr());
}

TEST_CASE("of a tensor that requires grad a const view throws too, and a copy detaches by itself")
{
    const at::Tensor t = at::ones({2}).requires_grad_();
    check_throws<xtt::conversion_error>(
        [&] { (void)xtt::view_as_xtensor<const float, 1>(t); }, "requires grad", ".detach()");
    CHECK(xt::sum(xtt::copy_to_xtensor<float, 1>(t))() == 2);
    CHECK(xt::sum(xtt::copy_to_xarray<double>(t))() == 2);
    const c10::NoGradGuard no_grad;
    CHECK(xtt::view_as_xtensor<const float, 1>(t).data() == t.data_ptr());
}

TEST_CASE("a tensor with its conj or neg bit set throws")
{
    const at::Tensor z = at::complex(at::tensor({1.0f}), at::tensor({2.0f}));
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<std::complex<float>>(z.conj()); }, "conj", ".resolve_conj()");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<float>(at::imag(z.conj())); }, "neg", ".resolve_neg()");
    CHECK(xtt::view_as_xarray<std::complex<float>>(z.conj().resolve_conj())(0) == std::complex<float>(1, -2));
}

TEST_CASE("a ZeroTensor throws")
{
    const at::Tensor zero = at::_efficientzerotensor({2}, at::kFloat);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<float>(zero); }, "ZeroTensor", ".clone()");
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xtensor<const float, 1>(zero); }, "ZeroTensor");
}

TEST_CASE("sparse, quantized, nested and mkldnn tensors throw")
{
    const at::Tensor sparse = at::zeros({2, 2}).to_sparse();
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<float>(sparse); }, "sparse");
    check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xarray<float>(sparse); }, "sparse", "to_dense");
    const at::Tensor quantized = at::quantize_per_tensor(at::ones({2}), 0.1, 0, at::kQInt8);
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<std::int8_t>(quantized); }, "quantized");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::copy_to_xarray<float>(quantized); }, "quantized", "dequantize");
    const at::Tensor nested = at::_nested_tensor_from_tensor_list({at::ones({2}), at::ones({3})});
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xtensor<float, 3>(nested); }, "nested");
    check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xarray<float>(nested); }, "nested");
    if (at::hasMKLDNN())
    {
        const at::Tensor opaque = at::ones({2, 2}).to_mkldnn();
        check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<float>(opaque); }, "opaque");
        check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xarray<float>(opaque); }, "opaque");
    }
}

TEST_CASE("functional and vmap wrappers, and others without storage, throw")
{
    const at::Tensor functional = at::functionalization::impl::to_functional_tensor(at::ones({2}));
    const at::Tensor batched = at::functorch::makeBatched(at::ones({3, 2}), 0, 1);
    const at::Tensor bare = without_storage(c10::DispatchKey::CPU, at::Device(at::kCPU));
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<float>(functional); }, "functional");
    check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xarray<float>(functional); }, "functional");
    for (const at::Tensor& t : {batched, bare})
    {
        check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<float>(t); }, "without storage");
        check_throws<xtt::layout_error>(
            [&] { (void)xtt::view_as_xtensor<const float, 1>(t); }, "without storage");
        check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xarray<float>(t); }, "without storage");
    }
}

TEST_CASE("null storage with elements throws")
{
    const at::Tensor null = at::for_blob(nullptr, {2}).target_device(at::Device(at::kCPU)).make_tensor();
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<float>(null); }, "null storage");
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xarray<const float>(null); }, "null storage");
    check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xarray<float>(null); }, "null storage");
}

TEST_CASE("an expanded tensor can be read and not written")
{
    const at::Tensor expanded = at::arange(3, at::kFloat).expand({2, 3});
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xtensor<float, 2>(expanded); }, "address of its own", "[2, 3]", "[0, 1]",
        ".clone()");
    auto v = xtt::view_as_xtensor<const float, 2>(expanded);
    CHECK(v.data() == expanded.data_ptr());
    CHECK((v == xt::xtensor<float, 2>{{0, 1, 2}, {0, 1, 2}}));
    CHECK(xt::sum(v)() == 6);
}

TEST_CASE("unfolded and other overlapping tensors can be read and not written")
{
    const at::Tensor windows = at::arange(5, at::kFloat).unfold(0, 3, 1);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<float>(windows); }, "address of its own", "[3, 3]", "[1, 1]");
    CHECK(xtt::view_as_xarray<const float>(windows).data() == windows.data_ptr());
    CHECK(xt::sum(xtt::view_as_xarray<const float>(windows))() == 18);
    // No stride is 0 and none is repeated: element (2, 0) is element (0, 3).
    const at::Tensor tangled = at::as_strided(at::arange(13, at::kFloat), {3, 4}, {3, 2}, 0);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xtensor<float, 2>(tangled); }, "address of its own", "[3, 2]");
    auto v = xtt::view_as_xtensor<const float, 2>(tangled);
    CHECK(v(2, 0) == 6);
    CHECK(v(0, 3) == 6);
}

TEMPLATE_TEST_CASE("views of copy-on-write storage make it the tensor's own", "", at::Tensor)
{
    if constexpr (requires(TestType t) { t._lazy_clone(); }) // LibTorch 2.3
    {
        TestType original = at::arange(4, at::kFloat);
        TestType clone = original._lazy_clone();
        auto v = xtt::view_as_xtensor<const float, 1>(clone);
        clone.add_(10);
        CHECK(v.data() == clone.const_data_ptr());
        CHECK(original.sum().item().toFloat() == 6);
        original.reset();
        CHECK(v(0) == 10);

        TestType second = at::arange(4, at::kFloat);
        TestType other = second._lazy_clone();
        auto w = xtt::view_as_xtensor<float, 1>(other);
        w = 7.0f;
        CHECK(second.sum().item().toFloat() == 6);
        CHECK(other.sum().item().toFloat() == 28);
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

TEST_CASE("std::complex views the memory of c10::complex")
{
    at::Tensor t = at::complex(at::tensor({1.0, 3.0}, at::kDouble), at::tensor({2.0, 4.0}, at::kDouble));
    auto v = xtt::view_as_xtensor<std::complex<double>, 1>(t);
    CHECK(static_cast<void*>(v.data()) == t.data_ptr());
    CHECK(v(1) == std::complex<double>(3, 4));
    v(0) = {5, 6};
    CHECK(at::imag(t)[0].item().toDouble() == 6);
    auto c = xtt::view_as_xtensor<c10::complex<double>, 1>(t);
    CHECK(static_cast<void*>(c.data()) == v.data());
    CHECK(c(0).real() == 5);
}

TEST_CASE("memory that is not aligned for the dtype throws")
{
    alignas(16) std::array<std::byte, 64> memory{};
    const at::Tensor t = at::from_blob(memory.data() + 8, {2}, at::kComplexDouble);
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_xarray<std::complex<double>>(t); }, "16 bytes", "view_as_xarray",
        "; .clone() first");
}

TEST_CASE("round trips end at the same address")
{
    xt::xtensor<float, 2> a = {{1, 2, 3}, {4, 5, 6}};
    CHECK(xtt::view_as_xtensor<float, 2>(xtt::view_as_tensor(a)).data() == a.data());
    const at::Tensor t = at::zeros({2, 3});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    CHECK(xtt::view_as_tensor(v).data_ptr() == t.data_ptr());
}

TEST_CASE("a view does not follow its tensor into other memory")
{
    at::Tensor t = at::arange(4, at::kFloat);
    const at::Tensor old = t.view({4}); // keeps the first memory
    auto v = xtt::view_as_xtensor<float, 1>(t);
    t.set_(at::full({2}, 9.0f)); // another storage and shape for the same handle
    CHECK(v.data() == old.data_ptr());
    CHECK(v.data() != t.data_ptr());
    CHECK(v.tensor().data_ptr() == t.data_ptr());
    CHECK(xt::sum(v)() == 6); // thanks to `old` alone
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::view_as_tensor(v); }, "view_as_tensor", "other memory", "rebind");
    v.rebind(xtt::view_as_xtensor<float, 1>(t));
    CHECK(v.data() == t.data_ptr());
    CHECK(xt::sum(v)() == 18);
    // A resize that needs more memory frees what the view looks at, and so does set_: nothing may be read
    // through it.
    t.resize_({1000});
    CHECK(v.data() != t.data_ptr());
    CHECK(v.size() == 2);
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

TEST_CASE("a copy resolves conj")
{
    const at::Tensor z = at::complex(at::tensor({1.0f}), at::tensor({2.0f}));
    CHECK(xtt::copy_to_xarray<std::complex<float>>(z.conj())(0) == std::complex<float>(1, -2));
}

TEST_CASE("options that a copy to xtensor cannot follow throw")
{
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::copy_to_xtensor<float, 1>(at::zeros({2}), {.dtype = at::kDouble}); },
        "copy_to_xtensor", "got {.dtype = Double};");
    check_throws<xtt::conversion_error>(
        [] { (void)xtt::copy_to_xarray<float>(at::zeros({2}), {.pinned = true}); }, "got {.pinned = true};");
    CHECK_NOTHROW(xtt::copy_to_xtensor<float, 1>(at::zeros({2}), {.dtype = at::kFloat}));
}
