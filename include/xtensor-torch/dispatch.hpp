// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/compat.hpp>
#include <xtensor-torch/detail/make_view.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/tensor_view.hpp>

namespace xtt
{

/// A set of scalar types for `dispatch`.
template <class... Ts>
struct type_list
{
};

// The sets that LibTorch's own dispatch macros have.
using floating_types = type_list<float, double>;
using integral_types = type_list<std::uint8_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t>;
using all_types =
    type_list<std::uint8_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t, float, double>;
using complex_types = type_list<std::complex<float>, std::complex<double>>;

namespace detail
{

template <class F, class T>
using dispatch_result = std::invoke_result_t<F, torch_xarray_view<T>&>;

template <class First, class... Rest, class F>
dispatch_result<F, First> dispatch_to(const at::Tensor& tensor, text& tried, F&& function)
{
    if (tensor.scalar_type() == dtype_of<First>)
    {
        // Named, for functions that take auto&.
        auto view =
            make_view<First, xt::dynamic_shape<std::size_t>, xt::layout_type::dynamic>(tensor, {"dispatch"});
        return std::forward<F>(function)(view);
    }
    tried.add(text(tried.empty() ? "" : ", ", c10::toString(dtype_of<First>)));
    if constexpr (sizeof...(Rest) != 0)
    {
        return dispatch_to<Rest...>(tensor, tried, std::forward<F>(function));
    }
    else
    {
        raise<dtype_error>(
            "dispatch", text("one of the dtypes ", tried), c10::toString(tensor.scalar_type()),
            "add it to the list, or convert with .to(dtype)");
    }
}

template <class R>
R never_returned();

template <class First, class... Rest, class F>
decltype(auto) dispatch_list(type_list<First, Rest...>, const at::Tensor& tensor, F&& function)
{
    if constexpr (!(scalar<First> && ... && scalar<Rest>))
    {
        static_assert(never<First>, "xtensor-torch: dispatch needs scalars that LibTorch has a dtype for.");
    }
    else if constexpr (!(std::is_invocable_v<F, torch_xarray_view<First>&> && ... &&
                         std::is_invocable_v<F, torch_xarray_view<Rest>&>))
    {
        static_assert(
            never<First>, "xtensor-torch: dispatch needs a function that takes a view: [](auto v) { ... }.");
    }
    else if constexpr (!(std::is_same_v<dispatch_result<F, First>, dispatch_result<F, Rest>> && ...))
    {
        static_assert(
            never<First>,
            "xtensor-torch: dispatch needs a function that returns one type for every dtype; give "
            "the lambda a return type: [](auto v) -> double { ... }.");
        return never_returned<dispatch_result<F, First>>(); // or `auto x = dispatch(...)` were an error too
    }
    else
    {
        check_defined(tensor, {"dispatch"});
        text tried;
        return dispatch_to<First, Rest...>(tensor, tried, std::forward<F>(function));
    }
}

template <class... Ts>
struct as_list
{
    using type = type_list<Ts...>;
};

template <class... Ts>
struct as_list<type_list<Ts...>>
{
    using type = type_list<Ts...>;
};

} // namespace detail

/// Calls `function` with the view (`view_as_xarray`) of the tensor's run-time dtype, and returns what it
/// returns: `dispatch<float, double>(t, f)` or `dispatch<xtt::floating_types>(t, f)`.
///
/// The list is mandatory, because each type costs its own compilation of `function`; `const float` gives a
/// read-only view. `function` must return one type for all of them, and should take `auto` or `auto&`: a
/// parameter of type `xt::xarray<T>` copies.
/// Lifetime: the view shares the tensor, and may be kept.
/// Copies: never.
/// Throws: `dtype_error` for a dtype that is not in the list; otherwise as `view_as_xarray`.
template <class... Ts, class F>
decltype(auto) dispatch(const at::Tensor& tensor, F&& function)
{
    if constexpr (sizeof...(Ts) == 0)
    {
        static_assert(
            detail::never<F>,
            "xtensor-torch: dispatch needs its dtypes, as in dispatch<float, double>(t, f).");
    }
    else
    {
        return detail::dispatch_list(
            typename detail::as_list<Ts...>::type{}, tensor, std::forward<F>(function));
    }
}

} // namespace xtt
