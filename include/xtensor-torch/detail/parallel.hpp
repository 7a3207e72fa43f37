// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include <ATen/EmptyTensor.h>
#include <ATen/TensorIterator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/FunctionRef.h>

namespace xtt::detail
{

/// LibTorch's loop over the elements of a tensor. Its destructor is inline, and long: this calls the one that
/// LibTorch has compiled, by way of the base class.
class element_loop
{
public:
    explicit element_loop(const at::TensorBase& elements)
        : m_loop(new (&m_memory) at::TensorIterator(at::TensorIterator::borrowing_nullary_op(elements)))
    {
    }

    element_loop(const element_loop&) = delete;
    element_loop& operator=(const element_loop&) = delete;
    ~element_loop() { static_cast<at::impl::MetaBase*>(m_loop)->~MetaBase(); }

    at::TensorIterator* operator->() { return m_loop; }

private:
    alignas(at::TensorIterator) std::array<std::byte, sizeof(at::TensorIterator)> m_memory;
    at::TensorIterator* m_loop;
};

/// Calls `f(begin, end)` for ranges that together are [0, count), on LibTorch's threads if `count` is more
/// than `grain`; a range then begins at a multiple of an eighth of it. Nested calls are serial, exceptions
/// reach the caller, and `at::set_num_threads` is heeded.
inline void parallel_for(
    std::int64_t count, std::int64_t grain, c10::function_ref<void(std::int64_t begin, std::int64_t end)> f)
{
    if (count <= grain)
    {
        f(std::int64_t(0), count);
        return;
    }
    // `at::parallel_for` is a template, and serial in a program that is compiled without OpenMP. This loop is
    // compiled inside LibTorch; the bytes, which nobody touches, only tell it how long to be.
    const std::int64_t unit = std::max(grain / 8, std::int64_t(1));
    const c10::InferenceMode ordinary(false);
    const at::TensorBase bytes = at::detail::empty_cpu({(count + unit - 1) / unit}, at::kByte);
    const auto* const first = static_cast<const char*>(compat::const_data(bytes));
    element_loop loop(bytes);
    loop->for_each(
        [&](char** data, const std::int64_t*, std::int64_t inner, std::int64_t outer)
        {
            const std::int64_t begin = data[0] - first; // one dimension: `outer` is 1
            f(begin * unit, std::min((begin + inner * outer) * unit, count));
        },
        grain / unit);
}

} // namespace xtt::detail
