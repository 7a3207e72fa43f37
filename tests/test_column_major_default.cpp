// SPDX-License-Identifier: BSD-3-Clause
// Compiled with XTENSOR_DEFAULT_LAYOUT = column_major: nothing about our views may change.
#include <xtensor-torch/xtensor-torch.hpp>

#include <stdexcept>

#include <ATen/ATen.h>

#include <catch.hpp>
#include <xtensor_headers.hpp>

TEST_CASE("the user's default layout is column-major here")
{
    REQUIRE(xt::xarray<float>::static_layout == xt::layout_type::column_major);
}

TEST_CASE("views read and write as they do elsewhere, and claim no layout")
{
    at::Tensor t = at::arange(6, at::kFloat).reshape({2, 3});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    CHECK(v.layout() == xt::layout_type::dynamic);
    CHECK(v(0, 2) == 2);
    v = v + 1.0f;
    v += xt::xtensor<float, 2>{{1, 2, 3}, {4, 5, 6}};
    CHECK(t.equal(at::tensor({2.0f, 4.0f, 6.0f, 8.0f, 10.0f, 12.0f}).reshape({2, 3})));
    v = xt::flip(v, 1);
    CHECK(t.equal(at::tensor({6.0f, 4.0f, 2.0f, 12.0f, 10.0f, 8.0f}).reshape({2, 3})));
    CHECK_THROWS_AS(xt::sort(v, 1), std::runtime_error); // refused; with a row-major claim it was wrong
    CHECK((xt::sort(xt::xtensor<float, 2>(v), 1) == xt::xtensor<float, 2>{{2, 4, 6}, {8, 10, 12}}));
}

TEST_CASE("arrays of the default layout take the elements of views")
{
    const at::Tensor t = at::arange(6, at::kFloat).view({2, 3}).t();
    const xt::xtensor<float, 2> matrix = xtt::view_as_xtensor<float, 2>(t);
    CHECK(matrix(2, 1) == 5);
    const at::Tensor row = at::arange(3, at::kFloat);
    const xt::xtensor<float, 1> vector = xtt::view_as_xtensor<float, 1>(row);
    CHECK(vector(2) == 2);
    const at::Tensor three = at::tensor(3.0f);
    const xt::xarray<float> scalar = xtt::view_as_xarray<float>(three) * 2.0f;
    CHECK(scalar() == 6);
}

TEST_CASE("arrays convert with the strides that they have")
{
    xt::xtensor<float, 2> a = {{1, 2, 3}, {4, 5, 6}};
    const at::Tensor t = xtt::view_as_tensor(a);
    CHECK(t.strides() == at::IntArrayRef({1, 2}));
    CHECK(t[0][2].item().toFloat() == 3);
    CHECK(xtt::copy_to_tensor(a + 0.0f).is_contiguous());
    CHECK(xtt::copy_to_tensor(a + 0.0f).equal(t));
    CHECK((xtt::copy_to_xtensor<float, 2>(t) == a));
    CHECK(xtt::copy_to_xtensor<float, 2>(t).strides()[0] == 1);
    xtt::assign(a, a * 2.0f);
    CHECK(t.sum().item().toFloat() == 42);
}

TEST_CASE("containers have the user's default layout")
{
    xtt::torch_xtensor<float, 2> a = {{1, 2, 3}, {4, 5, 6}};
    const at::Tensor t = a.tensor();
    CHECK(t.strides() == at::IntArrayRef({1, 2}));
    CHECK(t[1][0].item<float>() == 4.0f);
    a = a * 2.0f;
    CHECK(t[1][0].item<float>() == 8.0f);
    a += 1.0f;
    a.fill(a(0, 1));
    CHECK(t.sum().item<float>() == 30.0f);
    const xtt::torch_xarray<float> b = xt::transpose(a);
    CHECK(b.layout() == xt::layout_type::column_major);
    CHECK(xtt::torch_xtensor<float, 2>::from_tensor(t).data() == a.data());
    CHECK_THROWS_AS((xtt::torch_xtensor<float, 2>::from_tensor(t.contiguous())), xtt::layout_error);
}
