// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/sum_ops.h>
#include <c10/core/InferenceMode.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/host.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/layout.hpp>

namespace xt
{
template <class Reduce, class Init, class Merge>
struct xreducer_functors;
} // namespace xt

namespace xtt::detail
{

/// What LibTorch adds as xtensor does: but for how it rounds, which is better.
template <class T>
inline constexpr bool is_summable = std::is_floating_point_v<T> ||
                                    (std::is_signed_v<T> && integer<T>) || std::is_same_v<T, std::uint8_t>;

/// Whether an expression is the sum of an array in memory, as elements of type `T`.
template <class T, class E>
inline constexpr bool is_torch_sum = false;

template <class T, class Init, class Merge, class CT, class X, class O>
inline constexpr bool
    is_torch_sum<T, xt::xreducer<xt::xreducer_functors<xt::detail::plus, Init, Merge>, CT, X, O>> = []
{
    using array = std::remove_cvref_t<CT>;
    using E = xt::xreducer<xt::xreducer_functors<xt::detail::plus, Init, Merge>, CT, X, O>;
    if constexpr (strided_memory<array> && !O::has_initial_value)
    {
        using element = std::remove_cv_t<element_t<const array>>;
        return scalar<T> && scalar<element> && is_summable<T> && is_summable<element> &&
               std::is_same_v<T, typename E::value_type>;
    }
    return false;
}();

/// A tensor over elements in memory; undefined where LibTorch takes no such layout.
template <class T>
at::Tensor tensor_over_span(const strided_span<T>& span)
{
    using element = std::remove_const_t<T>;
    const auto address = reinterpret_cast<std::uintptr_t>(span.data);
    const bool backwards =
        std::any_of(span.strides.begin(), span.strides.end(), [](std::int64_t stride) { return stride < 0; });
    if (backwards || address % torch_alignment<element> != 0)
    {
        return {};
    }
    return at::for_blob(const_cast<element*>(span.data), span.sizes)
        .strides(span.strides)
        .options(at::TensorOptions(dtype_of<element>))
        .target_device(host_device())
        .make_tensor();
}

/// The axes of a reducer, which does not tell them: those that are missing in the shape of the same reducer
/// of an operand whose extents are all different.
template <class E>
dim_vector axes_of(const E& reducer)
{
    using operand = std::remove_cvref_t<decltype(reducer.expression())>;
    extents_t<std::size_t, typename operand::shape_type, xt::dynamic_shape<std::size_t>> extents;
    const std::size_t rank = reducer.expression().dimension();
    xt::resize_container(extents, rank);
    std::iota(extents.begin(), extents.end(), std::size_t(2));
    const auto probe = reducer.build_reducer(xt::broadcast(typename operand::value_type(), extents));
    const auto& kept = probe.shape();
    dim_vector axes;
    for (std::size_t d = 0; d < rank; ++d)
    {
        const auto is_extent = [&](auto extent) { return static_cast<std::size_t>(extent) == d + 2; };
        if (std::none_of(kept.begin(), kept.end(), is_extent))
        {
            axes.push_back(static_cast<std::int64_t>(d));
        }
    }
    return axes;
}

/// Sums an array by LibTorch's own; false where that cannot be. Nothing of the array is overwritten.
template <class T, class E>
bool sum_with_torch(const strided_span<T>& destination, const E& source)
{
    if (available_instructions() == instruction_set::scalar || source.expression().size() == 0 ||
        source.expression().dimension() > 64 || // LibTorch's bound
        !equal_shapes(destination.sizes, source.shape()))
    {
        return false;
    }
    const dim_vector axes = detail::axes_of(source);
    if (axes.empty()) // to LibTorch, all of them
    {
        return false;
    }
    const c10::InferenceMode ordinary(false);
    at::Tensor result = detail::tensor_over_span(destination);
    const at::Tensor array = detail::with_span(
        source.expression(), [](const auto& span) { return detail::tensor_over_span(span); });
    if (!result.defined() || !array.defined())
    {
        return false;
    }
    const bool keep = source.dimension() == source.expression().dimension();
    at::_ops::sum_IntList_out::call(array, c10::IntArrayRef(axes), keep, dtype_of<T>, result);
    return true;
}

} // namespace xtt::detail
