// SPDX-License-Identifier: BSD-3-Clause
//
// Vectors and masks: conversions, and what is done to them in more than one function. Included by
// kernels.inl, for each instruction set.

inline constexpr int register_bytes = XTENSOR_TORCH_BYTES;

template <class V>
using element = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;

template <class V>
inline constexpr int lanes = sizeof(V) / sizeof(element<V>);

/// The signed integer as wide as `T`.
template <class T>
using signed_as = std::conditional_t<
    sizeof(T) == 1, std::int8_t,
    std::conditional_t<
        sizeof(T) == 2, std::int16_t, std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>>;

/// Truth values: all bits set where true, in elements as wide as what was compared.
template <class V>
struct mask
{
    V bits;
};

template <class V>
inline constexpr bool is_mask = false;

template <class V>
inline constexpr bool is_mask<mask<V>> = true;

template <class V>
struct scalar_of
{
    using type = element<V>;
};

template <class V>
struct scalar_of<mask<V>>
{
    using type = bool;
};

template <class V>
struct vector_in
{
    using type = V;
};

template <class V>
struct vector_in<mask<V>>
{
    using type = V;
};

template <class V>
inline constexpr int lane_count = lanes<typename vector_in<V>::type>;

/// The vector of the results of type `R` of what is done to an `X`; for bool there is none, but masks.
template <class R, class X>
requires(!std::is_same_v<R, bool>) using result_in = vec<R, lane_count<X>>;

template <class V, class T>
XTENSOR_TORCH_INLINE V splat(T value)
{
    return static_cast<element<V>>(value) - V{}; // which keeps the sign of zero
}

template <class V>
XTENSOR_TORCH_INLINE mask<vec<signed_as<element<V>>, lanes<V>>> mask_of(V comparison)
{
    mask<vec<signed_as<element<V>>, lanes<V>>> result;
    __builtin_memcpy(&result.bits, &comparison, sizeof comparison);
    return result;
}

/// A value or a mask as elements of type `T`, by C++'s conversions.
template <class T, class V>
XTENSOR_TORCH_INLINE auto to(V x)
{
    // NOLINTBEGIN(bugprone-branch-clone): not all of these types exist for all operands
    if constexpr (is_mask<V> && std::is_same_v<T, bool>)
    {
        return x;
    }
    else if constexpr (is_mask<V>)
    {
        using integers = vec<signed_as<T>, lane_count<V>>;
        const auto ones = __builtin_convertvector(x.bits, integers) & splat<integers>(1);
        return __builtin_convertvector(ones, vec<T, lane_count<V>>);
    }
    else if constexpr (std::is_same_v<T, bool>)
    {
        return mask_of(x != V{});
    }
    else if constexpr (std::is_same_v<V, vec<T, lanes<V>>>)
    {
        return x;
    }
    else
    {
        return __builtin_convertvector(x, vec<T, lanes<V>>);
    }
    // NOLINTEND(bugprone-branch-clone)
}

/// `x` where the mask is set, else `y`.
template <class M, class V>
XTENSOR_TORCH_INLINE V select(M comparison, V x, V y)
{
    using bits = vec<signed_as<element<V>>, lanes<V>>;
    const bits chosen = __builtin_convertvector(comparison, bits);
#if defined(__clang__)
    bits a;
    bits b;
    __builtin_memcpy(&a, &x, sizeof x);
    __builtin_memcpy(&b, &y, sizeof y);
    const bits either = (a & chosen) | (b & ~chosen);
    V result;
    __builtin_memcpy(&result, &either, sizeof either);
    return result;
#else
    return chosen ? x : y;
#endif
}

template <class V>
XTENSOR_TORCH_INLINE V absolute(V x)
{
    using T = element<V>;
    if constexpr (std::is_floating_point_v<T>)
    {
        using bits = vec<signed_as<T>, lanes<V>>;
        bits value;
        __builtin_memcpy(&value, &x, sizeof x);
        value &= splat<bits>(std::numeric_limits<signed_as<T>>::max());
        __builtin_memcpy(&x, &value, sizeof x);
        return x;
    }
    else if constexpr (std::is_signed_v<T>)
    {
        return select(x < V{}, -x, x);
    }
    else
    {
        return x;
    }
}

/// A product, rounded as it is in C++: not fused with the addition that may follow.
template <class V>
XTENSOR_TORCH_INLINE V rounded(V product)
{
#if !defined(__clang__) && (XTENSOR_TORCH_BYTES == 64 || defined(__FMA__))
    // AVX-512 has fused instructions of its own, as a user's -march may have, and g++ takes them unasked.
    if constexpr (std::is_floating_point_v<element<V>>)
    {
        __asm__("" : "+v"(product));
    }
#endif
    return product;
}

template <class V>
inline constexpr bool has_register = std::is_floating_point_v<element<V>> &&
                                     (sizeof(V) == 16 || sizeof(V) == 32 || sizeof(V) == 64);

template <class V>
inline constexpr bool has_rounding = has_register<V>&& register_bytes > 16; // SSE4.1 is not the baseline

// Instructions by their names, on both compilers: <immintrin.h> alone takes half a second of each user's
// file.
#if XTENSOR_TORCH_BYTES == 16
    #define XTENSOR_TORCH_INSTRUCTION(name) name
#else
    #define XTENSOR_TORCH_INSTRUCTION(name) "v" name
#endif

template <class V>
XTENSOR_TORCH_INLINE V square_root(V x)
{
    V result;
    if constexpr (sizeof(element<V>) == 4)
    {
        __asm__(XTENSOR_TORCH_INSTRUCTION("sqrtps") " {%1, %0|%0, %1}" : "=x"(result) : "x"(x));
    }
    else
    {
        __asm__(XTENSOR_TORCH_INSTRUCTION("sqrtpd") " {%1, %0|%0, %1}" : "=x"(result) : "x"(x));
    }
    return result;
}

/// How `round_to` rounds; as the instructions have it, without raising the flag of inexact results.
enum rounding
{
    downwards = 9,
    upwards = 10,
    towards_zero = 11,
    as_set = 12 // std::fesetround
};

template <int Rounding, class V>
XTENSOR_TORCH_INLINE V round_to(V x)
{
    V result;
#if XTENSOR_TORCH_BYTES == 16
    static_assert(has_rounding<V>); // one element at a time
    result = x;
#else
    if constexpr (sizeof(V) == 64 && sizeof(element<V>) == 4)
    {
        __asm__("vrndscaleps {%2, %1, %0|%0, %1, %2}" : "=x"(result) : "x"(x), "i"(Rounding));
    }
    else if constexpr (sizeof(V) == 64)
    {
        __asm__("vrndscalepd {%2, %1, %0|%0, %1, %2}" : "=x"(result) : "x"(x), "i"(Rounding));
    }
    else if constexpr (sizeof(element<V>) == 4)
    {
        __asm__("vroundps {%2, %1, %0|%0, %1, %2}" : "=x"(result) : "x"(x), "i"(Rounding));
    }
    else
    {
        __asm__("vroundpd {%2, %1, %0|%0, %1, %2}" : "=x"(result) : "x"(x), "i"(Rounding));
    }
#endif
    return result;
}

/// Past the caches, to an address that is a multiple of the vector's size.
template <class V>
XTENSOR_TORCH_INLINE void stream(char* where, V v)
{
    using bytes = char[sizeof(V)]; // NOLINT(modernize-avoid-c-arrays)
    __asm__ volatile(XTENSOR_TORCH_INSTRUCTION("movntps") " {%1, %0|%0, %1}"
                     : "=m"(*reinterpret_cast<bytes*>(where))
                     : "x"(v));
}

/// After it, other threads see what was streamed.
XTENSOR_TORCH_INLINE void finish_streaming()
{
    __asm__ volatile("sfence" : : : "memory");
}

#undef XTENSOR_TORCH_INSTRUCTION
