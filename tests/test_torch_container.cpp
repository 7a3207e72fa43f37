// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/torch_container.hpp>

#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include <c10/core/InferenceMode.h>

#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

template <class T>
using matrix = xtt::torch_xtensor<T, 2>;

bool same_storage(const at::Tensor& a, const at::Tensor& b)
{
    return a.storage().unsafeGetStorageImpl() == b.storage().unsafeGetStorageImpl();
}

} // namespace

TEMPLATE_TEST_CASE(
    "containers hold every scalar in LibTorch's memory", "", bool, std::int8_t, std::uint8_t, std::int16_t,
    std::int32_t, std::int64_t, float, double, std::complex<float>, std::complex<double>, c10::Half,
    c10::BFloat16)
{
    const auto one = TestType(1);
    xtt::torch_xarray<TestType> a(typename xtt::torch_xarray<TestType>::shape_type{2, 3}, one);
    const at::Tensor t = a.tensor();
    CHECK(t.data_ptr() == a.data());
    CHECK(t.scalar_type() == xtt::dtype_of<TestType>);
    CHECK(t.sizes() == at::IntArrayRef({2, 3}));
    CHECK(t.is_contiguous());
    a(1, 2) = TestType(0);
    CHECK(t.eq(1).sum().item<std::int64_t>() == 5);
}

TEST_CASE("containers are made as xtensor's are")
{
    const xtt::torch_xarray<float> scalar;
    CHECK(scalar.dimension() == 0);
    CHECK(scalar() == 0.0f);
    const xtt::torch_xtensor<float, 2> empty;
    CHECK(empty.size() == 0);
    for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{2, 0, 3}, {0, 5}, {5, 0}, {0}})
    {
        const xtt::torch_xarray<float> none(xt::dynamic_shape<std::size_t>(shape.begin(), shape.end()));
        CHECK(std::distance(none.begin(), none.end()) == 0);
        constexpr auto columns = xt::layout_type::column_major;
        CHECK(std::distance(none.begin<columns>(), none.end<columns>()) == 0);
        CHECK(xt::sum(none)() == 0);
    }
    const xtt::torch_xtensor<float, 0> nullary = 3.0f;
    CHECK(nullary() == 3.0f);

    const xtt::torch_xarray<int> one = {1, 2, 3};
    CHECK((one == xt::xarray<int>({1, 2, 3})));
    const xtt::torch_xarray<int> three = {{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}};
    CHECK(three(1, 0, 1) == 6);
    const xtt::torch_xtensor<int, 2, xt::layout_type::column_major> columns = {{1, 2, 3}, {4, 5, 6}};
    CHECK(columns(0, 2) == 3);
    CHECK(columns.strides()[1] == 2);

    CHECK(xtt::torch_xtensor<int, 2>::from_shape(std::vector<std::size_t>{2, 5}).size() == 10);
    check_throws<xtt::rank_error>(
        [] { (void)xtt::torch_xtensor<int, 2>::from_shape(std::vector<std::size_t>{2}); }, "from_shape",
        "rank 2");

    const xtt::torch_xarray<double> evaluated = xt::arange<double>(6).reshape({2, 3}) * 2.0;
    CHECK(evaluated(1, 2) == 10.0);
    check_throws<xtt::rank_error>(
        [&] { const xtt::torch_xtensor<double, 1> wrong = evaluated; }, "torch container", "rank 1",
        "rank 2");
}

TEST_CASE("explicit strides stay within the memory")
{
    using dynamic = xtt::torch_xarray<int, xt::layout_type::dynamic>;
    dynamic a({2, 3}, {1, 2}, 7);
    CHECK(a.tensor().strides() == at::IntArrayRef({1, 2}));
    CHECK(a(1, 2) == 7);
    for (const std::ptrdiff_t stride : {3, 4, -1})
    {
        check_throws<xtt::layout_error>(
            [&] {
                dynamic({2, 3}, dynamic::strides_type{stride, 2});
            },
            "torch container", "reach 6 elements");
    }
    check_throws<xtt::layout_error>([] { dynamic({2, 3}, dynamic::strides_type{1}); }, "torch container");
    CHECK(dynamic({0, 3}, dynamic::strides_type{9, 9}).size() == 0);
}

TEST_CASE("a list of two extents is a list of two values, and from_shape takes a shape")
{
    const xtt::torch_xarray<float> list({2, 3});
    CHECK((list == xt::xarray<float>({2, 3})));
    CHECK(list.dimension() == xt::xarray<float>({2, 3}).dimension());
    const auto made = xtt::torch_xarray<float>::from_shape({2, 3});
    CHECK(made.dimension() == 2);
    CHECK(made.size() == 6);
    const xtt::pinned_xtensor<float, 2> of_rank_2({2, 3}); // no list of lists: a shape
    CHECK(of_rank_2.size() == 6);
}

TEST_CASE("a function that takes an xarray copies a container, one that takes an expression does not")
{
    using array = xtt::torch_xarray<float>;
    const array c = {1, 2, 3};
    const auto by_array = [](const xt::xarray<float>& a) { return static_cast<const void*>(a.data()); };
    const auto by_expression = []<class E>(const xt::xexpression<E>& e)
    { return static_cast<const void*>(e.derived_cast().data()); };
    CHECK(by_array(c) != c.data());
    CHECK(by_expression(c) == c.data());
    static_assert(!std::is_invocable_v<void (*)(xt::xarray<float>&), array&>);
    static_assert(!std::is_invocable_v<void (*)(xt::xtensor<float, 1>&), xtt::torch_xtensor<float, 1>&>);
}

TEST_CASE("a container takes over another tensor's memory by swap with from_tensor")
{
    xtt::torch_xarray<float> c = {1, 2};
    const at::Tensor before = c.tensor();
    const at::Tensor t = at::ones({2});
    auto d = xtt::torch_xarray<float>::from_tensor(t);
    swap(c, d);
    CHECK(c.data() == t.data_ptr());
    CHECK(d.data() == before.data_ptr());
    CHECK(before.equal(at::tensor({1.0f, 2.0f})));
}

TEST_CASE("a copy of a container is independent")
{
    matrix<float> a = {{1, 2}, {3, 4}};
    matrix<float> b = a;
    CHECK(b.data() != a.data());
    b(0, 0) = 9;
    CHECK(a(0, 0) == 1);
    CHECK_FALSE(same_storage(a.tensor(), b.tensor()));
}

TEST_CASE("a moved container keeps its memory, and what it was moved from can be assigned to")
{
    matrix<float> a = {{1, 2}, {3, 4}};
    const float* const memory = a.data();
    matrix<float> b = std::move(a);
    CHECK(b.data() == memory);
    CHECK(a.size() == 0); // NOLINT(bugprone-use-after-move)
    CHECK(a.tensor().numel() == 0);
    a = b;
    CHECK((a == b));
    std::swap(a, b);
    CHECK(a.data() == memory);
    a.swap(b);
    CHECK(b.data() == memory);
    auto& itself = b;
    b = std::move(itself);
    CHECK(b.data() == memory);
}

TEST_CASE("tensor() shares memory, version counter and ownership")
{
    at::Tensor t;
    {
        matrix<float> a = {{1, 2}, {3, 4}};
        t = a.tensor();
        CHECK(t.data_ptr() == a.data());
        t.mul_(2);
        CHECK(a(1, 1) == 8);
        CHECK(same_storage(t, a.tensor()));
        const auto version = a.tensor()._version();
        a = a + 1.0f;
        CHECK(t._version() == version + 1);
        a += 1.0f;
        CHECK(t._version() == version + 2);
        a.fill(5.0f);
        CHECK(t._version() == version + 3);
        xt::noalias(a) = a * 2.0f;
        CHECK(t._version() == version + 4);
        xtt::assign(a, a * 2.0f);
        CHECK(t._version() == version + 5);
    }
    CHECK(t.eq(20).all().item<bool>());
}

TEST_CASE("the tensor of a container has metadata of its own")
{
    matrix<float> a = {{1, 2, 3}, {4, 5, 6}};
    at::Tensor t = a.tensor();
    t.t_();
    t.unsqueeze_(0);
    t.requires_grad_();
    CHECK(a.tensor().sizes() == at::IntArrayRef({2, 3}));
    CHECK_FALSE(a.tensor().requires_grad());
    CHECK(xtt::torch_xtensor<float, 2>().tensor().sizes() == at::IntArrayRef({0, 0}));
    CHECK(
        xtt::torch_xarray<float, xt::layout_type::column_major>({{1, 2, 3}}).tensor().strides() ==
        at::IntArrayRef({3, 1})); // extents of 1 as LibTorch writes them
}

TEST_CASE("from_tensor shares the tensor's memory")
{
    at::Tensor t = at::arange(6, at::kFloat).view({2, 3});
    auto a = xtt::torch_xarray<float>::from_tensor(t);
    CHECK(a.data() == t.data_ptr());
    a += 1.0f;
    CHECK(t.equal(at::arange(1, 7, at::kFloat).view({2, 3})));
    CHECK(same_storage(a.tensor(), t));
    CHECK(a.tensor()._version() == t._version());
    t.unsqueeze_(0);
    CHECK(a.tensor().dim() == 2);

    const at::Tensor row = t[0][1];
    const auto b = xtt::torch_xtensor<float, 1>::from_tensor(row);
    CHECK(b.data() == row.data_ptr());
    const auto c = xtt::torch_xtensor<float, 2, xt::layout_type::column_major>::from_tensor(t[0].t());
    CHECK(c(2, 1) == 6);
    CHECK(c.data() == t.data_ptr());
    const auto d = xtt::torch_xarray<float, xt::layout_type::dynamic>::from_tensor(t[0]);
    CHECK(d.layout() == xt::layout_type::row_major);
    CHECK(xtt::torch_xarray<float>::from_tensor(at::empty({0, 3})).shape()[1] == 3);
    CHECK(xtt::torch_xtensor<float, 0>::from_tensor(at::full({}, 2.0f))() == 2.0f);
}

TEST_CASE("from_tensor of a non-contiguous, wrong-dtype or device tensor throws")
{
    using array = xtt::torch_xarray<float>;
    const at::Tensor t = at::ones({2, 3});
    check_throws<xtt::layout_error>(
        [&] { (void)array::from_tensor(t.t()); }, "from_tensor<float>", "row-major memory", "[1, 3]",
        "; .contiguous() first, or use a container of its layout");
    check_throws<xtt::layout_error>([&] { (void)array::from_tensor(t.slice(1, 0, 2)); }, "from_tensor");
    check_throws<xtt::layout_error>(
        [&] { (void)array::from_tensor(at::ones({1}).expand({3})); }, "address of its own",
        "; .clone() first");
    check_throws<xtt::dtype_error>(
        [&] { (void)array::from_tensor(t.to(at::kDouble)); }, "from_tensor<float>", "Float", "Double",
        "; use .to(dtype)");
    check_throws<xtt::device_error>(
        [&] { (void)array::from_tensor(t.to(at::kMeta)); }, "from_tensor<float>", "meta");
    check_throws<xtt::rank_error>(
        [&] { (void)xtt::torch_xtensor<float, 1>::from_tensor(t); }, "from_tensor<float, 1>", "[2, 3]",
        "; use torch_xarray or reshape first");
    check_throws<xtt::conversion_error>([&] { (void)array::from_tensor(at::Tensor()); }, "from_tensor");
    const at::Tensor weights = at::ones({3}).requires_grad_();
    check_throws<xtt::conversion_error>(
        [&] { (void)array::from_tensor(weights); }, "from_tensor", "requires grad");
    const c10::NoGradGuard no_grad;
    auto a = array::from_tensor(weights);
    CHECK(a.data() == weights.data_ptr());
    CHECK_FALSE(a.tensor().requires_grad());
}

TEST_CASE("an assignment of another shape detaches, and tensors keep what they had")
{
    xtt::torch_xarray<float> a = {1, 2, 3};
    const at::Tensor t = a.tensor();
    a = {{1, 2}, {3, 4}};
    CHECK(a.data() != t.data_ptr());
    CHECK(t.equal(at::tensor({1.0f, 2.0f, 3.0f})));
    const at::Tensor u = a.tensor();
    a = xt::view(a, 0) * 10.0f;
    CHECK((a == xt::xarray<float>({10, 20})));
    CHECK(u.equal(at::tensor({1.0f, 2.0f, 3.0f, 4.0f}).view({2, 2})));

    xtt::torch_xarray<float> b = {{1, 2, 3}, {4, 5, 6}};
    const at::Tensor w = b.tensor();
    b.resize({3, 2}); // as many elements
    CHECK(b.data() != w.data_ptr());
    CHECK((b == xt::xarray<float>({{1, 2}, {3, 4}, {5, 6}}))); // as xtensor's
    b.fill(0.0f);
    CHECK(w.sum().item<float>() == 21.0f);
    b.resize({3, 2});
    CHECK(b(2, 1) == 0.0f);
}

TEST_CASE("reshape keeps elements and memory")
{
    xtt::torch_xarray<float> a = {{1, 2, 3}, {4, 5, 6}};
    const at::Tensor t = a.tensor();
    a.reshape({3, 2});
    CHECK(a.data() == t.data_ptr());
    CHECK(a.tensor().sizes() == at::IntArrayRef({3, 2}));
    CHECK(t.sizes() == at::IntArrayRef({2, 3}));
}

TEST_CASE("reshape to another rank or around an extent of 0 throws, or is right")
{
    xtt::torch_xtensor<float, 1> line = {1, 2, 3, 4};
    check_throws<xtt::rank_error>([&] { line.reshape(std::vector<std::size_t>{2, 2}); }, "reshape", "rank 1");
    check_throws<xtt::rank_error>([&] { line.reshape({2, 2}); }, "reshape", "rank 1");
    CHECK(line(3) == 4);
    auto empty = xtt::torch_xarray<float>::from_shape(std::vector<std::size_t>{2, 0});
    empty.reshape({0, 3});
    CHECK(empty.shape() == xt::dynamic_shape<std::size_t>{0, 3});
    check_throws<xtt::shape_error>([&] { empty.reshape({0, -1}); }, "reshape", "[0, -1]");
    auto full = xtt::torch_xarray<float>::from_shape(std::vector<std::size_t>{2, 2});
    CHECK_THROWS_AS(full.reshape({0, 3}), std::runtime_error);
    CHECK(full.shape() == xt::dynamic_shape<std::size_t>{2, 2});
    full.reshape({4, -1});
    CHECK(full.shape() == xt::dynamic_shape<std::size_t>{4, 1});
}

TEST_CASE("a container whose tensor's memory was made smaller gives no tensor")
{
    xtt::torch_xarray<float> a = {{1, 2}, {3, 4}};
    const at::Tensor t = a.tensor();
    t.storage().set_nbytes(8);
    check_throws<xtt::layout_error>([&] { (void)a.tensor(); }, "tensor", "memory that its tensor still has");
}

TEST_CASE("resize with a layout or strides gives that layout")
{
    xtt::torch_xarray<float, xt::layout_type::dynamic> a = {{1, 2, 3}, {4, 5, 6}};
    a.resize({3, 2}, xt::layout_type::column_major);
    CHECK(a.tensor().strides() == at::IntArrayRef({1, 3}));
    a.resize({2, 2}, {1, 2});
    CHECK(a.tensor().strides() == at::IntArrayRef({1, 2}));
    check_throws<xtt::rank_error>(
        []
        {
            matrix<float> m;
            m.resize(std::vector<std::size_t>{3});
        },
        "resize", "rank 2");
}

TEST_CASE("a source that reads the container at other positions is evaluated first")
{
    matrix<float> a = {{1, 2}, {3, 4}};
    const at::Tensor t = a.tensor();
    a = xt::transpose(a);
    CHECK((a == xt::xarray<float>({{1, 3}, {2, 4}})));
    a = xt::flip(a, 0) + a;
    CHECK((a == xt::xarray<float>({{3, 7}, {3, 7}})));
    a += a(0, 0);
    CHECK((a == xt::xarray<float>({{6, 10}, {6, 10}})));
    a.fill(a(0, 1));
    CHECK((a == xt::xarray<float>({{10, 10}, {10, 10}})));
    CHECK(t.data_ptr() == a.data());
}

TEST_CASE("a source that throws leaves a container of another shape as it was")
{
    xtt::torch_xarray<float> a = {1, 2, 3};
    const at::Tensor t = a.tensor();
    const xt::xarray<float> b = {{1, 2}, {3, 4}};
    const auto fails = xt::make_lambda_xfunction(
        [](float x) -> float
        {
            if (x > 3)
            {
                throw std::runtime_error("element function");
            }
            return x;
        },
        b);
    CHECK_THROWS_AS(a = fails, std::runtime_error);
    CHECK(a.data() == t.data_ptr());
    CHECK((a == xt::xarray<float>({1, 2, 3})));
}

TEST_CASE("containers with dynamic layout take the source's, and stay in place where a tensor shares")
{
    using dynamic = xtt::torch_xarray<float, xt::layout_type::dynamic>;
    const dynamic columns({2, 3}, {1, 2}, 1.0f);
    dynamic a({2, 3}, 0.0f, xt::layout_type::row_major);
    a = columns;
    CHECK(a.strides() == columns.strides());
    dynamic b({2, 3}, 0.0f, xt::layout_type::row_major);
    const at::Tensor t = b.tensor();
    b = columns;
    CHECK(t.data_ptr() == b.data());
    CHECK(t.eq(1).all().item<bool>());
}

TEST_CASE("assigning to a container converts values as xtensor does, from float to int too")
{
    xtt::torch_xtensor<int, 1> a = {0, 0};
    const at::Tensor t = a.tensor();
    a = xt::xtensor<double, 1>{1.75, -2.75};
    CHECK(t[0].item().toInt() == 1);
    CHECK(t[1].item().toInt() == -2);
    a.fill(3.9);
    CHECK(t.sum().item().toInt() == 6);
}

TEST_CASE("containers made in inference mode are ordinary")
{
    std::optional<matrix<float>> a;
    {
        const c10::InferenceMode guard;
        a.emplace(matrix<float>{{1, 2}, {3, 4}});
        *a += 1.0f;
        CHECK(a->tensor().sum().item<float>() == 14.0f);
    }
    *a = *a * 2.0f;
    CHECK_FALSE(a->tensor().is_inference());
    CHECK(a->tensor().sum().item<float>() == 28.0f);
}

TEST_CASE("the tensor of an empty container is ordinary, whatever the mode")
{
    matrix<float> a({0, 3});
    at::Tensor t;
    {
        const c10::InferenceMode guard;
        t = a.tensor();
    }
    CHECK_FALSE(t.is_inference());
    CHECK(t.sizes() == at::IntArrayRef{0, 3});
    matrix<float> moved({2, 3}, 1.0f);
    const matrix<float> taken = std::move(moved);
    {
        const c10::InferenceMode guard;
        t = moved.tensor(); // NOLINT(bugprone-use-after-move): what is tested
    }
    CHECK_FALSE(t.is_inference());
    CHECK(t.numel() == 0);
}

TEST_CASE("move_to_tensor that throws leaves a container as it was")
{
    matrix<float> a = {{1, 2}, {3, 4}};
    const at::Tensor t = a.tensor();
    t.storage().unsafeGetStorageImpl()->set_nbytes(4);
    check_throws<xtt::layout_error>([&] { (void)xtt::move_to_tensor(std::move(a)); }, "move_to_tensor");
    CHECK(a.size() == 4); // NOLINT(bugprone-use-after-move): what is tested
    t.storage().unsafeGetStorageImpl()->set_nbytes(16);
    const float* const data = a.data();
    CHECK(xtt::move_to_tensor(std::move(a)).data_ptr() == data);
    CHECK(a.size() == 0); // NOLINT(bugprone-use-after-move): what is tested
}

TEST_CASE("a container over an inference tensor is not written outside inference mode")
{
    at::Tensor inference;
    {
        const c10::InferenceMode mode;
        inference = at::ones({2, 2});
    }
    auto a = matrix<float>::from_tensor(inference);
    check_throws<xtt::conversion_error>([&] { a += 1.0f; }, "container assignment", "inference");
    check_throws<xtt::conversion_error>([&] { a = a + a; }, "container assignment", "inference");
    check_throws<xtt::conversion_error>([&] { a.fill(2.0f); }, "container assignment", "inference");
    check_throws<xtt::conversion_error>([&] { xt::noalias(a) = a + a; }, "container assignment", "inference");
    check_throws<xtt::conversion_error>([&] { xtt::assign(a, a + a); }, "assign", "inference");
    CHECK(inference.sum().item<float>() == 4.0f);
    const c10::InferenceMode mode;
    a += 1.0f;
    CHECK(inference.sum().item<float>() == 8.0f);
}

TEST_CASE("our own views and containers, and xtensor views of them, are on the original storage")
{
    matrix<float> a = {{1, 2, 3}, {4, 5, 6}};
    const at::Tensor t = a.tensor();
    CHECK(same_storage(xtt::view_as_tensor(a), t));
    const at::Tensor row = xtt::view_as_tensor(xt::view(a, 1));
    CHECK(same_storage(row, t));
    CHECK(row.storage_offset() == 3);
    CHECK(same_storage(xtt::view_as_tensor(xt::transpose(a)), t));
    CHECK(xtt::view_as_tensor(matrix<float>{{7}}).item<float>() == 7); // kept by the tensor
    const matrix<float> constant = a;
    CHECK(xtt::view_const_as_tensor(constant).data_ptr() == constant.data());

    auto shared = std::make_shared<matrix<float>>(a);
    const at::Tensor s = xtt::share_as_tensor(shared);
    CHECK(s.data_ptr() == shared->data());
    const float* const memory = a.data();
    const at::Tensor moved = xtt::move_to_tensor(std::move(a));
    CHECK(moved.data_ptr() == memory);
    CHECK(same_storage(moved, t));
    CHECK(a.size() == 0); // NOLINT(bugprone-use-after-move)
    CHECK(xtt::copy_to_tensor(constant).data_ptr() != constant.data());
}

TEST_CASE("sorting, reducing and iterating containers is right in both layouts")
{
    const xt::xarray<int> values = {{3, 1, 2}, {9, 8, 7}};
    const xtt::torch_xarray<int> rows = values;
    const xtt::torch_xarray<int, xt::layout_type::column_major> columns = values;
    const xt::xarray<std::size_t> order = {{1, 2, 0}, {2, 1, 0}};
    const xt::xarray<int> sorted = {{1, 2, 3}, {7, 8, 9}};
    CHECK((xt::argsort(rows) == order));
    CHECK((xt::argsort(columns) == order));
    CHECK((xt::sort(rows) == sorted));
    CHECK((xt::sort(columns) == sorted));
    CHECK(xt::sum(columns)() == 30);
    CHECK((xt::xarray<int>(xt::sum(rows, {0})) == xt::xarray<int>({12, 9, 9})));
    CHECK(std::equal(rows.begin(), rows.end(), values.begin()));
}

TEST_CASE("a container's memory is freed on the thread that drops it last")
{
    at::Tensor t;
    std::thread([&] { t = matrix<float>{{1, 2}}.tensor(); }).join();
    std::thread([moved = std::move(t)] { CHECK(moved.sum().item<float>() == 3); }).join();
}

TEST_CASE("pinned containers are ordinary where there is no accelerator, and say so")
{
    const xtt::pinned_xtensor<float, 2> a = {{1, 2}, {3, 4}};
    CHECK(a.is_pinned() == xtt::detail::has_accelerator());
    xtt::pinned_xarray<float> b = a + 1.0f;
    CHECK(b.tensor().sum().item<float>() == 14.0f);
    CHECK_FALSE(xtt::torch_xarray<float>({1, 2}).is_pinned());
    CHECK_FALSE(xtt::torch_xtensor<float, 1>().is_pinned());
}

TEST_CASE("containers over 63 bits throw")
{
    using array = xtt::torch_xarray<double>;
    constexpr auto large = std::size_t(1) << 33;
    for (const array::shape_type& shape :
         {array::shape_type{std::size_t(1) << 61}, array::shape_type{large, large}})
    {
        check_throws<xtt::shape_error>([&] { array{shape}; }, "torch container", "2^63 - 1 bytes");
        check_throws<xtt::shape_error>([&] { array().resize(shape); }, "torch container");
    }
    CHECK_THROWS_AS(
        array(xt::broadcast(xt::ones<double>({1}), array::shape_type{large, large})), xtt::shape_error);
}

TEST_CASE("a moved-from container of rank 0 gets memory from resize")
{
    xtt::torch_xtensor<float, 0> a(2.0f);
    const xtt::torch_xtensor<float, 0> b = std::move(a);
    a.resize(std::array<std::size_t, 0>{}); // NOLINT(bugprone-use-after-move): what is tested
    a() = 3.0f;
    CHECK(a() == 3);
    CHECK(b() == 2);
}

TEST_CASE("a moved-from container of rank 0 can be assigned to")
{
    xtt::torch_xtensor<float, 0> a = 3.0f;
    xtt::torch_xtensor<float, 0> b = std::move(a);
    check_throws<xtt::layout_error>([&] { (void)a.tensor(); }, "tensor", "moved from"); // NOLINT
    a = b;
    CHECK(a() == 3.0f);
    b = std::move(a);
    a = b + 1.0f; // NOLINT(bugprone-use-after-move)
    CHECK(a() == 4.0f);
    b = std::move(a);
    xt::noalias(a) = b; // NOLINT(bugprone-use-after-move)
    CHECK(a() == 4.0f);
}

TEST_CASE("share_as_tensor of a container is on its storage")
{
    const auto p = std::make_shared<matrix<float>>(matrix<float>{{1, 2}, {3, 4}});
    const at::Tensor t = xtt::share_as_tensor(p);
    const at::Tensor row = xtt::share_as_tensor(xt::view(*p, 0), p);
    const auto version = t._version();
    *p = {{5, 6}, {7, 8}};
    CHECK(t.sum().item<float>() == 26.0f);
    CHECK(row.sum().item<float>() == 11.0f);
    CHECK(t._version() == version + 1);
}

TEST_CASE("what autograd does to a container's tensor does not reach the container")
{
    xtt::torch_xtensor<float, 1> a = {1, 2, 3};
    const at::Tensor w = at::ones({3}).requires_grad_();
    at::Tensor made_without_grad;
    {
        const c10::NoGradGuard no_grad;
        made_without_grad = a.tensor();
    }
    for (at::Tensor t : {a.tensor(), made_without_grad, xtt::view_as_tensor(xt::view(a, xt::all()))})
    {
        t.mul_(w * 2);
        CHECK(t.requires_grad());
        CHECK_FALSE(a.tensor().requires_grad());
    }
    CHECK(a(0) == 8.0f);
    xtt::assign(a, xt::ones<float>({3}));
    CHECK(a.tensor().sum().item<float>() == 3.0f);
}

TEST_CASE("a list whose rows differ in length throws")
{
    check_throws<xtt::shape_error>(
        [] {
            const xtt::torch_xarray<float> a = {{1.0f}, {2.0f, 3.0f, 4.0f}};
        },
        "rows of one length", "[2, 1]", "one of 3");
    // With as many values as the shape of the first rows has.
    check_throws<xtt::shape_error>(
        [] {
            const xtt::torch_xtensor<float, 2> a = {{1.0f, 2.0f}, {3.0f}, {4.0f, 5.0f, 6.0f}};
        },
        "rows of one length", "[3, 2]", "one of 1");
    check_throws<xtt::shape_error>(
        [] {
            const xtt::torch_xarray<float> a = {{{1.0f}, {2.0f}}, {{3.0f, 4.0f}}};
        },
        "rows of one length", "one of 1");
}

TEST_CASE("explicit strides that share elements throw")
{
    using dynamic = xtt::torch_xarray<float, xt::layout_type::dynamic>;
    check_throws<xtt::layout_error>(
        [] {
            dynamic({2, 3}, dynamic::strides_type{0, 1});
        },
        "each by one index", "[0, 1]");
}

TEST_CASE("resize to the shape and layout that a container has keeps its tensors")
{
    matrix<float> a = {{1, 2}, {3, 4}};
    const at::Tensor t = a.tensor();
    a.resize({2, 2}, xt::layout_type::row_major);
    CHECK(a.data() == t.data_ptr());
}

TEST_CASE("operands that do not fit each other are xtensor's own error in a container")
{
    xtt::torch_xarray<float> a = {1, 2};
    const xt::xarray<float> b = {1, 2, 3};
    CHECK_THROWS_AS(a += b, xt::broadcast_error);
    CHECK((a == xt::xarray<float>({1, 2})));
}
