// SPDX-License-Identifier: BSD-3-Clause
//
// Evaluates lowered expressions with one instruction set. Included once for each, by instruction_sets.hpp,
// within a region that allows its instructions; XTENSOR_TORCH_ISA names the namespace, XTENSOR_TORCH_BYTES
// says how wide its registers are.
//
// Only what is spelled here may use these instructions: no lambdas, no templates from elsewhere that take
// vectors. All of it is inlined into `run`, so that no
// vector wider than the baseline's crosses the region's edge.

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
template <int N, bool Part, bool Dense, class T, std::size_t I, class Operands>
XTENSOR_TORCH_INLINE auto evaluate(const leaf<T, I>&, const Operands& rows, std::int64_t i, int count)
{
    using stored = std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>;
    using V = vec<stored, N>;
    const std::int64_t stride = Dense ? std::int64_t(sizeof(T)) : rows.strides[I];
    const char* const first = rows.data[I] + i * stride;
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

template <int N, bool Part, bool Dense, class T, class Operands>
XTENSOR_TORCH_INLINE auto evaluate(const constant<T>& node, const Operands&, std::int64_t, int)
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
template <int N, bool Part, bool Dense, class F, class R, class... Nodes, class Operands>
XTENSOR_TORCH_INLINE auto
evaluate(const call<F, R, Nodes...>& node, const Operands& rows, std::int64_t i, int count)
{
    const auto x = evaluate<N, Part, Dense>(node.with.first, rows, i, count);
    if constexpr (sizeof...(Nodes) == 1)
    {
        return apply<N, R>(node.function, count, x);
    }
    else if constexpr (sizeof...(Nodes) == 2)
    {
        return apply<N, R>(
            node.function, count, x, evaluate<N, Part, Dense>(node.with.second, rows, i, count));
    }
    else
    {
        return apply<N, R>(
            node.function, count, x, evaluate<N, Part, Dense>(node.with.second, rows, i, count),
            evaluate<N, Part, Dense>(node.with.third, rows, i, count));
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

template <bool Stream, class V>
XTENSOR_TORCH_INLINE void store(char* where, V v)
{
    if constexpr (Stream)
    {
        stream(where, v);
    }
    else
    {
        __builtin_memcpy(where, &v, sizeof v);
    }
}

/// Elements [i, end) of a row whose results lie side by side, a vector at a time; `past_caches` at an address
/// that is a multiple of a cache line. Returns where it stopped.
template <class T, bool Dense, class Node, class Operands>
XTENSOR_TORCH_INLINE std::int64_t whole_vectors(
    const Node& node, const Operands& rows, char* out, bool past_caches, std::int64_t i, std::int64_t end)
{
    constexpr int N = register_bytes / int(std::max(Node::widest, sizeof(T)));
    using V = vec<std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>, N>;
    constexpr bool can_stream = register_bytes > 16 && sizeof(V) >= 16;
    for (; i + N <= end; i += N)
    {
        const V v = stored<T>(evaluate<N, false, Dense>(node, rows, i, N));
        char* const where = out + i * std::int64_t(sizeof(T));
        if (can_stream && past_caches)
        {
            store<can_stream>(where, v);
        }
        else
        {
            store<false>(where, v);
        }
    }
    return i;
}

/// Elements [i, end), of which a vector may hold fewer than fit, `stride` bytes from each other. A function
/// of its own, for `Dense` and not: it is compiled for each expression.
template <class T, class Node, class Operands>
__attribute__((noinline)) void parts(
    const Node& node, const Operands& rows, char* out, std::int64_t stride, std::int64_t i, std::int64_t end)
{
    constexpr int N = register_bytes / int(std::max(Node::widest, sizeof(T)));
    using V = vec<std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>, N>;
    for (; i < end; i += N)
    {
        const int count = end - i < N ? int(end - i) : N;
        const V v = stored<T>(evaluate<N, true, false>(node, rows, i, count));
        if (count == N && stride == std::int64_t(sizeof(T)))
        {
            __builtin_memcpy(out + i * stride, &v, sizeof v);
            continue;
        }
        char values[sizeof(V)];
        __builtin_memcpy(values, &v, sizeof v);
        for (int k = 0; k < count; ++k)
        {
            __builtin_memcpy(out + (i + k) * stride, values + k * int(sizeof(T)), sizeof(T));
        }
    }
}

/// One row of `count` elements.
template <class T, bool Dense, class Node, class Operands>
XTENSOR_TORCH_INLINE void run_row(
    const Node& node, const Operands& rows, char* results, std::int64_t stride, bool past_caches,
    std::int64_t count)
{
    std::int64_t i = 0;
    if (past_caches) // up to where a cache line begins
    {
        const auto address = reinterpret_cast<std::uintptr_t>(results);
        const auto before = std::int64_t(-address % 64 / sizeof(T));
        i = before < count ? before : count;
        parts<T>(node, rows, results, stride, 0, i);
    }
    if (stride == std::int64_t(sizeof(T)))
    {
        const Operands own = rows; // in registers, and no store can change it
        i = whole_vectors<T, Dense>(node, own, results, past_caches, i, count);
    }
    if (i < count)
    {
        parts<T>(node, rows, results, stride, i, count);
    }
}

/// Rows of `count` elements. `Dense`: one row, and results and operands all lie side by side.
template <class T, bool Dense, class Node, class Operands>
void run(const Node& node, const Operands& operands, const target& out, std::int64_t count)
{
    constexpr auto item = std::int64_t(sizeof(T));
    const auto address = reinterpret_cast<std::int64_t>(out.data);
    const bool aligned = (address | (Dense ? 0 : out.row_stride)) % item == 0;
    const bool past_caches = register_bytes > 16 && out.stream && aligned &&
                             (Dense || (out.stride == item && count * item >= least_streamed_row));
    if constexpr (Dense)
    {
        run_row<T, true>(node, operands, out.data, item, past_caches, count);
    }
    else
    {
        Operands rows = operands;
        char* results = out.data;
        for (std::int64_t row = 0; row < out.row_count; ++row)
        {
            run_row<T, false>(node, rows, results, out.stride, past_caches, count);
            for (std::size_t k = 0; k < Operands::count; ++k) // next_row() is not of this region
            {
                rows.data[k] += rows.row_strides[k];
            }
            results += out.row_stride;
        }
    }
    if (past_caches)
    {
        finish_streaming();
    }
}

#undef XTENSOR_TORCH_INLINE

} // namespace xtt::detail::engine::XTENSOR_TORCH_ISA

// NOLINTEND(modernize-avoid-c-arrays, bugprone-implicit-widening-of-multiplication-result)

#undef XTENSOR_TORCH_ISA
#undef XTENSOR_TORCH_BYTES
