// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/tensor_view.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>
#include <xtensor-torch/torch_container.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

// One tensor for each way that strides can lie, 3 x 4 with the values 0 to 11, in a bed of -1.
std::vector<std::pair<std::string, at::Tensor>> layouts()
{
    const at::Tensor values = at::arange(12, at::kFloat).reshape({3, 4});
    const auto in_bed = [&](const at::Tensor& slice)
    {
        slice.copy_(values);
        return slice;
    };
    const auto bed = [](at::IntArrayRef sizes) { return at::full(sizes, -1, at::kFloat); };
    return {
        {"row-major", values.clone()},
        {"column-major", in_bed(bed({4, 3}).t())},
        {"padded rows", in_bed(bed({3, 6}).slice(1, 1, 5))},
        {"every second row", in_bed(bed({6, 4}).slice(0, 0, 6, 2))},
        {"every second column", in_bed(bed({3, 8}).slice(1, 1, 8, 2))},
        {"stepped both ways", in_bed(bed({9, 8}).slice(0, 1, 9, 3).slice(1, 0, 8, 2))},
        {"stepped transpose", in_bed(bed({8, 6}).slice(0, 1, 8, 2).slice(1, 0, 6, 2).t())},
        {"offset", in_bed(bed({20}).slice(0, 5, 17).view({3, 4}))},
    };
}

// Elements of the storage that the 12 values do not occupy.
float bed_sum(const at::Tensor& t)
{
    const auto n = static_cast<std::int64_t>(t.storage().nbytes() / sizeof(float));
    const at::Tensor all = at::as_strided(t, {n}, {1}, 0);
    return all.sum().item().toFloat() - t.sum().item().toFloat();
}

} // namespace

TEST_CASE("assignments write the right elements in every layout, and no others")
{
    const xt::xtensor<float, 2> b = xt::arange<float>(100, 112).reshape({3, 4});
    const at::Tensor base = at::arange(12, at::kFloat).reshape({3, 4});
    const at::Tensor other = at::arange(100, 112, at::kFloat).reshape({3, 4});
    for (auto& [name, tensor] : layouts())
    {
        INFO(name);
        at::Tensor& t = tensor;
        const float bed = bed_sum(t);
        const auto check = [&](auto&& write, const at::Tensor& expected)
        {
            t.copy_(base);
            auto fixed = xtt::view_as_xtensor<float, 2>(t);
            write(fixed);
            CHECK(t.equal(expected));
            t.copy_(base);
            auto dynamic = xtt::view_as_xarray<float>(t);
            write(dynamic);
            CHECK(t.equal(expected));
            CHECK(bed_sum(t) == bed);
        };
        check([&](auto& v) { v = b; }, other);
        check([&](auto& v) { v = b + 1.0f; }, other + 1);
        check([&](auto& v) { v += b; }, base + other);
        check([&](auto& v) { v -= b * 2.0f; }, base - other * 2);
        check([&](auto& v) { v *= v; }, base * base);
        check([&](auto& v) { v += 2.0f; }, base + 2);
        check([&](auto& v) { v *= 3.0f; }, base * 3);
        check([&](auto& v) { v /= 2.0f; }, base / 2);
        check([&](auto& v) { v = 5.0f; }, at::full({3, 4}, 5.0f));
        check([&](auto& v) { v.fill(6.0f); }, at::full({3, 4}, 6.0f));
        check([&](auto& v) { v = xt::view(b, 0); }, other[0].expand({3, 4}));
        check([&](auto& v) { v += xt::view(b, xt::all(), xt::range(0, 1)); }, base + other.slice(1, 0, 1));
        check([&](auto& v) { xt::noalias(v) = b - 1.0f; }, other - 1);
        check([&](auto& v) { xt::noalias(v) += b; }, base + other);
        check([&](auto& v) { xt::noalias(v) = xt::view(b, 1); }, other[1].expand({3, 4}));
        check(
            [&](auto& v) { xt::view(v, 1) = xt::view(b, 0); },
            at::cat({base.slice(0, 0, 1), other.slice(0, 0, 1), base.slice(0, 2, 3)}));
        check([&](auto& v) { std::copy(b.begin(), b.end(), v.begin()); }, other);
        check(
            [&](auto& v) { v(2, 3) = 50.0f; },
            base.index_put({at::tensor(2, at::kLong), at::tensor(3, at::kLong)}, at::tensor(50.0f)));
    }
}

TEST_CASE("a source that reads the view at other positions is evaluated first")
{
    const at::Tensor base = at::arange(12, at::kFloat).reshape({3, 4});
    for (auto& [name, tensor] : layouts())
    {
        INFO(name);
        at::Tensor& t = tensor;
        auto v = xtt::view_as_xtensor<float, 2>(t);
        v = xt::flip(v, 1);
        CHECK(t.equal(base.flip(1)));
        t.copy_(base);
        v += xt::view(v, 0);
        CHECK(t.equal(base + base[0]));
        t.copy_(base);
        v = v / v(0, 1) + xt::flip(v, 0);
        CHECK(t.equal(base + base.flip(0)));
        t.copy_(base);
        v += v(0, 3);
        CHECK(t.equal(base + 3));
        t.copy_(base);
        v = v(1, 1);
        CHECK(t.equal(at::full({3, 4}, 5.0f)));
        t.copy_(base);
        xt::view(v, xt::range(1, 3)) = xt::view(v, xt::range(0, 2));
        CHECK(t.equal(at::cat({base.slice(0, 0, 1), base.slice(0, 0, 2)})));
    }
    at::Tensor square = at::arange(9, at::kFloat).reshape({3, 3});
    const at::Tensor expected = square.t().clone();
    auto s = xtt::view_as_xtensor<float, 2>(square);
    s = xt::transpose(s);
    CHECK(square.equal(expected));
}

TEST_CASE("reading gives the tensor's values in every layout")
{
    for (auto& [name, tensor] : layouts())
    {
        INFO(name);
        at::Tensor& t = tensor;
        auto v = xtt::view_as_xtensor<const float, 2>(t);
        CHECK((v == xt::arange<float>(12).reshape({3, 4})));
        CHECK(xt::sum(v)() == 66);
        CHECK((xt::sum(v, {0}) == xt::xtensor<float, 1>{12, 15, 18, 21}));
        CHECK(xt::amax(v)() == 11);
        CHECK(v(1, 2) == 6);
        CHECK(v.at(2, 0) == 8);
        CHECK(v[{2, 3}] == 11);
        CHECK(v.dimension() == 2);
        CHECK(xt::xtensor<float, 2>(v * 2.0f)(2, 3) == 22);
        CHECK(xt::xarray<float>(xt::transpose(v))(3, 1) == 7);
    }
}

TEST_CASE("sorting and argmax along an axis are right on row-major views and refused on others")
{
    const at::Tensor values = at::tensor({3.0f, 1.0f, 2.0f, 9.0f, 7.0f, 8.0f}).reshape({2, 3});
    const auto check = [](const auto& v)
    {
        CHECK((xt::sort(v, 1) == xt::xtensor<float, 2>{{1, 2, 3}, {7, 8, 9}}));
        CHECK((xt::sort(v, 0) == xt::xtensor<float, 2>{{3, 1, 2}, {9, 7, 8}}));
        CHECK((xt::argsort(v, 1) == xt::xtensor<std::size_t, 2>{{1, 2, 0}, {1, 2, 0}}));
        CHECK((xt::argmax(v, 1) == xt::xtensor<std::size_t, 1>{0, 0}));
        CHECK((xt::argmax(v, 0) == xt::xtensor<std::size_t, 1>{1, 1, 1}));
    };
    check(xtt::view_as_xtensor<float, 2>(values));
    check(xtt::view_as_xarray<float>(values));
    auto strided = xtt::view_as_xtensor<float, 2>(values.t().contiguous().t());
    CHECK_THROWS_AS(xt::sort(strided, 1), std::runtime_error);
    CHECK_THROWS_AS(xt::argsort(strided, 1), std::runtime_error);
    check(xt::eval(strided)); // the way out
    CHECK(xt::median(strided) == 5.0f);
    CHECK(xt::argmax(strided)() == 3);
}

TEST_CASE("xtensor's algorithms that walk the storage see a view's elements, or throw")
{
    for (const auto& [name, t] : layouts())
    {
        INFO(name);
        auto v = xtt::view_as_xtensor<float, 2>(t);
        const xt::xtensor<float, 2> dense = v;
        CHECK(xt::sum(v, xt::evaluation_strategy::immediate)() == 66.0f);
        CHECK((xt::sum(v, {0}, xt::evaluation_strategy::immediate) == xt::sum(dense, {0})));
        CHECK(xt::allclose(xt::variance(v, {0}), xt::variance(dense, {0})));
        CHECK((xt::argmax(v, 1) == xt::argmax(dense, 1)));
        static_assert(std::is_same_v<decltype(xt::eval(v)), xt::xtensor<float, 2, xt::layout_type::dynamic>>);
        auto evaluated = xt::eval(v);
        evaluated.fill(0.0f);
        CHECK((v == dense));
        if (v.layout() == xt::layout_type::dynamic)
        {
            check_throws<xtt::layout_error>([&] { (void)v.linear_begin(); }, "linear", "contiguous view");
            check_throws<xtt::layout_error>([&] { (void)std::as_const(v).linear_begin(); });
            check_throws<xtt::layout_error>([&] { (void)v.linear_cbegin(); });
            check_throws<xtt::layout_error>([&] { (void)v.linear_rbegin(); });
            check_throws<xtt::layout_error>([&] { (void)std::as_const(v).linear_rbegin(); });
            check_throws<xtt::layout_error>([&] { (void)v.linear_crbegin(); });
        }
        else
        {
            CHECK(*v.linear_begin() == 0.0f);
            CHECK(*v.linear_crbegin() == 11.0f);
        }
    }
    auto expanded = xtt::view_as_xtensor<const float, 1>(at::ones({1}).expand({1000}));
    CHECK(xt::sum(expanded, xt::evaluation_strategy::immediate)() == 1000.0f);
}

TEST_CASE("xtensor's own arrays of every layout take a view's elements")
{
    // Of strides that a column-major array has, too: xtensor looks at those alone.
    const at::Tensor t = at::arange(6, at::kFloat).view({2, 3}).t();
    const auto v = xtt::view_as_xtensor<float, 2>(t);
    const xt::xtensor<float, 2, xt::layout_type::column_major> p = v;
    CHECK(p(2, 1) == 5);
    xt::xarray<float, xt::layout_type::column_major> q = v + 1.0f;
    CHECK(q(2, 1) == 6);
    xt::noalias(q) = v;
    CHECK(q(2, 1) == 5);
    xt::xarray<float, xt::layout_type::dynamic> d;
    d.resize({3, 2}, xt::layout_type::column_major);
    xt::noalias(d) = v;
    CHECK(d(2, 1) == 5);
    const xtt::torch_xarray<float, xt::layout_type::column_major> c = v + 1.0f;
    CHECK(c(2, 1) == 6);
    xtt::assign(q, v + 2.0f);
    CHECK(q(2, 1) == 7);
    auto w = xtt::view_as_xtensor<float, 2, xt::layout_type::column_major>(t.clone());
    w = v + 1.0f;
    CHECK(w(2, 1) == 6);
}

TEST_CASE("a view made under NoGradGuard is not written outside of it")
{
    const at::Tensor weights = at::ones({3}).requires_grad_();
    const c10::NoGradGuard no_grad;
    auto v = xtt::view_as_xtensor<float, 1>(weights);
    v = 2.0f;
    {
        const c10::AutoGradMode grad(true);
        check_throws<xtt::conversion_error>([&] { v = 3.0f; }, "view assignment", "requires grad");
    }
    CHECK(weights.sum().item<float>() == 6.0f);
}

TEST_CASE("taking the tensor out of a view leaves the view as it was")
{
    auto v = xtt::view_as_xtensor<float, 1>(at::ones({4}));
    {
        const at::Tensor t = std::move(v).tensor();
    }
    v = 2.0f; // NOLINT(bugprone-use-after-move)
    CHECK(v.tensor().sum().item<float>() == 8.0f);
}

TEST_CASE("assigning a shape that does not broadcast to a view throws and changes nothing")
{
    at::Tensor t = at::arange(6, at::kFloat).reshape({2, 3});
    const at::Tensor before = t.clone();
    auto v = xtt::view_as_xtensor<float, 2>(t);
    auto d = xtt::view_as_xarray<float>(t);
    const xt::xarray<float> longer = xt::ones<float>({4});
    const xt::xarray<float> deeper = xt::ones<float>({2, 2, 3});
    const xt::xarray<float> taller = xt::ones<float>({4, 3});
    check_throws<xtt::shape_error>([&] { v = longer; }, "[2, 3]", "[4]");
    check_throws<xtt::shape_error>([&] { v = longer * 2.0f; }, "[2, 3]", "[4]");
    check_throws<xtt::shape_error>([&] { d = deeper; }, "[2, 2, 3]");
    check_throws<xtt::shape_error>([&] { d = taller; }, "[4, 3]");
    check_throws<xtt::shape_error>([&] { xt::noalias(v) = taller; }, "[4, 3]");
    check_throws<xtt::shape_error>([&] { v += taller; }, "[2, 3]");
    check_throws<xtt::shape_error>([&] { v = xt::ones<float>({3, 2}); }, "[2, 3]", "[3, 2]");
    check_throws<xtt::shape_error>([&] { v += xt::ones<float>({3, 2}); }, "[2, 3]", "[3, 2]");
    check_throws<xtt::shape_error>([&] { v = xt::broadcast(v, {2, 2, 3}); }, "[2, 2, 3]");
    CHECK(t.equal(before));
    CHECK(v.data() == t.data_ptr());

    // A destination row does not grow to what it is given.
    at::Tensor row = at::zeros({1, 3});
    auto r = xtt::view_as_xtensor<float, 2>(row);
    check_throws<xtt::shape_error>([&] { r = v; }, "[1, 3]", "[2, 3]");
    CHECK(row.sum().item().toFloat() == 0);
}

TEST_CASE("assigning to a view converts values as xtensor does, from float to int too")
{
    at::Tensor t = at::zeros({2}, at::kInt);
    auto v = xtt::view_as_xtensor<std::int32_t, 1>(t);
    v = xt::xtensor<double, 1>{1.75, -2.75};
    CHECK(t[0].item().toInt() == 1);
    CHECK(t[1].item().toInt() == -2);
    v.fill(3.9);
    CHECK(t.sum().item().toInt() == 6);
}

TEST_CASE("copying a view shares, assigning a view writes elements")
{
    at::Tensor x = at::zeros({3});
    at::Tensor y = at::ones({3});
    auto v = xtt::view_as_xtensor<float, 1>(x);
    auto w = xtt::view_as_xtensor<float, 1>(y);
    auto copy = v;
    CHECK(copy.data() == v.data());
    v = w;
    CHECK(v.data() == x.data_ptr());
    CHECK(x.equal(y));
    x.zero_();
    v = xtt::view_as_xtensor<float, 1>(y); // from a temporary too
    CHECK(x.equal(y));
}

TEST_CASE("rebind and swap re-seat views and change no element")
{
    at::Tensor x = at::zeros({3});
    at::Tensor y = at::ones({2});
    auto v = xtt::view_as_xtensor<float, 1>(x);
    auto w = xtt::view_as_xtensor<float, 1>(y);
    swap(v, w);
    CHECK(v.data() == y.data_ptr());
    CHECK(v.shape(0) == 2);
    CHECK(w.size() == 3);
    v.rebind(w);
    CHECK(v.data() == x.data_ptr());
    CHECK(v.size() == 3);
    v += 1.0f;
    CHECK(x.sum().item().toFloat() == 3);
    CHECK(y.sum().item().toFloat() == 2);

    auto moved = std::move(v);
    v.rebind(w);
    CHECK(v.data() == x.data_ptr());
    CHECK(moved.data() == x.data_ptr());
}

TEST_CASE("a view has no default constructor")
{
    static_assert(!std::is_default_constructible_v<xtt::torch_xtensor_view<float, 1>>);
    static_assert(!std::is_default_constructible_v<xtt::torch_xarray_view<const float>>);
    const std::optional<xtt::torch_xarray_view<float>> none; // what to write instead
    CHECK_FALSE(none.has_value());
}

TEST_CASE("a moved-from view still views its tensor, which stays alive")
{
    auto v = xtt::view_as_xtensor<float, 1>(at::ones({1000}));
    auto w = xtt::view_as_xtensor<float, 1>(at::zeros({1000}));
    const auto moved = std::move(v);
    CHECK(moved.data() == v.data());
    CHECK(v.tensor().defined());
    std::swap(v, w); // writes elements, as every assignment does: use swap(v, w)
    CHECK(v.tensor().defined());
    CHECK(xt::sum(v)() == 0);
    std::ranges::swap(v, w);
    CHECK(w.tensor().defined());
}

TEST_CASE("a view in an optional, a vector or a member is written through by =, and re-seated by rebind")
{
    using view = xtt::torch_xtensor_view<float, 1>;
    struct holder
    {
        view member;
    };
    at::Tensor x = at::zeros({3});
    at::Tensor y = at::ones({3});
    const auto check = [&](view& held, auto&& assign)
    {
        x.zero_();
        assign(xtt::view_as_xtensor<float, 1>(y));
        CHECK(held.data() == x.data_ptr());
        CHECK(x.equal(y));
        held.rebind(xtt::view_as_xtensor<float, 1>(y));
        CHECK(held.data() == y.data_ptr());
    };
    std::optional<view> o = xtt::view_as_xtensor<float, 1>(x);
    check(*o, [&](auto&& v) { o = v; });
    std::vector<view> list{xtt::view_as_xtensor<float, 1>(x)};
    check(list[0], [&](auto&& v) { list[0] = v; });
    holder h{xtt::view_as_xtensor<float, 1>(x)};
    check(h.member, [&](auto&& v) { h = holder{v}; });
    o.emplace(xtt::view_as_xtensor<float, 1>(x)); // re-seats too
    CHECK(o->data() == x.data_ptr());
}

TEST_CASE("two views of one tensor and the tensor see each other's writes")
{
    at::Tensor t = at::zeros({2, 3});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    auto w = xtt::view_as_xarray<float>(t.t());
    v(0, 1) = 1;
    CHECK(w(1, 0) == 1);
    CHECK(t[0][1].item().toFloat() == 1);
    w += 2.0f;
    CHECK(v(0, 1) == 3);
    CHECK(t.sum().item().toFloat() == 13);
    t.mul_(2);
    CHECK(v(1, 2) == 4);
    CHECK(w(2, 1) == 4);
}

TEST_CASE("tensor() gives the tensor back")
{
    at::Tensor t = at::arange(6, at::kFloat).reshape({2, 3}).t();
    auto v = xtt::view_as_xarray<float>(t);
    CHECK(v.tensor().is_same(t));
    CHECK(xtt::view_as_xarray<float>(t).tensor().is_same(t));
}

TEST_CASE("the view keeps the tensor alive")
{
    auto owner = std::make_shared<xt::xarray<float>>(xt::xarray<float>{1, 2, 3});
    std::weak_ptr<xt::xarray<float>> watch = owner;
    {
        auto v = xtt::view_as_xarray<float>(xtt::share_as_tensor(std::move(owner)));
        CHECK_FALSE(watch.expired());
        CHECK(xt::sum(v)() == 6);
    }
    CHECK(watch.expired());
}

TEST_CASE("resizing to another shape throws, to its own does nothing")
{
    at::Tensor t = at::zeros({2, 3});
    auto v = xtt::view_as_xarray<float>(t);
    CHECK_NOTHROW(v.resize(xt::dynamic_shape<std::size_t>{2, 3}));
    check_throws<xtt::shape_error>(
        [&] {
            v.resize(xt::dynamic_shape<std::size_t>{3, 2});
        },
        "resize", "[2, 3]", "[3, 2]");
}

TEST_CASE("each assignment bumps the version counter once")
{
    at::Tensor t = at::zeros({2, 3});
    auto v = xtt::view_as_xarray<float>(t);
    const auto bumps = [&](auto&& write)
    {
        const auto before = t._version();
        write();
        return t._version() - before;
    };
    CHECK(bumps([&] { v = v + 1.0f; }) == 1);
    CHECK(bumps([&] { v += v; }) == 1);
    CHECK(bumps([&] { v *= 2.0f; }) == 1);
    CHECK(bumps([&] { v = 3.0f; }) == 1);
    CHECK(bumps([&] { v.fill(3.0f); }) == 1);
    CHECK(bumps([&] { xt::noalias(v) = v; }) == 1);
}

TEST_CASE("the version counter does not see single elements, nor an assignment that throws")
{
    at::Tensor t = at::zeros({2, 3});
    auto v = xtt::view_as_xtensor<float, 2>(t);
    const auto before = t._version();
    v(0, 1) = 1;
    xt::view(v, 1) = 2;
    *v.begin() = 3;
    CHECK(t.sum().item().toFloat() == 10);
    CHECK(t._version() == before);
    const xt::xtensor<float, 1> wrong = {1, 2};
    check_throws<xtt::shape_error>([&] { v = wrong; });
    check_throws<xtt::shape_error>([&] { v += wrong; });
    check_throws<xtt::shape_error>([&] { xt::noalias(v) = wrong; });
    CHECK(t._version() == before);
}

TEST_CASE("autograd notices an assignment to a value that it saved")
{
    const at::Tensor x = at::ones({3}).requires_grad_();
    at::Tensor w = at::ones({3});
    const at::Tensor y = x * w;
    auto v = xtt::view_as_xtensor<float, 1>(w);
    v *= 2.0f;
    CHECK_THROWS_AS(y.sum().backward(), c10::Error);
}

TEST_CASE("extents of 1 have xtensor's stride, whatever the tensor's is")
{
    at::Tensor t = at::as_strided(at::arange(30, at::kFloat), {3, 1, 2}, {10, 7, 1}, 0);
    auto v = xtt::view_as_xtensor<float, 3>(t);
    CHECK(v.strides()[1] == 0);
    CHECK(v(2, 0, 1) == 21);
    v += xt::ones<float>({3, 1, 2});
    CHECK(t.sum().item().toFloat() == 69);
}

TEST_CASE("contiguous views claim row-major at run time, others nothing")
{
    at::Tensor t = at::zeros({3, 4});
    CHECK(xtt::view_as_xtensor<float, 2>(t).layout() == xt::layout_type::row_major);
    CHECK(xtt::view_as_xtensor<float, 2>(t).is_contiguous());
    CHECK(xtt::view_as_xtensor<float, 2>(t.t()).layout() == xt::layout_type::dynamic);
    CHECK_FALSE(xtt::view_as_xtensor<float, 2>(t.slice(1, 0, 2)).is_contiguous());
}

TEST_CASE("views of static layouts assign and broadcast")
{
    at::Tensor t = at::zeros({2, 3});
    auto v = xtt::view_as_xtensor<float, 2, xt::layout_type::row_major>(t);
    v = xt::xtensor<float, 1>{1, 2, 3}; // two contiguous arrays of different shape
    CHECK(t.sum().item().toFloat() == 12);
    auto c = xtt::view_as_xtensor<float, 2, xt::layout_type::column_major>(t.t());
    c += 1.0f;
    CHECK(c(2, 1) == 4);
    CHECK(t.sum().item().toFloat() == 18);
}

TEST_CASE("a function that takes an xarray gets a copy, one that takes an expression the view")
{
    at::Tensor t = at::ones({3});
    auto v = xtt::view_as_xarray<float>(t);
    const auto by_array = [](const xt::xarray<float>& a) { return static_cast<const void*>(a.data()); };
    const auto by_expression = []<class E>(const xt::xexpression<E>& e)
    { return static_cast<const void*>(e.derived_cast().data()); };
    CHECK(by_array(v) != t.data_ptr());
    CHECK(by_expression(v) == t.data_ptr());
}

TEST_CASE("tensors of views are on the original storage")
{
    at::Tensor t = at::arange(12, at::kFloat).reshape({3, 4});
    auto v = xtt::view_as_xtensor<float, 2>(t.slice(0, 1, 3));
    const at::Tensor whole = xtt::view_as_tensor(v);
    CHECK(whole.is_alias_of(t));
    CHECK(whole.data_ptr() == v.data());
    const at::Tensor column = xtt::view_as_tensor(xt::view(v, xt::all(), 1));
    CHECK(column.is_alias_of(t));
    CHECK(column.equal(t.slice(0, 1, 3).select(1, 1)));
    const auto before = t._version();
    column.add_(1);
    CHECK(t._version() > before);
    const at::Tensor transposed = xtt::view_as_tensor(xt::transpose(v));
    CHECK(transposed.equal(t.slice(0, 1, 3).t()));
    at::Tensor kept;
    {
        kept = xtt::view_as_tensor(
            xt::view(xtt::view_as_xtensor<float, 1>(at::arange(5, at::kFloat)), xt::range(1, 3)));
    }
    CHECK(kept.sum().item().toFloat() == 3);
    // The tensor's own sizes are its own business.
    CHECK_FALSE(xtt::view_as_tensor(v).is_same(v.tensor()));
}

TEMPLATE_TEST_CASE(
    "views of each scalar add and assign", "", std::int8_t, std::uint8_t, std::int16_t, std::int32_t,
    std::int64_t, float, double, std::complex<float>, std::complex<double>, c10::Half, c10::BFloat16)
{
    at::Tensor t = at::ones({2, 3}, xtt::dtype_of<TestType>).t();
    auto v = xtt::view_as_xtensor<TestType, 2>(t);
    v += v;
    v = v + TestType(1);
    CHECK(t.to(at::kComplexDouble).eq(3).all().item().toBool());
    v = 2;
    CHECK(t.to(at::kComplexDouble).eq(2).all().item().toBool());
}

TEST_CASE("views of bool assign comparisons")
{
    at::Tensor t = at::zeros({3}, at::kBool);
    auto v = xtt::view_as_xtensor<bool, 1>(t);
    v = xt::xtensor<int, 1>{1, 5, 2} > 1;
    CHECK(t.equal(at::tensor({0, 1, 1}).to(at::kBool)));
    v = !v;
    CHECK(t.sum().item().toLong() == 1);
}
