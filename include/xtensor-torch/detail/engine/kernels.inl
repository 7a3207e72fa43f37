// SPDX-License-Identifier: BSD-3-Clause
//
// Evaluates lowered expressions with one instruction set. Included once for each, by instruction_sets.hpp,
// within a region that allows its instructions; XTENSOR_TORCH_ISA names the namespace, XTENSOR_TORCH_BYTES
// says how wide its registers are.
//
// Only what is spelled here and in what it includes may use these instructions: no lambdas, no templates from
// elsewhere that take vectors. All of it is inlined into `run`, so that no vector wider than the
// baseline's crosses the region's edge.

// NOLINTBEGIN(modernize-avoid-c-arrays, bugprone-implicit-widening-of-multiplication-result): so plain
// arrays, too

namespace xtt::detail::engine::XTENSOR_TORCH_ISA
{

#define XTENSOR_TORCH_INLINE __attribute__((always_inline)) inline

#include <xtensor-torch/detail/engine/vectors.inl>

#include <xtensor-torch/detail/engine/instructions.inl>

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

/// Before code that is compiled for narrower registers, which is many times slower while the wide halves of
/// any are in use. g++ leaves this out before functions that it sees.
XTENSOR_TORCH_INLINE void leave_wide_registers()
{
#if XTENSOR_TORCH_BYTES > 16
    __builtin_ia32_vzeroupper();
#endif
}

/// A functor that has no vector form: one element at a time, and only those that exist.
template <int N, class R, class F, class X>
XTENSOR_TORCH_INLINE auto element_form(const F& f, int count, X x)
{
    typename scalar_of<X>::type xs[N];
    R results[N] = {};
    unpack(x, xs);
    leave_wide_registers();
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
    leave_wide_registers();
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
    leave_wide_registers();
    call_elements(f, results, count, xs, ys, zs);
    return pack<N>(results);
}

/// The next `N` elements of a row; of the last ones only `count` exist.
template <int N, class T, std::size_t I, class Row>
XTENSOR_TORCH_INLINE auto evaluate(const leaf<T, I>&, const Row& row, int)
{
    using V = vec<std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>, N>;
    V v;
    __builtin_memcpy(&v, row.operands[I], sizeof v);
    if constexpr (std::is_same_v<T, bool>)
    {
        return mask_of(v != V{});
    }
    else
    {
        return v;
    }
}

template <int N, class T, class Row>
XTENSOR_TORCH_INLINE auto evaluate(const constant<T>& node, const Row&, int)
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

/// Whether it is a power of floating point, by an exponent that is the same for all elements.
template <class Node>
inline constexpr bool has_one_exponent = false;

template <class R, class X, class T>
inline constexpr bool has_one_exponent<call<xt::math::pow_fun, R, X, constant<T>>> =
    std::is_floating_point_v<R>;

// One function for any number of arguments: it calls itself, and a later one it would not find.
template <int N, bool LooksUp = true, class F, class R, class... Nodes, class Row>
XTENSOR_TORCH_INLINE auto evaluate(const call<F, R, Nodes...>& node, const Row& row, int count)
{
    if constexpr (LooksUp && Row::template has_results<call<F, R, Nodes...>>)
    {
        return row.template results<call<F, R, Nodes...>, N>();
    }
    else
    {
        const auto x = evaluate<N>(node.with.first, row, count);
        if constexpr (has_one_exponent<call<F, R, Nodes...>>)
        {
            // As compilers have it where they see the number. Not by ==, of which -Wfloat-equal warns.
            const auto exponent = static_cast<R>(node.with.second.value);
            if (exponent >= R(2) && exponent <= R(2))
            {
                const auto base = to<R>(x);
                return rounded(base * base);
            }
        }
        if constexpr (sizeof...(Nodes) == 1)
        {
            return apply<N, R>(node.function, count, x);
        }
        else if constexpr (sizeof...(Nodes) == 2)
        {
            return apply<N, R>(node.function, count, x, evaluate<N>(node.with.second, row, count));
        }
        else
        {
            return apply<N, R>(
                node.function, count, x, evaluate<N>(node.with.second, row, count),
                evaluate<N>(node.with.third, row, count));
        }
    }
}

/// The same as elements of type `T` in memory: bool is 0 or 1.
template <class T, class X>
XTENSOR_TORCH_INLINE auto stored(X x)
{
    if constexpr (std::is_same_v<T, bool>)
    {
        return to<std::int8_t>(to<bool>(x));
    }
    else
    {
        return to<T>(x);
    }
}

#include <xtensor-torch/detail/engine/rows.inl>

#include <xtensor-torch/detail/engine/loop.inl>

#undef XTENSOR_TORCH_INLINE

} // namespace xtt::detail::engine::XTENSOR_TORCH_ISA

// NOLINTEND(modernize-avoid-c-arrays, bugprone-implicit-widening-of-multiplication-result)

#undef XTENSOR_TORCH_ISA
#undef XTENSOR_TORCH_BYTES
