// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/concepts.hpp>

#include <complex>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <xtensor_headers.hpp>

using array = xt::xtensor<float, 2>;

TEST_CASE("expression holds for what xtensor evaluates")
{
    array a;
    CHECK(xtt::expression<array>);
    CHECK(xtt::expression<const array&>);
    CHECK(xtt::expression<decltype(a + a)>);
    CHECK_FALSE(xtt::expression<float>);
    CHECK_FALSE(xtt::expression<std::vector<float>>);
    CHECK_FALSE(xtt::expression<at::Tensor>);
}

TEST_CASE("strided memory holds exactly where there is memory")
{
    using xtt::detail::strided_memory;
    array a = {{1, 2}, {3, 4}};
    xt::xtensor<std::complex<float>, 1> z = {{1, 2}};
    std::vector<float> v(4);
    CHECK(strided_memory<array>);
    CHECK(strided_memory<xt::xarray<double>>);
    CHECK(strided_memory<xt::xtensor_fixed<float, xt::xshape<2, 2>>>);
    CHECK(strided_memory<decltype(xt::view(a, 1))>);
    CHECK(strided_memory<decltype(xt::view(a, xt::range(0, 2), xt::newaxis()))>);
    CHECK(strided_memory<decltype(xt::strided_view(a, {0}))>);
    CHECK(strided_memory<decltype(xt::transpose(a))>);
    CHECK(strided_memory<decltype(xt::flip(a, 0))>);
    CHECK(strided_memory<decltype(xt::squeeze(a))>);
    CHECK(strided_memory<decltype(xt::adapt(v, {2, 2}))>);
    CHECK(strided_memory<decltype(xt::adapt(v.data(), {2, 2}))>);

    CHECK_FALSE(strided_memory<decltype(a + a)>);
    CHECK_FALSE(strided_memory<decltype(xt::view(a + a, 1))>);
    CHECK_FALSE(strided_memory<decltype(xt::transpose(a + a))>);
    CHECK_FALSE(strided_memory<decltype(xt::masked_view(a, a > 1.0f))>);
    CHECK_FALSE(strided_memory<decltype(xt::reshape_view(a, {4}))>);
    CHECK_FALSE(strided_memory<decltype(xt::real(z))>);
    CHECK_FALSE(strided_memory<decltype(xt::imag(z))>);
    CHECK_FALSE(strided_memory<decltype(xt::view(a, xt::keep(0, 1)))>);
    CHECK_FALSE(strided_memory<decltype(xt::broadcast(a, {2, 2, 2}))>);
    CHECK_FALSE(strided_memory<decltype(xt::filter(a, a > 1.0f))>);
    CHECK_FALSE(strided_memory<decltype(xt::arange<float>(4))>);
    CHECK_FALSE(strided_memory<decltype(xt::sum(a, {0}))>);
}

namespace
{

// A user's own container: no allocator, and it frees its memory.
struct buffer
{
    using value_type = float;
    using reference = float&;
    using const_reference = const float&;
    using pointer = float*;
    using const_pointer = const float*;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using iterator = float*;
    using const_iterator = const float*;
    using reverse_iterator = std::reverse_iterator<float*>;
    using const_reverse_iterator = std::reverse_iterator<const float*>;
    using allocator_type = std::allocator<float>;

    std::unique_ptr<float[]> elements;
    std::size_t count = 0;

    float* data() { return elements.get(); }
    const float* data() const { return elements.get(); }
    std::size_t size() const { return count; }
    float* begin() { return data(); }
    float* end() { return data() + count; }
    const float* begin() const { return data(); }
    const float* end() const { return data() + count; }
};

} // namespace

TEST_CASE("an adaptor that holds a container of a user's own holds its memory")
{
    using held = xt::xtensor_adaptor<buffer, 1>;
    using named = xt::xtensor_adaptor<buffer&, 1>;
    CHECK(xtt::owning<held>);
    CHECK(xtt::borrowable<held&>);
    CHECK_FALSE(xtt::borrowable<held>); // it would be gone
    CHECK_FALSE(xtt::owning<named>);
    CHECK(xtt::borrowable<named>);
}

TEST_CASE("owning holds for containers and for adaptors that hold theirs")
{
    std::vector<float> v(4);
    CHECK(xtt::owning<array>);
    CHECK(xtt::owning<xt::xarray<int>>);
    CHECK(xtt::owning<xt::xtensor_fixed<float, xt::xshape<2, 2>>>);
    CHECK(xtt::owning<decltype(xt::adapt(std::vector<float>(4), {2, 2}))>);
    CHECK(
        xtt::owning<decltype(xt::adapt(v.data(), 4, xt::acquire_ownership(), std::vector<std::size_t>{4}))>);
    CHECK(
        xtt::owning<decltype(xt::adapt_smart_ptr(
            std::make_shared<std::vector<float>>(4)->data(), {4}, std::make_shared<std::vector<float>>(4)))>);

    CHECK_FALSE(xtt::owning<const array>);
    CHECK_FALSE(xtt::owning<decltype(xt::adapt(v, {2, 2}))>);
    CHECK_FALSE(xtt::owning<decltype(xt::adapt(v.data(), {2, 2}))>);
    CHECK_FALSE(xtt::owning<decltype(xt::view(std::declval<array&>(), 1))>);
}

TEST_CASE("borrowable holds for named arrays and for temporary views of named arrays")
{
    array a = {{1, 2}, {3, 4}};
    const array c = a;
    std::vector<float> v(4);
    CHECK(xtt::borrowable<array&>);
    CHECK(xtt::borrowable<decltype(xt::view(a, 1))>);
    CHECK(xtt::borrowable<decltype(xt::view(xt::view(a, 1), 0))>);
    CHECK(xtt::borrowable<decltype(xt::transpose(a))>);
    CHECK(xtt::borrowable<decltype(xt::adapt(v, {2, 2}))>);

    CHECK_FALSE(xtt::borrowable<array>);
    CHECK_FALSE(xtt::borrowable<decltype(xt::view(array(), 1))>);
    CHECK_FALSE(xtt::borrowable<decltype(xt::view(xt::view(array(), 1), 0))>);
    CHECK_FALSE(xtt::borrowable<decltype(xt::adapt(std::vector<float>(4), {2, 2}))>);
    CHECK_FALSE(xtt::borrowable<const array&>);
    CHECK_FALSE(xtt::borrowable<decltype(xt::view(c, 1))>);
    CHECK_FALSE(xtt::borrowable<decltype(a + a)>);
    CHECK_FALSE(xtt::borrowable<xt::xarray<long double>&>);
    CHECK_FALSE(xtt::borrowable<const decltype(xt::view(a, 1))&>); // const is deep
}
