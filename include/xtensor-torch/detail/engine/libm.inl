// SPDX-License-Identifier: BSD-3-Clause
//
// The functions of libm.hpp's lists. Included by kernels.inl, for each instruction set.

#ifdef XTENSOR_TORCH_HAS_LIBMVEC
    #if XTENSOR_TORCH_BYTES == 64
        #define XTENSOR_TORCH_LIBM_FLOAT(v, name) _ZGVeN16##v##_##name##f
        #define XTENSOR_TORCH_LIBM_DOUBLE(v, name) _ZGVeN8##v##_##name
namespace narrower = avx2;
    #elif XTENSOR_TORCH_BYTES == 32
        #define XTENSOR_TORCH_LIBM_FLOAT(v, name) _ZGVdN8##v##_##name##f
        #define XTENSOR_TORCH_LIBM_DOUBLE(v, name) _ZGVdN4##v##_##name
namespace narrower = sse2;
    #else
        #define XTENSOR_TORCH_LIBM_FLOAT(v, name) _ZGVbN4##v##_##name##f
        #define XTENSOR_TORCH_LIBM_DOUBLE(v, name) _ZGVbN2##v##_##name
    #endif
using floats = vec<float, register_bytes / 4>;
using doubles = vec<double, register_bytes / 8>;

/// What libmvec leaves out: results that do not depend on the operand that is NaN.
template <class F, class V>
XTENSOR_TORCH_INLINE V with_special_values(type_tag<F>, V, V, V result)
{
    return result;
}

template <class V>
XTENSOR_TORCH_INLINE V with_special_values(type_tag<xt::math::pow_fun>, V x, V y, V result)
{
    const V one = splat<V>(1);
    return select((y == V{}) | (x == one), one, result);
}

template <class V>
XTENSOR_TORCH_INLINE V with_special_values(type_tag<xt::math::hypot_fun>, V x, V y, V result)
{
    const V infinity = splat<V>(std::numeric_limits<element<V>>::infinity());
    return select((absolute(x) == infinity) | (absolute(y) == infinity), infinity, result);
}

    // Declared within the region, since their arguments are its registers.
    #define XTENSOR_TORCH_LIBM_FORM(name)                                                                    \
        extern "C" floats XTENSOR_TORCH_LIBM_FLOAT(v, name)(floats);                                         \
        extern "C" doubles XTENSOR_TORCH_LIBM_DOUBLE(v, name)(doubles);                                      \
        template <class R, class X, class V = result_in<R, X>>                                               \
        requires(has_register<V>) XTENSOR_TORCH_INLINE V vector_form(                                        \
            [[maybe_unused]] type_tag<xt::math::name##_fun> f, [[maybe_unused]] type_tag<R> tag, X operand)  \
        {                                                                                                    \
            const V x = to<R>(operand);                                                                      \
            if constexpr (std::is_same_v<V, floats>)                                                         \
                return XTENSOR_TORCH_LIBM_FLOAT(v, name)(x);                                                 \
            else if constexpr (std::is_same_v<V, doubles>)                                                   \
                return XTENSOR_TORCH_LIBM_DOUBLE(v, name)(x);                                                \
            else                                                                                             \
                return XTENSOR_TORCH_NARROWER(vector_form(f, tag, x));                                       \
        }
    #define XTENSOR_TORCH_LIBM_FORM_2(name)                                                                  \
        extern "C" floats XTENSOR_TORCH_LIBM_FLOAT(vv, name)(floats, floats);                                \
        extern "C" doubles XTENSOR_TORCH_LIBM_DOUBLE(vv, name)(doubles, doubles);                            \
        template <class R, class X, class Y, class V = result_in<R, X>>                                      \
        requires(has_register<V>) XTENSOR_TORCH_INLINE V vector_form(                                        \
            [[maybe_unused]] type_tag<xt::math::name##_fun> f, [[maybe_unused]] type_tag<R> tag, X left,     \
            Y right)                                                                                         \
        {                                                                                                    \
            const V x = to<R>(left);                                                                         \
            const V y = to<R>(right);                                                                        \
            if constexpr (std::is_same_v<V, floats>)                                                         \
                return with_special_values(f, x, y, XTENSOR_TORCH_LIBM_FLOAT(vv, name)(x, y));               \
            else if constexpr (std::is_same_v<V, doubles>)                                                   \
                return with_special_values(f, x, y, XTENSOR_TORCH_LIBM_DOUBLE(vv, name)(x, y));              \
            else                                                                                             \
                return XTENSOR_TORCH_NARROWER(vector_form(f, tag, x, y));                                    \
        }
    #if XTENSOR_TORCH_BYTES == 16
        #define XTENSOR_TORCH_NARROWER(call) x // there is none
    #else
        #define XTENSOR_TORCH_NARROWER(call) narrower::call
    #endif
XTENSOR_TORCH_LIBM_UNARY(XTENSOR_TORCH_LIBM_FORM)
XTENSOR_TORCH_LIBM_BINARY(XTENSOR_TORCH_LIBM_FORM_2)
    #undef XTENSOR_TORCH_LIBM_FORM
    #undef XTENSOR_TORCH_LIBM_FORM_2
    #undef XTENSOR_TORCH_LIBM_FLOAT
    #undef XTENSOR_TORCH_LIBM_DOUBLE
    #undef XTENSOR_TORCH_NARROWER
#endif
