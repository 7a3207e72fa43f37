// SPDX-License-Identifier: BSD-3-Clause
//
// Evaluates lowered expressions with one instruction set. Included once for each, by instruction_sets.hpp,
// within a region that allows its instructions; XTENSOR_TORCH_ISA names the namespace, XTENSOR_TORCH_BYTES
// says how wide its registers are.
//
// Only what is spelled here and in what it includes may use these instructions: no lambdas, no templates from
// elsewhere that take vectors. All of it is inlined into `run` and `parts`, so that no vector wider than the
// baseline's crosses the region's edge.

// NOLINTBEGIN(modernize-avoid-c-arrays, bugprone-implicit-widening-of-multiplication-result): so plain
// arrays, too

namespace xtt::detail::engine::XTENSOR_TORCH_ISA
{

#define XTENSOR_TORCH_INLINE __attribute__((always_inline)) inline

#include <xtensor-torch/detail/engine/vectors.inl>

#include <xtensor-torch/detail/engine/functions.inl>

#include <xtensor-torch/detail/engine/libm.inl>

/// The elements of a vector, or the truth values of a mask, in an array and back.
template <class X>
XTENSOR_TORCH_INLINE void unpack(X x, typename scalar_of<X>::type* values)
{
    if constexpr (is_mask<X>)
    {
        const auto bytes = to<std::int8_t>(x);
        __builtin_memcpy(values, &bytes, sizeof bytes);
    }
    else
    {
        __builtin_memcpy(values, &x, sizeof x);
    }
}

template <int N, class R>
XTENSOR_TORCH_INLINE auto pack(const R* values)
{
    if constexpr (std::is_same_v<R, bool>)
    {
        vec<std::int8_t, N> bytes;
        __builtin_memcpy(&bytes, values, sizeof bytes);
        return mask_of(bytes != vec<std::int8_t, N>{});
    }
    else
    {
        vec<R, N> result;
        __builtin_memcpy(&result, values, sizeof result);
        return result;
    }
}

/// A functor that has no vector form: one element at a time, and only those that exist.
template <int N, class R, class F, class X>
XTENSOR_TORCH_INLINE auto element_form(const F& f, int count, X x)
{
    typename scalar_of<X>::type xs[N];
    R results[N] = {};
    unpack(x, xs);
    call_elements(f, results, count, xs);
    return pack<N>(results);
}

template <int N, class R, class F, class X, class Y>
XTENSOR_TORCH_INLINE auto element_form(const F& f, int count, X x, Y y)
{
    typename scalar_of<X>::type xs[N];
    typename scalar_of<Y>::type ys[N];
    R results[N] = {};
    unpack(x, xs);
    unpack(y, ys);
    call_elements(f, results, count, xs, ys);
    return pack<N>(results);
}

template <int N, class R, class F, class X, class Y, class Z>
XTENSOR_TORCH_INLINE auto element_form(const F& f, int count, X x, Y y, Z z)
{
    typename scalar_of<X>::type xs[N];
    typename scalar_of<Y>::type ys[N];
    typename scalar_of<Z>::type zs[N];
    R results[N] = {};
    unpack(x, xs);
    unpack(y, ys);
    unpack(z, zs);
    call_elements(f, results, count, xs, ys, zs);
    return pack<N>(results);
}

/// `N` elements of a row from element `i` on; of a last part only `count` exist, and its first stands for the
/// others, so that they can do no harm and all elements take the same way.
template <int N, bool Part, bool Dense, class T, std::size_t I, class Row>
XTENSOR_TORCH_INLINE auto evaluate(const leaf<T, I>&, const Row& row, std::int64_t i, int count)
{
    using stored = std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>;
    using V = vec<stored, N>;
    const std::int64_t stride = Dense ? std::int64_t(sizeof(T)) : row.strides[I];
    const char* const first = row.data[I] + i * stride;
    V v;
    if ((!Part || count == N) && (Dense || stride == std::int64_t(sizeof(T))))
    {
        __builtin_memcpy(&v, first, sizeof v);
    }
    else
    {
        stored value;
        __builtin_memcpy(&value, first, sizeof value);
        v = splat<V>(value);
        if (stride != 0)
        {
            stored values[N];
            __builtin_memcpy(values, &v, sizeof v);
            const int stop = Part && count < N ? count : N; // never more, which g++ does not know
            for (int k = 1; k < stop; ++k)
            {
                __builtin_memcpy(values + k, first + k * stride, sizeof(T));
            }
            __builtin_memcpy(&v, values, sizeof v);
        }
    }
    if constexpr (std::is_same_v<T, bool>)
    {
        return mask_of(v != V{});
    }
    else
    {
        return v;
    }
}

template <int N, bool Part, bool Dense, class T, class Row>
XTENSOR_TORCH_INLINE auto evaluate(const constant<T>& node, const Row&, std::int64_t, int)
{
    if constexpr (std::is_same_v<T, bool>)
    {
        return mask<vec<std::int8_t, N>>{splat<vec<std::int8_t, N>>(node.value ? -1 : 0)};
    }
    else
    {
        return splat<vec<T, N>>(node.value);
    }
}

template <int N, class R, class F, class... X>
XTENSOR_TORCH_INLINE auto apply(const F& f, int count, X... x)
{
    if constexpr (requires { vector_form(type_tag<F>{}, type_tag<R>{}, x...); })
    {
        return vector_form(type_tag<F>{}, type_tag<R>{}, x...);
    }
    else
    {
        return element_form<N, R>(f, count, x...);
    }
}

// One function for any number of arguments: it calls itself, and a later one it would not find.
template <int N, bool Part, bool Dense, class F, class R, class... Nodes, class Row>
XTENSOR_TORCH_INLINE auto
evaluate(const call<F, R, Nodes...>& node, const Row& row, std::int64_t i, int count)
{
    const auto x = evaluate<N, Part, Dense>(node.with.first, row, i, count);
    if constexpr (sizeof...(Nodes) == 1)
    {
        return apply<N, R>(node.function, count, x);
    }
    else if constexpr (sizeof...(Nodes) == 2)
    {
        return apply<N, R>(
            node.function, count, x, evaluate<N, Part, Dense>(node.with.second, row, i, count));
    }
    else
    {
        return apply<N, R>(
            node.function, count, x, evaluate<N, Part, Dense>(node.with.second, row, i, count),
            evaluate<N, Part, Dense>(node.with.third, row, i, count));
    }
}

#include <xtensor-torch/detail/engine/rows.inl>

#undef XTENSOR_TORCH_INLINE

} // namespace xtt::detail::engine::XTENSOR_TORCH_ISA

// NOLINTEND(modernize-avoid-c-arrays, bugprone-implicit-widening-of-multiplication-result)

#undef XTENSOR_TORCH_ISA
#undef XTENSOR_TORCH_BYTES
