// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail
{

template <class E>
inline constexpr bool is_function = false;

template <class F, class... CT>
inline constexpr bool is_function<xt::xfunction<F, CT...>> = true;

template <class E>
inline constexpr bool is_scalar = false;

template <class CT>
inline constexpr bool is_scalar<xt::xscalar<CT>> = true;

/// How many operands have a shape, and how many of these have one that must be copied to be read.
struct shape_count
{
    std::size_t all = 0;
    std::size_t copied = 0;
};

template <class E>
inline constexpr bool has_plain_shape = requires(const E& expression)
{
    requires std::is_lvalue_reference_v<decltype(expression.shape())>;
    requires is_read_as_int64<std::remove_cvref_t<decltype(expression.shape())>>;
};

template <class E>
inline constexpr shape_count count_shapes = {1, has_plain_shape<E> ? 0 : 1};

template <class CT>
inline constexpr shape_count count_shapes<xt::xscalar<CT>> = {};

template <class F, class... CT>
inline constexpr shape_count count_shapes<xt::xfunction<F, CT...>> = {
    (count_shapes<std::remove_cvref_t<CT>>.all + ... + 0),
    (count_shapes<std::remove_cvref_t<CT>>.copied + ... + 0)};

/// The shapes of what a function is called with. Asking the expression itself costs users half a second of
/// compilation, and its message does not name them.
template <class E>
class shape_list
{
public:
    [[gnu::noinline]] explicit shape_list(const E& expression) { gather(expression); }

    shape_list(const shape_list&) = delete; // it may refer to its own copies
    shape_list& operator=(const shape_list&) = delete;
    ~shape_list() = default;

    operator c10::ArrayRef<c10::IntArrayRef>() const { return m_shapes; }

private:
    template <class X>
    void gather(const X& expression)
    {
        if constexpr (is_function<X>)
        {
            // Not by std::apply, which takes longer to compile.
            const auto& arguments = expression.arguments();
            [&]<std::size_t... I>(std::index_sequence<I...>)
            {
                (gather(std::get<I>(arguments)), ...);
            }
            (std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<decltype(arguments)>>>{});
        }
        else if constexpr (!is_scalar<X>)
        {
            if constexpr (has_plain_shape<X>)
            {
                m_shapes[m_count++] = detail::as_int64(expression.shape());
            }
            else
            {
                dim_vector& copy = m_copies[m_copied++];
                for (const auto extent : expression.shape())
                {
                    copy.push_back(static_cast<std::int64_t>(extent));
                }
                m_shapes[m_count++] = copy;
            }
        }
    }

    std::array<c10::IntArrayRef, count_shapes<E>.all> m_shapes;
    std::array<dim_vector, count_shapes<E>.copied> m_copies;
    std::size_t m_count = 0;
    std::size_t m_copied = 0;
};

[[gnu::cold]] inline text describe_shapes(c10::ArrayRef<c10::IntArrayRef> shapes, bool of_function)
{
    text all(of_function ? "operands of shape " : "shape ");
    for (const c10::IntArrayRef& shape : shapes)
    {
        all.add(&shape == shapes.begin() ? "" : " and ");
        all.add(shape);
    }
    return all;
}

template <class A, class B>
bool equal_shapes(const A& a, const B& b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

/// NumPy's rule, in one direction: the source's extents, aligned at the end, are equal or 1.
template <class Source, class Destination>
bool broadcasts_to(const Source& source, const Destination& destination)
{
    const std::size_t rank = source.size();
    const std::size_t wanted = destination.size();
    if (rank > wanted)
    {
        return false;
    }
    for (std::size_t d = 0; d < rank; ++d)
    {
        const auto extent = static_cast<std::size_t>(source[d]);
        if (extent != 1 && extent != static_cast<std::size_t>(destination[wanted - rank + d]))
        {
            return false;
        }
    }
    return true;
}

/// The same, in fewer instructions.
inline bool broadcasts_to(c10::IntArrayRef source, c10::IntArrayRef destination)
{
    bool fits = source.size() <= destination.size();
    const std::int64_t* extent = source.end();
    const std::int64_t* wanted = destination.end();
    while (fits && extent != source.begin())
    {
        --extent;
        --wanted;
        fits = *extent == *wanted || *extent == 1;
    }
    return fits;
}

template <class Destination>
[[noreturn, gnu::cold, gnu::noinline]] void
raise_broadcast(std::string_view function, const Destination& destination, std::string_view got)
{
    raise<shape_error>(
        function, text("a source that broadcasts to shape ", destination), got,
        "reshape it, or make the destination of its shape");
}

template <class Source, class Destination>
void check_broadcast(const Source& source, const Destination& destination, std::string_view function)
{
    if (!broadcasts_to(source, destination)) [[unlikely]]
    {
        raise_broadcast(function, destination, text("shape ", source));
    }
}

inline void check_shapes(
    c10::ArrayRef<c10::IntArrayRef> shapes, c10::IntArrayRef destination, std::string_view function,
    bool of_function)
{
    for (const c10::IntArrayRef shape : shapes)
    {
        if (!broadcasts_to(shape, destination)) [[unlikely]]
        {
            raise_broadcast(function, destination, describe_shapes(shapes, of_function));
        }
    }
}

/// As `check_broadcast`, for an expression: so that its operands fit each other, too.
template <class E, class Destination>
void check_expression(const E& source, const Destination& destination, std::string_view function)
{
    const shape_list<E> list(source);
    if constexpr (is_read_as_int64<Destination>)
    {
        check_shapes(list, detail::as_int64(destination), function, is_function<E>);
    }
    else
    {
        const dim_vector sizes(destination.begin(), destination.end());
        check_shapes(list, sizes, function, is_function<E>);
    }
}

inline dim_vector
common_sizes(c10::ArrayRef<c10::IntArrayRef> shapes, std::string_view function, bool of_function)
{
    std::size_t largest = 0;
    for (const c10::IntArrayRef shape : shapes)
    {
        largest = std::max(largest, shape.size());
    }
    dim_vector result = filled_dims(largest, 1);
    bool fits = true;
    bool in_range = true;
    for (const c10::IntArrayRef shape : shapes)
    {
        for (std::size_t d = 0; d < shape.size(); ++d)
        {
            const std::int64_t extent = shape[d];
            std::int64_t& common = result[largest - shape.size() + d];
            in_range = in_range && extent >= 0; // more than 2^63 - 1, read as signed
            fits = fits && (extent == common || extent == 1 || common == 1);
            common = common == 1 ? extent : common;
        }
    }
    if (!in_range) [[unlikely]]
    {
        raise_too_large(function, result);
    }
    if (!fits) [[unlikely]]
    {
        raise<shape_error>(
            function, "operands that broadcast to each other", describe_shapes(shapes, of_function),
            "reshape them");
    }
    return result;
}

/// The extents that an expression's operands broadcast to.
template <class E>
dim_vector result_sizes(const E& source, std::string_view function)
{
    return common_sizes(shape_list<E>(source), function, is_function<E>);
}

} // namespace xtt::detail
