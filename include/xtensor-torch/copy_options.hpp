// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <sstream>
#include <string>

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

namespace detail
{

inline std::string format_name(at::MemoryFormat format)
{
    std::ostringstream out;
    out << format;
    return out.str();
}

/// Whether the options say what something that is there already, or its type, says: `dtype` is what it has.
inline bool
describe_result(const copy_options& options, std::optional<c10::ScalarType> dtype = std::nullopt) noexcept
{
    return (options.dtype && options.dtype != dtype) ||
           options.memory_format != at::MemoryFormat::Contiguous || options.pinned;
}

/// Those of them that were given, as they are written.
inline std::string given_options(const copy_options& options)
{
    std::string text;
    const auto add = [&](const std::string& option) { text += (text.empty() ? "{" : ", ") + option; };
    if (options.dtype)
    {
        add(std::string(".dtype = ") + c10::toString(*options.dtype));
    }
    if (options.memory_format != at::MemoryFormat::Contiguous)
    {
        add(".memory_format = " + format_name(options.memory_format));
    }
    if (options.pinned)
    {
        add(".pinned = true");
    }
    return text + "}";
}

} // namespace detail

} // namespace xtt
