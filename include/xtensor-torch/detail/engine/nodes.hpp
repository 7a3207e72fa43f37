// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace xtt::detail::engine
{

/// What a vector register holds.
template <class T>
inline constexpr bool vectorizable = std::is_arithmetic_v<T> && sizeof(T) <= 8;

// A lowered expression: plain values that say what is computed. Where the operands lie is said apart
// (`row_block`), so that one tree serves all rows of an array.

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

/// Where the elements of a row lie in each operand; strides in bytes. The same in registers, and where
/// somebody else keeps it.
template <std::size_t Leaves>
struct row_in_registers
{
    std::array<const char*, Leaves> data;
    std::array<std::int64_t, Leaves> strides;
};

struct row_in_memory
{
    const char* const* data;
    const std::int64_t* strides;
};

/// Rows of elements, of all that a kernel has to do with: the destination, which is number 0, and the
/// operands. Strides in bytes.
struct row_block
{
    const char* const* data;         // where the first row begins
    const std::int64_t* strides;     // from an element to the next
    const std::int64_t* row_strides; // from a row to the next
    std::int64_t row_count;
    std::int64_t count; // elements of each row
    bool past_caches;   // results side by side in long rows, of which there are more than caches hold
};

/// Computes the elements of rows from nodes, whose type only the kernel knows.
using kernel = void (*)(const void* node, const row_block& rows);

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

template <class T>
struct type_tag
{
    using type = T;
};

} // namespace xtt::detail::engine
