// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/container_data.hpp>
#include <xtensor-torch/detail/container_semantic.hpp>
#include <xtensor-torch/detail/container_types.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/detail/make_view.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>

namespace xtt
{

/// An `xt::xarray` whose memory LibTorch allocates and shares.
template <class T, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
using torch_xarray = basic_torch_container<T, xt::dynamic_shape<std::size_t>, L, host_memory::pageable>;

/// An `xt::xtensor` whose memory LibTorch allocates and shares.
template <class T, std::size_t N, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
using torch_xtensor = basic_torch_container<T, std::array<std::size_t, N>, L, host_memory::pageable>;

/// A `torch_xarray` in page-locked memory, or in ordinary memory where there is no accelerator to serve.
template <class T, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
using pinned_xarray = basic_torch_container<T, xt::dynamic_shape<std::size_t>, L, host_memory::pinned>;

/// A `torch_xtensor` in page-locked memory, or in ordinary memory where there is no accelerator to serve.
template <class T, std::size_t N, xt::layout_type L = XTENSOR_DEFAULT_LAYOUT>
using pinned_xtensor = basic_torch_container<T, std::array<std::size_t, N>, L, host_memory::pinned>;

/// A full xtensor container over memory that LibTorch allocates.
///
/// Lifetime: a value. Copying copies elements. `tensor()` and `from_tensor` share memory instead, and stay
/// connected: while the shape stays, every assignment writes in place and the tensors see it; an assignment
/// of another shape takes new memory and leaves them what they had. Nobody sees half of a change of shape.
/// Moved-from, it may be destroyed or assigned to.
/// Throws: `rank_error` for an expression of another rank than `N`; `shape_error` for more than 2^63 - 1
/// bytes; `layout_error` for strides that leave the memory.
template <class T, class Shape, xt::layout_type L, host_memory M>
class basic_torch_container : public detail::container_data<basic_torch_container<T, Shape, L, M>>,
                              public detail::container_semantic<basic_torch_container<T, Shape, L, M>>
{
    static_assert(scalar<T>, XTENSOR_TORCH_NO_DTYPE); // here, clang instantiates nothing after it
    static_assert(!std::is_const_v<T>, "xtensor-torch: a container's elements are its own; T, not const T.");

public:
    using self_type = basic_torch_container;
    using base_type = xt::xstrided_container<self_type>;
    using data_type = detail::container_data<self_type>;
    using semantic_base = detail::container_semantic<self_type>;
    using storage_type = typename base_type::storage_type;
    using value_type = typename base_type::value_type;
    using const_reference = typename base_type::const_reference;
    using shape_type = typename base_type::shape_type;
    using strides_type = typename base_type::strides_type;
    using inner_shape_type = typename base_type::inner_shape_type;
    using inner_strides_type = typename base_type::inner_strides_type;
    using temporary_type = typename semantic_base::temporary_type;
    using expression_tag = xt::xtensor_expression_tag;
    using data_type::rank;

    /// Of rank 0 with the one element 0 (`torch_xarray`), or without elements (`torch_xtensor`).
    basic_torch_container() : data_type(storage_type(detail::takes_rank<Shape, 0> ? 1 : 0, T())) {}

    explicit basic_torch_container(const shape_type& shape, xt::layout_type layout = L)
    {
        detail::check_bytes(shape, sizeof(T));
        base_type::resize(shape, layout);
    }

    explicit basic_torch_container(const shape_type& shape, const_reference value, xt::layout_type layout = L)
        : basic_torch_container(shape, layout)
    {
        std::fill(m_storage.begin(), m_storage.end(), value);
    }

    explicit basic_torch_container(const shape_type& shape, const strides_type& strides)
    {
        detail::check_bytes(shape, sizeof(T));
        detail::check_strides_within(shape, strides);
        base_type::resize(shape, strides);
    }

    explicit basic_torch_container(
        const shape_type& shape, const strides_type& strides, const_reference value)
        : basic_torch_container(shape, strides)
    {
        std::fill(m_storage.begin(), m_storage.end(), value);
    }

    // The nested lists that xtensor's containers take.
    // clang-format off
    basic_torch_container(const T& value) requires(detail::takes_rank<Shape, 0>) : data_type(storage_type(1, value)) {}
    basic_torch_container(xt::nested_initializer_list_t<T, 1> list) requires(detail::takes_rank<Shape, 1>) { this->copy_list(list); }
    basic_torch_container(xt::nested_initializer_list_t<T, 2> list) requires(detail::takes_rank<Shape, 2>) { this->copy_list(list); }
    basic_torch_container(xt::nested_initializer_list_t<T, 3> list) requires(detail::takes_rank<Shape, 3>) { this->copy_list(list); }
    basic_torch_container(xt::nested_initializer_list_t<T, 4> list) requires(detail::takes_rank<Shape, 4>) { this->copy_list(list); }
    basic_torch_container(xt::nested_initializer_list_t<T, 5> list) requires(detail::takes_rank<Shape, 5>) { this->copy_list(list); }
    // clang-format on

    template <class E>
    basic_torch_container(const xt::xexpression<E>& source)
    {
        const auto& expression = source.derived_cast();
        detail::check_same_rank<rank>(expression.dimension(), "torch container");
        detail::check_bytes(expression.shape(), sizeof(T));
        base_type::resize(expression.shape(), true);
        detail::evaluate_into(*this, expression);
    }

    // Of a tensor: declared to say what to write instead.
    template <class S>
    requires detail::is_tensor<S> basic_torch_container(const S& /*tensor*/)
    {
        static_assert(
            detail::never<S>,
            "xtensor-torch: from_tensor(t) makes a container that shares a tensor's memory; "
            "copy_to_xarray<T>(t) copies.");
    }

    /// A container of this shape, whose elements are not set.
    ///
    /// Throws: `rank_error` for another rank than `N`; `shape_error` for more than 2^63 - 1 bytes.
    template <class S = shape_type>
    [[nodiscard]] static basic_torch_container from_shape(S&& shape)
    {
        detail::check_same_rank<rank>(shape.size(), "from_shape");
        return basic_torch_container(xtl::forward_sequence<shape_type, S>(shape));
    }

    /// A container over the tensor's memory: a change in one shows in the other.
    ///
    /// Shape: the tensor's, which must be dense in the container's own layout.
    /// Lifetime: shares, until the container is given another shape. `tensor.resize_` to more elements, or an
    /// `_out` operator that does it, frees the memory under the container: `.clone()` what may be resized.
    /// Copies: never, but for copy-on-write storage, which becomes the tensor's own.
    /// Throws: as `view_as_xtensor`, and `layout_error` for a tensor that is not contiguous.
    [[nodiscard]] static basic_torch_container from_tensor(const at::Tensor& tensor)
    {
        constexpr auto dense = L == xt::layout_type::dynamic ? xt::layout_type::row_major : L;
        auto view =
            detail::make_view<T, Shape, dense>(tensor, {"from_tensor", detail::scalar_name<T>, rank, true});
        basic_torch_container result{unallocated{}};
        if (tensor.numel() != 0)
        {
            // A handle of its own: in-place changes of the other's shape are not this one's.
            result.m_storage = storage_type(tensor.detach(), view.data());
        }
        result.base_type::resize(view.shape(), dense); // of that size already: keeps the memory
        return result;
    }

    basic_torch_container(const basic_torch_container&) = default;

    basic_torch_container(basic_torch_container&& other) noexcept : basic_torch_container(unallocated{})
    {
        swap(other);
    }

    ~basic_torch_container() = default;

    // NOLINTBEGIN(performance-noexcept-move-constructor, misc-unconventional-assign-operator)
    basic_torch_container& operator=(const basic_torch_container& other)
    {
        const bool same_strides = detail::equal_shapes(this->strides(), other.strides());
        if (this->keeps_shape(other) && (same_strides || m_storage.is_shared()))
        {
            return this->assign_in_place(other);
        }
        basic_torch_container(other).swap(*this);
        return *this;
    }

    // Writes elements where a tensor shares them: it may throw.
    basic_torch_container& operator=(basic_torch_container&& other)
    {
        if (this == &other || (this->keeps_shape(other) && m_storage.is_shared()))
        {
            return *this = std::as_const(other);
        }
        basic_torch_container(std::move(other)).swap(*this);
        return *this;
    }

    template <class E>
    basic_torch_container& operator=(const xt::xexpression<E>& source)
    {
        const auto& expression = source.derived_cast();
        return this->keeps_shape(expression) ? this->assign_in_place(expression)
                                             : this->assign_new(expression);
    }

    // Not by a conversion of the tensor: declared to say what to write instead.
    template <class S>
    requires detail::is_tensor<S> basic_torch_container& operator=(const S& /*tensor*/)
    {
        static_cast<void>(semantic_base::template check_source<S>());
        return *this;
    }
    // NOLINTEND(performance-noexcept-move-constructor, misc-unconventional-assign-operator)

    /// A tensor over this container's memory: same shape, same storage, same version counter.
    ///
    /// Lifetime: shares. The tensor stays valid whatever becomes of the container, and connected to it until
    /// that takes another shape. It must not be given more elements (`resize_`, an `_out` operator): that
    /// frees the memory under the container. What autograd does to it does not reach the container.
    /// Copies: never.
    /// Throws: `layout_error` for a container of rank 0 that was moved from, or memory that was made smaller.
    [[nodiscard]] at::Tensor tensor() &
    {
        return detail::tensor_over(*this, detail::access::write, "tensor");
    }
    [[nodiscard]] at::Tensor tensor() && { return tensor(); }

    template <class Self = basic_torch_container>
    at::Tensor tensor() const&
    {
        static_assert(
            detail::never<Self>,
            "xtensor-torch: LibTorch has no read-only tensor for this const container; use copy_to_tensor, "
            "or view_const_as_tensor and never write through it.");
        return {};
    }

    void swap(basic_torch_container& other) noexcept { data_type::swap(other); }

    friend void swap(basic_torch_container& a, basic_torch_container& b) noexcept { a.swap(b); }

    friend std::true_type owns_buffer(const basic_torch_container* /*only for its type*/) { return {}; }

    using semantic_base::fill; // not xtensor's, which does not tell autograd

private:
    using data_type::m_storage;
    using typename data_type::unallocated;

    explicit basic_torch_container(unallocated none) noexcept : data_type(none) {}
};

} // namespace xtt
