// SPDX-License-Identifier: BSD-3-Clause
//
// Where a kernel is in a row, and the results of libmvec's functions there. Included by kernels.inl, for each
// instruction set.

// NOLINTBEGIN(modernize-avoid-c-arrays): std::array's functions may not be compiled with these instructions

template <std::size_t Leaves>
struct row_in_registers
{
    const char* operands[Leaves + 1]; // one more than are used: there may be none
    std::int64_t steps[Leaves + 1];   // bytes from a vector to the next

    /// Whether a call's results are there, and it is not made.
    template <class Call>
    static constexpr bool has_results = false;

    XTENSOR_TORCH_INLINE void go_on()
    {
#pragma GCC unroll 64
        for (std::size_t k = 0; k < Leaves; ++k)
        {
            operands[k] += steps[k];
        }
    }
};

inline constexpr int block_vectors = 16;
inline constexpr int block_bytes = block_vectors * register_bytes; // at most

/// With the results of the C library's functions for a block of vectors.
template <class Node>
struct row_of_blocks : row_in_registers<Node::leaves>
{
    const char* block; // of the first function; those of the others follow

    template <class Call>
    static constexpr bool has_results = is_libm_call<Call>;

    template <class Call, int N>
    XTENSOR_TORCH_INLINE auto results() const
    {
        vec<typename Call::value_type, N> v;
        __builtin_memcpy(&v, block + libm_call_number<Node, Call> * block_bytes, sizeof v);
        return v;
    }

    XTENSOR_TORCH_INLINE void go_on()
    {
        row_in_registers<Node::leaves>::go_on();
        block += register_bytes;
    }
};

template <int N, class Root, class Node, class Row>
XTENSOR_TORCH_INLINE void call_libm(const Node& /*node*/, const Row& /*row*/, char* /*block*/, int /*count*/)
{
}

/// Calls the C library's functions for the next `count` elements, those first whose results others are called
/// with.
template <int N, class Root, class F, class R, class... Nodes, class Row>
XTENSOR_TORCH_INLINE void call_libm(const call<F, R, Nodes...>& node, const Row& row, char* block, int count)
{
    call_libm<N, Root>(node.with.first, row, block, count);
    if constexpr (sizeof...(Nodes) > 1)
    {
        call_libm<N, Root>(node.with.second, row, block, count);
    }
    if constexpr (sizeof...(Nodes) > 2)
    {
        call_libm<N, Root>(node.with.third, row, block, count);
    }
    using Call = call<F, R, Nodes...>;
    if constexpr (is_libm_call<Call>)
    {
        char* to = block + libm_call_number<Root, Call> * block_bytes;
        Row next = row;
        for (; count > 0; count -= N, to += register_bytes)
        {
            const auto v = evaluate<N, false>(node, next, count < N ? count : N);
            __builtin_memcpy(to, &v, sizeof v);
            next.go_on();
        }
    }
}

// NOLINTEND(modernize-avoid-c-arrays)
