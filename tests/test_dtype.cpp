// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/dtype.hpp>

#include <complex>
#include <cstdint>
#include <string>

#include <xtl/xhalf_float.hpp>

#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include <catch.hpp>

namespace
{

struct my_float
{
    float value;
};

} // namespace

template <>
struct xtt::dtype_traits<my_float>
{
    static constexpr c10::ScalarType value = c10::ScalarType::Float;
};

TEST_CASE("each supported scalar has its dtype")
{
    CHECK(xtt::dtype_of<bool> == at::kBool);
    CHECK(xtt::dtype_of<std::uint8_t> == at::kByte);
    CHECK(xtt::dtype_of<std::int8_t> == at::kChar);
    CHECK(xtt::dtype_of<std::int16_t> == at::kShort);
    CHECK(xtt::dtype_of<std::int32_t> == at::kInt);
    CHECK(xtt::dtype_of<std::int64_t> == at::kLong);
    CHECK(xtt::dtype_of<float> == at::kFloat);
    CHECK(xtt::dtype_of<double> == at::kDouble);
    CHECK(xtt::dtype_of<std::complex<float>> == at::kComplexFloat);
    CHECK(xtt::dtype_of<std::complex<double>> == at::kComplexDouble);
    CHECK(xtt::dtype_of<c10::complex<float>> == at::kComplexFloat);
    CHECK(xtt::dtype_of<c10::complex<double>> == at::kComplexDouble);
    CHECK(xtt::dtype_of<c10::Half> == at::kHalf);
    CHECK(xtt::dtype_of<xtl::half_float> == at::kHalf);
    CHECK(xtt::dtype_of<c10::BFloat16> == at::kBFloat16);
}

TEST_CASE("integers map by size and signedness, whatever they are called")
{
    CHECK(xtt::dtype_of<long> == (sizeof(long) == 8 ? at::kLong : at::kInt));
    CHECK(xtt::dtype_of<long long> == at::kLong);
    CHECK(xtt::dtype_of<signed char> == at::kChar);
    CHECK(xtt::dtype_of<unsigned char> == at::kByte);
}

TEST_CASE("const does not change the dtype")
{
    CHECK(xtt::dtype_of<const float> == at::kFloat);
}

TEST_CASE("wide unsigned integers have a dtype exactly where LibTorch has one")
{
    constexpr bool there = xtt::detail::compat::wide_unsigned_dtypes<>;
    CHECK(xtt::scalar<std::uint16_t> == there);
    CHECK(xtt::scalar<std::uint32_t> == there);
    CHECK(xtt::scalar<std::uint64_t> == there);
    CHECK(xtt::detail::unsupported_unsigned<std::size_t> == !there);
    const auto names = []<class U16, class U32, class U64>(U16, U32, U64)
    {
        if constexpr (xtt::scalar<U64>)
        {
            return std::string(c10::toString(xtt::dtype_of<U16>)) + ' ' + c10::toString(xtt::dtype_of<U32>) +
                   ' ' + c10::toString(xtt::dtype_of<U64>);
        }
        else
        {
            return std::string();
        }
    }(std::uint16_t(), std::uint32_t(), std::size_t());
    CHECK(names == (there ? "UInt16 UInt32 UInt64" : ""));
}

#ifdef XTENSOR_TORCH_HAS_FLOAT8
TEST_CASE("Float8 types have their dtypes where LibTorch has them")
{
    CHECK(std::string(c10::toString(xtt::dtype_of<c10::Float8_e5m2>)) == "Float8_e5m2");
    CHECK(std::string(c10::toString(xtt::dtype_of<c10::Float8_e4m3fn>)) == "Float8_e4m3fn");
}
#endif

TEST_CASE("scalars that LibTorch has nothing for are not supported")
{
    CHECK_FALSE(xtt::scalar<long double>);
    CHECK_FALSE(xtt::scalar<std::string>);
    CHECK_FALSE(xtt::scalar<char>);
    CHECK_FALSE(xtt::scalar<wchar_t>);
    CHECK_FALSE(xtt::scalar<char8_t>);
    CHECK_FALSE(xtt::scalar<char16_t>);
    CHECK_FALSE(xtt::scalar<char32_t>);
    struct point
    {
        float x, y;
    };
    CHECK_FALSE(xtt::scalar<point>);
    CHECK_FALSE(xtt::scalar<void*>);
}

TEST_CASE("a user can name the dtype of a type of their own")
{
    CHECK(xtt::dtype_of<my_float> == at::kFloat);
}

TEST_CASE("complex scalars want their full size as alignment")
{
    CHECK(xtt::detail::torch_alignment<std::complex<double>> == 16);
    CHECK(xtt::detail::torch_alignment<std::complex<float>> == 8);
    CHECK(xtt::detail::torch_alignment<float> == alignof(float));
}

TEST_CASE("scalars are named in messages as they are in C++")
{
    CHECK(std::string_view(xtt::detail::scalar_name<float>()) == "float");
    CHECK(std::string_view(xtt::detail::scalar_name<const double>()) == "const double");
    CHECK(std::string_view(xtt::detail::scalar_name<bool>()) == "bool");
    CHECK(std::string_view(xtt::detail::scalar_name<std::uint8_t>()) == "std::uint8_t");
    CHECK(std::string_view(xtt::detail::scalar_name<std::int64_t>()) == "std::int64_t");
    CHECK(std::string_view(xtt::detail::scalar_name<std::complex<float>>()) == "std::complex<float>");
    CHECK(std::string_view(xtt::detail::scalar_name<std::complex<double>>()) == "std::complex<double>");
    CHECK(std::string_view(xtt::detail::scalar_name<c10::Half>()) == "Half");
}

TEST_CASE("casts of the same kind pass, others throw and name both dtypes")
{
    using enum xtt::casting;
    CHECK_NOTHROW(xtt::detail::check_cast(at::kInt, at::kFloat, same_kind, "f"));
    CHECK_NOTHROW(xtt::detail::check_cast(at::kDouble, at::kFloat, same_kind, "f"));
    check_throws<xtt::dtype_error>(
        [] { xtt::detail::check_cast(at::kFloat, at::kInt, same_kind, "f"); }, "f: ", "Float", "Int",
        "casting::unsafe");
    check_throws<xtt::dtype_error>(
        [] { xtt::detail::check_cast(at::kComplexFloat, at::kFloat, same_kind, "f"); });
    check_throws<xtt::dtype_error>([] { xtt::detail::check_cast(at::kInt, at::kBool, same_kind, "f"); });
    CHECK_NOTHROW(xtt::detail::check_cast(at::kFloat, at::kInt, unsafe, "f"));
}

TEST_CASE("a scalar of one's own is viewed as the dtype that its dtype_traits name")
{
    auto a = xt::xarray<my_float>::from_shape({2, 3});
    a.fill(my_float{2});
    const at::Tensor t = xtt::view_as_tensor(a);
    CHECK(t.data_ptr() == a.data());
    CHECK(t.sum().item().toFloat() == 12);
    CHECK(xtt::view_as_xarray<my_float>(t)(1, 2).value == 2);
}
