// SPDX-License-Identifier: BSD-3-Clause
//
// What each of xtensor's functors does to vectors: one line each, in terms of x, y and z. Included by
// kernels.inl, for each instruction set. A functor without a line is called for one element at a time.

// `vector_form(tag of the functor, tag of the result, operands)` exists where a functor has one; tags, so
// that a user's functor that is derived from one of these is not taken for it.

#define XTENSOR_TORCH_UNARY(functor, condition, expression)                                                  \
    template <class R, class X, class V = result_in<R, X>>                                                   \
    requires(condition) XTENSOR_TORCH_INLINE V vector_form(type_tag<functor>, type_tag<R>, X operand)        \
    {                                                                                                        \
        const V x = to<R>(operand);                                                                          \
        return expression;                                                                                   \
    }
#define XTENSOR_TORCH_BINARY(functor, condition, expression)                                                 \
    template <class R, class X, class Y, class V = result_in<R, X>>                                          \
    requires(condition) XTENSOR_TORCH_INLINE V vector_form(type_tag<functor>, type_tag<R>, X left, Y right)  \
    {                                                                                                        \
        const V x = to<R>(left);                                                                             \
        const V y = to<R>(right);                                                                            \
        return expression;                                                                                   \
    }
#define XTENSOR_TORCH_COMPARISON(functor, expression)                                                        \
    template <class X, class Y>                                                                              \
    XTENSOR_TORCH_INLINE auto vector_form(type_tag<functor>, type_tag<bool>, X left, Y right)                \
    {                                                                                                        \
        using T = compared_as<X, Y>;                                                                         \
        const auto x = to<T>(left);                                                                          \
        const auto y = to<T>(right);                                                                         \
        return mask_of(expression);                                                                          \
    }
#define XTENSOR_TORCH_PREDICATE(functor, expression)                                                         \
    template <class V>                                                                                       \
    requires(!is_mask<V> && std::is_floating_point_v<element<V>>) XTENSOR_TORCH_INLINE auto vector_form(     \
        type_tag<functor>, type_tag<bool>, V x)                                                              \
    {                                                                                                        \
        [[maybe_unused]] constexpr auto infinity = std::numeric_limits<element<V>>::infinity();              \
        return mask_of(expression);                                                                          \
    }

/// Small integers of one type are compared in it, bool as bytes, all else as C++ does.
template <class X, class Y>
using compared_as = std::conditional_t<
    std::is_same_v<typename scalar_of<X>::type, typename scalar_of<Y>::type>,
    std::conditional_t<
        std::is_same_v<typename scalar_of<X>::type, bool>, std::int8_t, typename scalar_of<X>::type>,
    decltype(std::declval<typename scalar_of<X>::type>() + std::declval<typename scalar_of<Y>::type>())>;

// In the result's type.
XTENSOR_TORCH_UNARY(xt::detail::identity, true, x)
XTENSOR_TORCH_UNARY(xt::detail::negate, true, -x)
XTENSOR_TORCH_UNARY(xt::detail::bitwise_not, std::is_integral_v<R>, ~x)
XTENSOR_TORCH_BINARY(xt::detail::plus, true, x + y)
XTENSOR_TORCH_BINARY(xt::detail::minus, true, x - y)
XTENSOR_TORCH_BINARY(xt::detail::multiplies, true, rounded(x* y))
XTENSOR_TORCH_BINARY(xt::detail::divides, std::is_floating_point_v<R>, x / y) // integers may trap
XTENSOR_TORCH_BINARY(xt::detail::bitwise_and, std::is_integral_v<R>, x& y)
XTENSOR_TORCH_BINARY(xt::detail::bitwise_or, std::is_integral_v<R>, x | y)
XTENSOR_TORCH_BINARY(xt::detail::bitwise_xor, std::is_integral_v<R>, x ^ y)
XTENSOR_TORCH_BINARY(xt::math::minimum<void>, true, select(x < y, x, y))
XTENSOR_TORCH_BINARY(xt::math::maximum<void>, true, select(x > y, x, y))
XTENSOR_TORCH_BINARY(xt::math::fmin_fun, std::is_floating_point_v<R>, select((x < y) | (y != y), x, y))
XTENSOR_TORCH_BINARY(xt::math::fmax_fun, std::is_floating_point_v<R>, select((x > y) | (y != y), x, y))
XTENSOR_TORCH_UNARY(xt::math::abs_fun, true, absolute(x))
XTENSOR_TORCH_UNARY(xt::math::fabs_fun, true, absolute(x))
XTENSOR_TORCH_UNARY(xt::math::sqrt_fun, has_register<V>, square_root(x))
XTENSOR_TORCH_UNARY(xt::math::floor_fun, has_rounding<V>, (round_to<downwards>(x)))
XTENSOR_TORCH_UNARY(xt::math::ceil_fun, has_rounding<V>, (round_to<upwards>(x)))
XTENSOR_TORCH_UNARY(xt::math::trunc_fun, has_rounding<V>, (round_to<towards_zero>(x)))
XTENSOR_TORCH_UNARY(xt::math::rint_fun, has_rounding<V>, (round_to<as_set>(x)))
XTENSOR_TORCH_UNARY(xt::math::nearbyint_fun, has_rounding<V>, (round_to<as_set>(x)))

// In the operands' common type, to a mask.
XTENSOR_TORCH_COMPARISON(xt::detail::less, x < y)
XTENSOR_TORCH_COMPARISON(xt::detail::less_equal, x <= y)
XTENSOR_TORCH_COMPARISON(xt::detail::greater, x > y)
XTENSOR_TORCH_COMPARISON(xt::detail::greater_equal, x >= y)
XTENSOR_TORCH_COMPARISON(xt::detail::equal_to, x == y)
XTENSOR_TORCH_COMPARISON(xt::detail::not_equal_to, x != y)
XTENSOR_TORCH_PREDICATE(xt::math::isnan_fun, x != x)
XTENSOR_TORCH_PREDICATE(xt::math::isinf_fun, absolute(x) == splat<V>(infinity))
XTENSOR_TORCH_PREDICATE(xt::math::isfinite_fun, absolute(x) < splat<V>(infinity))

template <class X>
XTENSOR_TORCH_INLINE auto vector_form(type_tag<xt::detail::logical_not>, type_tag<bool>, X operand)
{
    auto x = to<bool>(operand);
    x.bits = ~x.bits;
    return x;
}

template <class X, class Y>
XTENSOR_TORCH_INLINE auto vector_form(type_tag<xt::detail::logical_and>, type_tag<bool>, X left, Y right)
{
    const auto x = to<bool>(left);
    auto y = to<bool>(right);
    y.bits &= converted_mask<decltype(y.bits)>(x.bits);
    return y;
}

template <class X, class Y>
XTENSOR_TORCH_INLINE auto vector_form(type_tag<xt::detail::logical_or>, type_tag<bool>, X left, Y right)
{
    const auto x = to<bool>(left);
    auto y = to<bool>(right);
    y.bits |= converted_mask<decltype(y.bits)>(x.bits);
    return y;
}

// Each pair compared in its own common type, as xtensor does.
template <class R, class X, class Y, class Z>
requires(!is_mask<X> && !is_mask<Y> && !is_mask<Z>) XTENSOR_TORCH_INLINE
    auto vector_form(type_tag<xt::math::clamp_fun>, type_tag<R>, X x, Y low, Z high)
{
    using with_low = compared_as<X, Y>;
    using with_high = compared_as<Z, X>;
    using inner = std::common_type_t<element<Z>, element<X>>;
    const auto limited = select(to<with_high>(high) < to<with_high>(x), to<inner>(high), to<inner>(x));
    return select(to<with_low>(x) < to<with_low>(low), to<R>(low), to<R>(limited));
}

template <class R, class M, class X, class Y>
requires(!std::is_same_v<R, bool>) XTENSOR_TORCH_INLINE
    auto vector_form(type_tag<xt::detail::conditional_ternary>, type_tag<R>, M condition, X x, Y y)
{
    return select(to<bool>(condition).bits, to<R>(x), to<R>(y));
}

template <class R, class X>
XTENSOR_TORCH_INLINE auto vector_form(type_tag<typename xt::detail::cast<R>::functor>, type_tag<R>, X x)
{
    return to<R>(x);
}

#undef XTENSOR_TORCH_UNARY
#undef XTENSOR_TORCH_BINARY
#undef XTENSOR_TORCH_COMPARISON
#undef XTENSOR_TORCH_PREDICATE
