// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/parallel.hpp>
#include <xtensor-torch/detail/purity.hpp>
#include <xtensor-torch/detail/reduction.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/detail/without_reducers.hpp> // which declares evaluate_into

namespace xtt::detail
{

template <class T, class E>
void evaluate_range(
    T* results, const E& source, c10::IntArrayRef sizes, std::int64_t begin, std::int64_t end);

/// Whether rows of what is reduced can be computed apart, on several threads, and faster than by xtensor's
/// stepper.
template <class E>
inline constexpr bool has_computed_rows = false;

template <class F, class CT, class X, class O>
inline constexpr bool has_computed_rows<xt::xreducer<F, CT, X, O>> =
    is_pure<xt::xreducer<F, CT, X, O>> && !strided_memory<std::remove_cvref_t<CT>> &&
    engine::is_element<typename std::remove_cvref_t<CT>::value_type> && engine::is_lowerable<CT>();

/// Reduces an expression, which reads nothing that is overwritten: a few rows of it at a time are evaluated
/// into the caches, and these reduced. False where that cannot be: rows are those of the first dimension,
/// which must not be reduced itself.
template <class T, class E>
bool reduce_rows(const strided_span<T>& destination, const E& source)
{
    if constexpr (!has_computed_rows<E>)
    {
        return false;
    }
    else
    {
        constexpr std::int64_t piece = 32'768;        // elements, evaluated at once
        constexpr std::int64_t longest_row = 1 << 20; // of which there is one for each thread
        const auto& operand = source.expression();
        const dim_vector sizes(operand.shape().begin(), operand.shape().end());
        const dim_vector axes = detail::axes_of(source);
        std::int64_t row = 1; // elements
        for (std::size_t d = 1; d < sizes.size(); ++d)
        {
            row *= sizes[d];
        }
        if (axes.empty() || axes.front() == 0 || row == 0 || row > longest_row)
        {
            return false;
        }
        const std::int64_t most = std::max(piece / row, std::int64_t(1));
        detail::prepare(source);
        parallel_for(
            sizes[0], most,
            [&](std::int64_t begin, std::int64_t end)
            {
                using operand_type = std::remove_cvref_t<decltype(operand)>;
                using array = array_t<
                    typename operand_type::value_type, typename operand_type::shape_type,
                    xt::layout_type::row_major>;
                auto extents = operand.shape();
                array rows;
                dim_vector result_sizes(destination.sizes.begin(), destination.sizes.end());
                for (std::int64_t first = begin; first < end; first += most)
                {
                    const std::int64_t count = std::min(most, end - first);
                    if (count != result_sizes[0] || first == begin)
                    {
                        extents[0] = static_cast<std::size_t>(count);
                        rows = array::from_shape(extents);
                        result_sizes[0] = count;
                    }
                    detail::evaluate_range(rows.data(), operand, sizes, first * row, (first + count) * row);
                    detail::evaluate_into(
                        strided_span<T>{
                            destination.data + first * destination.strides[0], result_sizes,
                            destination.strides, xt::layout_type::dynamic,
                            destination.count / sizes[0] * count},
                        source.build_reducer(std::as_const(rows)));
                }
            });
        return true;
    }
}

} // namespace xtt::detail
