// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Catch2, 2 or 3, instead of the CHECK of LibTorch's logging, which comes here, that no later header bring
// it.
#include <c10/util/Logging.h>

#ifdef CHECK
    #undef CHECK
#endif
#if __has_include(<catch2/catch_all.hpp>)
    #include <catch2/catch_all.hpp>
#else
    #include <catch2/catch.hpp>
#endif

#include <initializer_list>
#include <string>

/// Runs `call` and asserts that it throws `Error`, with a message that contains each of `parts`.
template <class Error, class F, class... Parts>
void check_throws(F&& call, const Parts&... parts)
{
    std::string message;
    try
    {
        call();
    }
    catch (const Error& error)
    {
        message = error.what();
    }
    REQUIRE(!message.empty());
    for (const std::string& part :
         {std::string(": expected "), std::string(", got "), std::string("; "), std::string(parts)...})
    {
        INFO(message << " should contain: " << part);
        CHECK(message.find(part) != std::string::npos);
    }
}
