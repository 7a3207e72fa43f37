// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstdint>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/overlap.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail
{

// Whether `assign` may write to a tensor, or to an array.

inline void check_destination(const at::Tensor& destination)
{
    constexpr call function{"assign"};
    check_defined(destination, function);
    const bool plain = is_plain(destination);
    if (!plain && destination.is_meta()) [[unlikely]]
    {
        raise<device_error>(
            function.verb, "a destination with memory", "one on meta", "make a real one first");
    }
    check_dense(destination, function);
    if (!plain && destination._is_zerotensor()) [[unlikely]]
    {
        raise<layout_error>(function.verb, "a destination with memory", "a ZeroTensor", ".clone() it first");
    }
    check_no_grad(destination, function);
    check_not_inference(destination, function);
    if (destination.numel() != 0 && !destination.is_contiguous() &&
        has_overlap(destination.sizes(), destination.strides())) [[unlikely]]
    {
        raise_tensor_layout(
            function, "a destination with every element at an address of its own", destination,
            ".clone() it first");
    }
}

template <class D>
[[noreturn, gnu::cold, gnu::noinline]] void raise_overlap(const D& destination)
{
    raise<layout_error>(
        "assign", "a destination with every element at an address of its own",
        layout_text("shape ", destination.shape(), destination.strides()), "copy it first");
}

// xtensor does not ask: its adaptors take any strides.
template <class D>
void check_no_overlap(const D& destination)
{
    if constexpr (!D::contiguous_layout)
    {
        dim_vector strides;
        for (const auto stride : destination.strides())
        {
            strides.push_back(
                stride < 0 ? -static_cast<std::int64_t>(stride) : static_cast<std::int64_t>(stride));
        }
        if (destination.size() != 0 && has_overlap(xtt::sizes(destination), strides)) [[unlikely]]
        {
            raise_overlap(destination);
        }
    }
}

} // namespace xtt::detail
