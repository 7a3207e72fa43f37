// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/engine/functors.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>

namespace xtt::detail::engine
{

// Half and complex types are made of a float; said here, that -Wconversion is quiet about integers.
template <class T, class S>
T to_scalar(const S& value)
{
    if constexpr (std::is_arithmetic_v<S> && !std::is_arithmetic_v<T>)
    {
        if constexpr (requires { typename T::value_type; })
        {
            return T(static_cast<typename T::value_type>(value));
        }
        else
        {
            return T(static_cast<float>(value));
        }
    }
    else if constexpr (requires { static_cast<T>(value); })
    {
        return static_cast<T>(value);
    }
    else
    {
        static_assert(
            never<S>,
            "xtensor-torch: no such value converts to the destination's scalar; write xt::real(z) of "
            "complex values, xt::adapt(x) of a std::vector.");
        return T();
    }
}

/// Complex numbers part by part: what is computed in parts would be slow to read as a whole.
template <class T>
void write_scalar(char* to, const T& value)
{
    if constexpr (is_complex_number<T>)
    {
        write_scalar(to, value.real());
        write_scalar(to + sizeof(value.real()), value.imag());
    }
    else
    {
        std::memcpy(to, std::addressof(value), sizeof(T));
    }
}

template <class T>
T read_scalar(const char* from)
{
    if constexpr (std::is_same_v<T, bool>)
    {
        return *from != 0; // LibTorch's may hold any byte
    }
    else
    {
        T value{};
        std::memcpy(static_cast<void*>(std::addressof(value)), from, sizeof(T));
        return value;
    }
}

/// The same of complex numbers part by part.
template <class T>
T read_parts(const char* from)
{
    if constexpr (is_complex_number<T>)
    {
        using Part = typename T::value_type;
        return T(read_scalar<Part>(from), read_scalar<Part>(from + sizeof(Part)));
    }
    else
    {
        return read_scalar<T>(from);
    }
}

/// Whether a functor calls a function of the C library, which takes complex numbers as a whole.
template <class F>
inline constexpr bool calls_with_whole =
    is_libm<F> || std::is_same_v<F, xt::math::abs_fun> || std::is_same_v<F, xt::math::sqrt_fun>;

// Element `k` of a row, with xtensor's own scalar functions. Inlined, or compilers find no vectors for the
// loop; `Parts`: complex numbers are read part by part.
template <bool Parts, class T, std::size_t I>
[[gnu::always_inline]] inline T element_of(const leaf<T, I>&, const char* const* operands, std::int64_t k)
{
    const char* const from = operands[I] + k * std::int64_t(sizeof(T));
    return Parts ? read_parts<T>(from) : read_scalar<T>(from);
}

template <bool, class T>
[[gnu::always_inline]] inline T element_of(const constant<T>& node, const char* const*, std::int64_t)
{
    return node.get();
}

template <bool, class F, class R, class... Nodes>
[[gnu::always_inline]] inline R
element_of(const call<F, R, Nodes...>& node, const char* const* operands, std::int64_t k)
{
    constexpr bool parts = !calls_with_whole<F>;
    const auto& with = node.with;
    if constexpr (sizeof...(Nodes) == 1)
    {
        return static_cast<R>(node.function(element_of<parts>(with.first, operands, k)));
    }
    else if constexpr (sizeof...(Nodes) == 2)
    {
        return static_cast<R>(node.function(
            element_of<parts>(with.first, operands, k), element_of<parts>(with.second, operands, k)));
    }
    else
    {
        return static_cast<R>(node.function(
            element_of<parts>(with.first, operands, k), element_of<parts>(with.second, operands, k),
            element_of<parts>(with.third, operands, k)));
    }
}

/// A kernel with no instructions but those that the program is compiled for.
template <class T, class Node>
void run_elements(const void* nodes, const dense_rows& rows)
{
    const Node& node = *static_cast<const Node*>(nodes);
    for (std::int64_t row = 0; row < rows.row_count; ++row)
    {
        std::array<const char*, Node::leaves + 1> data; // no store can change it
        for (std::size_t i = 0; i < data.size(); ++i)
        {
            data[i] = rows.data[i] + row * rows.row_strides[i];
        }
        char* const results = const_cast<char*>(data[0]);
        const std::int64_t count = rows.count;
        if constexpr (std::is_same_v<Node, leaf<T, 0>> && !std::is_same_v<T, bool>)
        {
            std::memmove(results, data[1], static_cast<std::size_t>(count) * sizeof(T)); // maybe in place
        }
        else
        {
            for (std::int64_t k = 0; k < count; ++k)
            {
                write_scalar(
                    results + k * std::int64_t(sizeof(T)),
                    engine::to_scalar<T>(element_of<true>(node, data.data() + 1, k)));
            }
        }
    }
}

} // namespace xtt::detail::engine
