// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <type_traits>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/engine/elements.hpp>
#include <xtensor-torch/detail/engine/functors.hpp>
#include <xtensor-torch/detail/engine/lower.hpp>
#include <xtensor-torch/detail/engine/nodes.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/transpose.hpp>

#ifdef XTENSOR_TORCH_ENGINE
    #include <xtensor-torch/detail/engine/instruction_sets.hpp>
#endif

namespace xtt::detail::engine
{

/// Lowered nodes without their type, and the kernels that compute them: so that all else that an evaluation
/// does is compiled once for all expressions.
struct program
{
    const void* node;
    kernel (*kernel_for)(instruction_set instructions);
    bool is_pure; // its functors may be called on several threads at once, and read nothing but their
                  // arguments

    /// What may know a better way for copies of one operand of the destination's type, if this is one: says
    /// whether it did.
    bool (*copy)(const operands& all);
};

#ifdef XTENSOR_TORCH_ENGINE

/// What vectors save for each element, in the time of an addition without them. clang finds vectors for what
/// is not called by itself.
template <class F>
inline constexpr int saved_by_vectors =
    #ifdef __clang__
    is_libm<F> ? 30 : 0;
    #else
    is_libm<F> ? 30 : time_of<F>;
    #endif

/// The same of a node's part; less than nothing where a functor is called for one element at a time, whose
/// operands and results then go by way of memory: that takes `Call`.
template <class T, class Node, class Part, int Call>
inline constexpr int saved_in = 0;

template <class T, class Node, class F, class R, class... Nodes, int Call>
inline constexpr int saved_in<T, Node, call<F, R, Nodes...>, Call> =
    (saved_in<T, Node, Nodes, Call> + ...) +
    (sse2::has_vector_form<T, Node, call<F, R, Nodes...>> ? saved_by_vectors<F> : -Call);

/// Whether vectors are to be used, where such a call for an element of 4 bytes takes `Call`.
template <class T, class Node, int Call>
inline constexpr bool vectors_pay =
    sse2::has_vector_forms<T, Node> || saved_in<T, Node, Node, (Node::widest == 8 ? 3 : 1) * Call> >= 1;

#endif

template <class T, class Node>
kernel kernel_for([[maybe_unused]] instruction_set instructions)
{
#ifdef XTENSOR_TORCH_ENGINE
    if constexpr (vectorizable<T> && Node::fits_registers)
    {
        switch (instructions)
        {
        case instruction_set::avx512:
            if constexpr (vectors_pay<T, Node, 5>) // as measured on Zen 4
            {
                return avx512::kernel_of<T, Node>;
            }
            break;
        case instruction_set::avx2:
            if constexpr (vectors_pay<T, Node, 8>)
            {
                return avx2::kernel_of<T, Node>;
            }
            break;
        case instruction_set::sse2:
            if constexpr (vectors_pay<T, Node, 14>)
            {
                return sse2::kernel_of<T, Node>;
            }
            break;
        default:
            break;
        }
    }
#endif
    return {run_elements<T, Node>, 1, false, true, false}; // none is left of whole vectors
}

/// Whether it is a matrix whose memory runs across the destination's, which is copied then.
inline bool copy_transposed_operand(const operands& all)
{
    return same_sizes(all.lie[0], all.lie[1]) &&
           transpose_memory(
               const_cast<char*>(all.data[0]), all.lie[0].strides, all.data[1], all.lie[1].strides,
               all.lie[0].sizes, *all.item_bytes);
}

template <class T, class Node>
constexpr auto copy_of() -> bool (*)(const operands&)
{
    if constexpr (std::is_same_v<Node, leaf<T, 0>>)
    {
        return copy_transposed_operand;
    }
    return nullptr;
}

/// What computes elements of type `T` from `node`, which it refers to.
template <class T, class Node>
program program_of(const Node& node)
{
    return {&node, kernel_for<T, Node>, calls_stateless<Node>, copy_of<T, Node>()};
}

} // namespace xtt::detail::engine
