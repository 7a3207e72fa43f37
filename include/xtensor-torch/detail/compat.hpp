// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The only file that knows which LibTorch, xtensor or compiler it meets. LibTorch's differences are
// detected by name, not by number: its version header is not among the narrow ones.

#if __cplusplus < 202002L
    #error "xtensor-torch: C++20 is needed; compile with -std=c++20"
#endif

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

// LibTorch before 2.1 in C++20 with clang: its operator headers use a vector of IValue before IValue is
// complete, which C++20's constexpr vector does not forgive. So this header comes before those.
#if defined(__clang__) && !__has_include(<c10/util/Float8_e5m2.h>)
    #include <ATen/core/ivalue.h>
#endif

#include <ATen/core/Tensor.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/ScalarType.h>

#if __has_include(<xtensor/containers/xarray.hpp>) // 0.26 moved the headers into folders
    #include <xtensor/containers/xadapt.hpp>
    #include <xtensor/containers/xarray.hpp>
    #include <xtensor/containers/xbuffer_adaptor.hpp>
    #include <xtensor/containers/xfixed.hpp>
    #include <xtensor/containers/xtensor.hpp>
    #include <xtensor/core/xassign.hpp>
    #include <xtensor/core/xfunction.hpp>
    #include <xtensor/core/xnoalias.hpp>
    #include <xtensor/core/xsemantic.hpp>
    #include <xtensor/core/xtensor_config.hpp>
    #include <xtensor/views/xbroadcast.hpp>
    #include <xtensor/views/xstrided_view.hpp>
    #include <xtensor/views/xview.hpp>
#else
    #include <xtensor/xadapt.hpp>
    #include <xtensor/xarray.hpp>
    #include <xtensor/xassign.hpp>
    #include <xtensor/xbroadcast.hpp>
    #include <xtensor/xbuffer_adaptor.hpp>
    #include <xtensor/xfixed.hpp>
    #include <xtensor/xfunction.hpp>
    #include <xtensor/xnoalias.hpp>
    #include <xtensor/xsemantic.hpp>
    #include <xtensor/xstrided_view.hpp>
    #include <xtensor/xtensor.hpp>
    #include <xtensor/xtensor_config.hpp>
    #include <xtensor/xview.hpp>
#endif

#if __has_include(<c10/util/Float8_e5m2.h>) // LibTorch 2.1
    #define XTENSOR_TORCH_HAS_FLOAT8
    #include <c10/util/Float8_e4m3fn.h>
    #include <c10/util/Float8_e5m2.h>
#endif

// Expressions are evaluated with vectors, where that can be; with XTENSOR_TORCH_DISPATCH=0 (for all of a
// program) xtensor's own functions do it.
#if !defined(XTENSOR_TORCH_DISPATCH)
    #define XTENSOR_TORCH_DISPATCH 1
#endif
#if XTENSOR_TORCH_DISPATCH && defined(__x86_64__) && defined(__GNUC__)
    #define XTENSOR_TORCH_ENGINE
#endif

// A borrowed argument: the compiler warns where the result outlives it.
#if __has_cpp_attribute(clang::lifetimebound)
    #define XTENSOR_TORCH_LIFETIMEBOUND [[clang::lifetimebound]]
#else
    #define XTENSOR_TORCH_LIFETIMEBOUND
#endif

#if XTENSOR_VERSION_MAJOR == 0 && XTENSOR_VERSION_MINOR == 24 && defined(__cpp_template_template_args) &&    \
    __cplusplus > 201703L
namespace xt
{

// xtensor 0.24.3 guards this specialisation with `__cplusplus == 201703L`. Without it a compiler that matches
// template template arguments with defaults (g++, clang 19) takes the dynamic shape svector<T, 4> for an
// array of 4 extents, and every temporary that xtensor makes of an xarray expression has rank 4: eval,
// variance, sort throw bad_alloc, `view += e` is wrong.
namespace detail
{
template <template <class, std::size_t, class, bool> class S, class X, std::size_t N, class A, bool Init>
struct xtype_for_shape<S<X, N, A, Init>>
{
    template <class T, layout_type L>
    using type = xarray<T, L>;
};
} // namespace detail

    #ifdef __clang__
// For the same reason three of its specialisations fit a dynamic shape equally well, and xarray does not
// compile. This one is more special than all of them.
template <class X, class T>
struct rebind_container<X, svector<T, 4, std::allocator<T>, true>>
{
    using type = svector<X, 4, std::allocator<X>, true>;
};
    #endif

} // namespace xt
#endif

namespace xtt::detail::compat
{

/// LibTorch 2.3 and later have uint16, uint32 and uint64.
template <class ScalarType = c10::ScalarType>
concept wide_unsigned_dtypes = requires
{
    ScalarType::UInt16;
    ScalarType::UInt32;
    ScalarType::UInt64;
};

template <class ScalarType = c10::ScalarType>
consteval ScalarType wide_unsigned_dtype(std::size_t bytes)
{
    if constexpr (wide_unsigned_dtypes<ScalarType>)
    {
        return bytes == 2 ? ScalarType::UInt16 : bytes == 4 ? ScalarType::UInt32 : ScalarType::UInt64;
    }
    else
    {
        return ScalarType::Undefined;
    }
}

/// What LibTorch notes about a dense host tensor that nothing wraps. It once let dimensions have names, which
/// change no element.
template <class Key = c10::DispatchKey>
consteval c10::DispatchKeySet plain_keys()
{
    const c10::DispatchKeySet keys({Key::CPU, Key::AutogradCPU, Key::AutocastCPU, Key::ADInplaceOrView});
    if constexpr (requires { Key::Named; })
    {
        return keys | c10::DispatchKeySet(Key::Named);
    }
    else
    {
        return keys;
    }
}

/// The first element for writing; materialises copy-on-write storage where LibTorch has it (2.1).
template <class Tensor>
void* mutable_data(const Tensor& tensor)
{
    if constexpr (requires { tensor.mutable_data_ptr(); })
    {
        return tensor.mutable_data_ptr();
    }
    else
    {
        return tensor.data_ptr();
    }
}

/// As above, the first byte of a storage that is there.
template <class Storage>
[[gnu::always_inline]] inline void* mutable_storage_data(const Storage& storage)
{
    if constexpr (requires { storage.mutable_data(); })
    {
        return storage.mutable_data();
    }
    else
    {
        return storage.data();
    }
}

/// The first element for reading; leaves copy-on-write storage shared.
template <class Tensor>
const void* const_data(const Tensor& tensor)
{
    if constexpr (requires { tensor.const_data_ptr(); })
    {
        return tensor.const_data_ptr();
    }
    else
    {
        return tensor.data_ptr();
    }
}

} // namespace xtt::detail::compat
