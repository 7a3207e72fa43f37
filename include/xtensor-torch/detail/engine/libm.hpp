// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <type_traits>

#include <cmath> // says which C library it is

namespace xtt::detail::engine
{

template <class T, int N>
struct vector_of
{
    typedef T type __attribute__((vector_size(N * sizeof(T)))); // NOLINT(modernize-use-using): g++ wants it
};

/// `N` values of `T` in one register.
template <class T, int N>
using vec = typename vector_of<T, N>::type;

} // namespace xtt::detail::engine

// The functions of glibc's libmvec, which libm brings along: at most 4 ULP, and all of them since 2.35.
// Elsewhere these functions are called for one element at a time.
#if defined(__GLIBC_PREREQ)
    #if __GLIBC_PREREQ(2, 35)
        #define XTENSOR_TORCH_HAS_LIBMVEC
    #endif
#endif

// One line for each function.
// clang-format off
#define XTENSOR_TORCH_LIBM_UNARY(X) \
    X(exp) X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(cbrt) X(erf) X(erfc) \
    X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(asinh) X(acosh) X(atanh)
#define XTENSOR_TORCH_LIBM_BINARY(X) X(pow) X(atan2) X(hypot)
// clang-format on
