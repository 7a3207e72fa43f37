// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail::engine
{

/// Copies elements that broadcast: once for each type, not by the kernels, which take long to compile.
template <class T>
void copy_rows(const strided_span<T>& destination, const operand& source)
{
    const operand to = engine::as_operand(destination);
    const std::size_t rank = to.sizes.size();
    const std::int64_t inner = rank == 0 ? 1 : to.sizes[rank - 1];
    const std::int64_t read_step = stride_from_end(source, 0);
    const std::int64_t write_step = stride_from_end(to, 0);
    dim_vector index = filled_dims(rank, 0);
    const char* read = source.data;
    auto* write = reinterpret_cast<char*>(destination.data);
    for (std::int64_t rows = destination.count / inner; rows > 0; --rows)
    {
        for (std::int64_t k = 0; k < inner; ++k)
        {
            std::memcpy(write + k * write_step, read + k * read_step, sizeof(T));
        }
        for (std::size_t d = 1; d < rank; ++d) // from the end
        {
            const std::int64_t back = ++index[d] == to.sizes[rank - 1 - d] ? index[d] : 0;
            read += (1 - back) * stride_from_end(source, d);
            write += (1 - back) * stride_from_end(to, d);
            if (back == 0)
            {
                break;
            }
            index[d] = 0;
        }
    }
}

/// As if all of the source, which is of these extents, were read before anything is written.
template <class T, class F>
void write_later(const strided_span<T>& destination, c10::IntArrayRef sizes, F&& evaluate)
{
    std::int64_t count = 1;
    for (const std::int64_t size : sizes)
    {
        count *= size;
    }
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): uninitialised, which no standard container is
    const auto values = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(count));
    dim_vector strides = filled_dims(sizes.size(), 0);
    fill_row_major(sizes, strides);
    const strided_span<T> first = {values.get(), sizes, strides, xt::layout_type::row_major, count};
    evaluate(first);
    engine::copy_rows(destination, engine::as_operand(first));
}

} // namespace xtt::detail::engine
