// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>

namespace xtt::detail
{

/// How our views of `T` are written to: element by element, in place, of the shape that they have.
template <class D, class T>
class view_semantic // NOLINT(bugprone-crtp-constructor-accessibility): as xtensor's own
    : public xt::xview_semantic<D>
{
public:
    using temporary_type = typename xt::xview_semantic<D>::temporary_type;

    /// Writes `value` to every element.
    template <class S>
    void fill(const S& value)
    {
        if constexpr (decltype(check_writable<S>())::value)
        {
            const T copy = detail::to_scalar<T>(value); // `value` may be one of the elements
            about_to_write();
            for_each_element([&](T& element) { element = copy; });
        }
    }

    // What xtensor calls: for `xt::noalias(v) = e`, where nothing overlaps,
    template <class E>
    D& assign_xexpression(const xt::xexpression<E>& source)
    {
        if constexpr (decltype(check_writable<typename E::value_type>())::value)
        {
            prepare_for(source.derived_cast());
            detail::evaluate_into(this->derived_cast(), source.derived_cast());
        }
        return this->derived_cast();
    }

    template <class E>
    D& computed_assign(const xt::xexpression<E>& source)
    {
        return assign_xexpression(source);
    }

    D& assign_temporary(temporary_type&& source) { return assign_from(source); }

    // and for `v += scalar`.
    template <class S, class F>
    D& scalar_computed_assign(const S& value, F&& function)
    {
        if constexpr (decltype(check_writable<S>())::value)
        {
            const S copy = value; // `value` may be one of the elements
            about_to_write();
            for_each_element([&](T& element) { element = detail::to_scalar<T>(function(element, copy)); });
        }
        return this->derived_cast();
    }

protected:
    template <class E>
    D& assign_from(const E& source)
    {
        if constexpr (decltype(check_writable<typename E::value_type>())::value)
        {
            detail::assign_elements(
                this->derived_cast(), source, "view assignment", [&] { about_to_write(); });
        }
        return this->derived_cast();
    }

private:
    template <class E>
    void prepare_for(const E& source)
    {
        detail::check_expression(source, this->derived_cast().shape(), "view assignment");
        about_to_write();
    }

    // Before the first write. Autograd may have saved these values, and is told.
    void about_to_write()
    {
        const at::Tensor& tensor = this->derived_cast().tensor();
        detail::check_no_grad(tensor, {"view assignment"});
        detail::check_not_inference(tensor, {"view assignment"});
        tensor.unsafeGetTensorImpl()->bump_version();
    }

    template <class F>
    void for_each_element(F&& function)
    {
        D& view = this->derived_cast();
        if (view.layout() != xt::layout_type::dynamic)
        {
            std::for_each(view.storage().begin(), view.storage().end(), function);
        }
        else
        {
            std::for_each(view.begin(), view.end(), function);
        }
    }

    // Of what the source has for a value. Asked for its type, so that a mistake gives this error and no
    // others.
    template <class S>
    static constexpr auto check_writable()
    {
        static_assert(
            !std::is_const_v<T>, "xtensor-torch: a view of const elements is read-only; view_as_xtensor<T, "
                                 "N>(t) writes, rebind() re-seats.");
        static_assert(
            std::is_const_v<T> || !is_tensor<S>,
            "xtensor-torch: a tensor is no xtensor expression; use xtt::assign(v, t) for its values, or "
            "v.rebind(view_as_xtensor<T, N>(t)) to view it.");
        return std::bool_constant < !std::is_const_v<T> && !is_tensor < S >> {};
    }
};

} // namespace xtt::detail
