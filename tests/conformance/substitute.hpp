// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Read before each of xtensor's test files: from here on `xarray` and `xtensor` are our containers, where
// LibTorch has a dtype for the elements and the allocator is the default one. All of xtensor's headers were
// read before and keep their own. With CONFORMANCE_STOCK the names stay xtensor's; the rest is the same.

// Without glog's operators, which come with Debian's LibTorch: they claim to print every std::vector, also
// one of elements that nothing prints, and doctest believes it.
#define C10_USE_MINIMAL_GLOG

#include <xtensor-torch/xtensor-torch.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include <all_of_xtensor.hpp>

namespace xt
{

namespace conformance
{

template <class Stock, class Default, class T, class Shape, layout_type L>
struct substitute
{
    using type = Stock;
};

template <class Default, xtt::scalar T, class Shape, layout_type L>
struct substitute<Default, Default, T, Shape, L>
{
    using type = xtt::basic_torch_container<T, Shape, L, xtt::host_memory::pageable>;
};

// test_xchunked_array copies what `chunked_array` makes, which is an xarray of xarrays, both xtensor's.
template <class Default, class T, class S, layout_type M, class Shape, layout_type L>
struct substitute<Default, Default, xtt::basic_torch_container<T, S, M, xtt::host_memory::pageable>, Shape, L>
{
    using type = xarray<xarray<T, M>, L>;
};

} // namespace conformance

template <
    class T, layout_type L = XTENSOR_DEFAULT_LAYOUT, class A = XTENSOR_DEFAULT_ALLOCATOR(T),
    class SA = std::allocator<typename std::vector<T, A>::size_type>>
using conformance_xarray = typename conformance::substitute<
    xarray<T, L, A, SA>, xarray<T, L>, T, dynamic_shape<std::size_t>, L>::type;

template <
    class T, std::size_t N, layout_type L = XTENSOR_DEFAULT_LAYOUT, class A = XTENSOR_DEFAULT_ALLOCATOR(T)>
using conformance_xtensor = typename conformance::substitute<
    xtensor<T, N, L, A>, xtensor<T, N, L>, T, std::array<std::size_t, N>, L>::type;

// xtensor 0.24 calls this without `xt::`, which in C++20 could be `std::to_array` too. 0.25 says `xt::`.
template <std::size_t N>
std::array<xindex, N> to_array(const xindex (&indices)[N])
{
    return detail::to_array_impl(indices, std::make_index_sequence<N>());
}

// xtensor's tracking_allocator, which test_xutils uses, wants what C++20 took away from its base.
template <class T>
struct allocator_of_cxx17 : std::allocator<T>
{
    using reference = T&;
    using const_reference = const T&;
    using pointer = T*;
    using const_pointer = const T*;

    void construct(T* place, const T& value) { std::construct_at(place, value); }
    void destroy(T* place) { std::destroy_at(place); }
};

template <class T, alloc_tracking::policy P>
struct tracking_allocator<T, std::allocator<T>, P> : tracking_allocator<T, allocator_of_cxx17<T>, P>
{
    template <class U>
    struct rebind
    {
        using other = tracking_allocator<U, std::allocator<U>, P>;
    };
};

// test_extended_xsort has this for two arrays of one type; what xtensor returns is its own type.
template <class A, class B>
bool check_partition_equal(const A& expected, const B& result, std::size_t kth)
{
    return check_partition_equal(B(expected), result, kth);
}

} // namespace xt

namespace xtt::detail
{

// The tests compare a container's storage with a vector, and have this for xtensor's own storage.
template <class T, host_memory M, class Vector>
requires requires(const Vector& vector)
{
    vector.get_allocator();
}
bool operator==(const torch_storage<T, M>& a, const Vector& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

} // namespace xtt::detail

#ifndef CONFORMANCE_STOCK
    #define xarray conformance_xarray
    #define xtensor conformance_xtensor
#endif
