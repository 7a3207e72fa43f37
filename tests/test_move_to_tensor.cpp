// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/to_tensor.hpp>

#include <complex>
#include <cstdlib>
#include <memory>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

thread_local int allocations_until_failure = -1; // negative: none fails

} // namespace

// Every allocation of the program, LibTorch's too, goes through these.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept
{
    if (allocations_until_failure >= 0 && allocations_until_failure-- == 0)
    {
        return nullptr;
    }
    return std::malloc(bytes == 0 ? 1 : bytes);
}

void* operator new(std::size_t bytes)
{
    if (void* const p = operator new(bytes, std::nothrow))
    {
        return p;
    }
    throw std::bad_alloc();
}

void operator delete(void* p) noexcept
{
    std::free(p);
}

void operator delete(void* p, std::size_t) noexcept
{
    std::free(p);
}

namespace
{

int live_buffers = 0;

// Counts what is allocated and freed.
template <class T>
struct counting_allocator
{
    using value_type = T;

    counting_allocator() = default;
    template <class U>
    counting_allocator(const counting_allocator<U>&) noexcept
    {
    }

    T* allocate(std::size_t n)
    {
        ++live_buffers;
        return static_cast<T*>(std::malloc(n == 0 ? 1 : n * sizeof(T)));
    }

    void deallocate(T* p, std::size_t) noexcept
    {
        --live_buffers;
        std::free(p);
    }

    friend bool operator==(const counting_allocator&, const counting_allocator&) { return true; }
    friend bool operator!=(const counting_allocator&, const counting_allocator&) { return false; }
};

using counted_array =
    xt::xarray_container<xt::uvector<float, counting_allocator<float>>, xt::layout_type::row_major>;

counted_array make_counted(std::size_t n)
{
    counted_array a(std::vector<std::size_t>{n});
    a.fill(1.0f);
    return a;
}

} // namespace

TEST_CASE("move_to_tensor takes the buffer as it is")
{
    xt::xtensor<float, 2> a = {{1, 2, 3}, {4, 5, 6}};
    const float* const address = a.data();
    const at::Tensor t = xtt::move_to_tensor(std::move(a));
    CHECK(t.data_ptr() == address);
    CHECK(t.sizes() == at::IntArrayRef({2, 3}));
    CHECK(t.sum().item().toFloat() == 21);
}

TEST_CASE("move_to_tensor of a function's result")
{
    const auto make = [] { return xt::xarray<double>({1, 2, 3}); };
    CHECK(xtt::move_to_tensor(make()).sum().item().toDouble() == 6);
}

TEST_CASE("move_to_tensor keeps column-major memory")
{
    xt::xtensor<float, 2, xt::layout_type::column_major> a = {{1, 2, 3}, {4, 5, 6}};
    const at::Tensor t = xtt::move_to_tensor(std::move(a));
    CHECK(t.strides() == at::IntArrayRef({1, 2}));
    CHECK(t[0][2].item().toFloat() == 3);
}

TEST_CASE("a moved-in buffer is freed once, with the last tensor")
{
    REQUIRE(live_buffers == 0);
    {
        at::Tensor t = xtt::move_to_tensor(make_counted(8));
        CHECK(live_buffers == 1);
        const at::Tensor part = t.slice(0, 2, 4);
        t.reset();
        CHECK(live_buffers == 1);
        CHECK(part.sum().item().toFloat() == 2);
    }
    CHECK(live_buffers == 0);
}

TEST_CASE("the deleter of a moved-in empty array runs")
{
    // A vector keeps its memory when it is emptied: without its deleter it would stay alive.
    std::vector<float, counting_allocator<float>> emptied(8);
    emptied.clear();
    REQUIRE(live_buffers == 1);
    at::Tensor t = xtt::move_to_tensor(xt::adapt(std::move(emptied), std::vector<std::size_t>{0}));
    CHECK(t.numel() == 0);
    CHECK(live_buffers == 1);
    t.reset();
    CHECK(live_buffers == 0);
}

TEST_CASE("a moved-in buffer is freed on the thread that drops it last")
{
    at::Tensor t = xtt::move_to_tensor(make_counted(8));
    std::thread([moved = std::move(t)]() mutable { moved.reset(); }).join();
    CHECK_FALSE(t.defined());
    CHECK(live_buffers == 0);
}

TEST_CASE("an adaptor that owns its vector is moved in")
{
    std::vector<float> v{1, 2, 3, 4};
    const float* const address = v.data();
    const at::Tensor t = xtt::move_to_tensor(xt::adapt(std::move(v), std::vector<std::size_t>{2, 2}));
    CHECK(t.data_ptr() == address);
    CHECK(t[1][1].item().toFloat() == 4);
}

TEST_CASE("an xtensor_fixed moves to the heap before its address is taken")
{
    xt::xtensor_fixed<double, xt::xshape<2, 2>> a = {{1, 2}, {3, 4}};
    const double* const address = a.data();
    const at::Tensor t = xtt::move_to_tensor(std::move(a));
    CHECK(t.data_ptr() != address);
    CHECK(t.sum().item().toDouble() == 10);
}

TEST_CASE("an xtensor_fixed of complex<double> is aligned for LibTorch")
{
    xt::xtensor_fixed<std::complex<double>, xt::xshape<3>> a = {{1, 2}, {3, 4}, {5, 6}};
    const at::Tensor t = xtt::move_to_tensor(std::move(a));
    CHECK(reinterpret_cast<std::uintptr_t>(t.data_ptr()) % 16 == 0);
    CHECK(at::real(t).sum().item().toDouble() == 9);
}

TEST_CASE("an exception between the move and the tensor leaks nothing")
{
    int failures = 0;
    for (bool made = false; !made; ++failures)
    {
        REQUIRE(failures < 100);
        counted_array a = make_counted(8);
        at::Tensor t;
        try
        {
            allocations_until_failure = failures;
            t = xtt::move_to_tensor(std::move(a));
            made = true;
        }
        catch (const std::bad_alloc&) // NOLINT(bugprone-empty-catch)
        {
        }
        allocations_until_failure = -1;
        // Once: the array's, the tensor's, or nobody's any more.
        CHECK(
            live_buffers == (t.defined() || !a.storage().empty() ? 1 : 0)); // NOLINT(bugprone-use-after-move)
        CHECK(t.defined() == made);
    }
    CHECK(failures > 2); // what is allocated here, then what LibTorch allocates
    CHECK(live_buffers == 0);
}

TEST_CASE("a layout that LibTorch has not leaves the array where it was")
{
    std::vector<float> v{1, 2, 3, 4};
    auto a = xt::adapt(std::move(v), std::vector<std::size_t>{4}, std::vector<std::ptrdiff_t>{0});
    check_throws<xtt::layout_error>([&] { (void)xtt::move_to_tensor(std::move(a)); }, "move_to_tensor");
    CHECK(a.storage().size() == 4);
    CHECK(a.storage()[3] == 4);
}

namespace
{

// Freed when static objects are, long after main() has returned; the sanitizers watch.
at::Tensor& outlives_main()
{
    static at::Tensor t;
    return t;
}

} // namespace

TEST_CASE("a tensor may outlive main")
{
    outlives_main() = xtt::move_to_tensor(xt::xarray<float>({1, 2, 3}));
    CHECK(outlives_main().sum().item().toFloat() == 6);
}
