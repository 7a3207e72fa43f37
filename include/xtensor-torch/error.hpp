// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sstream>
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

/// Extents or strides as `[2, 3]`.
template <class Range>
[[gnu::cold]] std::string bracketed(const Range& values)
{
    std::ostringstream out;
    out << '[';
    const char* separator = "";
    for (const auto& value : values)
    {
        out << separator << value;
        separator = ", ";
    }
    out << ']';
    return out.str();
}

/// Throws `Error` with the one form that every message has: "function: expected X, got Y; remedy".
template <class Error>
[[noreturn, gnu::cold]] void
raise(std::string_view function, std::string_view expected, std::string_view got, std::string_view remedy)
{
    std::string text;
    text.append(function).append(": expected ").append(expected).append(", got ").append(got);
    text.append("; ").append(remedy);
    throw Error(text);
}

} // namespace detail

} // namespace xtt
