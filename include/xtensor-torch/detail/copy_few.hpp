// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/engine/copy_rows.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/strided_rows.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>

namespace xtt::detail
{

inline constexpr std::size_t few_elements = 4096; // to copy them takes less than LibTorch's dispatcher

/// Whether `copy_few` is to write a tensor into so many elements of this dtype.
inline bool is_few(const at::Tensor& source, c10::ScalarType dtype, std::int64_t count)
{
    return count > 0 && count <= std::int64_t(few_elements) && source.scalar_type() == dtype &&
           is_plain(source);
}

/// Copies a tensor, which broadcasts, without LibTorch's dispatcher; as if all were read before anything is
/// written.
[[gnu::noinline]] inline void
copy_few(void* destination, const engine::arrangement& lie, const at::Tensor& source)
{
    const auto item = static_cast<std::int64_t>(source.element_size());
    engine::operand_list<2> both;
    const engine::operands all = both.all();
    all.set(0, destination, item, lie);
    all.set(
        1, compat::const_data(source), item, {source.sizes(), source.strides(), xt::layout_type::dynamic});
    if (engine::reads_overwritten(all))
    {
        copy_few(destination, lie, source.clone());
        return;
    }
    engine::walk walk(2);
    engine::plan(walk, all);
    engine::per_operand<const char*> data;
    std::copy_n(all.data, 2, data.data());
    walk.for_each_row(
        0, walk.count, data.data(),
        [&](std::int64_t count, std::int64_t row_count)
        {
            const std::int64_t* const strides = walk.strides_of(0);
            const std::int64_t* const row_strides = walk.row_strides();
            engine::copy_rows(
                {const_cast<char*>(data[0]), strides[0], row_strides[0], data[1], strides[1], row_strides[1],
                 row_count, count},
                item);
        });
}

} // namespace xtt::detail
