// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/write_later.hpp>

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
    engine::copy_elements(all);
}

} // namespace xtt::detail
