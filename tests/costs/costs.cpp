// SPDX-License-Identifier: BSD-3-Clause
//
// What our conversions cost beside what a careful user would write by hand, in instructions. Run under
// callgrind by run.cmake, which reads the counts and knows the bounds; by itself it does nothing visible.

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include <array>
#include <cstdint>
#include <memory>

#include <ATen/core/DimVector.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <valgrind/callgrind.h>

namespace
{

// Compilers must believe that the value is used.
template <class T>
void use(T& value)
{
    asm volatile("" : : "g"(&value) : "memory");
}

template <class F>
[[gnu::noinline]] void count(const char* name, F&& function)
{
    function(); // caches and the allocator's free lists are warm from here on
    function();
    CALLGRIND_ZERO_STATS;
    for (int i = 0; i < 100; ++i)
    {
        function();
    }
    CALLGRIND_DUMP_STATS_AT(name);
}

template <class E>
at::Tensor blob_of(E& array)
{
    const std::array sizes = {
        static_cast<std::int64_t>(array.shape()[0]), static_cast<std::int64_t>(array.shape()[1])};
    const std::array strides = {
        static_cast<std::int64_t>(array.strides()[0]), static_cast<std::int64_t>(array.strides()[1])};
    return at::from_blob(
        array.data() + array.data_offset(), sizes, strides, at::TensorOptions(at::ScalarType::Float));
}

// Of a rank that is known at run time, as careful users of LibTorch write it: without an allocation.
at::Tensor blob_of_any_rank(xt::xarray<float>& array)
{
    const at::DimVector sizes(array.shape().begin(), array.shape().end());
    const at::DimVector strides(array.strides().begin(), array.strides().end());
    return at::from_blob(array.data(), sizes, strides, at::TensorOptions(at::ScalarType::Float));
}

// What view_as_xtensor replaces, without a check: the pointer, an adaptor, and a reference to the tensor.
void adapt_as_xtensor(const at::Tensor& tensor)
{
    at::Tensor held = tensor;
    const std::array shape = {
        static_cast<std::size_t>(tensor.size(0)), static_cast<std::size_t>(tensor.size(1))};
    const std::array<std::ptrdiff_t, 2> strides = {tensor.stride(0), tensor.stride(1)};
    auto view = xt::adapt(
        tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel()), xt::no_ownership(), shape,
        strides);
    use(view);
    use(held);
}

void adapt_as_xarray(const at::Tensor& tensor)
{
    at::Tensor held = tensor;
    const xt::dynamic_shape<std::size_t> shape(tensor.sizes().begin(), tensor.sizes().end());
    const xt::dynamic_shape<std::ptrdiff_t> strides(tensor.strides().begin(), tensor.strides().end());
    auto view = xt::adapt(
        tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel()), xt::no_ownership(), shape,
        strides);
    use(view);
    use(held);
}

} // namespace

int main()
{
    xt::xtensor<float, 2> a({3, 4}, 1.0f);
    xt::xarray<float> x = a;
    auto slice = xt::view(a, xt::all(), xt::range(1, 3));
    const at::Tensor t = at::zeros({3, 4});
    const at::Tensor stepped = t.slice(1, 0, 4, 2);

    const auto by_hand = [](auto& array)
    {
        return [&array]
        {
            at::Tensor tensor = blob_of(array);
            use(tensor);
        };
    };
    const auto ours = [](auto& array)
    {
        return [&array]
        {
            at::Tensor tensor = xtt::view_as_tensor(array);
            use(tensor);
        };
    };
    const auto as_xtensor = [](const at::Tensor& tensor)
    {
        return [&tensor]
        {
            auto view = xtt::view_as_xtensor<float, 2>(tensor);
            use(view);
        };
    };
    using array = xt::xtensor<float, 2>;

    CALLGRIND_START_INSTRUMENTATION;
    count("from_blob", by_hand(a));
    count("view_as_tensor", ours(a));
    count("from_blob of a slice", by_hand(slice));
    count("view_as_tensor of a slice", ours(slice));
    count(
        "from_blob of an xarray",
        [&]
        {
            at::Tensor tensor = blob_of_any_rank(x);
            use(tensor);
        });
    count("view_as_tensor of an xarray", ours(x));
    count(
        "from_blob with a deleter",
        [&]
        {
            auto owner = std::make_unique<array>(a);
            float* const data = owner->data();
            at::Tensor tensor = at::from_blob(
                data, {3, 4}, {4, 1}, [held = owner.release()](void*) { delete held; },
                at::TensorOptions(at::ScalarType::Float));
            use(tensor);
        });
    count(
        "move_to_tensor",
        [&]
        {
            array moved = a;
            at::Tensor tensor = xtt::move_to_tensor(std::move(moved));
            use(tensor);
        });
    count("adapt", [&] { adapt_as_xtensor(t); });
    count("view_as_xtensor", as_xtensor(t));
    count("adapt of a slice", [&] { adapt_as_xtensor(stepped); });
    count("view_as_xtensor of a slice", as_xtensor(stepped));
    count("adapt to xarray", [&] { adapt_as_xarray(t); });
    count(
        "view_as_xarray",
        [&]
        {
            auto view = xtt::view_as_xarray<float>(t);
            use(view);
        });
    const at::Tensor same = at::zeros({3, 4});
    count("copy_", [&] { t.copy_(same); });
    count("assign", [&] { xtt::assign(t, a); });
    count(
        "clone",
        [&]
        {
            at::Tensor tensor = same.clone();
            use(tensor);
        });
    count(
        "copy_to_tensor",
        [&]
        {
            at::Tensor tensor = xtt::copy_to_tensor(a);
            use(tensor);
        });
    count(
        "copy_to_xtensor",
        [&]
        {
            auto copy = xtt::copy_to_xtensor<float, 2>(t);
            use(copy);
        });
    return 0;
}
