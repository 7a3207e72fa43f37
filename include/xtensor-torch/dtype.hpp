// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <c10/core/ScalarType.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <c10/util/complex.h>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/error.hpp>

namespace half_float
{
class half; // xtl::half_float; declared, so that nobody pays for its header who does not use it
}

namespace xtt
{

namespace detail
{

// char is left out on purpose: whether it is int8 or uint8 depends on the platform.
template <class T>
concept integer = std::integral<T> && sizeof(T) <= 8 && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> && !std::same_as<T, char16_t> &&
                  !std::same_as<T, char32_t>;

template <integer T>
consteval c10::ScalarType integer_dtype()
{
    using enum c10::ScalarType;
    if constexpr (std::is_signed_v<T>)
    {
        return sizeof(T) == 1 ? Char : sizeof(T) == 2 ? Short : sizeof(T) == 4 ? Int : Long;
    }
    else
    {
        return sizeof(T) == 1 ? Byte : compat::wide_unsigned_dtype(sizeof(T));
    }
}

} // namespace detail

/// The dtype of a scalar type; specialise it (`value`, a `c10::ScalarType`) for one that has the same
/// representation as one of LibTorch's.
template <class T>
struct dtype_traits
{
};

/// Integers by size and signedness, so that `long` and `long long` mean the same on every platform.
template <detail::integer T>
requires(detail::integer_dtype<T>() != c10::ScalarType::Undefined) struct dtype_traits<T>
{
    static constexpr c10::ScalarType value = detail::integer_dtype<T>();
};

namespace detail
{

template <c10::ScalarType Dtype>
struct fixed_dtype
{
    static constexpr c10::ScalarType value = Dtype;
};

} // namespace detail

// clang-format off
template <> struct dtype_traits<bool> : detail::fixed_dtype<c10::ScalarType::Bool> {};
template <> struct dtype_traits<float> : detail::fixed_dtype<c10::ScalarType::Float> {};
template <> struct dtype_traits<double> : detail::fixed_dtype<c10::ScalarType::Double> {};
template <> struct dtype_traits<std::complex<float>> : detail::fixed_dtype<c10::ScalarType::ComplexFloat> {};
template <> struct dtype_traits<std::complex<double>> : detail::fixed_dtype<c10::ScalarType::ComplexDouble> {};
template <> struct dtype_traits<c10::complex<float>> : detail::fixed_dtype<c10::ScalarType::ComplexFloat> {};
template <> struct dtype_traits<c10::complex<double>> : detail::fixed_dtype<c10::ScalarType::ComplexDouble> {};
template <> struct dtype_traits<c10::Half> : detail::fixed_dtype<c10::ScalarType::Half> {};
template <> struct dtype_traits<half_float::half> : detail::fixed_dtype<c10::ScalarType::Half> {};
template <> struct dtype_traits<c10::BFloat16> : detail::fixed_dtype<c10::ScalarType::BFloat16> {};
#ifdef XTENSOR_TORCH_HAS_FLOAT8
template <> struct dtype_traits<c10::Float8_e5m2> : detail::fixed_dtype<c10::ScalarType::Float8_e5m2> {};
template <> struct dtype_traits<c10::Float8_e4m3fn> : detail::fixed_dtype<c10::ScalarType::Float8_e4m3fn> {};
#endif
// clang-format on

/// A scalar type that this LibTorch has a dtype for.
template <class T>
concept scalar = requires
{
    {
        dtype_traits<std::remove_cv_t<T>>::value
        } -> std::convertible_to<c10::ScalarType>;
};

/// The dtype of elements of type `T`.
template <scalar T>
inline constexpr c10::ScalarType dtype_of = dtype_traits<std::remove_cv_t<T>>::value;

/// Which conversions a copy may make.
enum class casting
{
    same_kind, ///< what `c10::canCast` allows: not float to integer, complex to real, number to bool
    unsafe     ///< everything; the values are those of `at::Tensor::to`
};

namespace detail
{

/// An unsigned type that LibTorch before 2.3 has no dtype for.
template <class T>
concept unsupported_unsigned = integer<T> && std::is_unsigned_v<T> && !scalar<T>;

// The one answer to a scalar that has no dtype; a macro, for static_assert takes nothing but a literal.
#define XTENSOR_TORCH_NO_DTYPE                                                                               \
    "xtensor-torch: LibTorch has no dtype for this scalar; it has bool, integers of 8 to 64 bits "           \
    "(for char: std::int8_t or std::uint8_t; before 2.3 signed ones from 16 bits on), float, double, "       \
    "std::complex, c10::Half and c10::BFloat16; use one of these, in copy_to_tensor by xt::cast."

/// Asked for its type, so that nothing after a scalar without a dtype is compiled.
template <class T>
constexpr auto has_dtype()
{
    static_assert(scalar<T>, XTENSOR_TORCH_NO_DTYPE);
    return std::bool_constant<scalar<T>>{};
}

/// The value of a function whose mistake was said: never made, so never defined.
template <class Result>
Result no_result();

/// The alignment in bytes that LibTorch's kernels may rely on: c10::complex<double> wants 16.
template <class T>
inline constexpr std::size_t torch_alignment = []
{
    if constexpr (std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>)
    {
        return sizeof(T);
    }
    else
    {
        return alignof(T);
    }
}();

/// The C++ spelling of `T`, for messages.
template <class T>
text scalar_name()
{
    using bare = std::remove_cv_t<T>;
    const char* const prefix = std::is_const_v<T> ? "const " : "";
    if constexpr (integer<bare>)
    {
        return text(prefix, std::is_unsigned_v<bare> ? "std::uint" : "std::int", 8 * sizeof(bare), "_t");
    }
    else
    {
        switch (dtype_of<bare>)
        {
        case c10::ScalarType::Bool:
            return text(prefix, "bool");
        case c10::ScalarType::Float:
            return text(prefix, "float");
        case c10::ScalarType::Double:
            return text(prefix, "double");
        case c10::ScalarType::ComplexFloat:
            return text(prefix, "std::complex<float>");
        case c10::ScalarType::ComplexDouble:
            return text(prefix, "std::complex<double>");
        default:
            return text(prefix, c10::toString(dtype_of<bare>));
        }
    }
}

[[noreturn, gnu::cold, gnu::noinline]] inline void
raise_cast(c10::ScalarType from, c10::ScalarType to, std::string_view function)
{
    raise<dtype_error>(
        function, text("a source that casts to ", c10::toString(to), " within its kind"), c10::toString(from),
        "ask for it with {.cast = xtt::casting::unsafe}");
}

template <class Function>
void check_cast(c10::ScalarType from, c10::ScalarType to, casting allowed, const Function& function)
{
    if (from != to && allowed == casting::same_kind && !c10::canCast(from, to)) [[unlikely]]
    {
        raise_cast(from, to, name_of(function));
    }
}

} // namespace detail

} // namespace xtt
