// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <c10/util/complex.h>

namespace xtt::detail::engine
{

/// What a vector register holds.
template <class T>
inline constexpr bool vectorizable = std::is_arithmetic_v<T> && sizeof(T) <= 8;

/// Whether it is two parts, side by side; not a user's type that has such functions.
template <class T>
inline constexpr bool is_complex_number = false;

template <std::floating_point T>
inline constexpr bool is_complex_number<std::complex<T>> = true;

template <std::floating_point T>
inline constexpr bool is_complex_number<c10::complex<T>> = true;

template <class T>
struct type_tag
{
    using type = T;
};

// A lowered expression: plain values that say what is computed. Where the operands lie is said apart
// (`dense_rows`), so that one tree serves all rows of an array.

/// Operand number `I`.
template <class T, std::size_t I>
struct leaf
{
    using value_type = T;
    static constexpr std::size_t leaves = 1;
    static constexpr bool fits_registers = vectorizable<T>; // all types on the way
    static constexpr std::size_t widest = sizeof(T);        // bytes of the widest of them
};

template <class T>
struct constant
{
    using value_type = T;
    static constexpr std::size_t leaves = 0;
    static constexpr bool fits_registers = vectorizable<T>;
    static constexpr std::size_t widest = sizeof(T);

    // Complex ones as bytes: g++ has a note for users about how it passes structures of those.
    using stored = std::conditional_t<vectorizable<T>, T, std::array<char, sizeof(T)>>;

    explicit constant(T v) : value(std::bit_cast<stored>(v)) {}

    T get() const { return std::bit_cast<T>(value); }

    stored value;
};

/// What a functor is called with; std::tuple takes longer to compile than all that is done with it here.
template <class... Nodes>
struct arguments;

template <class A>
struct arguments<A>
{
    A first;
};

template <class A, class B>
struct arguments<A, B>
{
    A first;
    B second;
};

template <class A, class B, class C>
struct arguments<A, B, C>
{
    A first;
    B second;
    C third;
};

/// Bytes of the widest of these types and of the one that C++ computes them in.
template <class... T>
constexpr std::size_t widest_of()
{
    if constexpr ((vectorizable<T> && ...))
    {
        return std::max({sizeof(std::common_type_t<T...>), sizeof(T)...});
    }
    return 0;
}

/// xtensor's functor, of what it is called with; `R` is the type that it returns.
template <class F, class R, class... Nodes>
struct call
{
    using value_type = R;
    static constexpr std::size_t leaves = (Nodes::leaves + ... + 0);
    static constexpr bool fits_registers = vectorizable<R> && (Nodes::fits_registers && ...);
    static constexpr std::size_t widest =
        std::max({sizeof(R), widest_of<typename Nodes::value_type...>(), Nodes::widest...});

    const F& function; // the expression's own, which outlives the evaluation
    engine::arguments<Nodes...> with;
};

template <class T, std::size_t I>
constexpr void set_item_bytes(type_tag<leaf<T, I>>, std::int64_t* bytes)
{
    bytes[I] = sizeof(T);
}

template <class T>
constexpr void set_item_bytes(type_tag<constant<T>>, std::int64_t*)
{
}

template <class F, class R, class... Nodes>
constexpr void set_item_bytes(type_tag<call<F, R, Nodes...>>, std::int64_t* bytes)
{
    (set_item_bytes(type_tag<Nodes>{}, bytes), ...);
}

/// Bytes of an element of each operand.
template <class Node>
inline constexpr std::array<std::int64_t, Node::leaves + 1> item_bytes_of = []
{
    std::array<std::int64_t, Node::leaves + 1> bytes = {};
    set_item_bytes(type_tag<Node>{}, bytes.data());
    return bytes;
}();

/// Rows of all that a kernel has to do with: the destination, which is number 0, and the operands. Elements
/// lie side by side; or an operand has one value for a row, of which as many lie there as a vector has.
struct dense_rows
{
    const char* const* data;         // where the first row begins
    const std::int64_t* strides;     // bytes from an element to the next: an element's, or 0
    const std::int64_t* row_strides; // bytes from a row to the next
    std::int64_t row_count;
    std::int64_t count; // elements of each row
    bool past_caches;   // the destination, whose rows then begin where cache lines do
};

/// Computes rows from nodes, whose type only the kernel knows. It reads and writes `lanes` elements at a
/// time, also where a row has fewer: there must be room, and operands that do no harm.
struct kernel
{
    void (*run)(const void* node, const dense_rows& rows);
    std::int64_t lanes;
    bool calls_libm;
    bool may_repeat;   // it calls nothing that would notice when elements are computed twice
    bool takes_values; // an operand may have one value for a row

    /// Whether it reads and writes no more of a row than its elements: if they make whole vectors; or, but
    /// not past the caches, more than one, the last of which ends where the row does.
    bool keeps_to(std::int64_t count) const { return count % lanes == 0 || (may_repeat && count > lanes); }
};

/// Calls a functor for each of some elements. Not inlined: where wider instructions are allowed, a user's
/// product and sum would become one, and round another way.
template <class F, class R, class... T>
[[gnu::noinline]] void call_elements(const F& f, R* results, int count, const T*... values)
{
    for (int k = 0; k < count; ++k)
    {
        results[k] = static_cast<R>(f(values[k]...));
    }
}

} // namespace xtt::detail::engine
