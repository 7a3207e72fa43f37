// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <xtensor-torch/concepts.hpp>
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
    if constexpr (requires { value.real(), value.imag(); })
    {
        write_scalar(to, value.real());
        write_scalar(to + sizeof(value.real()), value.imag());
    }
    else
    {
        std::memcpy(to, &value, sizeof value);
    }
}

// One element with xtensor's own scalar functions.
template <class T, std::size_t I>
T element_of(const leaf<T, I>&, const char* const* operands)
{
    const char* const from = operands[I];
    if constexpr (std::is_same_v<T, bool>)
    {
        return *from != 0; // LibTorch's may hold any byte
    }
    else
    {
        T value{};
        std::memcpy(&value, from, sizeof value);
        return value;
    }
}

template <class T>
T element_of(const constant<T>& node, const char* const*)
{
    return node.get();
}

template <class F, class R, class... Nodes>
R element_of(const call<F, R, Nodes...>& node, const char* const* operands)
{
    const auto& with = node.with;
    if constexpr (sizeof...(Nodes) == 1)
    {
        return static_cast<R>(node.function(element_of(with.first, operands)));
    }
    else if constexpr (sizeof...(Nodes) == 2)
    {
        return static_cast<R>(
            node.function(element_of(with.first, operands), element_of(with.second, operands)));
    }
    else
    {
        return static_cast<R>(node.function(
            element_of(with.first, operands), element_of(with.second, operands),
            element_of(with.third, operands)));
    }
}

/// A kernel with no instructions but those that the program is compiled for.
template <class T, class Node>
void run_elements(const void* nodes, const dense_rows& rows)
{
    const Node& node = *static_cast<const Node*>(nodes);
    for (std::int64_t row = 0; row < rows.row_count; ++row)
    {
        std::array<const char*, Node::leaves + 1> data;
        for (std::size_t i = 0; i < data.size(); ++i)
        {
            data[i] = rows.data[i] + row * rows.row_strides[i];
        }
        char* const results = const_cast<char*>(data[0]);
        for (std::int64_t k = 0; k < rows.count; ++k)
        {
            write_scalar(
                results + k * std::int64_t(sizeof(T)),
                engine::to_scalar<T>(element_of(node, data.data() + 1)));
            for (std::size_t i = 1; i < data.size(); ++i)
            {
                data[i] += rows.strides[i];
            }
        }
    }
}

} // namespace xtt::detail::engine
