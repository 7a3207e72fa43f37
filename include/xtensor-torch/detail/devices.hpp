// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/TensorOptions.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/Exception.h>

#include <xtensor-torch/detail/host.hpp>
#include <xtensor-torch/detail/huge_pages.hpp>
#include <xtensor-torch/error.hpp>

namespace xtt::detail
{

// The device types that hold ordinary tensors. Others answer too when asked how many they are: Debian's
// LibTorch 2.6 says that there is one Vulkan device, and then crashes on it.
inline constexpr std::array accelerators = {c10::DeviceType::CUDA, c10::DeviceType::HIP,
                                            c10::DeviceType::XPU,  c10::DeviceType::HPU,
                                            c10::DeviceType::MPS,  c10::DeviceType::PrivateUse1};

/// How many devices of a type this process can use: 0 where LibTorch was built without it.
inline int device_count(c10::DeviceType type)
{
    const bool known = std::find(accelerators.begin(), accelerators.end(), type) != accelerators.end();
    return known && c10::impl::hasDeviceGuardImpl(type)
               ? static_cast<int>(c10::impl::getDeviceGuardImpl(type)->deviceCount())
               : 0;
}

inline text available_devices()
{
    text all("cpu");
    for (const auto type : accelerators)
    {
        for (int index = 0; index < device_count(type); ++index)
        {
            all.add(text(", ", c10::Device(type, static_cast<c10::DeviceIndex>(index)).str()));
        }
    }
    return all;
}

inline bool has_accelerator()
{
    return std::any_of(
        accelerators.begin(), accelerators.end(), [](auto type) { return device_count(type) > 0; });
}

/// A new host tensor, page-locked if asked for and if there is an accelerator that it could serve.
inline at::Tensor empty_on_host(c10::IntArrayRef sizes, const c10::TensorOptions& options, bool pinned)
{
    if (pinned && has_accelerator())
    {
        try
        {
            return detail::empty(sizes, options.pinned_memory(true));
        }
        catch (const c10::Error&) // NOLINT(bugprone-empty-catch)
        {
            // Ordinary memory serves too, slower: pinning is an optimisation, and is_pinned() tells.
        }
    }
    at::Tensor result = detail::empty(sizes, options);
    advise_huge_pages(compat::mutable_data(result), result.nbytes());
    return result;
}

} // namespace xtt::detail
