// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/evaluate.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>

#include <ATen/FunctionalTensorWrapper.h>
#include <ATen/record_function.h>
#include <c10/core/InferenceMode.h>

#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>
#include <xtensor-torch/torch_container.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

xt::xtensor<float, 2> numbers()
{
    return xt::arange<float>(12).reshape({3, 4});
}

at::Tensor numbers_tensor()
{
    return at::arange(12, at::kFloat).reshape({3, 4});
}

/// How often LibTorch's dispatcher copies elements while `f` is called.
template <class F>
int dispatched_copies(F&& f)
{
    static int copies = 0;
    copies = 0;
    const auto count = [](const at::RecordFunction& function) -> std::unique_ptr<at::ObserverContext>
    {
        copies += std::string(function.name()) == "aten::copy_" ? 1 : 0;
        return nullptr;
    };
    const auto handle = at::addThreadLocalCallback(at::RecordFunctionCallback(count));
    f();
    at::removeCallback(handle);
    return copies;
}

} // namespace

// copy_to_tensor

TEMPLATE_TEST_CASE(
    "copy_to_tensor copies each scalar, as an array and as an expression", "", std::int8_t, std::uint8_t,
    std::int16_t, std::int32_t, std::int64_t, float, double, std::complex<float>, std::complex<double>,
    c10::Half, c10::BFloat16)
{
    const xt::xtensor<TestType, 1> a = {TestType(1), TestType(2)};
    const at::Tensor copy = xtt::copy_to_tensor(a);
    CHECK(copy.scalar_type() == xtt::dtype_of<TestType>);
    CHECK(copy.data_ptr() != a.data());
    CHECK(copy.sum().item().toDouble() == 3);
    const at::Tensor sum = xtt::copy_to_tensor(xt::cast<TestType>(a + a));
    CHECK(sum.scalar_type() == xtt::dtype_of<TestType>);
    CHECK(sum.sum().item().toDouble() == 6);
}

TEMPLATE_TEST_CASE(
    "little, and what lies side by side, is copied without LibTorch's dispatcher", "", bool, std::uint8_t,
    float, double, std::complex<float>, c10::Half)
{
    const xt::xtensor<TestType, 2> few = xt::cast<TestType>(xt::arange<int>(12).reshape({3, 4}));
    const xt::xtensor<TestType, 2> many = xt::cast<TestType>(xt::ones<int>({100, 50}));
    const at::Tensor t = xtt::copy_to_tensor(few);
    const at::Tensor large = xtt::copy_to_tensor(many);
    xt::xtensor<TestType, 2> array = many;
    CHECK(dispatched_copies([&] { large.copy_(large.clone()); }) >= 1); // it is seen
    CHECK(dispatched_copies([&] { xtt::assign(t.t(), xt::transpose(few)); }) == 0);
    CHECK(dispatched_copies([&] { (void)xtt::copy_to_tensor(xt::transpose(few)); }) == 0);
    CHECK(dispatched_copies([&] { xtt::assign(large, many); }) == 0);
    CHECK(dispatched_copies([&] { xtt::assign(array, many); }) == 0);
    CHECK(dispatched_copies([&] { (void)xtt::copy_to_tensor(many); }) == 0);
    // And from a tensor.
    xt::xtensor<TestType, 2> small = few;
    xt::xarray<TestType> turned = xt::transpose(few);
    at::Tensor other = t.clone();
    small.fill(TestType());
    CHECK(dispatched_copies([&] { xtt::assign(small, t); }) == 0);
    CHECK((small == few));
    CHECK(dispatched_copies([&] { xtt::assign(turned, t.t()); }) == 0);
    CHECK((turned == xt::transpose(few)));
    const std::int64_t version = other._version();
    CHECK(dispatched_copies([&] { xtt::assign(other, t.slice(0, 1, 2)); }) == 0);
    CHECK(other.equal(t.slice(0, 1, 2).expand({3, 4})));
    CHECK(other._version() == version + 1);
    CHECK(dispatched_copies([&] { (void)xtt::copy_to_xtensor<TestType, 2>(t); }) == 0);
    const at::Tensor memory = t.flatten();
    xtt::assign(memory.slice(0, 1, 12), memory.slice(0, 0, 11)); // as if all were read first
    CHECK(memory.slice(0, 1, 12).equal(xtt::copy_to_tensor(few).flatten().slice(0, 0, 11)));
    xtt::assign(t, few); // `memory` is its own
    CHECK(xtt::copy_to_tensor(xt::transpose(few)).equal(t.t()));
    CHECK(large.equal(xtt::copy_to_tensor(many)));
    CHECK((array == many));
}

TEST_CASE("little is not copied into memory that a tensor no longer has, nor past the names of dimensions")
{
    at::Tensor keep = at::zeros({100});
    auto v = xtt::view_as_xtensor<float, 1>(keep);
    xtt::assign(v, at::ones({100}));
    CHECK(keep.sum().item().toDouble() == 100);
    keep.set_(at::zeros({100}));
    check_throws<xtt::layout_error>([&] { xtt::assign(v, at::ones({100})); }, "assign", "other memory");
    xtt::torch_xtensor<float, 1> container = xt::zeros<float>({100});
    at::Tensor alias = container.tensor();
    alias.resize_({100'000});
    check_throws<xtt::layout_error>(
        [&] { xtt::assign(container, at::ones({100})); }, "assign", "other memory");
    const auto named = [](const char* name)
    { return at::zeros({3}).refine_names({at::Dimname::fromSymbol(at::Symbol::dimname(name))}); };
    CHECK_THROWS_AS(xtt::assign(named("A"), named("B")), c10::Error);
    const at::Tensor unnamed = at::zeros({3});
    xtt::assign(unnamed, named("A"));
    CHECK(unnamed.has_names());
}

TEST_CASE("copy_to_tensor copies bool, half_float and vector<bool>")
{
    CHECK(xtt::copy_to_tensor(xt::xtensor<bool, 1>{true, false}).equal(at::tensor({1, 0}).to(at::kBool)));
    CHECK(xtt::copy_to_tensor(numbers() > 10.0f).sum().item().toLong() == 1);
    CHECK(xtt::copy_to_tensor(xt::xtensor<xtl::half_float, 1>{xtl::half_float(2.0f)}).item().toFloat() == 2);
    std::vector<bool> v{true, false, true};
    const at::Tensor t = xtt::copy_to_tensor(xt::adapt(v, std::array<std::size_t, 1>{3}));
    CHECK(t.equal(at::tensor({1, 0, 1}).to(at::kBool)));
}

TEST_CASE("copy_to_tensor is row-major contiguous whatever the source's layout is")
{
    auto a = numbers();
    const at::Tensor expected = numbers_tensor();
    const xt::xtensor<float, 2, xt::layout_type::column_major> c = a;
    for (const at::Tensor& t :
         {xtt::copy_to_tensor(c), xtt::copy_to_tensor(c + 0.0f),
          xtt::copy_to_tensor(xt::transpose(xt::xtensor<float, 2>(xt::transpose(a))))})
    {
        CHECK(t.is_contiguous());
        CHECK(t.equal(expected));
    }
    CHECK(xtt::copy_to_tensor(xt::flip(a, 0)).equal(expected.flip(0)));
    CHECK(xtt::copy_to_tensor(xt::view(a, xt::all(), xt::range(0, 4, 2))).equal(expected.slice(1, 0, 4, 2)));
    CHECK(xtt::copy_to_tensor(xt::view(a, xt::keep(0, 2)))
              .equal(at::cat({expected.slice(0, 0, 1), expected.slice(0, 2, 3)})));
    CHECK(xtt::copy_to_tensor(xt::broadcast(xt::view(a, 0), {2, 4})).equal(expected[0].expand({2, 4})));
}

TEST_CASE("copy_to_tensor of expressions of every kind")
{
    auto a = numbers();
    const at::Tensor t = numbers_tensor();
    CHECK(xtt::copy_to_tensor(xt::exp(a) * 2.0f + xt::sin(a)).allclose(at::exp(t) * 2 + at::sin(t)));
    CHECK(xtt::copy_to_tensor(xt::sum(a, {0})).equal(t.sum(0)));
    CHECK(xtt::copy_to_tensor(xt::where(a > 5.0f, a, 0.0f)).equal(at::where(t > 5, t, at::zeros_like(t))));
    CHECK(xtt::copy_to_tensor(a + xt::view(a, 0)).equal(t + t[0]));
    CHECK(xtt::copy_to_tensor(xt::arange<std::int64_t>(5)).equal(at::arange(5)));
    CHECK(xtt::copy_to_tensor(xt::concatenate(xt::xtuple(a, a))).equal(at::cat({t, t})));
    CHECK(xtt::copy_to_tensor(xt::sum(a)).item().toFloat() == 66);
    CHECK(
        xtt::copy_to_tensor(xt::xarray<float>::from_shape({0, 3}) + 1.0f).sizes() == at::IntArrayRef({0, 3}));
}

TEST_CASE("copy_to_tensor copies memory that LibTorch's kernels could fault on")
{
    alignas(16) std::array<std::byte, 64> memory{};
    auto a = xt::adapt(
        reinterpret_cast<std::complex<double>*>(memory.data() + 8), 2, xt::no_ownership(),
        std::array<std::size_t, 1>{2});
    a(1) = 3;
    CHECK(xtt::copy_to_tensor(a).equal(at::tensor({0.0, 3.0}).to(at::kComplexDouble)));
}

TEST_CASE("copy_to_tensor copies elements that share an address")
{
    std::array<float, 2> memory{1, 2};
    auto repeated = xt::adapt(
        memory.data(), 6, xt::no_ownership(), std::array<std::size_t, 2>{3, 2},
        std::array<std::ptrdiff_t, 2>{0, 1});
    const at::Tensor t = xtt::copy_to_tensor(repeated);
    CHECK(t.equal(at::tensor({1.0f, 2.0f}).expand({3, 2})));
    CHECK(t.is_contiguous());
    CHECK(t.data_ptr() != memory.data());
    const auto a = numbers();
    CHECK(xtt::copy_to_tensor(xt::broadcast(a, {2, 3, 4})).equal(numbers_tensor().expand({2, 3, 4})));
}

TEST_CASE("a copy to a dtype that no ordinary tensor has throws")
{
    const xt::xtensor<float, 1> a = {1, 2};
    for (const auto dtype : {at::kQInt8, at::ScalarType::Undefined})
    {
        CHECK_THROWS_AS(xtt::copy_to_tensor(a, {.dtype = dtype}), xtt::dtype_error);
        CHECK_THROWS_AS(
            xtt::copy_to_tensor(a, {.dtype = dtype, .cast = xtt::casting::unsafe}), xtt::dtype_error);
    }
}

TEST_CASE("a function that reads the destination by itself sees what was there before")
{
    const at::Tensor t = at::full({40}, 4.0, at::kDouble);
    static auto v = xtt::view_as_xtensor<double, 1>(t);
    v = xt::make_lambda_xfunction([&w = v](double x) { return x / w(0); }, v); // [&] captures no statics
    CHECK(v(39) == 1.0);
}

TEST_CASE("repeated elements are assigned, in one pass and from the destination itself")
{
    const xt::xtensor<float, 1> b = {1, 2};
    xt::xtensor<float, 1> p = {0, 0, 0, 0};
    xtt::assign(p, xt::repeat(b, 2, 0));
    CHECK((p == xt::xtensor<float, 1>{1, 1, 2, 2}));
    xtt::assign(p, xt::repeat(xt::view(p, xt::range(1, 3)), 2, 0));
    CHECK((p == xt::xtensor<float, 1>{1, 1, 2, 2}));
}

TEST_CASE("copies over 63 bits throw before LibTorch sees them")
{
    const at::Tensor one = at::zeros({1});
    CHECK_THROWS_AS((xtt::copy_to_xtensor<float, 1>(one.expand({std::int64_t(1) << 62}))), xtt::shape_error);
    CHECK_THROWS_AS(
        xtt::copy_to_xarray<double>(
            one.to(at::kDouble).expand({std::int64_t(1) << 30, std::int64_t(1) << 30})),
        xtt::shape_error);
    constexpr auto large = std::size_t(1) << 33;
    const auto expression = xt::broadcast(xt::ones<double>({1}), std::array<std::size_t, 2>{large, large});
    check_throws<xtt::shape_error>(
        [&] { (void)xtt::copy_to_tensor(expression); }, "copy_to_tensor", "2^63 - 1 bytes",
        "[8589934592, 8589934592]");
    float element = 0;
    auto array = xt::adapt(
        &element, std::size_t(1) << 62, xt::no_ownership(), std::array<std::size_t, 1>{std::size_t(1) << 62});
    check_throws<xtt::shape_error>(
        [&] { (void)xtt::copy_to_tensor(array); }, "copy_to_tensor", "2^63 - 1 bytes",
        "[4611686018427387904]");
}

TEST_CASE("copy_to_tensor converts within the kind, and beyond it when asked")
{
    auto a = numbers();
    CHECK(xtt::copy_to_tensor(a, {.dtype = at::kDouble}).equal(numbers_tensor().to(at::kDouble)));
    CHECK(xtt::copy_to_tensor(a + 0.5f, {.dtype = at::kDouble})
              .equal((numbers_tensor() + 0.5).to(at::kDouble)));
    CHECK(xtt::copy_to_tensor(a, {.dtype = at::kFloat}).equal(numbers_tensor()));
    check_throws<xtt::dtype_error>(
        [&] { (void)xtt::copy_to_tensor(a, {.dtype = at::kInt}); }, "copy_to_tensor", "Int", "Float",
        "unsafe");
    check_throws<xtt::dtype_error>(
        [&] { (void)xtt::copy_to_tensor(a * 2.0f, {.dtype = at::kBool}); }, "Bool");
    CHECK(xtt::copy_to_tensor(a + 0.5f, {.dtype = at::kInt, .cast = xtt::casting::unsafe})
              .equal(numbers_tensor().to(at::kInt)));
}

TEST_CASE("copy_to_tensor of index results is int64 by dtype")
{
    auto a = numbers();
    const at::Tensor t = xtt::copy_to_tensor(xt::argmax(a, 1), {.dtype = at::kLong});
    CHECK(t.equal(at::full({3}, 3, at::kLong)));
    const xt::xtensor<std::size_t, 2> order = xt::argsort(a, 1);
    CHECK(xtt::copy_to_tensor(order, {.dtype = at::kLong})[0].equal(at::arange(4)));
    CHECK(xtt::copy_to_tensor(order, {.dtype = at::kDouble})[0].equal(at::arange(4, at::kDouble)));
}

TEST_CASE("unsigned values that do not fit the signed dtype throw, unless asked")
{
    const xt::xtensor<std::uint64_t, 1> a = {1, std::numeric_limits<std::uint64_t>::max()};
    check_throws<xtt::dtype_error>(
        [&] { (void)xtt::copy_to_tensor(a, {.dtype = at::kLong}); }, "Long", "got 18446744073709551615;",
        "unsafe");
    const xt::xtensor<std::uint8_t, 1> b = {1, 200};
    check_throws<xtt::dtype_error>(
        [&] { (void)xtt::copy_to_tensor(b, {.dtype = at::kChar}); }, "Char", "got 200;");
    CHECK(
        xtt::copy_to_tensor(b, {.dtype = at::kChar, .cast = xtt::casting::unsafe})[1].item().toInt() == -56);
    CHECK(xtt::copy_to_tensor(b, {.dtype = at::kShort})[1].item().toInt() == 200);
    CHECK(
        xtt::copy_to_tensor(xt::xtensor<std::uint64_t, 1>::from_shape({0}), {.dtype = at::kLong}).numel() ==
        0);
}

TEST_CASE("copy_to_tensor lays out in the memory format asked for")
{
    const xt::xtensor<float, 4> a = xt::arange<float>(24).reshape({1, 2, 3, 4});
    for (const at::Tensor& t :
         {xtt::copy_to_tensor(a, {.memory_format = at::MemoryFormat::ChannelsLast}),
          xtt::copy_to_tensor(a + 0.0f, {.memory_format = at::MemoryFormat::ChannelsLast})})
    {
        CHECK(t.is_contiguous(at::MemoryFormat::ChannelsLast));
        CHECK(t.equal(at::arange(24, at::kFloat).reshape({1, 2, 3, 4})));
    }
    check_throws<xtt::layout_error>(
        [] { (void)xtt::copy_to_tensor(numbers(), {.memory_format = at::MemoryFormat::ChannelsLast}); },
        "rank 2", "got ChannelsLast;");
    check_throws<xtt::layout_error>(
        [&] { (void)xtt::copy_to_tensor(a, {.memory_format = at::MemoryFormat::Preserve}); }, "rank 4",
        "got Preserve;");
}

TEST_CASE("copy_to_tensor copies into pinned memory where there is an accelerator to serve")
{
    const auto a = numbers();
    for (const at::Tensor& t :
         {xtt::copy_to_tensor(a, {.pinned = true}), xtt::copy_to_tensor(a * 1.0f, {.pinned = true}),
          xtt::copy_to_tensor(a * 1.0f, {.dtype = at::kDouble, .pinned = true})})
    {
        CHECK(t.is_pinned() == xtt::detail::has_accelerator());
        CHECK(t.sum().item<double>() == static_cast<double>(xt::sum(a)()));
    }
}

TEST_CASE("copy_to_tensor evaluates without a temporary")
{
    // The expression's elements are asked for exactly once each.
    int calls = 0;
    const auto count = xt::make_lambda_xfunction(
        [&calls](float x)
        {
            ++calls;
            return x;
        },
        numbers());
    CHECK(xtt::copy_to_tensor(count).equal(numbers_tensor()));
    CHECK(calls == 12);
}

// assign

TEST_CASE("assign between tensors, arrays, views and expressions")
{
    const at::Tensor expected = numbers_tensor();
    auto a = numbers();
    SECTION("array to tensor")
    {
        at::Tensor t = at::zeros({4, 3}).t();
        const void* const address = t.data_ptr();
        xtt::assign(t, a);
        CHECK(t.equal(expected));
        CHECK(t.data_ptr() == address);
        CHECK(t.strides() == at::IntArrayRef({1, 3}));
    }
    SECTION("expression to tensor")
    {
        at::Tensor t = at::zeros({3, 8}).slice(1, 0, 8, 2);
        xtt::assign(t, a + 1.0f);
        CHECK(t.equal(expected + 1));
    }
    SECTION("expression to tensor of another dtype")
    {
        at::Tensor t = at::zeros({3, 4}, at::kDouble);
        xtt::assign(t, a + 1.0f);
        CHECK(t.equal((expected + 1).to(at::kDouble)));
    }
    SECTION("tensor to tensor")
    {
        at::Tensor t = at::zeros({3, 4}, at::kDouble);
        xtt::assign(t, expected);
        CHECK(t.equal(expected.to(at::kDouble)));
    }
    SECTION("tensor to array")
    {
        xt::xarray<double> d = xt::zeros<double>({3, 4});
        const double* const address = d.data();
        xtt::assign(d, expected);
        CHECK((d == a));
        CHECK(d.data() == address);
    }
    SECTION("expression to array")
    {
        xt::xarray<float> d = xt::zeros<float>({3, 4});
        const float* const address = d.data();
        xtt::assign(d, a * 2.0f);
        CHECK((d == a * 2.0f));
        CHECK(d.data() == address);
        xtt::assign(d, a + a);
        CHECK(d.data() == address);
    }
    SECTION("array to fixed array")
    {
        xt::xtensor_fixed<float, xt::xshape<3, 4>> f;
        xtt::assign(f, a);
        CHECK((f == a));
    }
    SECTION("to temporary views")
    {
        xtt::assign(xt::view(a, 0), at::full({4}, 9.0f));
        CHECK(a(0, 3) == 9);
        xtt::assign(xt::flip(a, 0), expected);
        CHECK(a(0, 0) == 8);
        xtt::assign(xt::flip(a, 1), xt::eval(a + 0.0f));
        CHECK(a(0, 0) == 11);
        xtt::assign(xtt::view_as_tensor(a), expected);
        CHECK((a == numbers()));
    }
    SECTION("to and from our views")
    {
        at::Tensor t = at::zeros({4, 3}).t();
        auto v = xtt::view_as_xtensor<float, 2>(t);
        const auto before = t._version();
        xtt::assign(v, a);
        CHECK(t._version() == before + 1);
        CHECK(t.equal(expected));
        xtt::assign(v, a * 2.0f);
        CHECK(t._version() == before + 2);
        CHECK(t.equal(expected * 2));
        xtt::assign(a, v);
        CHECK(a(2, 3) == 22);
        xtt::assign(t, v + v);
        CHECK(t.equal(expected * 4));
        CHECK(t._version() == before + 3);
    }
}

TEST_CASE("assign broadcasts the source to the destination")
{
    auto a = numbers();
    at::Tensor t = at::zeros({3, 4});
    xtt::assign(t, xt::view(a, 1));
    CHECK(t.equal(at::tensor({4.0f, 5.0f, 6.0f, 7.0f}).expand({3, 4})));
    xtt::assign(t, xt::view(a, xt::all(), xt::range(0, 1)) + 1.0f);
    CHECK(t.equal(at::tensor({1.0f, 5.0f, 9.0f}).reshape({3, 1}).expand({3, 4})));
    xtt::assign(a, at::scalar_tensor(3.0f));
    CHECK((a == xt::full_like(a, 3.0f)));
    xtt::assign(a, xt::xtensor<float, 1>{1, 2, 3, 4} * 1.0f);
    CHECK(a(2, 3) == 4);
}

TEST_CASE("assign of a shape that does not broadcast throws and changes nothing")
{
    auto a = numbers();
    at::Tensor t = numbers_tensor();
    const xt::xtensor<float, 1> wrong = {1, 2, 3};
    check_throws<xtt::shape_error>([&] { xtt::assign(t, wrong); }, "assign", "[3, 4]", "[3]");
    check_throws<xtt::shape_error>([&] { xtt::assign(t, wrong * 2.0f); }, "assign", "[3, 4]", "[3]");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, wrong); }, "assign");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, wrong * 2.0f); }, "assign");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, at::zeros({3})); }, "assign");
    check_throws<xtt::shape_error>([&] { xtt::assign(t, at::zeros({2, 3, 4})); }, "assign", "[2, 3, 4]");
    check_throws<xtt::shape_error>([&] { xtt::assign(xt::flip(a, 0), at::zeros({5})); }, "assign");
    // What has a shape but no memory, too.
    check_throws<xtt::shape_error>([&] { xtt::assign(t, xt::ones<float>({4, 3})); }, "assign", "[4, 3]");
    check_throws<xtt::shape_error>([&] { xtt::assign(t, xt::exp(xt::zeros<float>({7}))); }, "assign");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, a + xt::broadcast(2.0f, {2, 3, 4})); }, "assign");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, xt::broadcast(a, {2, 3, 4})); }, "assign");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, a * xt::broadcast(a, {2, 3, 4})); }, "assign");
    check_throws<xtt::shape_error>(
        [&] {
            xtt::assign(a, xt::where(a > 0.0f, xt::ones<float>({3, 3}), 0.0f));
        },
        "assign");
    CHECK(t.equal(numbers_tensor()));
    CHECK((a == numbers()));
}

TEST_CASE("assign to another kind of dtype throws unless asked, then gives what LibTorch gives")
{
    auto a = numbers();
    at::Tensor t = at::zeros({3, 4}, at::kInt);
    check_throws<xtt::dtype_error>([&] { xtt::assign(t, a); }, "assign", "Int", "Float");
    check_throws<xtt::dtype_error>([&] { xtt::assign(t, a + 0.5f); }, "assign", "Int", "Float");
    check_throws<xtt::dtype_error>([&] { xtt::assign(t, numbers_tensor()); }, "assign", "Int", "Float");
    xt::xtensor<int, 2> i = xt::zeros<int>({3, 4});
    check_throws<xtt::dtype_error>([&] { xtt::assign(i, a + 0.5f); }, "assign", "Int", "Float");
    check_throws<xtt::dtype_error>(
        [&] { xtt::assign(xt::flip(i, 0), numbers_tensor()); }, "assign", "Int", "Float");
    CHECK(t.sum().item().toInt() == 0);
    CHECK(xt::sum(i)() == 0);

    xtt::assign(t, a + 0.5f, {.cast = xtt::casting::unsafe});
    CHECK(t.equal(numbers_tensor().to(at::kInt)));
    xtt::assign(i, a + 0.5f, {.cast = xtt::casting::unsafe});
    CHECK((i == xt::cast<int>(a)));
}

TEST_CASE("unsafe casts from complex to real, beyond int, and to bool give what LibTorch gives")
{
    const xt::xtensor<std::complex<float>, 1> z = {{1, 2}, {-3.5, 4}};
    const at::Tensor complex = xtt::copy_to_tensor(z);
    at::Tensor real = at::zeros({2});
    check_throws<xtt::dtype_error>([&] { xtt::assign(real, z); }, "assign", "Float", "ComplexFloat");
    check_throws<xtt::dtype_error>([&] { xtt::assign(real, complex); }, "assign", "Float", "ComplexFloat");
    check_throws<xtt::dtype_error>(
        [&] { (void)xtt::copy_to_xtensor<float, 1>(complex); }, "Float", "ComplexFloat", "unsafe");
    CHECK(real.sum().item().toFloat() == 0);
    xtt::assign(real, z, {.cast = xtt::casting::unsafe});
    CHECK(real.equal(complex.to(at::kFloat)));
    CHECK(
        (xtt::copy_to_xtensor<float, 1>(complex, {.cast = xtt::casting::unsafe}) ==
         xt::xtensor<float, 1>{1, -3.5}));

    const xt::xtensor<float, 1> beyond = {1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN()};
    xt::xtensor<int, 1> truncated = {0, 0, 0};
    xtt::assign(truncated, beyond * 1.0f, {.cast = xtt::casting::unsafe});
    CHECK(xtt::view_as_tensor(truncated).equal(xtt::copy_to_tensor(beyond).to(at::kInt)));

    const xt::xtensor<int, 1> integers = {0, 2, -1};
    at::Tensor flags = at::zeros({3}, at::kBool);
    check_throws<xtt::dtype_error>([&] { xtt::assign(flags, integers); }, "assign", "Bool", "Int");
    check_throws<xtt::dtype_error>([&] { xtt::assign(flags, integers + 0); }, "assign", "Bool", "Int");
    xtt::assign(flags, integers, {.cast = xtt::casting::unsafe});
    CHECK(flags.equal(xtt::copy_to_tensor(integers).to(at::kBool)));
    xt::xtensor<bool, 1> array = {true, true, true};
    xtt::assign(array, integers + 0, {.cast = xtt::casting::unsafe});
    CHECK((array == xt::xtensor<bool, 1>{false, true, true}));
}

TEST_CASE("assign refuses an undefined destination, and one on meta or sparse")
{
    const auto a = numbers();
    check_throws<xtt::conversion_error>([&] { xtt::assign(at::Tensor(), a); }, "assign", "undefined");
    check_throws<xtt::conversion_error>([&] { xtt::assign(at::Tensor(), a + 1.0f); }, "assign", "undefined");
    check_throws<xtt::device_error>(
        [&] {
            xtt::assign(at::empty({3, 4}, at::device(at::kMeta)), a);
        },
        "assign", "meta");
    check_throws<xtt::layout_error>([&] { xtt::assign(at::zeros({3, 4}).to_sparse(), a); }, "sparse");
}

TEST_CASE("assign refuses a destination that requires grad while grad mode is on")
{
    const auto a = numbers();
    const at::Tensor leaf = at::zeros({3, 4}).requires_grad_();
    check_throws<xtt::conversion_error>([&] { xtt::assign(leaf, a); }, "requires grad", ".detach()");
    check_throws<xtt::conversion_error>([&] { xtt::assign(leaf, a + 1.0f); }, "requires grad");
    check_throws<xtt::conversion_error>([&] { xtt::assign(leaf, numbers_tensor()); }, "requires grad");
    CHECK(leaf.detach().sum().item().toFloat() == 0);
    {
        const c10::NoGradGuard no_grad;
        xtt::assign(leaf, a);
    }
    CHECK(leaf.detach().equal(numbers_tensor()));
}

TEST_CASE("assign refuses an inference tensor outside inference mode")
{
    const auto a = numbers();
    at::Tensor inference;
    {
        const c10::InferenceMode mode;
        inference = at::zeros({3, 4});
        xtt::assign(inference, a);
        xtt::assign(inference, a + 1.0f);
    }
    check_throws<xtt::conversion_error>([&] { xtt::assign(inference, a); }, "assign", "inference");
    check_throws<xtt::conversion_error>([&] { xtt::assign(inference, a * 2.0f); }, "assign", "inference");
    CHECK(inference[0][0].item().toFloat() == 1);
}

TEST_CASE("assign refuses a destination that is expanded or overlaps itself")
{
    const auto a = numbers();
    at::Tensor row = at::zeros({4});
    check_throws<xtt::layout_error>(
        [&] {
            xtt::assign(row.expand({3, 4}), a);
        },
        "assign", "address of its own", "[0, 1]", ".clone()");
    at::Tensor line = at::zeros({6});
    check_throws<xtt::layout_error>(
        [&] { xtt::assign(line.unfold(0, 4, 1), a + 1.0f); }, "assign", "address of its own", "[1, 1]");
    CHECK(row.sum().item().toFloat() == 0);
    CHECK(line.sum().item().toFloat() == 0);
}

TEST_CASE("assign refuses arrays whose elements share an address")
{
    std::array<float, 4> memory{};
    auto repeated = xt::adapt(
        memory.data(), 12, xt::no_ownership(), std::array<std::size_t, 2>{3, 4},
        std::array<std::ptrdiff_t, 2>{0, 1});
    check_throws<xtt::layout_error>(
        [&] { xtt::assign(repeated, numbers()); }, "assign", "address of its own");
    check_throws<xtt::layout_error>(
        [&] { xtt::assign(repeated, numbers() + 1.0f); }, "assign", "address of its own");
    CHECK(memory[3] == 0);
}

TEST_CASE("assign refuses sources without elements, and options that say what the destination is")
{
    auto a = numbers();
    at::Tensor t = numbers_tensor();
    check_throws<xtt::conversion_error>([&] { xtt::assign(a, at::Tensor()); }, "undefined");
    check_throws<xtt::conversion_error>([&] { xtt::assign(t, at::Tensor()); }, "undefined");
    check_throws<xtt::device_error>(
        [&] {
            xtt::assign(xt::flip(a, 0), at::empty({3, 4}, at::device(at::kMeta)));
        },
        "meta");
    check_throws<xtt::conversion_error>(
        [&] { xtt::assign(t, a, {.dtype = at::kDouble}); }, "got {.dtype = Double};");
    check_throws<xtt::conversion_error>(
        [&] { xtt::assign(t, a, {.pinned = true}); }, "got {.pinned = true};");
    CHECK((a == numbers()));
}

TEST_CASE("a source that reads the destination at other positions is as if evaluated first")
{
    const at::Tensor expected = numbers_tensor();
    SECTION("arrays")
    {
        auto a = numbers();
        xtt::assign(a, xt::flip(a, 1));
        CHECK(xtt::view_as_tensor(a).equal(expected.flip(1)));
        a = numbers();
        xtt::assign(a, a + xt::view(a, 0));
        CHECK(xtt::view_as_tensor(a).equal(expected + expected[0]));
        a = numbers();
        xtt::assign(xt::view(a, xt::range(1, 3)), xt::view(a, xt::range(0, 2)));
        CHECK(xtt::view_as_tensor(a).equal(at::cat({expected.slice(0, 0, 1), expected.slice(0, 0, 2)})));
    }
    SECTION("tensors")
    {
        at::Tensor t = expected.clone();
        xtt::assign(t.slice(0, 1, 3), t.slice(0, 0, 2));
        CHECK(t.equal(at::cat({expected.slice(0, 0, 1), expected.slice(0, 0, 2)})));
        at::Tensor square = at::arange(16, at::kFloat).reshape({4, 4});
        const at::Tensor transposed = square.t().clone();
        xtt::assign(square, square.t());
        CHECK(square.equal(transposed));
        xtt::assign(square, square);
        CHECK(square.equal(transposed));
    }
    SECTION("a tensor and an array of the same memory")
    {
        auto a = numbers();
        at::Tensor t = xtt::view_as_tensor(a);
        xtt::assign(t, xt::flip(a, 0));
        CHECK(t.equal(expected.flip(0)));
        xtt::assign(a, t.flip(0));
        CHECK(t.equal(expected));
    }
}

namespace
{

int calls_of_counted = 0;

float counted(float x)
{
    ++calls_of_counted;
    return x;
}

} // namespace

TEST_CASE("contiguous memory that overlaps is read before it is written")
{
    std::vector<float> buffer(100);
    std::iota(buffer.begin(), buffer.end(), 0.0f);
    const std::array<std::size_t, 1> shape = {99};
    auto front = xt::adapt(buffer.data(), 99, xt::no_ownership(), shape);
    auto back = xt::adapt(buffer.data() + 1, 99, xt::no_ownership(), shape);
    xtt::assign(back, front * 2.0f);
    for (std::size_t i = 1; i < 100; ++i)
    {
        REQUIRE(buffer[i] == 2.0f * float(i - 1));
    }
    xtt::assign(front, back + front); // one of the operands is the destination itself
    CHECK(buffer[0] == 0.0f);
    CHECK(buffer[1] == 2.0f);
    CHECK(buffer[97] == 2.0f * (97 + 96));
    CHECK(buffer[99] == 2.0f * 98);
}

TEST_CASE("assign evaluates each element once, in place")
{
    calls_of_counted = 0;
    const auto count = xt::make_lambda_xfunction([](float x) { return counted(x); }, numbers());
    at::Tensor t = at::zeros({3, 4});
    const void* const address = t.data_ptr();
    xtt::assign(t, count);
    CHECK(calls_of_counted == 12);
    CHECK(t.data_ptr() == address);
    CHECK(t.equal(numbers_tensor()));
}

TEST_CASE("a small source is computed once, and broadcast when it is converted")
{
    const xt::xtensor<float, 1> a = {1, 2, 3};
    int calls = 0;
    const auto counted = xt::make_lambda_xfunction([&](float x) { return x + float(++calls) * 0.0f; }, a);
    at::Tensor t = at::zeros({4, 3}, at::kDouble);
    xtt::assign(t, counted);
    CHECK(calls == 3);
    CHECK(t.sum().item<double>() == 24);
}

TEST_CASE("a lambda that captures may read the destination, and is evaluated first")
{
    xt::xtensor<float, 1> a = {5, 1, 2};
    const xt::xtensor<float, 1> w = {0, 0, 0};
    xtt::assign(a, xt::make_lambda_xfunction([&a](float x) { return x + a(0) + 1; }, w));
    CHECK((a == xt::xtensor<float, 1>{6, 6, 6}));
}

TEST_CASE("an exception of an element function passes, and the destination keeps shape and storage")
{
    const auto fails = xt::make_lambda_xfunction(
        [](float x) -> float
        {
            if (x == 7)
            {
                throw std::domain_error("seven");
            }
            return x;
        },
        numbers());
    at::Tensor t = at::zeros({3, 4});
    const void* const address = t.data_ptr();
    CHECK_THROWS_AS(xtt::assign(t, fails), std::domain_error);
    CHECK_THROWS_AS(xtt::copy_to_tensor(fails), std::domain_error);
    CHECK(t.data_ptr() == address);
    CHECK(t.sizes() == at::IntArrayRef({3, 4}));
    auto a = numbers();
    const float* const memory = a.data();
    CHECK_THROWS_AS(xtt::assign(a, fails), std::domain_error);
    CHECK(a.data() == memory);
    CHECK(a.shape() == std::array<std::size_t, 2>{3, 4});
}

TEST_CASE("assign detaches its source by itself")
{
    const at::Tensor source = numbers_tensor().requires_grad_();
    at::Tensor t = at::zeros({3, 4});
    xtt::assign(t, source);
    CHECK_FALSE(t.requires_grad());
    xt::xtensor<float, 2> a = xt::zeros<float>({3, 4});
    xtt::assign(a, source);
    CHECK((a == numbers()));
}

TEST_CASE("assign to a destination with its conj bit set writes values")
{
    at::Tensor z = at::zeros({2}, at::kComplexFloat);
    const xt::xtensor<std::complex<float>, 1> a = {{1, 2}, {3, 4}};
    xtt::assign(z.conj(), a * std::complex<float>(1));
    CHECK(at::imag(z).sum().item().toFloat() == -6);
}

TEST_CASE("assign of index arrays")
{
    const xt::xtensor<std::size_t, 1> indices = {2, 0, 1};
    at::Tensor t = at::zeros({3}, at::kLong);
    xtt::assign(t, indices);
    CHECK(t.equal(at::tensor({2, 0, 1}).to(at::kLong)));
    xtt::assign(t, indices + std::size_t(1));
    CHECK(t.equal(at::tensor({3, 1, 2}).to(at::kLong)));
    xt::xtensor<std::size_t, 1> back = xt::zeros<std::size_t>({3});
    xtt::assign(back, t);
    CHECK((back == indices + std::size_t(1)));
    xt::xtensor<float, 1> f = xt::zeros<float>({3});
    xtt::assign(f, indices);
    CHECK((f == xt::xtensor<float, 1>{2, 0, 1}));
    check_throws<xtt::dtype_error>([&] { xtt::assign(back, f); }, "assign", "Float");
    xtt::assign(back, f + 0.5f, {.cast = xtt::casting::unsafe});
    CHECK((back == indices));
    at::Tensor flags = at::zeros({3}, at::kBool);
    check_throws<xtt::dtype_error>([&] { xtt::assign(flags, indices); }, "Bool");
}

TEST_CASE("integers that do not fit wrap in assign, whatever the destination is")
{
    const xt::xtensor<std::uint8_t, 1> bytes = {200};
    at::Tensor t = at::zeros({1}, at::kChar);
    xtt::assign(t, bytes);
    CHECK(t.item<std::int64_t>() == -56);
    xt::xtensor<std::int8_t, 1> a = {0};
    xtt::assign(a, bytes);
    CHECK(a(0) == -56);
    const xt::xtensor<std::uint64_t, 1> large = {std::uint64_t(1) << 63};
    at::Tensor l = at::zeros({1}, at::kLong);
    xtt::assign(l, large);
    xt::xtensor<std::int64_t, 1> b = {0};
    xtt::assign(b, large);
    CHECK(b(0) == INT64_MIN);
    CHECK(l.item<std::int64_t>() == b(0));
    check_throws<xtt::dtype_error>([&] { (void)xtt::copy_to_tensor(bytes, {.dtype = at::kChar}); });
}

TEST_CASE("large unsigned integers are rounded once")
{
    const std::uint64_t value = (std::uint64_t(1) << 54) + (std::uint64_t(1) << 30) + 1;
    const xt::xtensor<std::uint64_t, 1> a = {value};
    CHECK(xtt::copy_to_tensor(a, {.dtype = at::kFloat}).item<float>() == static_cast<float>(value));
    CHECK(xtt::copy_to_tensor(a, {.dtype = at::kDouble}).item<double>() == static_cast<double>(value));
}

TEST_CASE("functions that have an expression only by its base class can pass it on")
{
    const auto copy = []<class E>(const xt::xexpression<E>& e) { return xtt::copy_to_tensor(e); };
    const auto convert = []<class E>(const xt::xexpression<E>& e)
    { return xtt::copy_to_tensor(e, {.dtype = at::kDouble}); };
    const auto view = []<class E>(xt::xexpression<E>& e) { return xtt::view_as_tensor(e); };
    const auto read = []<class E>(const xt::xexpression<E>& e) { return xtt::view_const_as_tensor(e); };
    const auto write = []<class E>(const at::Tensor& t, const xt::xexpression<E>& e) { xtt::assign(t, e); };
    const auto sizes = []<class E>(const xt::xexpression<E>& e) { return xtt::sizes(e); };
    auto a = numbers();
    CHECK(copy(a + 1.0f).equal(numbers_tensor() + 1));
    CHECK(convert(a).equal(numbers_tensor().to(at::kDouble)));
    CHECK(view(a).data_ptr() == a.data());
    CHECK(read(a).data_ptr() == a.data());
    CHECK(sizes(a).size() == 2);
    at::Tensor t = at::zeros({3, 4});
    write(t, a);
    CHECK(t.equal(numbers_tensor()));
    const auto fill = []<class E>(xt::xexpression<E>& e, const at::Tensor& values)
    { xtt::assign(e, values); };
    xt::xtensor<float, 1> target = {0, 0};
    fill(target, at::tensor({1.0f, 2.0f}));
    CHECK(target(1) == 2.0f);
    const auto share = []<class E>(xt::xexpression<E>& e)
    { return xtt::share_as_tensor(e, std::make_shared<int>(1)); };
    CHECK(share(target).data_ptr() == target.data());
    const auto move = []<class E>(xt::xexpression<E>&& e) { return xtt::move_to_tensor(std::move(e)); };
    const float* const memory = target.data();
    CHECK(move(std::move(target)).data_ptr() == memory);
    xt::xtensor<std::uint64_t, 1> index = {1, 2};
    const auto as_signed = []<class E>(xt::xexpression<E>& e)
    { return xtt::view_as_tensor(e, xtt::as_int64); };
    CHECK(as_signed(index).data_ptr() == index.data());
}

TEST_CASE("assign to a reversed view of a tensor's view asks whether the tensor may be written")
{
    const at::Tensor x = at::ones({3}).requires_grad_();
    at::Tensor w = at::ones({3});
    const at::Tensor y = x * w;
    auto v = xtt::view_as_xtensor<float, 1>(w);
    const auto before = w._version();
    xtt::assign(xt::view(v, xt::range(2, -4, -1)), at::full({3}, 5.0f));
    CHECK(w.sum().item().toFloat() == 15);
    CHECK(w._version() == before + 1);
    CHECK_THROWS(y.sum().backward()); // autograd knows that w has changed
    at::Tensor inference;
    {
        const c10::InferenceMode mode;
        inference = at::ones({3});
    }
    auto i = xtt::view_as_xtensor<float, 1>(inference);
    check_throws<xtt::conversion_error>([&] { xtt::assign(xt::flip(i, 0), w); }, "assign", "inference");
    check_throws<xtt::conversion_error>([&] { i = 2.0f; }, "view assignment", "inference");
    check_throws<xtt::conversion_error>([&] { i += i; }, "view assignment", "inference");
    CHECK(inference.sum().item().toFloat() == 3);
}

TEST_CASE("unsigned values beyond the signed type of their size")
{
    const xt::xarray<std::uint32_t> u32 = {3000000000u};
    CHECK(xtt::copy_to_tensor(u32, {.dtype = at::kLong}).item().toLong() == 3000000000);
    CHECK(xtt::copy_to_tensor(u32 + 1u, {.dtype = at::kDouble}).item().toDouble() == 3000000001.0);
    const xt::xarray<std::uint16_t> u16 = {40000};
    CHECK(xtt::copy_to_tensor(u16, {.dtype = at::kInt}).item().toInt() == 40000);
    check_throws<xtt::dtype_error>(
        [&] { (void)xtt::copy_to_tensor(u16, {.dtype = at::kShort}); }, "Short", "got 40000;");
    const xt::xarray<std::uint64_t> u64 = {1ull << 63};
    CHECK(xtt::copy_to_tensor(u64, {.dtype = at::kDouble}).item().toDouble() == 9223372036854775808.0);
    CHECK(xtt::copy_to_tensor(u64, {.dtype = at::kLong, .cast = xtt::casting::unsafe}).item().toLong() < 0);
}

TEST_CASE("assign between types that C++ does not convert")
{
    const xt::xtensor<std::complex<double>, 1> zd = {{1.0, 2.0}};
    xt::xtensor<std::complex<float>, 1> zf = {{0.0f, 0.0f}};
    xtt::assign(zf, zd * 2.0);
    CHECK((zf(0) == std::complex<float>(2, 4)));
    xt::xtensor<float, 1> real = {0};
    check_throws<xtt::dtype_error>([&] { xtt::assign(real, zd * 2.0); }, "Float", "ComplexDouble");
    xtt::assign(real, zd * 2.0, {.cast = xtt::casting::unsafe});
    CHECK(real(0) == 2);
    const xt::xtensor<c10::BFloat16, 1> b = {c10::BFloat16(1.5f)};
    xt::xtensor<c10::Half, 1> h = {c10::Half(0.0f)};
    xtt::assign(h, b);
    CHECK(static_cast<float>(h(0)) == 1.5f);
}

TEST_CASE("operands that do not fit each other are a shape error")
{
    at::Tensor t = at::zeros({3});
    const xt::xtensor<float, 1> two = {1, 2}, three = {1, 2, 3};
    check_throws<xtt::shape_error>(
        [&] { xtt::assign(t, xt::xarray<float>(two) + xt::xarray<float>(three)); }, "assign");
    auto v = xtt::view_as_xarray<float>(t);
    check_throws<xtt::shape_error>(
        [&] { v += two; }, "view assignment", "to shape [3]", "operands of shape [3] and [2]");
    CHECK(t.sum().item().toFloat() == 0);
    check_throws<xtt::shape_error>(
        [&] { (void)xtt::copy_to_tensor(xt::xarray<float>(two) + xt::xarray<float>(three)); },
        "copy_to_tensor", "to each other");
}

TEST_CASE("assign and copies refuse tensors without memory of their own")
{
    xt::xtensor<float, 1> x = xt::ones<float>({100});
    for (const bool offset : {false, true})
    {
        at::Tensor t = at::ones({200}).slice(0, offset ? 100 : 0, offset ? 200 : 100);
        t.storage().unsafeGetStorageImpl()->set_data_ptr(c10::DataPtr(nullptr, at::Device(at::kCPU)));
        check_throws<xtt::layout_error>([&] { xtt::assign(t, x); }, "null storage");
        check_throws<xtt::layout_error>([&] { xtt::assign(t, x + 1.0f); }, "null storage");
        check_throws<xtt::layout_error>([&] { xtt::assign(x, t); }, "null storage");
        check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xtensor<float, 1>(t); }, "null storage");
        check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xtensor<float, 1>(t); }, "null storage");
    }
    at::Tensor shrunk = at::ones({100});
    shrunk.storage().unsafeGetStorageImpl()->set_nbytes(200);
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xtensor<float, 1>(shrunk); }, "too small");
    check_throws<xtt::layout_error>([&] { xtt::assign(shrunk, x); }, "too small");
    check_throws<xtt::layout_error>([&] { xtt::assign(x, at::zeros({100}).to_sparse()); }, "sparse");
    check_throws<xtt::layout_error>(
        [&] { xtt::assign(at::_efficientzerotensor({100}, at::kFloat), x); }, "ZeroTensor");
    const at::Tensor functional = at::functionalization::impl::to_functional_tensor(at::ones({100}));
    check_throws<xtt::layout_error>([&] { xtt::assign(functional, x); }, "functional");
    check_throws<xtt::layout_error>([&] { xtt::assign(x, functional); }, "functional");
    check_throws<xtt::layout_error>([&] { (void)xtt::view_as_xtensor<float, 1>(functional); }, "functional");
    check_throws<xtt::layout_error>([&] { (void)xtt::copy_to_xtensor<float, 1>(functional); }, "functional");
}

TEST_CASE("a copy of a view of a tensor that requires grad is detached")
{
    const at::Tensor leaf = at::ones({2, 3}).requires_grad_();
    const auto v = [&]
    {
        const c10::NoGradGuard no_grad;
        return xtt::view_as_xtensor<float, 2>(leaf);
    }();
    REQUIRE(c10::GradMode::is_enabled());
    CHECK_FALSE(xtt::copy_to_tensor(v).requires_grad());
    CHECK_FALSE(xtt::copy_to_tensor(v, {.dtype = at::kDouble}).requires_grad());
    CHECK_FALSE(xtt::copy_to_tensor(xt::view(v, 0)).requires_grad());
    CHECK_FALSE(xtt::copy_to_tensor(v + 1.0f).requires_grad());
}

TEST_CASE("a source that reads the destination in a reduction's function is evaluated first")
{
    const at::Tensor t = at::ones({4});
    auto v = xtt::view_as_xtensor<float, 1>(t);
    const xt::xtensor<float, 2> b = xt::ones<float>({2, 4});
    const auto f = xt::make_xreducer_functor([&](float x, float y) { return x + y + v(0); });
    v = xt::reduce(f, b, {0});
    CHECK(t.equal(at::full({4}, 4.0f)));
    t.fill_(1.0f);
    xtt::assign(t, xt::reduce(f, b, {0}));
    CHECK(t.equal(at::full({4}, 4.0f)));
}

TEST_CASE("what xtensor evaluates is broadcast to the destination, too")
{
    using complex = std::complex<float>;
    const at::Tensor t = at::zeros({2, 3}, at::kComplexFloat);
    const xt::xtensor<complex, 1> row = {complex(1, 2), complex(3, 4), complex(5, 6)};
    xtt::assign(t, row * complex(0, 1));
    const auto v = xtt::view_as_xtensor<complex, 2>(t);
    for (std::size_t i = 0; i < 2; ++i)
    {
        CHECK(v(i, 0) == complex(-2, 1));
        CHECK(v(i, 2) == complex(-6, 5));
    }
}

TEMPLATE_TEST_CASE("extents may be of any integer type", "", std::uint8_t, int, unsigned, std::int64_t)
{
    std::vector<float> buffer(6, 1.0f);
    const std::vector<TestType> shape = {2, 3};
    auto a = xt::adapt(buffer, shape);
    const xt::xtensor<float, 2> b = {{0, 1, 2}, {3, 4, 5}};
    xtt::assign(a, b + 1.0f);
    CHECK((xt::adapt(buffer, std::vector<std::size_t>{2, 3}) == b + 1.0f));
    auto columns = xt::transpose(a);
    xtt::assign(columns, xt::transpose(b) * 2.0f);
    CHECK((xt::adapt(buffer, std::vector<std::size_t>{2, 3}) == b * 2.0f));
    CHECK((xtt::copy_to_xtensor<float, 2>(xtt::copy_to_tensor(a + b)) == b * 3.0f));
    CHECK((xtt::copy_to_xtensor<float, 2>(xtt::view_as_tensor(a)) == b * 2.0f));

    std::vector<std::complex<float>> numbers(6);
    auto c = xt::adapt(numbers, shape);
    xtt::assign(c, xt::cast<std::complex<float>>(b));
    CHECK(numbers[5] == std::complex<float>(5));
}

TEST_CASE("a copy of an extent over 63 bits throws before LibTorch sees it")
{
    const xt::xtensor<float, 1> one = {1};
    const auto endless = xt::broadcast(one, std::array<std::size_t, 1>{SIZE_MAX - 1});
    check_throws<xtt::shape_error>(
        [&] { (void)xtt::copy_to_tensor(endless + one); }, "copy_to_tensor", "2^63 - 1 bytes");
    check_throws<xtt::shape_error>([&] { (void)xtt::sizes(endless); }, "sizes", "2^63 - 1");
}
