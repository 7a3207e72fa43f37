// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#if __has_include(<sys/mman.h>)
    #include <sys/mman.h>
#endif

namespace xtt::detail
{

/// Smaller memory the allocator gives out again while it is warm.
inline constexpr std::size_t huge_bytes = std::size_t(32) << 20;

/// Asks for large pages under memory that is new and about to be written: most of the time goes into the
/// kernel's zeroing and mapping of small ones.
inline void advise_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept
{
#ifdef MADV_HUGEPAGE
    if (bytes >= huge_bytes)
    {
        constexpr std::uintptr_t page = std::uintptr_t(2) << 20;
        const auto first = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
        const auto last = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;
        auto* const start = static_cast<char*>(memory) + (first - reinterpret_cast<std::uintptr_t>(memory));
        (void)madvise(start, last - first, MADV_HUGEPAGE); // only advice
    }
#endif
}

} // namespace xtt::detail
