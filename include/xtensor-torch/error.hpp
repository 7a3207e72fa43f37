// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace xtt
{

/// A conversion that cannot be made; the base of what this library throws for wrong values.
class conversion_error : public std::invalid_argument
{
public:
    using std::invalid_argument::invalid_argument;
};

/// The scalar type is not the one asked for, or cannot be cast to it.
class dtype_error : public conversion_error
{
public:
    using conversion_error::conversion_error;
};

/// The number of dimensions is not the one asked for.
class rank_error : public conversion_error
{
public:
    using conversion_error::conversion_error;
};

/// The extents do not fit.
class shape_error : public conversion_error
{
public:
    using conversion_error::conversion_error;
};

/// The memory is not laid out in a way that can be shared.
class layout_error : public conversion_error
{
public:
    using conversion_error::conversion_error;
};

/// The memory is on another device, or the device is not there.
class device_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

namespace detail
{

// Not inlined, and without append: strings would be much of what a user's file has to compile.
[[gnu::cold, gnu::noinline]] inline std::string joined(std::initializer_list<std::string_view> parts)
{
    std::size_t size = 0;
    for (const std::string_view part : parts)
    {
        size += part.size();
    }
    std::string text(size, ' ');
    char* end = text.data();
    for (const std::string_view part : parts)
    {
        end += part.copy(end, part.size());
    }
    return text;
}

/// Extents or strides as `[2, 3]`.
template <class Range>
[[gnu::cold, gnu::noinline]] std::string bracketed(const Range& values)
{
    std::string text;
    for (const auto& value : values)
    {
        text = joined({text, text.empty() ? "[" : ", ", std::to_string(value)});
    }
    return joined({text, text.empty() ? "[]" : "]"});
}

template <class Shape, class Strides>
[[gnu::cold, gnu::noinline]] std::string
layout_text(const char* word, const Shape& shape, const Strides& strides)
{
    return joined({word, bracketed(shape), " with strides ", bracketed(strides)});
}

/// Throws `Error` with the one form that every message has: "function: expected X, got Y; remedy".
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void
raise(std::string_view function, std::string_view expected, std::string_view got, std::string_view remedy)
{
    throw Error(joined({function, ": expected ", expected, ", got ", got, "; ", remedy}));
}

} // namespace detail

} // namespace xtt
