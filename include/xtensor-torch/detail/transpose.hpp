// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <ATen/core/Tensor.h>
#include <c10/util/ArrayRef.h>

#include <xtensor-torch/detail/evaluation_path.hpp>

#ifdef XTENSOR_TORCH_ENGINE
    #include <xtensor-torch/detail/engine/instruction_sets.hpp>
    #include <xtensor-torch/detail/engine/libm.hpp>
    #include <xtensor-torch/detail/parallel.hpp>
#endif

namespace xtt::detail
{

#ifdef XTENSOR_TORCH_ENGINE

/// Two dimensions of a copy in which the memory of source and destination run across each other: `across` is
/// where the destination is dense, `along` where the source is. Strides in bytes.
struct transposition
{
    std::int64_t across_extent;
    std::int64_t along_extent;
    std::int64_t source_stride;      // of `across`
    std::int64_t destination_stride; // of `along`
};

inline constexpr std::int64_t tile_row_bytes = 1024; // across: what is written at once of a row
inline constexpr std::int64_t tile_along = 16;       // elements: of 4 bytes each, a cache line to read
inline constexpr std::int64_t least_across = 64;     // elements of a matrix that is worth it

/// Tiles that follow each other along the source's rows, before the next rows: a row of a large matrix is in
/// pages of its own, whose addresses the processor has at hand then.
inline constexpr std::int64_t tiles_along = 32;

/// Four by four elements of 4 bytes, or two by two of 8, by baseline shuffles.
template <int Item>
inline void
transpose_block(const char* source, std::int64_t source_stride, char* out, std::int64_t out_stride)
{
    using V = engine::vec<std::conditional_t<Item == 8, std::int64_t, std::int32_t>, 16 / Item>;
    const auto load = [&](int i)
    {
        V row;
        std::memcpy(&row, source + i * source_stride, sizeof row);
        return row;
    };
    const auto store = [&](int i, V row) { std::memcpy(out + i * out_stride, &row, sizeof row); };
    if constexpr (Item == 8)
    {
        const V a = load(0);
        const V b = load(1);
        store(0, __builtin_shufflevector(a, b, 0, 2));
        store(1, __builtin_shufflevector(a, b, 1, 3));
    }
    else
    {
        const V ab_low = __builtin_shufflevector(load(0), load(1), 0, 4, 1, 5);
        const V ab_high = __builtin_shufflevector(load(0), load(1), 2, 6, 3, 7);
        const V cd_low = __builtin_shufflevector(load(2), load(3), 0, 4, 1, 5);
        const V cd_high = __builtin_shufflevector(load(2), load(3), 2, 6, 3, 7);
        store(0, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
        store(1, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
        store(2, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
        store(3, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
    }
}

/// One tile, of whole blocks, by way of a buffer that stays in the first cache, so that whole lines are
/// written.
template <int Item, bool Stream>
void transpose_tile(const char* source, char* destination, const transposition& t, std::int64_t across)
{
    constexpr std::int64_t block = 16 / Item;
    constexpr std::int64_t row_bytes = tile_row_bytes;
    alignas(64) std::array<char, tile_along * row_bytes> buffer;
    for (std::int64_t i = 0; i < across; i += block)
    {
        for (std::int64_t k = i; k < i + block; ++k) // of the next tile: the processor does not foresee it
        {
            __builtin_prefetch(source + k * t.source_stride + tile_along * Item);
        }
        for (std::int64_t j = 0; j < tile_along; j += block)
        {
            transpose_block<Item>(
                source + i * t.source_stride + j * Item, t.source_stride,
                buffer.data() + j * row_bytes + i * Item, row_bytes);
        }
    }
    for (std::int64_t j = 0; j < tile_along; ++j)
    {
        char* const row = destination + j * t.destination_stride;
        for (std::int64_t k = 0; k < across * Item; k += 16)
        {
            engine::vec<char, 16> bytes;
            std::memcpy(&bytes, buffer.data() + j * row_bytes + k, sizeof bytes);
            engine::sse2::store<Stream>(row + k, bytes);
        }
    }
}

template <int Item>
void transpose_rest(
    const char* source, char* destination, const transposition& t, std::int64_t across, std::int64_t along)
{
    for (std::int64_t j = 0; j < along; ++j)
    {
        for (std::int64_t i = 0; i < across; ++i)
        {
            std::memcpy(
                destination + j * t.destination_stride + i * Item, source + i * t.source_stride + j * Item,
                Item);
        }
    }
}

template <int Item>
void transpose(const char* source, char* destination, const transposition& t)
{
    constexpr std::int64_t tile_across = tile_row_bytes / Item;
    constexpr std::int64_t block = 16 / Item;
    const std::int64_t across = (t.across_extent + tile_across - 1) / tile_across;
    const std::int64_t along = (t.along_extent + tile_along - 1) / tile_along;
    const bool stream =
        t.across_extent * t.along_extent * Item >= stream_bytes &&
        (reinterpret_cast<std::uintptr_t>(destination) | static_cast<std::uintptr_t>(t.destination_stride)) %
                16 ==
            0;
    parallel_for(
        across * along, 8,
        [&](std::int64_t begin, std::int64_t end)
        {
            for (std::int64_t tile = begin; tile < end; ++tile)
            {
                const std::int64_t group = tile / (across * tiles_along);
                const std::int64_t in_group = tile % (across * tiles_along);
                const std::int64_t width = std::min(tiles_along, along - group * tiles_along);
                const std::int64_t i = in_group / width * tile_across;
                const std::int64_t j = (group * tiles_along + in_group % width) * tile_along;
                const std::int64_t rows = std::min(tile_across, t.across_extent - i);
                const std::int64_t columns = std::min(tile_along, t.along_extent - j);
                const std::int64_t whole = columns == tile_along ? rows / block * block : 0;
                const char* const from = source + i * t.source_stride + j * Item;
                char* const to = destination + j * t.destination_stride + i * Item;
                stream ? transpose_tile<Item, true>(from, to, t, whole)
                       : transpose_tile<Item, false>(from, to, t, whole);
                transpose_rest<Item>(
                    from + whole * t.source_stride, to + whole * Item, t, rows - whole, columns);
            }
            if (stream)
            {
                engine::sse2::finish_streaming();
            }
        });
}

#endif

/// Copies a matrix into one whose memory runs the other way, if that is what this copy is. The bytes of an
/// element are `item`; strides are in elements. Nothing overlaps.
inline bool transpose_memory(
    void* destination, c10::IntArrayRef destination_strides, const void* source,
    c10::IntArrayRef source_strides, c10::IntArrayRef sizes, std::int64_t item)
{
#ifdef XTENSOR_TORCH_ENGINE
    if (sizes.size() != 2 || (item != 4 && item != 8) || available_instructions() == instruction_set::scalar)
    {
        return false;
    }
    const std::size_t across = destination_strides[1] == 1 ? 1 : 0;
    const std::size_t along = 1 - across;
    if (destination_strides[across] != 1 || source_strides[along] != 1 || sizes[across] < least_across ||
        sizes[along] < tile_along)
    {
        return false;
    }
    const transposition t{
        sizes[across], sizes[along], source_strides[across] * item, destination_strides[along] * item};
    const auto* const from = static_cast<const char*>(source);
    auto* const to = static_cast<char*>(destination);
    item == 4 ? transpose<4>(from, to, t) : transpose<8>(from, to, t);
    return true;
#else
    (void)destination, (void)destination_strides, (void)source, (void)source_strides, (void)sizes, (void)item;
    return false;
#endif
}

/// The same of tensors, which were checked: LibTorch's `copy_` reads a cache line for each element.
inline bool copy_transposed(const at::Tensor& destination, const at::Tensor& source)
{
    if (source.dim() != 2 || !destination.is_cpu() || !source.is_cpu() ||
        source.scalar_type() != destination.scalar_type() || source.sizes() != destination.sizes() ||
        source.is_conj() != destination.is_conj() || source.is_neg() != destination.is_neg() ||
        source._is_zerotensor() || !source.has_storage())
    {
        return false;
    }
    const bool done = detail::transpose_memory(
        compat::mutable_data(destination), destination.strides(), compat::const_data(source),
        source.strides(), source.sizes(), static_cast<std::int64_t>(source.element_size()));
    if (done)
    {
        destination.unsafeGetTensorImpl()->bump_version();
    }
    return done;
}

/// Copies all elements, which broadcast and convert; LibTorch's way is the fastest but for transposed memory.
inline evaluation_path copy_elements(const at::Tensor& destination, const at::Tensor& source)
{
    if (detail::copy_transposed(destination, source))
    {
        return evaluation_path::transpose;
    }
    destination.copy_(source);
    return evaluation_path::copy;
}

} // namespace xtt::detail
