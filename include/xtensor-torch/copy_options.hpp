// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/dtype.hpp>

namespace xtt
{

/// What a copy makes: `copy_to_tensor(a, {.dtype = at::kDouble})`.
struct copy_options
{
    /// Of the result; without it the source's.
    std::optional<c10::ScalarType> dtype = std::nullopt;

    /// Which conversions are allowed; values are then those of `at::Tensor::to`.
    casting cast = casting::same_kind;

    /// Of a tensor of rank 4 or 5; contiguous row-major unless asked otherwise, whatever the source's is.
    at::MemoryFormat memory_format = at::MemoryFormat::Contiguous;

    /// In page-locked memory, for transfers; in ordinary memory where there is no accelerator to serve.
    bool pinned = false;
};

} // namespace xtt
