// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/static_rank.hpp>
#include <xtensor-torch/error.hpp>

#ifdef XTENSOR_TORCH_ENGINE
    #include <xtensor-torch/detail/engine/evaluate.hpp>
#endif

namespace xtt::detail
{

template <class A, class B>
bool equal_shapes(const A& a, const B& b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

/// NumPy's rule, in one direction: the source's extents, aligned at the end, are equal or 1.
template <class Source, class Destination>
bool broadcasts_to(const Source& source, const Destination& destination)
{
    const std::size_t rank = source.size();
    const std::size_t wanted = destination.size();
    if (rank > wanted)
    {
        return false;
    }
    for (std::size_t d = 0; d < rank; ++d)
    {
        const auto extent = static_cast<std::size_t>(source[d]);
        if (extent != 1 && extent != static_cast<std::size_t>(destination[wanted - rank + d]))
        {
            return false;
        }
    }
    return true;
}

template <class Source, class Destination>
void check_broadcast(const Source& source, const Destination& destination, std::string_view function)
{
    if (!broadcasts_to(source, destination)) [[unlikely]]
    {
        raise<shape_error>(
            function, "a source that broadcasts to shape " + bracketed(destination),
            "shape " + bracketed(source), "reshape it, or make the destination of its shape");
    }
}

/// Throws unless an expression's operands broadcast to each other; `where` says what to.
template <class E, class F>
void check_operands(const E& source, std::string_view function, F&& where)
{
    try
    {
        (void)source.shape();
    }
    catch (const xt::broadcast_error& error)
    {
        std::string got = error.what(); // xtensor's message names the shapes, in lines
        std::replace(got.begin(), got.end(), '\n', ' ');
        raise<shape_error>(function, "operands that broadcast " + where(), got, "reshape them");
    }
}

/// As `check_broadcast`, for an expression, whose operands may not even fit each other.
template <class E, class Destination>
void check_expression(const E& source, const Destination& destination, std::string_view function)
{
    check_operands(source, function, [&] { return "to shape " + bracketed(destination); });
    check_broadcast(source.shape(), destination, function);
}

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

/// Whether the engine can write `E` into `D`.
template <class D, class E>
inline constexpr bool is_engine_work = []
{
#ifdef XTENSOR_TORCH_ENGINE
    if constexpr (strided_memory<D>)
    {
        return engine::vectorizable<std::remove_cv_t<element_t<D>>> && engine::is_lowerable<E>();
    }
#endif
    return false;
}();

/// Writes `source` into the elements of `destination`, which neither moves nor changes its shape. The
/// shapes are known to broadcast, and the source reads nothing that is overwritten. Says how it did it.
///
/// The one place where an expression is evaluated into memory.
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
        const auto instructions = available_instructions();
        if (instructions != instruction_set::scalar)
        {
            const auto path = engine::evaluate(destination, source, instructions);
            if (path != evaluation_path::xtensor)
            {
                return path;
            }
        }
    }
#endif
    detail::evaluate_with_xtensor(destination, source);
    return evaluation_path::xtensor;
}

/// As `evaluate_into`, and right where the source reads the destination at other positions: as if it
/// were evaluated first. Only then there is a temporary.
template <class D, class E>
void assign_elements(D& destination, const E& source)
{
    if (detail::may_alias(destination, source)) [[unlikely]]
    {
        using shape_type = std::remove_cvref_t<decltype(source.shape())>;
        // Of the source's rank: some of xtensor's expressions give no other.
        const array_t<typename D::value_type, shape_type> first = source;
        detail::evaluate_into(destination, first);
    }
    else
    {
        detail::evaluate_into(destination, source);
    }
}

} // namespace xtt::detail
