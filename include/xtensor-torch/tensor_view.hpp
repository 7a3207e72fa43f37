// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/detail/view_semantic.hpp>
#include <xtensor-torch/detail/view_types.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt
{

/// An xtensor expression of rank `N` over a tensor's memory; made by `view_as_xtensor`.
template <class T, std::size_t N, xt::layout_type L = xt::layout_type::dynamic>
using torch_xtensor_view = basic_tensor_view<T, std::array<std::size_t, N>, L>;

/// An xtensor expression of run-time rank over a tensor's memory; made by `view_as_xarray`.
template <class T, xt::layout_type L = xt::layout_type::dynamic>
using torch_xarray_view = basic_tensor_view<T, xt::dynamic_shape<std::size_t>, L>;

namespace detail
{

struct view_access; // makes views, after validation

} // namespace detail

/// An xtensor expression over a tensor's memory, of any strides.
///
/// View semantics: `=`, `+=`, `*=` ... and `fill` write elements, in place, with broadcasting; a shape
/// that does not fit throws `shape_error` and changes nothing. `rebind` and `swap` re-seat the view.
/// A view of `const T` is read-only.
/// Lifetime: shares. The view keeps the tensor alive; copies and moved views view the same memory.
template <class T, class Shape, xt::layout_type L>
class basic_tensor_view : public xt::xstrided_container<basic_tensor_view<T, Shape, L>>,
                          public detail::view_semantic<basic_tensor_view<T, Shape, L>, T>
{
public:
    using self_type = basic_tensor_view;
    using base_type = xt::xstrided_container<self_type>;
    using semantic_base = detail::view_semantic<self_type, T>;
    using storage_type = typename base_type::storage_type;
    using value_type = typename base_type::value_type;
    using shape_type = typename base_type::shape_type;
    using strides_type = typename base_type::strides_type;
    using temporary_type = typename semantic_base::temporary_type;
    using expression_tag = xt::xtensor_expression_tag;
    static constexpr std::size_t rank = detail::static_rank<Shape>; // SIZE_MAX: any, as of xt::xarray

    // Moving shares too: a moved-from view stays what it was, so that std::swap or an erased vector element
    // cannot leave one that writes into freed memory.
    basic_tensor_view(const basic_tensor_view&) = default;
    ~basic_tensor_view() = default;

    // Assignment writes elements, from a temporary view too: it may throw.
    // NOLINTBEGIN(performance-noexcept-move-constructor, misc-unconventional-assign-operator)
    basic_tensor_view& operator=(const basic_tensor_view& source) { return this->assign_from(source); }
    basic_tensor_view& operator=(basic_tensor_view&& source) { return this->assign_from(source); }

    template <class E>
    basic_tensor_view& operator=(const xt::xexpression<E>& source)
    {
        return this->assign_from(source.derived_cast());
    }

    template <class S>
    xt::disable_xexpression<S, basic_tensor_view&> operator=(const S& value)
    {
        fill(value);
        return *this;
    }
    // NOLINTEND(performance-noexcept-move-constructor, misc-unconventional-assign-operator)

    using semantic_base::fill; // not xtensor's, which does not tell autograd

    /// The tensor whose memory this is: same storage.
    [[nodiscard]] const at::Tensor& tensor() const& noexcept { return m_tensor; }
    [[nodiscard]] at::Tensor tensor() && noexcept { return m_tensor; }

    /// Makes this a view of what `other` views; no element changes.
    void rebind(basic_tensor_view other) noexcept { swap(other); }

    // Of a tensor: declared to say what to write instead.
    template <class S>
    requires detail::is_tensor<S>
    void rebind(const S& /*tensor*/)
    {
        static_assert(
            detail::never<S>, "xtensor-torch: rebind takes a view; use v.rebind(view_as_xtensor<T, N>(t)).");
    }

    /// Exchanges what the two views view; no element changes.
    void swap(basic_tensor_view& other) noexcept
    {
        using std::swap;
        swap(m_tensor, other.m_tensor);
        std::swap(m_storage, other.m_storage); // xtensor's own, found by name, does not compile
        swap(this->shape_impl(), other.shape_impl());
        swap(this->strides_impl(), other.strides_impl());
        swap(this->backstrides_impl(), other.backstrides_impl());
        swap(this->mutable_layout(), other.mutable_layout());
    }

    friend void swap(basic_tensor_view& a, basic_tensor_view& b) noexcept { a.swap(b); }

    /// A view has the shape of its memory: anything else throws `shape_error`.
    template <class S = shape_type>
    void resize(S&& shape, bool /*force*/ = false)
    {
        if (!detail::equal_shapes(shape, this->shape())) [[unlikely]]
        {
            detail::raise<shape_error>(
                "resize", detail::text("the view's own shape ", this->shape()), detail::text("shape ", shape),
                "rebind the view to another tensor");
        }
    }

    template <class S = std::initializer_list<int>>
    void reshape(S&&, xt::layout_type = L)
    {
        static_assert(
            detail::never<S>,
            "xtensor-torch: a view has its tensor's shape; use view_as_xarray<T>(t.reshape(...)).");
    }

    /// Whether xtensor may take the elements in the order of memory: not by the strides alone, since the
    /// iterators below are for views that say that they are contiguous.
    template <class S>
    bool has_linear_assign(const S& strides) const noexcept
    {
        return this->layout() != xt::layout_type::dynamic && base_type::has_linear_assign(strides);
    }

    // Memory in its own order, which some of xtensor's algorithms take for the view's.
    auto linear_begin() { return check_linear(), base_type::linear_begin(); }
    auto linear_begin() const { return check_linear(), base_type::linear_begin(); }
    auto linear_cbegin() const { return check_linear(), base_type::linear_cbegin(); }
    auto linear_rbegin() { return check_linear(), base_type::linear_rbegin(); }
    auto linear_rbegin() const { return check_linear(), base_type::linear_rbegin(); }
    auto linear_crbegin() const { return check_linear(), base_type::linear_crbegin(); }

private:
    basic_tensor_view(
        const at::Tensor& tensor, T* first, c10::IntArrayRef sizes, c10::IntArrayRef strides, bool contiguous)
        : m_tensor(tensor), m_storage(first, static_cast<std::size_t>(tensor.numel()))
    {
        const std::size_t dimension = rank == SIZE_MAX ? sizes.size() : rank;
        xt::resize_container(this->shape_impl(), dimension);
        xt::resize_container(this->strides_impl(), dimension);
        xt::resize_container(this->backstrides_impl(), dimension);
        for (std::size_t d = 0; d < dimension; ++d)
        {
            // xtensor's steppers rely on a stride of 0 where the extent is 1.
            const std::int64_t stride = sizes[d] == 1 ? 0 : strides[d];
            this->shape_impl()[d] = static_cast<std::size_t>(sizes[d]);
            this->strides_impl()[d] = static_cast<std::ptrdiff_t>(stride);
            // Unsigned: an empty tensor's strides may be anything.
            this->backstrides_impl()[d] = static_cast<std::ptrdiff_t>(
                static_cast<std::size_t>(stride) * static_cast<std::size_t>(sizes[d] - 1));
        }
        if (first == nullptr) [[unlikely]]
        {
            // xtensor steps over the pointer.
            std::fill(this->strides_impl().begin(), this->strides_impl().end(), std::ptrdiff_t(0));
            std::fill(this->backstrides_impl().begin(), this->backstrides_impl().end(), std::ptrdiff_t(0));
        }
        // A run-time layout is a promise of contiguity, on which the linear and SIMD paths are chosen. Only
        // row_major, and only where it is xtensor's default: otherwise xtensor's sorting functions, which
        // store into default arrays, are silently wrong. A view that claims nothing they refuse.
        constexpr auto row_major = xt::layout_type::row_major;
        if (L == xt::layout_type::dynamic && XTENSOR_DEFAULT_LAYOUT == row_major && contiguous)
        {
            this->mutable_layout() = row_major;
        }
    }

    void check_linear() const
    {
        if (this->layout() == xt::layout_type::dynamic) [[unlikely]]
        {
            detail::raise<layout_error>(
                "linear iteration", "a contiguous view", detail::text("strides ", this->strides()),
                "copy it first, or use begin()");
        }
    }

    const at::Tensor& backing_tensor() const noexcept { return m_tensor; }

    storage_type& storage_impl() noexcept { return m_storage; }
    const storage_type& storage_impl() const noexcept { return m_storage; }

    friend class xt::xcontainer<self_type>;
    friend struct detail::backing;
    friend struct detail::view_access;

    at::Tensor m_tensor;
    storage_type m_storage;
};

namespace detail
{

struct view_access
{
    template <class View, class T>
    static View make(
        const at::Tensor& tensor, T* first, c10::IntArrayRef sizes, c10::IntArrayRef strides, bool contiguous)
    {
        return View(tensor, first, sizes, strides, contiguous);
    }

    template <class View, class T>
    static View make(const at::Tensor& tensor, T* first)
    {
        return View(tensor, first, tensor.sizes(), tensor.strides(), tensor.is_contiguous());
    }
};

} // namespace detail

} // namespace xtt
