// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include <ATen/core/Tensor.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/TensorOptions.h>

#include <xtensor-torch/detail/devices.hpp>
#include <xtensor-torch/dtype.hpp>

namespace xtt
{

/// Where a container's elements lie.
enum class host_memory
{
    pageable, ///< ordinary memory
    pinned    ///< page-locked, which an accelerator reads and writes at the speed of the bus
};

namespace detail
{

/// A vector over memory that LibTorch allocates and counts the references of; what xtensor's containers hold
/// their elements in. New elements are uninitialised, as in `xt::uvector`.
template <class T, host_memory M>
class torch_storage
{
public:
    using value_type = T;
    using allocator_type = std::allocator<T>; // to xtensor: no alignment to rely on, from_tensor has none
    using reference = T&;
    using const_reference = const T&;
    using pointer = T*;
    using const_pointer = const T*;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using iterator = T*;
    using const_iterator = const T*;
    using reverse_iterator = std::reverse_iterator<iterator>;
    using const_reverse_iterator = std::reverse_iterator<const_iterator>;

    torch_storage() noexcept = default;

    explicit torch_storage(size_type count) : m_tensor(allocate(count)), m_size(count)
    {
        if (count != 0)
        {
            m_data = static_cast<T*>(compat::mutable_data(m_tensor));
        }
    }

    torch_storage(size_type count, const T& value) : torch_storage(count)
    {
        std::fill(begin(), end(), value);
    }

    template <std::forward_iterator It>
    torch_storage(It first, It last) : torch_storage(static_cast<size_type>(std::distance(first, last)))
    {
        std::copy(first, last, begin());
    }

    torch_storage(std::initializer_list<T> values) : torch_storage(values.begin(), values.end()) {}

    /// Takes over the elements of a tensor that was found to be one dense block of `T`.
    torch_storage(at::Tensor tensor, T* first)
        : m_tensor(std::move(tensor)), m_data(first), m_size(static_cast<size_type>(m_tensor.numel()))
    {
    }

    torch_storage(const torch_storage& other) : torch_storage(other.begin(), other.end()) {}

    torch_storage(torch_storage&& other) noexcept { swap(other); }

    torch_storage& operator=(const torch_storage& other)
    {
        if (this != &other)
        {
            torch_storage(other).swap(*this);
        }
        return *this;
    }

    torch_storage& operator=(torch_storage&& other) noexcept
    {
        torch_storage(std::move(other)).swap(*this);
        return *this;
    }

    ~torch_storage() = default;

    allocator_type get_allocator() const noexcept { return {}; }

    /// Of another size, in new memory; the elements are lost, as those of `xt::uvector` are.
    void resize(size_type count)
    {
        if (count != m_size)
        {
            torch_storage(count).swap(*this);
        }
    }

    void swap(torch_storage& other) noexcept
    {
        using std::swap;
        swap(m_tensor, other.m_tensor);
        swap(m_data, other.m_data);
        swap(m_size, other.m_size);
    }

    friend void swap(torch_storage& a, torch_storage& b) noexcept { a.swap(b); }

    size_type size() const noexcept { return m_size; }
    size_type max_size() const noexcept { return std::numeric_limits<difference_type>::max() / sizeof(T); }
    bool empty() const noexcept { return m_size == 0; }

    pointer data() noexcept { return m_data; }
    const_pointer data() const noexcept { return m_data; }
    reference operator[](size_type i) { return m_data[i]; }
    const_reference operator[](size_type i) const { return m_data[i]; }
    reference front() { return m_data[0]; }
    const_reference front() const { return m_data[0]; }
    reference back() { return m_data[m_size - 1]; }
    const_reference back() const { return m_data[m_size - 1]; }

    iterator begin() noexcept { return m_data; }
    iterator end() noexcept { return m_data + m_size; }
    const_iterator begin() const noexcept { return m_data; }
    const_iterator end() const noexcept { return m_data + m_size; }
    const_iterator cbegin() const noexcept { return begin(); }
    const_iterator cend() const noexcept { return end(); }
    reverse_iterator rbegin() noexcept { return reverse_iterator(end()); }
    reverse_iterator rend() noexcept { return reverse_iterator(begin()); }
    const_reverse_iterator rbegin() const noexcept { return const_reverse_iterator(end()); }
    const_reverse_iterator rend() const noexcept { return const_reverse_iterator(begin()); }
    const_reverse_iterator crbegin() const noexcept { return rbegin(); }
    const_reverse_iterator crend() const noexcept { return rend(); }

    friend bool operator==(const torch_storage& a, const torch_storage& b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

    /// The tensor that owns the memory. Undefined where there is none: empty, moved from.
    const at::Tensor& tensor() const noexcept { return m_tensor; }

    /// Whether anybody else holds the memory: a tensor, a view, another container.
    bool is_shared() const
    {
        return m_tensor.defined() && (m_tensor.use_count() > 1 || m_tensor.storage().use_count() > 1);
    }

    bool is_pinned() const { return m_tensor.defined() && has_accelerator() && m_tensor.is_pinned(); }

private:
    static at::Tensor allocate(size_type count)
    {
        if (count == 0)
        {
            return {};
        }
        // Where it was made must not decide where it may be written.
        const c10::InferenceMode ordinary(false);
        return empty_on_host(
            static_cast<std::int64_t>(count), c10::TensorOptions(dtype_of<T>), M == host_memory::pinned);
    }

    // Where nothing is: xtensor's iterators step over it, which a null pointer does not allow.
    static T* nowhere() noexcept
    {
        static const T nothing{}; // const: who writes there is told so by the processor
        return const_cast<T*>(&nothing);
    }

    at::Tensor m_tensor;
    T* m_data = nowhere();
    size_type m_size = 0;
};

} // namespace detail

} // namespace xtt
