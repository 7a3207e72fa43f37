// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/engine/nodes.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail::engine
{

/// Calls `f(element, index)` for all elements, the last index fastest.
template <class T, class F>
void for_each_element(const strided_span<T>& span, F&& f)
{
    dim_vector index = filled_dims(span.sizes.size(), 0);
    T* element = span.data;
    for (std::int64_t i = 0; i < span.count; ++i)
    {
        f(*element, index);
        for (std::size_t d = index.size(); d-- > 0;)
        {
            if (++index[d] < span.sizes[d])
            {
                element += span.strides[d];
                break;
            }
            element -= (span.sizes[d] - 1) * span.strides[d];
            index[d] = 0;
        }
    }
}

template <class T, std::size_t I, std::size_t Leaves>
T evaluate_one(const leaf<T, I>&, const std::array<const char*, Leaves>& operands)
{
    T value;
    std::memcpy(&value, operands[I], sizeof value);
    return value;
}

template <class T, std::size_t Leaves>
T evaluate_one(const constant<T>& node, const std::array<const char*, Leaves>&)
{
    return node.value;
}

template <class F, class R, class... Nodes, std::size_t Leaves>
R evaluate_one(const call<F, R, Nodes...>& node, const std::array<const char*, Leaves>& operands)
{
    const auto& with = node.with;
    if constexpr (sizeof...(Nodes) == 1)
    {
        return static_cast<R>(node.function(evaluate_one(with.first, operands)));
    }
    else if constexpr (sizeof...(Nodes) == 2)
    {
        return static_cast<R>(
            node.function(evaluate_one(with.first, operands), evaluate_one(with.second, operands)));
    }
    else
    {
        return static_cast<R>(node.function(
            evaluate_one(with.first, operands), evaluate_one(with.second, operands),
            evaluate_one(with.third, operands)));
    }
}

/// Where the operands' elements of an index lie.
inline void
find_elements(const operand* operands, std::size_t count, c10::IntArrayRef index, const char** found)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        found[i] = operands[i].data;
        for (std::size_t d = 0; d < index.size(); ++d)
        {
            found[i] += index[index.size() - 1 - d] * stride_from_end(operands[i], d);
        }
    }
}

/// With xtensor's own scalar functions, one element after the other: slow, of any rank, and little to
/// compile. Not by `source.element`, which is wrong for views that are broadcast.
template <class T, class Node>
void evaluate_elements(
    const strided_span<T>& destination, const Node& node, const operand_list<Node::leaves>& all)
{
    engine::for_each_element(
        destination,
        [&](T& element, const dim_vector& index)
        {
            std::array<const char*, Node::leaves> found;
            find_elements(all.data() + 1, Node::leaves, index, found.data());
            element = static_cast<T>(evaluate_one(node, found));
        });
}

} // namespace xtt::detail::engine
