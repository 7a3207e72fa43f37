// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail::engine
{

/// Copies elements that broadcast: once for all types, not by the kernels, which take long to compile.
inline void copy_elements(const operand& to, const operand& from)
{
    walk_of<1> walk;
    engine::plan(walk, std::array{to, from}.data());
    const std::int64_t write_step = walk.strides[0];
    const std::int64_t read_step = walk.strides[1];
    const std::int64_t item = to.item_bytes;
    std::array<const char*, 2> row = {to.data, from.data};
    walk.for_each_row(
        0, walk.count, row.data(),
        [&](std::int64_t n, std::int64_t rows)
        {
            for (std::int64_t i = 0; i < rows; ++i)
            {
                char* const write = const_cast<char*>(row[0]) + i * walk.row_strides()[0];
                const char* const read = row[1] + i * walk.row_strides()[1];
                const bool dense = write_step == item && read_step == item;
                const std::int64_t together = dense ? n : 1; // elements
                for (std::int64_t k = 0; k < n; k += together)
                {
                    std::memcpy(
                        write + k * write_step, read + k * read_step,
                        static_cast<std::size_t>(together * item));
                }
            }
        });
}

// NOLINTBEGIN(modernize-avoid-c-arrays): uninitialised, which no standard container is

/// Memory for elements of these extents, side by side.
struct intermediate
{
    intermediate(c10::IntArrayRef sizes, std::size_t item_bytes) : strides(filled_dims(sizes.size(), 0))
    {
        for (const std::int64_t size : sizes)
        {
            count *= size;
        }
        fill_row_major(sizes, strides);
        bytes = std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(count) * item_bytes);
    }

    std::int64_t count = 1;
    dim_vector strides;
    std::unique_ptr<char[]> bytes;
};

// NOLINTEND(modernize-avoid-c-arrays)

/// As if all of the source, which is of these extents, were read before anything is written.
template <class T, class F>
void write_later(const strided_span<T>& destination, c10::IntArrayRef sizes, F&& evaluate)
{
    static_assert(std::is_trivially_copyable_v<T>);
    const intermediate memory(sizes, sizeof(T));
    const strided_span<T> first = {
        reinterpret_cast<T*>(memory.bytes.get()), sizes, memory.strides, xt::layout_type::row_major,
        memory.count};
    evaluate(first);
    engine::copy_elements(engine::as_operand(destination), engine::as_operand(first));
}

} // namespace xtt::detail::engine
