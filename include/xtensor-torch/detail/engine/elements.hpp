// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
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
T element_of(const leaf<T, I>&, const row_in_registers<Leaves>& row, std::int64_t k)
{
    T value{};
    std::memcpy(&value, row.data[I] + k * (Dense ? std::int64_t(sizeof(T)) : row.strides[I]), sizeof value);
    return value;
}

template <bool Dense, class T, std::size_t Leaves>
T element_of(const constant<T>& node, const row_in_registers<Leaves>&, std::int64_t)
{
    return node.get();
}

template <bool Dense, class F, class R, class... Nodes, std::size_t Leaves>
R element_of(const call<F, R, Nodes...>& node, const row_in_registers<Leaves>& row, std::int64_t k)
{
    const auto& with = node.with;
    if constexpr (sizeof...(Nodes) == 1)
    {
        return static_cast<R>(node.function(element_of<Dense>(with.first, row, k)));
    }
    else if constexpr (sizeof...(Nodes) == 2)
    {
        return static_cast<R>(
            node.function(element_of<Dense>(with.first, row, k), element_of<Dense>(with.second, row, k)));
    }
    else
    {
        return static_cast<R>(node.function(
            element_of<Dense>(with.first, row, k), element_of<Dense>(with.second, row, k),
            element_of<Dense>(with.third, row, k)));
    }
}

/// A kernel with no instructions but those that the program is compiled for.
template <class T, bool Dense, class Node>
void run_elements(const void* nodes, const row_block& block)
{
    const Node& node = *static_cast<const Node*>(nodes);
    const std::int64_t stride = Dense ? std::int64_t(sizeof(T)) : block.strides[0];
    row_in_registers<Node::leaves> row;
    std::copy_n(block.strides + 1, Node::leaves, row.strides.begin());
    for (std::int64_t done = 0; done < block.row_count; ++done)
    {
        for (std::size_t i = 0; i < Node::leaves; ++i)
        {
            row.data[i] = block.data[i + 1] + done * block.row_strides[i + 1];
        }
        char* const results = const_cast<char*>(block.data[0]) + done * block.row_strides[0];
        for (std::int64_t k = 0; k < block.count; ++k)
        {
            const T value = engine::to_scalar<T>(element_of<Dense>(node, row, k));
            std::memcpy(results + k * stride, &value, sizeof value);
        }
    }
}

} // namespace xtt::detail::engine
