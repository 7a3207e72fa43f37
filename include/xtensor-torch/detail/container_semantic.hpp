// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>

namespace xtt::detail
{

/// How our containers are assigned to: in place while the shape stays, so that tensors which share the memory
/// see it; into new memory where it changes, so that they keep what they had.
template <class D>
class container_semantic // NOLINT(bugprone-crtp-constructor-accessibility): as xtensor's own
    : public xt::xcontainer_semantic<D>
{
public:
    using temporary_type = typename xt::xcontainer_semantic<D>::temporary_type;

    /// Writes one value to all elements, in place.
    template <class S>
    void fill(const S& value)
    {
        if constexpr (decltype(check_source<S>())::value)
        {
            using T = typename D::value_type;
            const T copy = detail::to_scalar<T>(value); // `value` may be one of the elements
            about_to_write();
            auto& elements = this->derived_cast().storage();
            std::fill(elements.begin(), elements.end(), copy);
        }
    }

    // What xtensor calls: for `xt::noalias(a) = e`, where nothing overlaps,
    template <class E>
    D& assign_xexpression(const xt::xexpression<E>& source)
    {
        if constexpr (decltype(check_source<typename E::value_type>())::value)
        {
            const auto& expression = source.derived_cast();
            if (!keeps_shape(expression))
            {
                return assign_new(expression);
            }
            about_to_write();
            detail::evaluate_into(this->derived_cast(), expression);
        }
        return this->derived_cast();
    }

    template <class E>
    D& computed_assign(const xt::xexpression<E>& source)
    {
        return assign_xexpression(source);
    }

    D& assign_temporary(temporary_type&& source) { return this->derived_cast() = source; }

    // and for `a += scalar`.
    template <class S, class F>
    D& scalar_computed_assign(const S& value, F&& function)
    {
        if constexpr (decltype(check_source<S>())::value)
        {
            using T = typename D::value_type;
            const S copy = value; // `value` may be one of the elements
            about_to_write();
            auto& elements = this->derived_cast().storage();
            std::for_each(
                elements.begin(), elements.end(),
                [&](T& element) { element = detail::to_scalar<T>(function(element, copy)); });
        }
        return this->derived_cast();
    }

protected:
    // Of what the source has for a value. Asked for its type, so that a mistake gives this error and no
    // others.
    template <class S>
    static constexpr auto check_source()
    {
        static_assert(
            !is_tensor<S>, "xtensor-torch: a tensor is no xtensor expression; use xtt::assign(c, t) for its "
                           "values, or from_tensor(t) for a container that shares it.");
        return std::bool_constant<!is_tensor<S>>{};
    }

    template <class E>
    bool keeps_shape(const E& source) const
    {
        // A moved-from container of rank 0 has the shape, and no memory for its one element.
        const auto& self = this->derived_cast();
        return detail::equal_shapes(source.shape(), self.shape()) &&
               (!self.storage().empty() || xt::compute_size(self.shape()) == 0);
    }

    template <class E>
    D& assign_in_place(const E& source)
    {
        detail::assign_elements(
            this->derived_cast(), source, "container assignment", [&] { about_to_write(); });
        return this->derived_cast();
    }

    // Evaluated before anything changes: the source may read this container, or throw.
    template <class E>
    D& assign_new(const E& source)
    {
        D(source).swap(this->derived_cast());
        return this->derived_cast();
    }

    // Autograd may have saved these values, and is told. An inference tensor it cannot be told of, and
    // LibTorch's own check does not see through the handle that `from_tensor` makes.
    void about_to_write()
    {
        const at::Tensor& tensor = backing::of(this->derived_cast());
        if (tensor.defined())
        {
            detail::check_not_inference(tensor, {"container assignment"});
            tensor.unsafeGetTensorImpl()->bump_version();
        }
    }
};

} // namespace xtt::detail
