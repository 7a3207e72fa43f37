// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>

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

/// xtensor's own scalar functions, one element after the other: slow, of any rank, and little to compile.
template <class T, class E>
void evaluate_elements(const strided_span<T>& destination, const E& source)
{
    engine::for_each_element(
        destination, [&](T& element, const dim_vector& index)
        { element = static_cast<T>(source.element(index.begin(), index.end())); });
}

} // namespace xtt::detail::engine
