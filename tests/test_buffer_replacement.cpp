// SPDX-License-Identifier: BSD-3-Clause
#include <xtensor-torch/evaluate.hpp>

#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/torch_container.hpp>

#include <catch.hpp>
#include <xtensor_headers.hpp>

// What each form of assignment does to the memory that a tensor shares: the table in docs/lifetimes.md.
// xtensor's own arrays replace their buffer for some, and leave a tensor that borrowed it with freed memory.
// Ours never do while the shape stays.

namespace
{

#if XTENSOR_VERSION_MAJOR == 0 && XTENSOR_VERSION_MINOR < 26
constexpr bool plain_assignment_replaces = true; // always through a temporary
#else
constexpr bool plain_assignment_replaces = false; // only where the source overlaps
#endif

using values = xt::xtensor<float, 2>;

const values first = {{1, 2}, {3, 4}};
const values second = {{5, 6}, {7, 8}};

constexpr auto add_array = [](auto& a, const auto& b) { a += b; };
constexpr auto multiply_self = [](auto& a, const auto&) { a *= a; };
constexpr auto assign_twice_itself = [](auto& a, const auto&) { a = a * 2.0f; };
constexpr auto assign_sine = [](auto& a, const auto&) { a = xt::sin(a); };
constexpr auto assign_list = [](auto& a, const auto&) { a = {{5, 6}, {7, 8}}; };
constexpr auto assign_expression = [](auto& a, const auto& b) { a = b + 1.0f; };
constexpr auto add_scalar = [](auto& a, const auto&) { a += 2.0f; };
constexpr auto assign_array = [](auto& a, const auto& b) { a = b; };
constexpr auto fill = [](auto& a, const auto&) { a.fill(9.0f); };
constexpr auto noalias_assign = [](auto& a, const auto& b) { xt::noalias(a) = b + 1.0f; };
constexpr auto noalias_add = [](auto& a, const auto& b) { xt::noalias(a) += b; };
constexpr auto library_assign = [](auto& a, const auto& b) { xtt::assign(a, b + 1.0f); };
constexpr auto library_assign_self = [](auto& a, const auto& b) { xtt::assign(a, xt::flip(a, 0) + b); };
constexpr auto write_view = [](auto& a, const auto& b) { xt::view(a, xt::all(), 0) = xt::view(b, 1); };

bool has_values(const at::Tensor& t, const values& expected)
{
    return t.allclose(xtt::copy_to_tensor(expected));
}

// Both buffers live at once in an assignment, so a replaced one cannot come back at the same address. A
// tensor that borrowed it may not be read any more, so none is taken here.
template <class Array, class F>
void check_replaced(F&& assignment, const values& expected)
{
    Array a = first;
    const Array b = second;
    const float* const before = a.data();
    assignment(a, b);
    CHECK(a.data() != before);
    CHECK(xt::allclose(a, expected));
}

template <class Array, class F>
void check_kept(F&& assignment, const values& expected)
{
    Array a = first;
    const Array b = second;
    const at::Tensor t = xtt::view_as_tensor(a);
    assignment(a, b);
    REQUIRE(a.data() == t.data_ptr());
    CHECK(has_values(t, expected));
}

template <class Array, class F>
void check_storage_kept(F&& assignment, const values& expected)
{
    Array a = first;
    const Array b = second;
    const at::Tensor t = a.tensor();
    const void* const before = t.data_ptr();
    assignment(a, b);
    CHECK(a.data() == before);
    CHECK(t.is_alias_of(a.tensor()));
    CHECK(has_values(t, expected));
    CHECK(xt::allclose(a, expected));
}

// The destination is a row, the source a square.
template <class Array, class F>
void check_detached(F&& assignment, const values& expected)
{
    Array a = values{{1, 2}};
    const Array b = second;
    const at::Tensor t = a.tensor();
    const void* const before = t.data_ptr();
    assignment(a, b);
    CHECK(a.data() != before);
    CHECK_FALSE(t.is_alias_of(a.tensor()));
    CHECK(has_values(a.tensor(), expected));
    CHECK(t.data_ptr() == before);
    CHECK(has_values(t, {{1, 2}}));
}

} // namespace

// xtensor's own arrays: `a.data()`, and what a tensor sees that borrowed from it.

#define OWNING_ARRAYS xt::xarray<float>, (xt::xtensor<float, 2>)

TEMPLATE_TEST_CASE("a += b replaces the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_replaced<TestType>(add_array, {{6, 8}, {10, 12}});
}

TEMPLATE_TEST_CASE("a *= a replaces the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_replaced<TestType>(multiply_self, {{1, 4}, {9, 16}});
}

TEMPLATE_TEST_CASE("a = a * 2 replaces the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_replaced<TestType>(assign_twice_itself, {{2, 4}, {6, 8}});
}

TEMPLATE_TEST_CASE("a = sin(a) replaces the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_replaced<TestType>(assign_sine, xt::sin(first));
}

TEMPLATE_TEST_CASE("a = {...} replaces the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_replaced<TestType>(assign_list, second);
}

TEMPLATE_TEST_CASE(
    "a = b + 1 replaces the buffer of an owning array before xtensor 0.26, and keeps it since", "",
    OWNING_ARRAYS)
{
    if (plain_assignment_replaces)
    {
        check_replaced<TestType>(assign_expression, {{6, 7}, {8, 9}});
    }
    else
    {
        check_kept<TestType>(assign_expression, {{6, 7}, {8, 9}});
    }
}

TEMPLATE_TEST_CASE("a += scalar keeps the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_kept<TestType>(add_scalar, {{3, 4}, {5, 6}});
}

TEMPLATE_TEST_CASE("a = b of the same type and shape keeps the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_kept<TestType>(assign_array, second);
}

TEMPLATE_TEST_CASE("fill keeps the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_kept<TestType>(fill, {{9, 9}, {9, 9}});
}

TEMPLATE_TEST_CASE("noalias(a) = e keeps the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_kept<TestType>(noalias_assign, {{6, 7}, {8, 9}});
    check_kept<TestType>(noalias_add, {{6, 8}, {10, 12}});
}

TEMPLATE_TEST_CASE("assign(a, e) keeps the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_kept<TestType>(library_assign, {{6, 7}, {8, 9}});
    check_kept<TestType>(library_assign_self, {{8, 10}, {8, 10}});
}

TEMPLATE_TEST_CASE("writes through a view keep the buffer of an owning array", "", OWNING_ARRAYS)
{
    check_kept<TestType>(write_view, {{7, 2}, {8, 4}});
}

TEMPLATE_TEST_CASE("assign(a, e) of another shape throws instead of resizing the array", "", OWNING_ARRAYS)
{
    TestType a = values{{1, 2}};
    const TestType b = second;
    const at::Tensor t = xtt::view_as_tensor(a);
    check_throws<xtt::shape_error>([&] { xtt::assign(a, b); }, "assign", "[1, 2]", "[2, 2]");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, b + 1.0f); }, "assign", "[1, 2]", "[2, 2]");
    CHECK(a.data() == t.data_ptr());
    CHECK(has_values(t, {{1, 2}}));
}

// Containers in LibTorch's memory: what a tensor sees that was taken with `.tensor()` before.

#define TORCH_CONTAINERS xtt::torch_xarray<float>, (xtt::torch_xtensor<float, 2>)

TEMPLATE_TEST_CASE("a += b keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(add_array, {{6, 8}, {10, 12}});
}

TEMPLATE_TEST_CASE("a *= a keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(multiply_self, {{1, 4}, {9, 16}});
}

TEMPLATE_TEST_CASE("a = a * 2 keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(assign_twice_itself, {{2, 4}, {6, 8}});
}

TEMPLATE_TEST_CASE("a = sin(a) keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(assign_sine, xt::sin(first));
}

TEMPLATE_TEST_CASE("a = {...} keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(assign_list, second);
}

TEMPLATE_TEST_CASE("a = b + 1 keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(assign_expression, {{6, 7}, {8, 9}});
}

TEMPLATE_TEST_CASE("a += scalar keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(add_scalar, {{3, 4}, {5, 6}});
}

TEMPLATE_TEST_CASE("a = b keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(assign_array, second);
    check_storage_kept<TestType>([](auto& a, const auto& b) { a = TestType(b); }, second); // moved, too
}

TEMPLATE_TEST_CASE("fill keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(fill, {{9, 9}, {9, 9}});
}

TEMPLATE_TEST_CASE("noalias(a) = e keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(noalias_assign, {{6, 7}, {8, 9}});
    check_storage_kept<TestType>(noalias_add, {{6, 8}, {10, 12}});
}

TEMPLATE_TEST_CASE("assign(a, e) keeps the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(library_assign, {{6, 7}, {8, 9}});
    check_storage_kept<TestType>(library_assign_self, {{8, 10}, {8, 10}});
}

TEMPLATE_TEST_CASE("writes through a view keep the storage of a torch container", "", TORCH_CONTAINERS)
{
    check_storage_kept<TestType>(write_view, {{7, 2}, {8, 4}});
}

TEMPLATE_TEST_CASE(
    "a form that changes the shape of a torch container detaches it, and tensors keep what they had", "",
    TORCH_CONTAINERS)
{
    const values sum = {{6, 8}, {8, 10}};
    const values one_more = {{6, 7}, {8, 9}};
    check_detached<TestType>(add_array, sum);
    check_detached<TestType>([](auto& a, const auto& b) { a = a + b; }, sum);
    check_detached<TestType>([](auto& a, const auto& b) { a = xt::sin(b); }, xt::sin(second));
    check_detached<TestType>(assign_list, second);
    check_detached<TestType>(assign_expression, one_more);
    check_detached<TestType>(assign_array, second);
    check_detached<TestType>([](auto& a, const auto& b) { a = TestType(b); }, second);
    check_detached<TestType>(noalias_assign, one_more);
    check_detached<TestType>(noalias_add, sum);
}

TEMPLATE_TEST_CASE("assign(a, e) of another shape throws instead of detaching", "", TORCH_CONTAINERS)
{
    TestType a = values{{1, 2}};
    const TestType b = second;
    const at::Tensor t = a.tensor();
    check_throws<xtt::shape_error>([&] { xtt::assign(a, b); }, "assign", "[1, 2]", "[2, 2]");
    check_throws<xtt::shape_error>([&] { xtt::assign(a, b + 1.0f); }, "assign", "[1, 2]", "[2, 2]");
    CHECK(a.data() == t.data_ptr());
    CHECK(has_values(t, {{1, 2}}));
}
