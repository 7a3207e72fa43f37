// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>

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

namespace detail
{

inline const char* format_name(at::MemoryFormat format)
{
    switch (format)
    {
    case at::MemoryFormat::Contiguous:
        return "Contiguous";
    case at::MemoryFormat::Preserve:
        return "Preserve";
    case at::MemoryFormat::ChannelsLast:
        return "ChannelsLast";
    case at::MemoryFormat::ChannelsLast3d:
        return "ChannelsLast3d";
    default:
        return "another one";
    }
}

/// Whether the options say what something that is there already, or its type, says: `dtype` is what it has.
inline bool
describe_result(const copy_options& options, std::optional<c10::ScalarType> dtype = std::nullopt) noexcept
{
    return (options.dtype && options.dtype != dtype) ||
           options.memory_format != at::MemoryFormat::Contiguous || options.pinned;
}

/// Those of them that were given, as they are written.
[[gnu::cold, gnu::noinline]] inline text given_options(const copy_options& options)
{
    text all;
    const auto add = [&](const char* option, const char* value)
    { all.add(text(all.empty() ? "{" : ", ", option, value)); };
    if (options.dtype)
    {
        add(".dtype = ", c10::toString(*options.dtype));
    }
    if (options.memory_format != at::MemoryFormat::Contiguous)
    {
        add(".memory_format = ", format_name(options.memory_format));
    }
    if (options.pinned)
    {
        add(".pinned = ", "true");
    }
    all.add("}");
    return all;
}

} // namespace detail

} // namespace xtt
