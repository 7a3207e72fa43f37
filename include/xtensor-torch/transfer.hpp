// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/GradMode.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/copy_expression.hpp>
#include <xtensor-torch/detail/devices.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/evaluate.hpp>

namespace xtt
{

namespace detail
{

inline void check_device(c10::Device device)
{
    if (device.is_meta()) [[unlikely]]
    {
        raise<device_error>(
            "copy_to_device", text("a device with memory (", available_devices(), ")"), device.str(),
            "name one of these");
    }
    // The index is -1 for the current device of its type.
    if (device.index() >= device_count(device.type()) || device_count(device.type()) == 0) [[unlikely]]
    {
        raise<device_error>(
            "copy_to_device", text("a device that is available (", available_devices(), ")"), device.str(),
            "name one of these, or use a LibTorch built for that device on a machine that has one");
    }
}

} // namespace detail

/// A new tensor on `device` with the values of an array, a view or a lazy expression.
///
/// Shape: the expression's, row-major contiguous.
/// Lifetime: independent, on the CPU too: the result is never an alias.
/// Copies: always, an expression after it was evaluated on the host; the source may be changed or freed when
/// the call returns.
/// Throws: `device_error`, naming what is available, where there is no such device; otherwise as
/// `copy_to_tensor`.
template <class X>
[[nodiscard]] at::Tensor copy_to_device(const X& expression, c10::Device device)
{
    if constexpr (detail::expression_base<X>)
    {
        return copy_to_device(expression.derived_cast(), device);
    }
    else if constexpr (decltype(detail::can_copy<X>())::value)
    {
        if (device.is_cpu())
        {
            return copy_to_tensor(expression);
        }
        detail::check_device(device);
        const c10::NoGradGuard detached; // as all copies
        if constexpr (detail::is_wrappable_type<const X>)
        {
            if (detail::can_wrap(expression))
            {
                const at::Tensor source = detail::source_over(expression, "copy_to_device");
                return source.new_empty(source.sizes(), source.options().device(device)).copy_(source);
            }
        }
        const at::Tensor source = copy_to_tensor(expression);
        return source.new_empty(source.sizes(), source.options().device(device)).copy_(source);
    }
    else
    {
        return {};
    }
}

} // namespace xtt
