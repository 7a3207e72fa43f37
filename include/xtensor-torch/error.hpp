// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
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

/// A list of numbers as it is written, in as few of std::string's functions as can be: each is compiled anew
/// in each file.
class number_text
{
public:
    [[gnu::cold, gnu::noinline]] void add(const char* before, bool negative, unsigned long long magnitude)
    {
        const std::size_t room = m_text.size() - m_size;
        const int wanted =
            std::snprintf(m_text.data() + m_size, room, "%s%s%llu", before, negative ? "-" : "", magnitude);
        m_size = wanted >= 0 && static_cast<std::size_t>(wanted) < room
                     ? m_size + static_cast<std::size_t>(wanted)
                     : m_text.size() - 1; // cut off: hundreds of dimensions
    }

    template <class T>
    void add(const char* before, T value)
    {
        const bool negative = value < T(0);
        const auto magnitude = static_cast<unsigned long long>(value);
        add(before, negative, negative ? 0 - magnitude : magnitude);
    }

    std::string_view view() const { return {m_text.data(), m_size}; }

private:
    std::array<char, 2048> m_text;
    std::size_t m_size = 0;
};

template <class T>
[[gnu::cold, gnu::noinline]] std::string number(T value)
{
    number_text text;
    text.add("", value);
    return joined({text.view()});
}

/// Extents or strides as `[2, 3]`.
template <class Range>
[[gnu::cold, gnu::noinline]] std::string bracketed(const Range& values)
{
    number_text text;
    for (const auto& value : values)
    {
        text.add(text.view().empty() ? "[" : ", ", value);
    }
    return joined({text.view(), text.view().empty() ? "[]" : "]"});
}

template <class Shape, class Strides>
[[gnu::cold, gnu::noinline]] std::string
layout_text(const char* word, const Shape& shape, const Strides& strides)
{
    return joined({word, bracketed(shape), " with strides ", bracketed(strides)});
}

[[gnu::cold, gnu::noinline]] inline std::string
message(std::string_view function, std::string_view expected, std::string_view got, std::string_view remedy)
{
    return joined({function, ": expected ", expected, ", got ", got, "; ", remedy});
}

/// Throws `Error` with the one form that every message has: "function: expected X, got Y; remedy".
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void
raise(std::string_view function, std::string_view expected, std::string_view got, std::string_view remedy)
{
    throw Error(message(function, expected, got, remedy));
}

} // namespace detail

} // namespace xtt
