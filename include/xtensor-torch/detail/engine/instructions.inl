// SPDX-License-Identifier: BSD-3-Clause
//
// What vectors need an instruction by its name for. Included by kernels.inl, for each instruction set.

/// A product, rounded as it is in C++: not fused with the addition that may follow.
template <class V>
XTENSOR_TORCH_INLINE V rounded(V product)
{
#if XTENSOR_TORCH_BYTES == 64 || defined(__FMA__) || defined(__FMA4__)
    // AVX-512 has fused instructions of its own, as a user's -march may have; g++ takes them unasked, clang
    // with -ffp-contract=fast.
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
