// SPDX-License-Identifier: BSD-3-Clause
//
// The loops over rows of elements. Included by kernels.inl, for each instruction set.

// NOLINTBEGIN(modernize-avoid-c-arrays, bugprone-implicit-widening-of-multiplication-result): as there

/// The same as elements of type `T` in memory: bool is 0 or 1.
template <class T, class X>
XTENSOR_TORCH_INLINE auto stored(X x)
{
    if constexpr (std::is_same_v<T, bool>)
    {
        return to<std::int8_t>(to<bool>(x));
    }
    else
    {
        return to<T>(x);
    }
}

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

/// Elements [i, end) of a row whose results lie side by side, a vector at a time; `past_caches` at an address
/// that is a multiple of a cache line. Returns where it stopped.
template <class T, bool Dense, class Node, class Row>
XTENSOR_TORCH_INLINE std::int64_t
whole_vectors(const Node& node, const Row& row, char* out, bool past_caches, std::int64_t i, std::int64_t end)
{
    constexpr int N = register_bytes / int(std::max(Node::widest, sizeof(T)));
    using V = vec<std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>, N>;
    constexpr bool can_stream = register_bytes > 16 && sizeof(V) >= 16;
    for (; i + N <= end; i += N)
    {
        const V v = stored<T>(evaluate<N, false, Dense>(node, row, i, N));
        char* const where = out + i * std::int64_t(sizeof(T));
        if (can_stream && past_caches) [[unlikely]] // small ones must not jump
        {
            store<can_stream>(where, v);
        }
        else
        {
            store<false>(where, v);
        }
    }
    return i;
}

/// Elements [i, end), of which a vector may hold fewer than fit, `stride` bytes from each other. A function
/// of its own, for `Dense` and not: it is compiled for each expression.
template <class T, class Node, class Row>
__attribute__((noinline)) void
parts(const Node& node, const Row& row, char* out, std::int64_t stride, std::int64_t i, std::int64_t end)
{
    constexpr int N = register_bytes / int(std::max(Node::widest, sizeof(T)));
    using V = vec<std::conditional_t<std::is_same_v<T, bool>, std::int8_t, T>, N>;
    for (; i < end; i += N)
    {
        const int count = end - i < N ? int(end - i) : N;
        const V v = stored<T>(evaluate<N, true, false>(node, row, i, count));
        if (count == N && stride == std::int64_t(sizeof(T)))
        {
            __builtin_memcpy(out + i * stride, &v, sizeof v);
            continue;
        }
        char values[sizeof(V)];
        __builtin_memcpy(values, &v, sizeof v);
        for (int k = 0; k < count; ++k)
        {
            __builtin_memcpy(out + (i + k) * stride, values + k * int(sizeof(T)), sizeof(T));
        }
    }
}

/// One row.
template <class T, bool Dense, class Node>
XTENSOR_TORCH_INLINE void run_row(
    const Node& node, const row_in_memory& row, char* results, std::int64_t stride, bool past_caches,
    std::int64_t count)
{
    std::int64_t i = 0;
    if (past_caches) // up to where a cache line begins
    {
        const auto address = reinterpret_cast<std::uintptr_t>(results);
        const auto before = std::int64_t(-address % 64 / sizeof(T));
        i = before < count ? before : count;
        parts<T>(node, row, results, stride, 0, i);
    }
    if (Dense || stride == std::int64_t(sizeof(T)))
    {
        row_in_registers<Node::leaves> own; // no store can change it
        for (std::size_t k = 0; k < Node::leaves; ++k)
        {
            own.data[k] = row.data[k];
            own.strides[k] = row.strides[k];
        }
        i = whole_vectors<T, Dense>(node, own, results, past_caches, i, count);
    }
    if (i < count)
    {
        parts<T>(node, row, results, stride, i, count);
    }
}

/// Called with a constant `past_caches`: asked for each vector, it would take half as long as a sum.
template <class T, class Node>
XTENSOR_TORCH_INLINE void run_rows(const Node& node, const row_block& block, bool past_caches)
{
    constexpr std::size_t leaves = Node::leaves;
    const char* data[leaves + 1];
    for (std::size_t k = 0; k <= leaves; ++k)
    {
        data[k] = block.data[k];
    }
    for (std::int64_t row = 0; row < block.row_count; ++row)
    {
        run_row<T, false>(
            node, {data + 1, block.strides + 1}, const_cast<char*>(data[0]), block.strides[0], past_caches,
            block.count);
        for (std::size_t k = 0; k <= leaves; ++k)
        {
            data[k] += block.row_strides[k];
        }
    }
}

/// A kernel. `Dense`: there is one row, and results and operands all lie side by side.
template <class T, bool Dense, class Node>
void run(const void* nodes, const row_block& block)
{
    const Node& node = *static_cast<const Node*>(nodes);
    const auto address = reinterpret_cast<std::int64_t>(block.data[0]);
    const bool aligned = (address | (Dense ? 0 : block.row_strides[0])) % std::int64_t(sizeof(T)) == 0;
    const bool past_caches = register_bytes > 16 && block.past_caches && aligned;
    if constexpr (Dense)
    {
        run_row<T, true>(
            node, {block.data + 1, block.strides + 1}, const_cast<char*>(block.data[0]), sizeof(T),
            past_caches, block.count);
    }
    else if (past_caches)
    {
        run_rows<T>(node, block, true);
    }
    else
    {
        run_rows<T>(node, block, false);
    }
    if (past_caches)
    {
        finish_streaming();
    }
}

// NOLINTEND(modernize-avoid-c-arrays, bugprone-implicit-widening-of-multiplication-result)
