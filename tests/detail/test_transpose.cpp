// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/detail/transpose.hpp>
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>

#include <ATen/ATen.h>

#include <catch.hpp>
#include <xtensor_headers.hpp>

using xtt::detail::evaluation_path;

TEST_CASE("a transposed copy goes tile by tile, and is the same")
{
    for (const auto dtype : {at::kFloat, at::kDouble, at::kInt, at::kLong, at::kComplexFloat})
    {
        for (const auto& [rows, columns] :
             {std::pair{64, 16}, {65, 17}, {200, 333}, {1000, 70}, {2100, 2049}})
        {
            const at::Tensor source = at::rand({rows, columns}).mul(1000).to(dtype);
            const at::Tensor result = at::zeros({columns, rows}, dtype);
            CHECK(xtt::detail::copy_elements(result, source.t()) == evaluation_path::transpose);
            CHECK(result.equal(source.t()));
            const at::Tensor across = at::zeros({columns, rows}, dtype).t();
            CHECK(xtt::detail::copy_elements(across, source) == evaluation_path::transpose);
            CHECK(across.equal(source));
        }
    }
}

TEST_CASE("padded and shifted matrices are transposed, and what is between their rows is left alone")
{
    const at::Tensor source = at::rand({300, 400}).slice(0, 1, 290).slice(1, 3, 395);
    at::Tensor whole = at::full({400, 310}, -7.0f);
    const at::Tensor result = whole.slice(0, 2, 394).slice(1, 5, 294);
    CHECK(xtt::detail::copy_elements(result, source.t()) == evaluation_path::transpose);
    CHECK(result.equal(source.t()));
    CHECK(whole.eq(-7.0f).sum().item().toLong() == 400 * 310 - 392 * 289);
}

TEST_CASE("results that are larger than the caches are written past them")
{
    const at::Tensor source = at::rand({2048, 2113});
    for (const std::int64_t first : {0, 1, 4})
    {
        const at::Tensor result =
            at::zeros({2113 * 2048 + 8}).slice(0, first, 2113 * 2048 + first).view({2113, 2048});
        CHECK(xtt::detail::copy_elements(result, source.t()) == evaluation_path::transpose);
        CHECK(result.equal(source.t()));
    }
}

TEST_CASE("all other copies are LibTorch's")
{
    const at::Tensor source = at::rand({100, 100});
    const auto copied = [&](const at::Tensor& to, const at::Tensor& from)
    {
        const auto path = xtt::detail::copy_elements(to, from);
        return path == evaluation_path::copy && to.equal(from.to(to.scalar_type()).expand_as(to));
    };
    CHECK(copied(at::zeros({100, 100}), source));
    CHECK(copied(at::zeros({100, 100}, at::kDouble), source.t()));
    CHECK(copied(at::zeros({10, 100}), source.slice(0, 0, 10)));
    CHECK(copied(at::zeros({10, 10}), source.slice(0, 0, 10).slice(1, 0, 10).t()));
    CHECK(copied(at::zeros({100, 50}), source.slice(1, 0, 100, 2)));
    CHECK(copied(at::zeros({100, 100}, at::kChar), at::ones({100, 100}, at::kChar).t()));
    CHECK(copied(at::zeros({100, 100}), source.select(0, 3)));
}

TEST_CASE("every verb that copies a transposed array does it this way")
{
    const xt::xtensor<float, 2> a = xt::arange<float>(90 * 70).reshape({90, 70});
    const at::Tensor expected = xtt::copy_to_tensor(a).t().contiguous();
    CHECK(xtt::copy_to_tensor(xt::transpose(a)).equal(expected));
    at::Tensor result = at::zeros({70, 90});
    const auto version = result._version();
    xtt::assign(result, xt::transpose(a));
    CHECK(result.equal(expected));
    CHECK(result._version() == version + 1);
    xt::xtensor<float, 2> array = xt::zeros<float>({70, 90});
    xtt::assign(array, xt::transpose(a));
    CHECK((array == xt::transpose(a)));
}
