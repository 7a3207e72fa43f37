// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/detail/alias.hpp>
#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/check_destination.hpp>
#include <xtensor-torch/detail/check_tensor.hpp>
#include <xtensor-torch/detail/copy_expression.hpp>
#include <xtensor-torch/detail/copy_few.hpp>
#include <xtensor-torch/detail/evaluate_into.hpp>
#include <xtensor-torch/detail/host.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/detail/transpose.hpp>
#include <xtensor-torch/detail/wrap.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>
#include <xtensor-torch/tensor_view.hpp>

namespace xtt::detail
{

inline byte_range bytes_of_tensor(const at::Tensor& tensor)
{
    const auto first = reinterpret_cast<std::uintptr_t>(compat::const_data(tensor));
    return {first, first + static_cast<std::uintptr_t>(element_span(tensor) * tensor.element_size())};
}

/// Whether copying one tensor into the other would read what it has overwritten.
inline bool may_alias_tensors(const at::Tensor& destination, const at::Tensor& source)
{
    if (source.numel() == 0 || destination.numel() == 0 || source.device() != destination.device() ||
        source.layout() != at::kStrided || !source.has_storage())
    {
        return false;
    }
    const bool same = source.scalar_type() == destination.scalar_type() &&
                      source.sizes() == destination.sizes() && source.strides() == destination.strides() &&
                      compat::const_data(source) == compat::const_data(destination);
    return !same && bytes_of_tensor(destination).meets(bytes_of_tensor(source));
}

inline void check_source(const at::Tensor& source)
{
    constexpr call function{"assign"};
    check_defined(source, function);
    if (source.is_meta()) [[unlikely]]
    {
        raise<device_error>(function.verb, "a source with elements", "one on meta", "make a real one first");
    }
    check_dense(source, function);
}

inline evaluation_path
assign_tensor(const at::Tensor& destination, const at::Tensor& source, const copy_options& options)
{
    check_destination(destination);
    check_source(source);
    check_broadcast(source.sizes(), destination.sizes(), "assign");
    check_cast(source.scalar_type(), destination.scalar_type(), options.cast, "assign");
    const bool named = destination.has_names() || source.has_names(); // which LibTorch looks after
    if (!named && is_plain(destination) && is_few(source, destination.scalar_type(), destination.numel()))
    {
        destination.unsafeGetTensorImpl()->bump_version();
        copy_few(
            compat::mutable_data(destination),
            {destination.sizes(), destination.strides(), xt::layout_type::dynamic}, source);
        return evaluation_path::rows;
    }
    const c10::NoGradGuard no_grad;
    return detail::copy_elements(
        destination, may_alias_tensors(destination, source) ? source.clone() : source);
}

/// Memory for an expression of these operands that cannot be evaluated where it belongs; of its own sizes,
/// for it is broadcast when it is converted.
[[gnu::noinline]] inline at::Tensor make_intermediate(
    c10::ArrayRef<c10::IntArrayRef> shapes, bool of_function, c10::IntArrayRef destination,
    c10::ScalarType dtype)
{
    check_shapes(shapes, destination, "assign", of_function);
    return detail::empty(common_sizes(shapes, "assign", of_function), dtype);
}

[[gnu::noinline]] inline void copy_converted(const at::Tensor& destination, const at::Tensor& source)
{
    const c10::NoGradGuard no_grad;
    destination.copy_(source);
}

/// Writes what a program computes of all operands but number 0, which this sets, into a tensor of its dtype.
inline void write_program(
    const at::Tensor& tensor, const engine::program& work, const engine::operands& all, bool of_function)
{
    const auto span = span_of(tensor, static_cast<char*>(compat::mutable_data(tensor)));
    all.set(
        0, span.data, static_cast<std::int64_t>(tensor.element_size()),
        {span.sizes, span.strides, span.layout});
    engine::assign_operands(
        work, all, span.count, {"assign", of_function},
        [&] { tensor.unsafeGetTensorImpl()->bump_version(); }); // autograd may have saved its values
}

[[gnu::noinline]] inline void convert_program(
    const at::Tensor& destination, const engine::program& work, const engine::operands& all,
    c10::ScalarType dtype, bool of_function)
{
    const at::Tensor converted_later =
        make_intermediate(engine::operand_shapes(all), of_function, destination.sizes(), dtype);
    write_program(converted_later, work, all, of_function);
    copy_converted(destination, converted_later);
}

/// The same, elements of `dtype`, into any tensor. All that is done for a tensor and an expression of arrays
/// is here, and so compiled once for each file.
[[gnu::noinline]] inline void assign_program(
    const at::Tensor& destination, const engine::program& work, const engine::operands& all,
    c10::ScalarType dtype, bool of_function, casting allowed)
{
    check_destination(destination);
    check_cast(dtype, destination.scalar_type(), allowed, "assign");
    if (is_plain(destination) && destination.scalar_type() == dtype) [[likely]]
    {
        write_program(destination, work, all, of_function);
    }
    else
    {
        convert_program(destination, work, all, dtype, of_function);
    }
}

template <class X>
void assign_expression(const at::Tensor& destination, const X& source, const copy_options& options)
{
    using V = typename evaluated_as<value_t<X>>::type;
    if constexpr (unsupported_unsigned<value_t<X>>)
    {
        check_destination(destination);
        check_cast(dtype_of<V>, destination.scalar_type(), options.cast, "assign");
        detail::check_expression(source, destination.sizes(), "assign");
        const copy_options as_destination{.dtype = destination.scalar_type(), .cast = casting::unsafe};
        assign_tensor(destination, copy_expression(source, as_destination), options);
    }
    else if constexpr (is_engine_work<V, X> && !engine::has_broadcast<X>)
    {
        const auto node = engine::lower<0>(source);
        auto list = engine::gather_all(node, source);
        assign_program(
            destination, engine::program_of<V>(node), list.all(), dtype_of<V>, is_function<X>, options.cast);
    }
    else
    {
        check_destination(destination);
        check_cast(dtype_of<V>, destination.scalar_type(), options.cast, "assign");
        const bool is_direct = is_plain(destination) && destination.scalar_type() == dtype_of<V>;
        // By one way for both, which is compiled once for each expression.
        at::Tensor converted_later;
        if (!is_direct)
        {
            converted_later =
                make_intermediate(shape_list<X>(source), is_function<X>, destination.sizes(), dtype_of<V>);
        }
        const at::Tensor& written = is_direct ? destination : converted_later;
        detail::assign_elements(
            span_of(written, static_cast<V*>(compat::mutable_data(written))), source, "assign",
            [&] { written.unsafeGetTensorImpl()->bump_version(); });
        if (!is_direct)
        {
            copy_converted(destination, converted_later);
        }
    }
}

/// Whether an array is copied without LibTorch's help.
template <class D, class X>
bool is_copied_by_engine(const D& destination, const X& source)
{
    if constexpr (is_tensor<D>)
    {
        // Some do not know whether they are contiguous.
        const bool plain = destination.defined() && destination.is_cpu() &&
                           destination.layout() == at::kStrided && destination.has_storage() &&
                           !destination.is_nested();
        return plain && destination.scalar_type() == dtype_of<value_t<X>> &&
               is_better_copied_by_engine(source, destination.is_contiguous());
    }
    else
    {
        return std::is_same_v<value_t<D>, value_t<X>> &&
               is_better_copied_by_engine(source, destination.layout() == xt::layout_type::row_major);
    }
}

/// Where xtensor memory is a tensor's, that tensor must be writable, and autograd is told.
template <class D>
void about_to_write(const D& destination)
{
    if constexpr (has_root_tensor<D>)
    {
        const at::Tensor root = detail::root_tensor(destination);
        if (root.defined()) // an empty container has none
        {
            check_destination(root);
            root.unsafeGetTensorImpl()->bump_version();
        }
    }
}

/// Writes the elements of a tensor that was made for this into xtensor memory.
template <class T, class D>
void evaluate_copy(D& destination, const at::Tensor& copy)
{
    using view = basic_tensor_view<const T, xt::dynamic_shape<std::size_t>, xt::layout_type::dynamic>;
    detail::evaluate_into(
        destination, view_access::make<view>(copy, static_cast<const T*>(compat::const_data(copy))));
}

template <class T, class V>
void check_static_cast(const copy_options& options)
{
    if constexpr (!std::is_same_v<T, V>)
    {
        check_cast(evaluated_dtype<V>, evaluated_dtype<T>, options.cast, "assign");
    }
}

/// Writes an expression into xtensor memory.
template <class D, class X>
void assign_elements_of(D& destination, const X& source, const copy_options& options)
{
    using T = std::remove_cv_t<value_t<D>>;
    using V = value_t<X>;
    check_static_cast<T, V>(options);
    detail::check_no_overlap(destination);
    const auto before = [&] { detail::about_to_write(destination); };
    if constexpr (std::is_convertible_v<V, T>)
    {
        if (std::is_same_v<T, V> || c10::canCast(evaluated_dtype<V>, evaluated_dtype<T>))
        {
            detail::assign_elements(destination, source, "assign", before);
            return;
        }
    }
    detail::check_expression(source, destination.shape(), "assign");
    before();
    // Of another kind, or of types that C++ does not convert (complex<double> to complex<float>): converted
    // by LibTorch, whose answers for NaN or 1e30 are the promised ones.
    const copy_options unsafe{.dtype = evaluated_dtype<T>, .cast = casting::unsafe};
    detail::evaluate_copy<typename evaluated_as<T>::type>(
        destination, detail::copy_expression(source, unsafe));
}

template <class D>
void assign_from_tensor(D& destination, const at::Tensor& source, const copy_options& options)
{
    using T = typename same_size_signed<std::remove_cv_t<value_t<D>>>::type;
    static_assert(scalar<T>, "xtensor-torch: LibTorch has no dtype for the destination's scalar.");
    check_source(source);
    if constexpr (!has_root_tensor<D>) // that may have got other memory
    {
        if (is_few(source, dtype_of<T>, static_cast<std::int64_t>(destination.size())))
        {
            check_broadcast(source.sizes(), destination.shape(), "assign");
            detail::check_no_overlap(destination);
            detail::with_span(
                destination,
                [&](const auto& span) {
                    copy_few(span.data, {span.sizes, span.strides, span.layout}, source);
                });
            return;
        }
    }
    if (detail::can_wrap(destination))
    {
        assign_tensor(
            detail::tensor_over(destination, access::write, "assign", dtype_of<T>), source, options);
        return;
    }
    check_broadcast(source.sizes(), destination.shape(), "assign");
    check_cast(source.scalar_type(), dtype_of<T>, options.cast, "assign");
    detail::check_no_overlap(destination);
    detail::about_to_write(destination);
    const c10::NoGradGuard no_grad;
    detail::evaluate_copy<T>(destination, detail::empty(source.sizes(), dtype_of<T>).copy_(source));
}

} // namespace xtt::detail
