// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/detail/compat.hpp> // before LibTorch's operators

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>

#include <c10/util/ArrayRef.h>
#include <c10/util/FunctionRef.h>

#include <xtensor-torch/detail/broadcast.hpp>
#include <xtensor-torch/detail/engine/copy_rows.hpp>
#include <xtensor-torch/detail/engine/operands.hpp>
#include <xtensor-torch/detail/engine/program.hpp>
#include <xtensor-torch/detail/engine/run.hpp>
#include <xtensor-torch/detail/engine/strided_rows.hpp>
#include <xtensor-torch/detail/engine/walk.hpp>
#include <xtensor-torch/detail/evaluation_path.hpp>
#include <xtensor-torch/detail/strided_span.hpp>
#include <xtensor-torch/layout.hpp>

namespace xtt::detail::engine
{

/// Copies operand 1, which broadcasts: once for all types, not by the kernels, which take long to compile.
inline void copy_elements(const operands& both)
{
    walk walk(2);
    engine::plan(walk, both);
    for_all_rows(
        walk, both, true,
        [&](const strided_rows& rows)
        {
            copy_rows(
                {const_cast<char*>(rows.data[0]), rows.strides[0], rows.row_strides[0], rows.data[1],
                 rows.strides[1], rows.row_strides[1], rows.row_count, rows.count},
                *both.item_bytes);
        });
}

// NOLINTBEGIN(modernize-avoid-c-arrays): uninitialised, which no standard container is

/// Memory for elements of these extents, side by side.
struct intermediate
{
    intermediate(c10::IntArrayRef sizes, std::int64_t item_bytes) : strides(filled_dims(sizes.size(), 0))
    {
        for (const std::int64_t size : sizes)
        {
            count *= size;
        }
        fill_row_major(sizes, strides);
        bytes = std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(count * item_bytes));
    }

    std::int64_t count = 1;
    dim_vector strides;
    std::unique_ptr<char[]> bytes;
};

// NOLINTEND(modernize-avoid-c-arrays)

/// As if all of the source, which is of these extents, were read before anything is written.
template <class T, class F>
void write_later(const strided_span<T>& destination, c10::IntArrayRef sizes, F&& evaluate)
{
    static_assert(std::is_trivially_copyable_v<T>);
    const intermediate memory(sizes, sizeof(T));
    const strided_span<T> first = {
        reinterpret_cast<T*>(memory.bytes.get()), sizes, memory.strides, xt::layout_type::row_major,
        memory.count};
    evaluate(first);
    operand_list<2> both;
    both.all().set(0, destination);
    both.all().set(1, first);
    engine::copy_elements(both.all());
}

/// What messages say of an evaluation.
struct evaluation_name
{
    std::string_view function;
    bool of_function; // the expression is one, and not an array alone
};

/// The extents of all that is read.
class operand_shapes
{
public:
    explicit operand_shapes(const operands& all) : m_count(all.count - 1)
    {
        for (std::size_t i = 0; i < m_count; ++i)
        {
            m_shapes[i] = all.lie[i + 1].sizes;
        }
    }

    operator c10::ArrayRef<c10::IntArrayRef>() const { return {m_shapes.data(), m_count}; }

private:
    per_operand<c10::IntArrayRef> m_shapes;
    std::size_t m_count;
};

[[gnu::cold, gnu::noinline]] inline void raise_operands(const operands& all, const evaluation_name& name)
{
    check_shapes(operand_shapes(all), all.lie->sizes, name.function, name.of_function);
}

/// Throws unless all operands broadcast to the destination.
inline void check_operands(const operands& all, const evaluation_name& name)
{
    bool fits = true;
    for (std::size_t i = 1; i < all.count; ++i)
    {
        fits = fits && broadcasts_to(all.lie[i].sizes, all.lie->sizes);
    }
    if (!fits) [[unlikely]]
    {
        raise_operands(all, name);
    }
}

/// Computes all elements into memory of their own first.
[[gnu::cold, gnu::noinline]] inline evaluation_path
compute_apart(const program& work, const operands& all, std::int64_t count)
{
    const std::int64_t item = *all.item_bytes;
    const intermediate memory(all.lie->sizes, item);
    operand_list<2> both;
    both.all().set(0, *all.data, item, *all.lie);
    both.all().set(1, memory.bytes.get(), item, {all.lie->sizes, memory.strides, xt::layout_type::row_major});
    all.set(0, both.data[1], item, both.lie[1]);
    const evaluation_path path = engine::run_all(work, all, count, is_side_by_side(all));
    engine::copy_elements(both.all());
    return path;
}

/// Computes all elements, of which there are `count`, as if all operands were read before anything is
/// written. Checks their shapes, then calls `before` once, then writes.
[[gnu::noinline]] inline evaluation_path assign_operands(
    const program& work, const operands& all, std::int64_t count, const evaluation_name& name,
    c10::function_ref<void()> before)
{
    const bool side_by_side = is_side_by_side(all);
    if (!side_by_side)
    {
        check_operands(all, name);
    }
    before();
    if (count == 0)
    {
        return evaluation_path::nothing;
    }
    const bool overwritten = side_by_side ? reads_overwritten(all, count) : reads_overwritten(all);
    return work.is_pure && !overwritten ? engine::run_all(work, all, count, side_by_side)
                                        : engine::compute_apart(work, all, count);
}

} // namespace xtt::detail::engine
