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

    // clang passes wide vectors in memory, unless the whole file is compiled for them; libmvec wants
    // registers.
    #if defined(__clang__) && ((XTENSOR_TORCH_BYTES == 32 && !defined(__AVX__)) ||                           \
                               (XTENSOR_TORCH_BYTES == 64 && !defined(__AVX512F__)))
/// A function of vectors by way of ones of 16 bytes.
template <class F, class V, class... Vs>
XTENSOR_TORCH_INLINE V in_parts(type_tag<F> f, V x, Vs... y)
{
    using T = element<V>;
    using part = vec<T, 16 / int(sizeof(T))>;
    constexpr int count = sizeof(V) / 16;
    part operands[1 + sizeof...(Vs)][count]; // NOLINT(modernize-avoid-c-arrays)
    int i = 0;
    __builtin_memcpy(operands[i++], &x, sizeof x);
    (__builtin_memcpy(operands[i++], &y, sizeof y), ...);
    for (int k = 0; k < count; ++k)
    {
        if constexpr (sizeof...(Vs) == 0)
        {
            operands[0][k] = sse2::vector_form(f, type_tag<T>{}, operands[0][k]);
        }
        else
        {
            operands[0][k] = sse2::vector_form(f, type_tag<T>{}, operands[0][k], operands[1][k]);
        }
    }
    __builtin_memcpy(&x, operands[0], sizeof x);
    return x;
}
        #define XTENSOR_TORCH_LIBM_CALL(symbol, f, ...) in_parts(f, __VA_ARGS__)
    #else
        #define XTENSOR_TORCH_LIBM_CALL(symbol, f, ...) symbol(__VA_ARGS__)
    #endif

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
                return XTENSOR_TORCH_LIBM_CALL(XTENSOR_TORCH_LIBM_FLOAT(v, name), f, x);                     \
            else if constexpr (std::is_same_v<V, doubles>)                                                   \
                return XTENSOR_TORCH_LIBM_CALL(XTENSOR_TORCH_LIBM_DOUBLE(v, name), f, x);                    \
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
                return XTENSOR_TORCH_LIBM_CALL(XTENSOR_TORCH_LIBM_FLOAT(vv, name), f, x, y);                 \
            else if constexpr (std::is_same_v<V, doubles>)                                                   \
                return XTENSOR_TORCH_LIBM_CALL(XTENSOR_TORCH_LIBM_DOUBLE(vv, name), f, x, y);                \
            else                                                                                             \
                return XTENSOR_TORCH_NARROWER(vector_form(f, tag, x, y));                                    \
        }
    #if XTENSOR_TORCH_BYTES == 16
        #define XTENSOR_TORCH_NARROWER(call) x // there is none
    #else
        #define XTENSOR_TORCH_NARROWER(call) narrower::call
    #endif
// NOLINTBEGIN(bugprone-branch-clone): they are different functions where wide ones are called
XTENSOR_TORCH_LIBM_UNARY(XTENSOR_TORCH_LIBM_FORM)
XTENSOR_TORCH_LIBM_BINARY(XTENSOR_TORCH_LIBM_FORM_2)
// NOLINTEND(bugprone-branch-clone)
    #undef XTENSOR_TORCH_LIBM_FORM
    #undef XTENSOR_TORCH_LIBM_FORM_2
    #undef XTENSOR_TORCH_LIBM_CALL
    #undef XTENSOR_TORCH_LIBM_FLOAT
    #undef XTENSOR_TORCH_LIBM_DOUBLE
    #undef XTENSOR_TORCH_NARROWER
#endif
