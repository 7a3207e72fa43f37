// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>
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
    return std::apply(
        [&](const auto&... argument)
        { return static_cast<R>(node.function(evaluate_one(argument, operands)...)); },
        node.arguments);
}

/// With xtensor's own scalar functions, one element after the other: slow, of any rank, and little to
/// compile. Not by `source.element`, which is wrong for views that are broadcast.
template <class T, class E>
void evaluate_elements(const strided_span<T>& destination, const E& source)
{
    const auto node = engine::lower<0>(source);
    engine::for_each_element(
        destination,
        [&](T& element, const dim_vector& index)
        {
            std::array<const char*, engine::count_leaves<E>()> operands;
            std::size_t i = 0;
            engine::for_each_leaf(
                source,
                [&](const auto& array)
                {
                    const auto* first = detail::first_element(array);
                    const char* operand = reinterpret_cast<const char*>(first);
                    for (std::size_t d = 0; d < index.size(); ++d)
                    {
                        operand += index[index.size() - 1 - d] *
                                   engine::stride_from_end(array.shape(), array.strides(), sizeof(*first), d);
                    }
                    operands[i++] = operand;
                });
            element = static_cast<T>(evaluate_one(node, operands));
        });
}

} // namespace xtt::detail::engine
