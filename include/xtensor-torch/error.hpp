// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <type_traits>

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

/// A part of a message. On the stack, and cut off where that is full, after hundreds of numbers: strings
/// would be much of what a user's file has to compile.
class text
{
public:
    /// Of what is put together: words, integers and, as `[2, 3]`, extents or strides.
    template <class... Part>
    explicit text(const Part&... parts)
    {
        m_text[0] = '\0';
        (add(parts), ...);
    }

    [[gnu::cold, gnu::noinline]] void add(std::string_view part)
    {
        m_size += part.copy(m_text.data() + m_size, m_text.size() - 1 - m_size);
        m_text[m_size] = '\0';
    }

    template <std::integral T>
    void add(T value)
    {
        const auto magnitude = static_cast<unsigned long long>(value);
        add_number(value < T(0), value < T(0) ? 0 - magnitude : magnitude);
    }

    template <class Range>
    requires requires(const Range& values)
    {
        requires !std::is_same_v<std::remove_cvref_t<decltype(*values.begin())>, char>;
    }
    [[gnu::cold, gnu::noinline]] void add(const Range& values)
    {
        const char* before = "[";
        for (const auto& value : values)
        {
            add(before);
            add(value);
            before = ", ";
        }
        add(*before == '[' ? "[]" : "]");
    }

    bool empty() const { return m_size == 0; }
    const char* c_str() const { return m_text.data(); }
    operator std::string_view() const { return {m_text.data(), m_size}; }

private:
    [[gnu::cold, gnu::noinline]] void add_number(bool negative, unsigned long long magnitude)
    {
        constexpr std::size_t longest = 20; // 2^64 - 1
        std::array<char, longest> digits;
        std::size_t first = longest;
        do
        {
            digits[--first] = static_cast<char>('0' + magnitude % 10);
            magnitude /= 10;
        } while (magnitude != 0);
        add(negative ? "-" : "");
        add(std::string_view(digits.data() + first, longest - first));
    }

    std::array<char, 2048> m_text;
    std::size_t m_size = 0;
};

/// What a message calls a function; some of its names are put together.
inline std::string_view name_of(std::string_view function)
{
    return function;
}

template <class Shape, class Strides>
[[gnu::cold, gnu::noinline]] text layout_text(const char* word, const Shape& shape, const Strides& strides)
{
    return text(word, shape, " with strides ", strides);
}

[[gnu::cold, gnu::noinline]] inline text
message(std::string_view function, std::string_view expected, std::string_view got, std::string_view remedy)
{
    constexpr std::size_t most = 800; // so that there is room for the remedy, whatever the extents are
    return text(
        function, ": expected ", expected.substr(0, most), expected.size() > most ? "..." : "", ", got ",
        got.substr(0, most), got.size() > most ? "..." : "", "; ", remedy);
}

/// Throws `Error` with the one form that every message has: "function: expected X, got Y; remedy".
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void
raise(std::string_view function, std::string_view expected, std::string_view got, std::string_view remedy)
{
    throw Error(message(function, expected, got, remedy).c_str());
}

} // namespace detail

} // namespace xtt
