// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <xtensor-torch/detail/engine/nodes.hpp>

namespace xtt::detail::engine
{

// Half and complex types are made of a float; said here, that -Wconversion is quiet about integers.
template <class T, class S>
T to_scalar(const S& value)
{
    if constexpr (std::is_arithmetic_v<T> || !std::is_arithmetic_v<S>)
    {
        return static_cast<T>(value);
    }
    else if constexpr (requires { typename T::value_type; })
    {
        return T(static_cast<typename T::value_type>(value));
    }
    else
    {
        return T(static_cast<float>(value));
    }
}

// One element with xtensor's own scalar functions. `Dense`: the operands lie side by side.
template <bool Dense, class T, std::size_t I, std::size_t Leaves>
T element_of(const leaf<T, I>&, const operands<Leaves>& rows, std::int64_t k)
{
    T value{};
    std::memcpy(&value, rows.data[I] + k * (Dense ? std::int64_t(sizeof(T)) : rows.strides[I]), sizeof value);
    return value;
}

template <bool Dense, class T, std::size_t Leaves>
T element_of(const constant<T>& node, const operands<Leaves>&, std::int64_t)
{
    return node.get();
}

template <bool Dense, class F, class R, class... Nodes, std::size_t Leaves>
R element_of(const call<F, R, Nodes...>& node, const operands<Leaves>& rows, std::int64_t k)
{
    const auto& with = node.with;
    if constexpr (sizeof...(Nodes) == 1)
    {
        return static_cast<R>(node.function(element_of<Dense>(with.first, rows, k)));
    }
    else if constexpr (sizeof...(Nodes) == 2)
    {
        return static_cast<R>(
            node.function(element_of<Dense>(with.first, rows, k), element_of<Dense>(with.second, rows, k)));
    }
    else
    {
        return static_cast<R>(node.function(
            element_of<Dense>(with.first, rows, k), element_of<Dense>(with.second, rows, k),
            element_of<Dense>(with.third, rows, k)));
    }
}

/// Rows of `count` elements, with no instructions but those that the program is compiled for.
template <class T, bool Dense, class Node, std::size_t Leaves>
void run_elements(const Node& node, const operands<Leaves>& first, const target& out, std::int64_t count)
{
    const std::int64_t stride = Dense ? std::int64_t(sizeof(T)) : out.stride;
    operands<Leaves> rows = first;
    for (std::int64_t row = 0; row < out.row_count; ++row)
    {
        for (std::int64_t k = 0; k < count; ++k)
        {
            const T value = engine::to_scalar<T>(element_of<Dense>(node, rows, k));
            std::memcpy(out.data + row * out.row_stride + k * stride, &value, sizeof value);
        }
        rows.next_row();
    }
}

} // namespace xtt::detail::engine
