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

template <class T>
using twice_as_wide = std::conditional_t<
    std::is_signed_v<T>, std::conditional_t<sizeof(T) == 1, std::int16_t, std::int32_t>,
    std::conditional_t<sizeof(T) == 1, std::uint16_t, std::uint32_t>>;

template <class T>
using half_as_wide = std::conditional_t<sizeof(T) == 8, std::int32_t, std::int16_t>;

/// A vector as one of type `W`, in steps for which there are instructions: for others g++ takes the vector
/// apart.
template <class W, class V>
XTENSOR_TORCH_INLINE W converted(V x)
{
    using From = element<V>;
    using To = element<W>;
    constexpr bool widens = sizeof(To) > 2 * sizeof(From);
    constexpr bool narrows = sizeof(From) > 2 * sizeof(To);
    if constexpr (std::is_integral_v<From> && std::is_integral_v<To> && (widens || narrows))
    {
        using step = std::conditional_t<widens, twice_as_wide<From>, half_as_wide<From>>;
        return converted<W>(__builtin_convertvector(x, vec<step, lanes<V>>));
    }
    else if constexpr (
        std::is_floating_point_v<From> != std::is_floating_point_v<To> &&
        (std::is_floating_point_v<From> ? sizeof(To) : sizeof(From)) < sizeof(std::int32_t))
    {
        return converted<W>(converted<vec<std::int32_t, lanes<V>>>(x));
    }
    else
    {
        return __builtin_convertvector(x, W);
    }
}

/// The bits of a mask as those of `W`. To wider ones at once, for g++ knows where they come from.
template <class W, class V>
XTENSOR_TORCH_INLINE W converted_mask(V bits)
{
    if constexpr (sizeof(W) > sizeof(V))
    {
        return __builtin_convertvector(bits, W);
    }
    else
    {
        return converted<W>(bits);
    }
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
        const auto ones = converted_mask<integers>(x.bits) & splat<integers>(1);
        return converted<vec<T, lane_count<V>>>(ones);
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
        return converted<vec<T, lanes<V>>>(x);
    }
    // NOLINTEND(bugprone-branch-clone)
}

/// `x` where the mask is set, else `y`.
template <class M, class V>
XTENSOR_TORCH_INLINE V select(M comparison, V x, V y)
{
    using bits = vec<signed_as<element<V>>, lanes<V>>;
    const bits chosen = converted_mask<bits>(comparison);
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
