// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/detail/container_types.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail
{

struct backing;

/// A container's memory, its shape, and how both change together.
template <class D>
class container_data : public xt::xstrided_container<D>
{
public:
    using base_type = xt::xstrided_container<D>;
    using storage_type = typename base_type::storage_type;
    using shape_type = typename base_type::shape_type;
    using strides_type = typename base_type::strides_type;
    static constexpr std::size_t rank = static_rank<shape_type>; // SIZE_MAX: any, as of xt::xarray

    /// Whether the memory is page-locked.
    [[nodiscard]] bool is_pinned() const { return m_storage.is_pinned(); }

    /// Of another shape: in new memory. The elements keep their places in it while their number stays, as
    /// xtensor's do, and are uninitialised otherwise. Tensors keep the old memory.
    template <class S = shape_type>
    void resize(S&& shape, bool /*force*/ = false)
    {
        // A moved-from container of rank 0 has the shape, and no memory.
        if (!detail::equal_shapes(shape, this->shape()) || m_storage.empty())
        {
            resize(std::forward<S>(shape), this->layout());
        }
    }

    template <class S = shape_type>
    void resize(S&& shape, xt::layout_type layout)
    {
        detail::check_same_rank<rank>(shape.size(), "resize");
        take_shape_of(D(xtl::forward_sequence<shape_type, S>(shape), layout));
    }

    template <class S = shape_type>
    void resize(S&& shape, const strides_type& strides)
    {
        detail::check_same_rank<rank>(shape.size(), "resize");
        take_shape_of(D(xtl::forward_sequence<shape_type, S>(shape), strides));
    }

    /// Another shape of as many elements, in the same memory; -1 stands for what is left.
    template <class S = shape_type>
    D& reshape(S&& shape, xt::layout_type layout = base_type::static_layout) &
    {
        detail::check_same_rank<rank>(shape.size(), "reshape");
        if (std::find(shape.begin(), shape.end(), 0) == shape.end())
        {
            return base_type::reshape(std::forward<S>(shape), layout);
        }
        // xtensor divides by what is known of the shape.
        if (std::any_of(shape.begin(), shape.end(), [](auto extent) { return std::cmp_less(extent, 0); }))
            [[unlikely]]
        {
            detail::raise<shape_error>(
                "reshape", "a shape that the number of elements completes", detail::text("shape ", shape),
                "say all extents beside one of 0");
        }
        return base_type::reshape(xtl::forward_sequence<shape_type, S>(shape), layout);
    }

    template <class I = std::ptrdiff_t>
    D& reshape(std::initializer_list<I> shape, xt::layout_type layout = base_type::static_layout) &
    {
        return reshape(xt::dynamic_shape<I>(shape), layout);
    }

private:
    friend D;

    struct unallocated
    {
    };

    container_data() = default;
    explicit container_data(storage_type&& storage) noexcept : m_storage(std::move(storage)) {}

    // Without elements and without memory: what a moved-from container is.
    explicit container_data(unallocated) noexcept
    {
        if constexpr (rank == SIZE_MAX)
        {
            xt::resize_container(this->shape_impl(), 1); // within what svector holds in place
            xt::resize_container(this->strides_impl(), 1);
            xt::resize_container(this->backstrides_impl(), 1);
        }
        std::fill(this->shape_impl().begin(), this->shape_impl().end(), std::size_t(0));
        std::fill(this->strides_impl().begin(), this->strides_impl().end(), std::ptrdiff_t(0));
        std::fill(this->backstrides_impl().begin(), this->backstrides_impl().end(), std::ptrdiff_t(0));
    }

    container_data(const container_data&) = default;
    ~container_data() = default;

    void swap(container_data& other) noexcept
    {
        using std::swap;
        m_storage.swap(other.m_storage);
        swap(this->shape_impl(), other.shape_impl());
        swap(this->strides_impl(), other.strides_impl());
        swap(this->backstrides_impl(), other.backstrides_impl());
        swap(this->mutable_layout(), other.mutable_layout());
    }

    /// The values of a nested list, whose shape its first rows give.
    template <class List>
    void copy_list(const List& list)
    {
        const auto shape = xt::shape<shape_type>(list);
        const std::size_t odd = detail::find_odd_row(list, shape, 0);
        if (odd != detail::no_odd_row) [[unlikely]]
        {
            detail::raise<shape_error>(
                "torch container", detail::text("rows of one length, for shape ", shape),
                detail::text("one of ", odd), "make the rows equally long");
        }
        base_type::resize(shape, true);
        if (this->layout() == xt::layout_type::row_major)
        {
            xt::nested_copy(m_storage.begin(), list);
        }
        else
        {
            xt::nested_copy(this->template begin<xt::layout_type::row_major>(), list);
        }
    }

    storage_type m_storage;

    void take_shape_of(container_data&& fresh) noexcept
    {
        if (detail::equal_shapes(fresh.shape(), this->shape()) &&
            detail::equal_shapes(fresh.strides(), this->strides()) &&
            fresh.m_storage.size() == m_storage.size())
        {
            return; // it is that already
        }
        if (fresh.m_storage.size() == m_storage.size())
        {
            std::copy(m_storage.begin(), m_storage.end(), fresh.m_storage.begin());
        }
        swap(fresh);
    }

    const at::Tensor& backing_tensor() const noexcept { return m_storage.tensor(); }

    storage_type& storage_impl() noexcept { return m_storage; }
    const storage_type& storage_impl() const noexcept { return m_storage; }

    friend class xt::xcontainer<D>;
    friend struct detail::backing;
};

} // namespace xtt::detail
