// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include <xtensor-torch/error.hpp>

namespace xtt::detail
{

inline constexpr std::size_t any_rank = SIZE_MAX;

/// A function's name with its template arguments, for messages; spelled out only where one is thrown.
struct call
{
    const char* verb;
    std::string (*scalar)() = nullptr;
    std::size_t rank = any_rank;
    bool makes_container = false; // which has fewer ways out than a view

    [[gnu::cold, gnu::noinline]] operator std::string() const
    {
        if (scalar == nullptr)
        {
            return verb;
        }
        const std::string and_rank = rank == any_rank ? "" : joined({", ", std::to_string(rank)});
        return joined({verb, "<", scalar(), and_rank, ">"});
    }
};

inline void check_defined(const at::Tensor& tensor, const call& function)
{
    if (!tensor.defined()) [[unlikely]]
    {
        raise<conversion_error>(std::string(function), "a tensor", "an undefined one", "make it first");
    }
}

inline void check_rank(const at::Tensor& tensor, const call& function)
{
    if (function.rank != any_rank && static_cast<std::size_t>(tensor.dim()) != function.rank) [[unlikely]]
    {
        raise<rank_error>(
            std::string(function), "rank " + std::to_string(function.rank),
            "sizes " + bracketed(tensor.sizes()),
            function.makes_container ? "use torch_xarray or reshape first"
                                     : "use the xarray form or reshape first");
    }
}

/// Elements from the first to the last.
inline std::int64_t element_span(const at::Tensor& tensor) noexcept
{
    const c10::IntArrayRef sizes = tensor.sizes();
    const c10::IntArrayRef strides = tensor.strides();
    std::int64_t span = 1;
    for (std::size_t d = 0; d < sizes.size(); ++d)
    {
        span += (sizes[d] - 1) * strides[d];
    }
    return span;
}

/// Throws unless the elements are what lies in the tensor's memory, and all of them do. Before anything asks
/// for sizes: nested tensors have none.
inline void check_dense(const at::Tensor& tensor, const call& function)
{
    const char* got = nullptr;
    const char* remedy = "unwrap it first";
    if (tensor.is_nested())
    {
        got = "a nested one";
        remedy = "convert its parts one by one";
    }
    else if (tensor.is_quantized())
    {
        got = "a quantized one";
        remedy = "call .dequantize()";
    }
    else if (tensor.layout() != at::kStrided)
    {
        got = "a sparse or opaque one";
        remedy = "call .to_dense()";
    }
    else if (tensor.key_set().has(c10::DispatchKey::Functionalize))
    {
        got = "a functional wrapper";
    }
    else if (!tensor.has_storage())
    {
        got = "a wrapper without storage";
    }
    else if (tensor.numel() != 0 && !tensor._is_zerotensor() && !tensor.is_meta())
    {
        const auto bytes = static_cast<std::int64_t>(tensor.storage().nbytes());
        if (tensor.storage().data() == nullptr)
        {
            got = "null storage";
            remedy = "allocate it first";
        }
        else if ((tensor.storage_offset() + element_span(tensor)) * tensor.element_size() > bytes)
        {
            got = "storage that is too small for it";
            remedy = "resize the tensor, not its storage";
        }
    }
    if (got != nullptr) [[unlikely]]
    {
        raise<layout_error>(std::string(function), "a dense tensor with memory", got, remedy);
    }
}

inline void check_not_inference(const at::Tensor& tensor, const call& function)
{
    if (tensor.is_inference() && !c10::InferenceMode::is_enabled()) [[unlikely]]
    {
        raise<conversion_error>(
            std::string(function), "a destination that may be changed here",
            "an inference tensor outside inference mode", "use c10::InferenceMode, or .clone() it");
    }
}

inline void check_no_grad(const at::Tensor& tensor, const call& function)
{
    if (tensor.requires_grad() && c10::GradMode::is_enabled()) [[unlikely]]
    {
        raise<conversion_error>(
            std::string(function), "a tensor that autograd does not follow", "one that requires grad",
            "call .detach(), or use c10::NoGradGuard");
    }
}

} // namespace xtt::detail
