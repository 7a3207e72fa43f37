// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>

#include <ATen/core/Tensor.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/DispatchKeySet.h>
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
    text (*scalar)() = nullptr;
    std::size_t rank = any_rank;
    bool makes_container = false; // which has fewer ways out than a view
};

[[gnu::cold, gnu::noinline]] inline text name_of(const call& function)
{
    text name(function.verb);
    if (function.scalar != nullptr)
    {
        name.add(text("<", function.scalar()));
        if (function.rank != any_rank)
        {
            name.add(text(", ", function.rank));
        }
        name.add(">");
    }
    return name;
}

// Not inlined, for a text takes kilobytes of the stack.
[[noreturn, gnu::cold, gnu::noinline]] inline void
raise_tensor_layout(const call& function, const char* expected, const at::Tensor& tensor, const char* remedy)
{
    raise<layout_error>(
        name_of(function), expected, layout_text("sizes ", tensor.sizes(), tensor.strides()), remedy);
}

inline void check_defined(const at::Tensor& tensor, const call& function)
{
    if (!tensor.defined()) [[unlikely]]
    {
        raise<conversion_error>(name_of(function), "a tensor", "an undefined one", "make it first");
    }
}

inline void check_rank(const at::Tensor& tensor, const call& function)
{
    if (function.rank != any_rank && static_cast<std::size_t>(tensor.dim()) != function.rank) [[unlikely]]
    {
        raise<rank_error>(
            name_of(function), text("rank ", function.rank), text("sizes ", tensor.sizes()),
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

/// Whether a defined tensor is of the commonest kind: dense, on the host, and nothing wraps it, wants to know
/// of it (a Python class of its own) or is still to be done to its elements. Asked at once.
inline bool is_plain(const at::Tensor& tensor)
{
    constexpr c10::DispatchKeySet plain = compat::plain_keys();
    return (tensor.key_set() | plain) == plain;
}

/// Whether all elements of a dense tensor are in its storage.
inline bool has_memory(const at::Tensor& tensor)
{
    if (tensor.numel() == 0)
    {
        return true;
    }
    const auto& storage = tensor.storage();
    const auto bytes = static_cast<std::int64_t>(storage.nbytes());
    return storage.data() != nullptr &&
           (tensor.storage_offset() + element_span(tensor)) * std::int64_t(tensor.element_size()) <= bytes;
}

/// Throws where `check_dense` is to, in the order in which it can be asked: nested tensors have no sizes.
[[gnu::cold, gnu::noinline]] inline void check_odd_kind(const at::Tensor& tensor, const call& function)
{
    const auto refuse = [&](const char* got, const char* remedy)
    { raise<layout_error>(name_of(function), "a dense tensor with memory", got, remedy); };
    if (tensor.is_nested())
    {
        refuse("a nested one", "convert its parts one by one");
    }
    if (tensor.is_quantized())
    {
        refuse("a quantized one", "call .dequantize()");
    }
    if (tensor.layout() != at::kStrided)
    {
        refuse("a sparse or opaque one", "call .to_dense()");
    }
    if (tensor.key_set().has(c10::DispatchKey::Functionalize))
    {
        refuse("a functional wrapper", "unwrap it first");
    }
    if (!tensor.has_storage())
    {
        refuse("a wrapper without storage", "unwrap it first");
    }
    if (!tensor._is_zerotensor() && !tensor.is_meta() && !has_memory(tensor))
    {
        tensor.storage().data() == nullptr
            ? refuse("null storage", "allocate it first")
            : refuse("storage that is too small for it", "resize the tensor, not its storage");
    }
}

/// Throws unless the elements are what lies in the tensor's memory, and all of them do.
inline void check_dense(const at::Tensor& tensor, const call& function)
{
    const bool common = is_plain(tensor) && tensor.has_storage() && has_memory(tensor);
    if (!common) [[unlikely]]
    {
        check_odd_kind(tensor, function);
    }
}

inline void check_not_inference(const at::Tensor& tensor, const call& function)
{
    if (tensor.is_inference() && !c10::InferenceMode::is_enabled()) [[unlikely]]
    {
        raise<conversion_error>(
            name_of(function), "a destination that may be changed here",
            "an inference tensor outside inference mode", "use c10::InferenceMode, or .clone() it");
    }
}

inline void check_no_grad(const at::Tensor& tensor, const call& function)
{
    if (tensor.requires_grad() && c10::GradMode::is_enabled()) [[unlikely]]
    {
        raise<conversion_error>(
            name_of(function), "a tensor that autograd does not follow", "one that requires grad",
            "call .detach(), or use c10::NoGradGuard");
    }
}

} // namespace xtt::detail
