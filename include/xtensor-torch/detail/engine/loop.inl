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

template <std::size_t Leaves>
struct row_in_registers
{
    const char* operands[Leaves + 1]; // one more than are used: there may be none
    std::int64_t steps[Leaves + 1];   // bytes from a vector to the next
};

/// Elements of a vector that is as wide as the widest of them needs.
template <class T, class Node>
inline constexpr int lanes_of = register_bytes / int(std::max(Node::widest, sizeof(T)));

/// Whether nothing is called for one element at a time.
template <class T, class Node, class Part = Node>
inline constexpr bool has_vector_forms = true;

template <class T, class Node, class F, class R, class... Nodes>
inline constexpr bool has_vector_forms<T, Node, call<F, R, Nodes...>> =
    (has_vector_forms<T, Node, Nodes> && ...) &&
    requires(const row_in_registers<Node::leaves>& row, const Nodes&... nodes)
{
    vector_form(type_tag<F>{}, type_tag<R>{}, evaluate<lanes_of<T, Node>>(nodes, row, 0)...);
};

/// How far ahead of functions of the C library operands are asked for that come past the caches: between two
/// of them the processor does not look far enough itself. Measured with AVX-512 on Zen 4, where `exp(a) * b +
/// sin(c)` takes 5 to 20 % less; with AVX2 5 % there, and on Zen 3 it took longer.
template <class Node>
inline constexpr int bytes_ahead = register_bytes == 64 && calls_libm<Node> ? 256 : 0;

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
            row_in_registers<leaves> row; // no store can change it
#pragma GCC unroll 64
            for (std::size_t k = 0; k < leaves; ++k)
            {
                const std::int64_t stride = rows.strides[k + 1];
                row.operands[k] = rows.data[k + 1] + r * rows.row_strides[k + 1] + first * stride;
                row.steps[k] = N * (calls_libm<Node> ? item_bytes_of<Node>[k] : stride);
            }
            const bool past_caches = rows.past_caches;
            const std::int64_t count = is_last ? N : rows.count - rest;
            char* where = is_last ? last_results : results;
            const char* const end = where + count * std::int64_t(sizeof(T));
            for (; where < end; where += vector_bytes)
            {
                if constexpr (bytes_ahead<Node> != 0)
                {
                    if (past_caches)
                    {
#pragma GCC unroll 64
                        for (std::size_t k = 0; k < leaves; ++k)
                        {
                            // NOLINTNEXTLINE(performance-no-int-to-ptr): the array may end before
                            __builtin_prefetch(reinterpret_cast<const void*>(
                                reinterpret_cast<std::uintptr_t>(row.operands[k]) + bytes_ahead<Node>));
                        }
                    }
                }
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
#pragma GCC unroll 64
                for (std::size_t k = 0; k < leaves; ++k)
                {
                    row.operands[k] += row.steps[k];
                }
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
    run<T, Node>, lanes_of<T, Node>, calls_libm<Node>, has_vector_forms<T, Node>};

// NOLINTEND(modernize-avoid-c-arrays)
