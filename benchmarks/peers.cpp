// SPDX-License-Identifier: BSD-3-Clause

#include "peers.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#ifdef __x86_64__
    #include <immintrin.h>
#endif

#if __has_include(<xtensor/core/xmath.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/containers/xadapt.hpp>
    #include <xtensor/core/xmath.hpp>
    #include <xtensor/core/xnoalias.hpp>
    #include <xtensor/views/xview.hpp>
#else
    #include <xtensor/xadapt.hpp>
    #include <xtensor/xmath.hpp>
    #include <xtensor/xnoalias.hpp>
    #include <xtensor/xview.hpp>
#endif

#if defined(__x86_64__) && defined(__GLIBC_PREREQ)
    #if __GLIBC_PREREQ(2, 35)
        #define PEERS_HAS_LIBMVEC
    #endif
#endif

#if __has_include(<Eigen/Core>)
    #include <Eigen/Core>
    #define BENCHMARK_HAS_EIGEN
#endif

namespace
{

using peers::operands;

constexpr auto matrix = [](auto* first, std::size_t rows, std::size_t columns)
{
    return xt::adapt<xt::layout_type::row_major>(
        first, rows * columns, xt::no_ownership(), std::array<std::size_t, 2>{rows, columns});
};

auto vector(float* first, std::size_t count)
{
    return xt::adapt<xt::layout_type::row_major>(
        first, count, xt::no_ownership(), std::array<std::size_t, 1>{count});
}

/// The operands as `Matrix` makes them of a pointer and two extents.
template <auto Matrix>
struct matrices
{
    decltype(Matrix(static_cast<const float*>(nullptr), 0, 0)) a, b, c, row, column;
    decltype(Matrix(static_cast<float*>(nullptr), 0, 0)) out;

    explicit matrices(const operands& x)
        : a(Matrix(x.a, x.rows, x.columns)), b(Matrix(x.b, x.rows, x.columns)),
          c(Matrix(x.c, x.rows, x.columns)), row(Matrix(x.row, 1, x.columns)),
          column(Matrix(x.column, x.rows, 1)), out(Matrix(x.out, x.rows, x.columns))
    {
    }
};

// A function of peers::functions from what gives the expression of the data.
template <auto Make>
void assign_xtensor(const operands& x)
{
    matrices<matrix> d(x);
    xt::noalias(d.out) = Make(d);
}

constexpr peers::functions xtensor_functions = {
    .exponential = assign_xtensor<[](auto& d) { return xt::exp(d.a) * d.b + xt::sin(d.c); }>,
    .axpy = assign_xtensor<[](auto& d) { return d.a * d.b + d.c; }>,
    .twelve = assign_xtensor<[](auto& d)
                             {
                                 return ((d.a + d.b) * d.c - d.a / (d.b + 3.0f)) * (d.c - d.a) +
                                        xt::sqrt(xt::abs(d.a * d.b)) + 0.5f * d.c;
                             }>,
    .where = assign_xtensor<[](auto& d) { return xt::where(d.a > 0.5f, d.a, d.b); }>,
    .broadcast = assign_xtensor<[](auto& d) { return d.row + d.column; }>,
    .transpose = assign_xtensor<[](auto& d) { return xt::transpose(d.a); }>,
    .narrow =
        [](const operands& x)
    {
        auto out = matrix(x.out, x.rows, x.columns);
        xt::noalias(out) = xt::cast<float>(matrix(x.doubles, x.rows, x.columns));
    },
    .every_second =
        [](const operands& x)
    {
        auto from = matrix(x.a, x.rows, x.columns);
        auto half = matrix(x.half, x.rows, x.columns / 2);
        xt::noalias(half) =
            xt::view(from, xt::all(), xt::range(0, static_cast<std::ptrdiff_t>(x.columns), 2));
    },
    .sum_rows =
        [](const operands& x)
    {
        auto sums = vector(x.row_sums, x.rows);
        xt::noalias(sums) = xt::sum(matrix(x.a, x.rows, x.columns), {1});
    },
    .sum_columns =
        [](const operands& x)
    {
        auto sums = vector(x.column_sums, x.columns);
        xt::noalias(sums) = xt::sum(matrix(x.a, x.rows, x.columns), {0});
    },
};

#ifdef BENCHMARK_HAS_EIGEN
template <class T>
using eigen_array = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr auto eigen_matrix = []<class T>(T* first, std::size_t rows, std::size_t columns)
{
    using map = Eigen::Map<
        std::conditional_t<std::is_const_v<T>, const eigen_array<std::remove_const_t<T>>, eigen_array<T>>>;
    return map(first, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
};

// An expression of Eigen must not outlive its function, so that `Work` assigns it itself.
template <auto Work>
void work_in_eigen(const operands& x)
{
    matrices<eigen_matrix> d(x);
    Work(d);
}

constexpr peers::functions eigen_functions = {
    .exponential = work_in_eigen<[](auto& d) { d.out = d.a.exp() * d.b + d.c.sin(); }>,
    .axpy = work_in_eigen<[](auto& d) { d.out = d.a * d.b + d.c; }>,
    .twelve = work_in_eigen<[](auto& d) {
        d.out =
            ((d.a + d.b) * d.c - d.a / (d.b + 3.0f)) * (d.c - d.a) + (d.a * d.b).abs().sqrt() + 0.5f * d.c;
    }>,
    .where = work_in_eigen<[](auto& d) { d.out = (d.a > 0.5f).select(d.a, d.b); }>,
    .broadcast = work_in_eigen<[](auto& d) {
        d.out = d.row.replicate(d.out.rows(), 1) + d.column.replicate(1, d.out.cols());
    }>,
    .transpose = work_in_eigen<[](auto& d) { d.out = d.a.transpose(); }>,
    .narrow = [](const operands& x)
    { eigen_matrix(x.out, x.rows, x.columns) = eigen_matrix(x.doubles, x.rows, x.columns).cast<float>(); },
    .every_second =
        [](const operands& x)
    {
        using strided = Eigen::Map<const eigen_array<float>, 0, Eigen::Stride<Eigen::Dynamic, 2>>;
        const auto rows = static_cast<Eigen::Index>(x.rows);
        const auto columns = static_cast<Eigen::Index>(x.columns);
        const Eigen::Stride<Eigen::Dynamic, 2> stride(columns, 2);
        eigen_matrix(x.half, x.rows, x.columns / 2) = strided(x.a, rows, columns / 2, stride);
    },
    .sum_rows = [](const operands& x)
    { eigen_matrix(x.row_sums, x.rows, 1) = eigen_matrix(x.a, x.rows, x.columns).rowwise().sum(); },
    .sum_columns = [](const operands& x)
    { eigen_matrix(x.column_sums, 1, x.columns) = eigen_matrix(x.a, x.rows, x.columns).colwise().sum(); },
};
#endif

#ifdef __x86_64__
    #if defined(__AVX512F__)
using floats = __m512;
constexpr auto load = [](const float* from) { return _mm512_load_ps(from); };
constexpr auto stream = [](float* to, floats x) { _mm512_stream_ps(to, x); };
        #define PEERS_LIBMVEC(name) _ZGVeN16v_##name
    #elif defined(__AVX2__)
using floats = __m256;
constexpr auto load = [](const float* from) { return _mm256_load_ps(from); };
constexpr auto stream = [](float* to, floats x) { _mm256_stream_ps(to, x); };
        #define PEERS_LIBMVEC(name) _ZGVdN8v_##name
    #else
using floats = __m128;
constexpr auto load = [](const float* from) { return _mm_load_ps(from); };
constexpr auto stream = [](float* to, floats x) { _mm_stream_ps(to, x); };
        #define PEERS_LIBMVEC(name) _ZGVbN4v_##name
    #endif
constexpr std::size_t width = sizeof(floats) / sizeof(float);

void stream_all(const float* from, float* to, std::size_t count)
{
    for (std::size_t i = 0; i < count; i += width)
    {
        stream(to + i, load(from + i));
    }
}

void copy_past_caches(const float* from, float* to, std::size_t count)
{
    stream_all(from, to, count);
    _mm_sfence();
}

void repeat_past_caches(const float* row, std::size_t columns, float* to, std::size_t rows)
{
    for (std::size_t r = 0; r < rows; ++r)
    {
        stream_all(row, to + r * columns, columns);
    }
    _mm_sfence();
}
#else
constexpr void (*copy_past_caches)(const float*, float*, std::size_t) = nullptr;
constexpr void (*repeat_past_caches)(const float*, std::size_t, float*, std::size_t) = nullptr;
#endif

#ifdef PEERS_HAS_LIBMVEC
extern "C" floats PEERS_LIBMVEC(expf)(floats);
extern "C" floats PEERS_LIBMVEC(sinf)(floats);

[[gnu::noinline]] void call_libmvec(std::size_t count)
{
    alignas(floats) std::array<float, 1024> from;
    alignas(floats) std::array<float, 1024> to;
    for (std::size_t i = 0; i < from.size(); ++i)
    {
        from[i] = static_cast<float>(i) / from.size(); // the range of the other benchmarks' operands
    }
    for (std::size_t done = 0; done < count; done += from.size())
    {
        for (std::size_t i = 0; i < from.size(); i += width)
        {
            const floats x = load(&from[i]);
            const floats result = PEERS_LIBMVEC(expf)(x) + PEERS_LIBMVEC(sinf)(x);
            __builtin_memcpy(&to[i], &result, sizeof result);
        }
        asm volatile("" : : "r"(to.data()) : "memory"); // all of it is used
    }
}

// From another place on the stack each time: some, one in a hundred, take libmvec three times as long.
template <class F>
[[gnu::noinline]] void from_another_place(F call)
{
    static std::atomic<std::size_t> calls = 0;
    void* const room = __builtin_alloca(64 * (1 + calls++ % 64));
    asm volatile("" : : "r"(room) : "memory");
    call();
}

void exp_and_sin(std::size_t count)
{
    from_another_place([=] { call_libmvec(count); });
}

[[gnu::noinline]] void
stream_exponential(const float* a, const float* b, const float* c, float* to, std::size_t count)
{
    for (std::size_t i = 0; i < count; i += width)
    {
        const floats product = PEERS_LIBMVEC(expf)(load(a + i)) * load(b + i);
        stream(to + i, product + PEERS_LIBMVEC(sinf)(load(c + i)));
    }
}

void exponential_by_hand(const float* a, const float* b, const float* c, float* to, std::size_t count)
{
    const std::size_t piece = 16384;
    for (std::size_t i = 0; i < count; i += piece)
    {
        const std::size_t n = std::min(piece, count - i);
        from_another_place([=] { stream_exponential(a + i, b + i, c + i, to + i, n); });
    }
    _mm_sfence();
}
#else
constexpr void (*exp_and_sin)(std::size_t) = nullptr;
constexpr void (*exponential_by_hand)(const float*, const float*, const float*, float*, std::size_t) =
    nullptr;
#endif

} // namespace

#define PEERS_TEXT(x) #x
#define PEERS_VERSION(major, minor, patch) PEERS_TEXT(major) "." PEERS_TEXT(minor) "." PEERS_TEXT(patch)

extern "C" [[gnu::visibility("default")]] const peers::library* PEERS_LIBRARY()
{
    static constexpr peers::library library = {
        .flags = PEERS_FLAGS,
#ifdef XTENSOR_USE_XSIMD
        .xsimd = PEERS_VERSION(XSIMD_VERSION_MAJOR, XSIMD_VERSION_MINOR, XSIMD_VERSION_PATCH),
#else
        .xsimd = nullptr,
#endif
#ifdef BENCHMARK_HAS_EIGEN
        .eigen_version = PEERS_VERSION(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION),
        .eigen = &eigen_functions,
#else
        .eigen_version = nullptr,
        .eigen = nullptr,
#endif
        .xtensor = &xtensor_functions,
        .limits = {copy_past_caches, repeat_past_caches, exp_and_sin, exponential_by_hand},
    };
    return &library;
}
