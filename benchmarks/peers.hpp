// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Other libraries' ways to do the work of evaluation.cpp, behind plain functions over pointers. Two shared
// libraries have them, from one source: with our own flags, and with all that the processor and xtensor
// offer. Each keeps its inline functions to itself; in one program the linker would mix those of different
// flags.

#include <cstddef>

namespace peers
{

/// Row-major matrices, of `rows` x `columns` elements but for: `row`, 1 x columns; `column`, rows x 1;
/// `half`, rows x columns / 2; `row_sums`, rows; `column_sums`, columns.
struct operands
{
    const float *a, *b, *c, *row, *column;
    const double* doubles;
    float *out, *half, *row_sums, *column_sums;
    std::size_t rows, columns;
};

using work = void (*)(const operands&);

struct functions
{
    work exponential, axpy, twelve, where, broadcast; // into out
    work transpose, narrow;                           // of a, of doubles; into out
    work every_second;                                // of a's columns; into half
    work sum_rows, sum_columns;                       // of a; over axis 1, over axis 0
};

struct library
{
    const char* flags;
    const char* xsimd; // its version; null: not used
    const char* eigen_version;
    const functions* eigen; // null: not there
    const functions* xtensor;
    /// Parts of what an evaluation does, on one thread; null: not there. Memory is aligned to 64 bytes;
    /// `columns` is a multiple of 16, `count` of 1024.
    struct limits
    {
        void (*copy_past_caches)(const float* from, float* to, std::size_t count);
        /// One row, again and again.
        void (*repeat_past_caches)(const float* row, std::size_t columns, float* to, std::size_t rows);
        /// glibc's vector exp and sin of `count` floats, from the first cache and into it.
        void (*exp_and_sin)(std::size_t count);
        /// exp(a)*b+sin(c) in a loop over these functions, as one writes it for this processor alone.
        void (*exponential_by_hand)(
            const float* a, const float* b, const float* c, float* to, std::size_t count);
    } limits;
};

extern "C" const library* peers_plain();
extern "C" const library* peers_native();

} // namespace peers
