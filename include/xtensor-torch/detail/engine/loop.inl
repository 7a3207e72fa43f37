// SPDX-License-Identifier: BSD-3-Clause
//
// The loop of a kernel. Included by kernels.inl, for each instruction set.

// NOLINTBEGIN(modernize-avoid-c-arrays): std::array's functions may not be compiled with these instructions

template <bool Stream, class V>
XTENSOR_TORCH_INLINE void store(char* where, V v)
{
    if constexpr (Stream)
    {
        stream(where, v);
    }
    else
    {
        __builtin_memcpy(where, &v, sizeof v);
    }
}

/// Elements of a vector that is as wide as the widest of them needs.
template <class T, class Node>
inline constexpr int lanes_of = register_bytes / int(std::max(Node::widest, sizeof(T)));

/// Whether a functor, one of a node's, is not called for one element at a time.
template <class T, class Node, class Call>
inline constexpr bool has_vector_form = false;

template <class T, class Node, class F, class R, class... Nodes>
inline constexpr bool has_vector_form<T, Node, call<F, R, Nodes...>> =
    requires(const row_in_registers<Node::leaves>& row, const Nodes&... nodes)
{
    vector_form(type_tag<F>{}, type_tag<R>{}, evaluate<lanes_of<T, Node>>(nodes, row, 0)...);
};

/// Whether none is.
template <class T, class Node, class Part = Node>
inline constexpr bool has_vector_forms = true;

template <class T, class Node, class F, class R, class... Nodes>
inline constexpr bool has_vector_forms<T, Node, call<F, R, Nodes...>> =
    (has_vector_forms<T, Node, Nodes> && ...) && has_vector_form<T, Node, call<F, R, Nodes...>>;

/// Writes the next vectors of a row, up to `end`.
template <class T, int N, class Node, class Row>
XTENSOR_TORCH_INLINE void
write_vectors(const Node& node, Row& row, char* where, const char* end, bool past_caches)
{
    constexpr std::int64_t vector_bytes = N * sizeof(T);
    for (; where < end; where += vector_bytes)
    {
        const std::int64_t left = end - where;
        const int exist = left < vector_bytes ? int(left / std::int64_t(sizeof(T))) : N;
        const auto v = stored<T>(evaluate<N>(node, row, exist));
        constexpr bool can_stream = register_bytes > 16 && sizeof(v) >= 16;
        if (can_stream && past_caches)
        {
            store<can_stream>(where, v);
        }
        else
        {
            store<false>(where, v);
        }
        row.go_on();
    }
}

/// Whether functions of the C library are called in loops of their own, a block of vectors at a time, where
/// results go past the caches: what is read from memory or streamed to it between their calls makes both
/// wait. `exp(a) * b + sin(c)` then takes 0.7 to 0.85 of the time with SSE2 and AVX2, on Zen 4 (the
/// benchmarks of commits d9ab76b and 0e7bc9d, as part of `out=`'s time); with AVX-512 it gains where arrays
/// begin within a cache line. Within the caches it takes longer.
template <class Node>
inline constexpr bool has_blocks = libm_call_count<Node> > 0 && libm_call_count<Node> <= 8;

template <class T, int N, class Node>
XTENSOR_TORCH_INLINE void write_blocks(const Node& node, row_of_blocks<Node>& row, char* where, char* end)
{
    alignas(register_bytes) char block[libm_call_count<Node> * block_bytes];
    constexpr std::int64_t most = std::int64_t(block_vectors) * N * std::int64_t(sizeof(T));
    while (where < end)
    {
        char* const next = end - where < most ? end : where + most;
        row.block = block;
        call_libm<N, Node>(node, row, block, int((next - where) / std::int64_t(sizeof(T))));
        write_vectors<T, N>(node, row, where, next, true);
        where = next;
    }
}

/// A kernel's function.
template <class T, class Node>
void run(const void* nodes, const dense_rows& rows)
{
    constexpr int N = lanes_of<T, Node>;
    constexpr std::int64_t vector_bytes = N * sizeof(T); // of results
    constexpr std::size_t leaves = Node::leaves;
    const Node& node = *static_cast<const Node*>(nodes);
    const std::int64_t rest = has_vector_forms<T, Node> && rows.count > N ? rows.count % N : 0;
    for (std::int64_t r = 0; r < rows.row_count; ++r)
    {
        char* const results = const_cast<char*>(rows.data[0]) + r * rows.row_strides[0];
        // What is left of whole vectors comes first, as one that ends with the row. What that overwrites may
        // be operands of those before: it is written last.
        char last_results[vector_bytes];
        const std::int64_t last = rows.count - N;
        for (bool is_last = rest != 0;; is_last = false)
        {
            const std::int64_t first = is_last ? last : 0;
            // No store can change it.
            std::conditional_t<has_blocks<Node>, row_of_blocks<Node>, row_in_registers<leaves>> row;
#pragma GCC unroll 64
            for (std::size_t k = 0; k < leaves; ++k)
            {
                const std::int64_t stride = rows.strides[k + 1];
                row.operands[k] = rows.data[k + 1] + r * rows.row_strides[k + 1] + first * stride;
                row.steps[k] = N * (calls_libm<Node> ? item_bytes_of<Node>[k] : stride);
            }
            const std::int64_t count = is_last ? N : rows.count - rest;
            char* const where = is_last ? last_results : results;
            char* const end = where + count * std::int64_t(sizeof(T));
            if constexpr (has_blocks<Node>)
            {
                row_in_registers<leaves>& plain = row;
                rows.past_caches ? write_blocks<T, N>(node, row, where, end)
                                 : write_vectors<T, N>(node, plain, where, end, false);
            }
            else
            {
                write_vectors<T, N>(node, row, where, end, rows.past_caches);
            }
            if (!is_last)
            {
                break;
            }
        }
        if (rest != 0)
        {
            __builtin_memcpy(results + last * std::int64_t(sizeof(T)), last_results, vector_bytes);
        }
    }
}

template <class T, class Node>
inline constexpr kernel kernel_of = {
    run<T, Node>, lanes_of<T, Node>, calls_libm<Node>, has_vector_forms<T, Node>, !calls_libm<Node>};

// NOLINTEND(modernize-avoid-c-arrays)
