// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/detail/strided_span.hpp>

#ifdef XTENSOR_TORCH_ENGINE
    #include <xtensor-torch/detail/engine/evaluate.hpp>
#endif

namespace xtt::detail
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

template <class D, class E>
void evaluate_with_xtensor(D& destination, const E& source)
{
    if (equal_shapes(source.shape(), destination.shape()))
    {
        auto shape = xt::uninitialized_shape<xt::dynamic_shape<std::size_t>>(source.dimension());
        const bool trivial = source.broadcast_shape(shape, true);
        xt::assign_data(destination, source, trivial);
    }
    else
    {
        // Spelled out: xtensor's linear assignment does not compare the shapes of two contiguous arrays.
        xt::assign_data(destination, xt::broadcast(source, destination.shape()), false);
    }
}

#ifdef XTENSOR_TORCH_ENGINE
/// Whether the engine can write `E` into `D`.
template <class D, class E>
inline constexpr bool is_engine_work = []
{
    if constexpr (strided_memory<D>)
    {
        return engine::vectorizable<std::remove_cv_t<element_t<D>>> && engine::is_lowerable<E>();
    }
    return false;
}();
#endif

/// Writes `source` into the elements of `destination`, which neither moves nor changes its shape. The
/// shapes are known to broadcast, and the source reads nothing that is overwritten. Says how it did it.
///
/// Into an array; for a tensor's memory its callers go to the engine themselves, without an array type to
/// compile.
template <class D, class E>
evaluation_path evaluate_into(D& destination, const E& source)
{
    if (destination.size() == 0)
    {
        return evaluation_path::nothing;
    }
#ifdef XTENSOR_TORCH_ENGINE
    if constexpr (is_engine_work<D, E>)
    {
        return detail::with_span(
            destination, [&](const auto& span) { return engine::evaluate(span, source); });
    }
    else
#endif
    {
        detail::evaluate_with_xtensor(destination, source);
        return evaluation_path::xtensor;
    }
}

/// As `evaluate_into`, and right where the source reads the destination at other positions: as if it
/// were evaluated first. Only then there is a temporary.
template <class D, class E>
evaluation_path assign_elements(D& destination, const E& source)
{
#ifdef XTENSOR_TORCH_ENGINE
    if constexpr (is_engine_work<D, E>)
    {
        return detail::with_span(destination, [&](const auto& span) { return engine::assign(span, source); });
    }
    else
#endif
    {
        if (detail::may_alias(destination, source)) [[unlikely]]
        {
            // Of the source's rank: some of xtensor's expressions give no other.
            using shape_type = std::remove_cvref_t<decltype(source.shape())>;
            const array_t<typename D::value_type, shape_type> first = source;
            return detail::evaluate_into(destination, first);
        }
        return detail::evaluate_into(destination, source);
    }
}

} // namespace xtt::detail
