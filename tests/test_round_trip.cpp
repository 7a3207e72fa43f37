// SPDX-License-Identifier: BSD-3-Clause
//
// Random layouts, from LibTorch to xtensor and back and the other way, element by element. Where an element
// lies is computed here from the layout that was drawn, never asked of either library.
//
// XTENSOR_TORCH_ROUND_TRIPS sets how many layouts, XTENSOR_TORCH_SEED where they start.

#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>

#include <algorithm>
#include <array>
#include <complex>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <random>
#include <vector>

#include <ATen/ops/as_strided.h>
#include <catch.hpp>
#include <xtensor_headers.hpp>

namespace
{

using dims = std::vector<std::int64_t>;

struct drawn_layout
{
    dims sizes;
    dims strides;
    std::int64_t offset = 0;
    std::int64_t length = 0; // elements of the whole buffer, gaps and both ends included
    bool expanded = false;
};

drawn_layout draw(std::mt19937& random)
{
    const auto below = [&](int n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); };
    drawn_layout layout;
    const auto rank = static_cast<std::size_t>(below(7));
    std::vector<std::size_t> order(rank);
    std::iota(order.begin(), order.end(), std::size_t(0));
    if (below(2) == 0)
    {
        std::shuffle(order.begin(), order.end(), random);
    }
    layout.sizes.resize(rank);
    layout.strides.resize(rank);
    const bool padded = below(2) == 0;
    const bool stepped = below(2) == 0;
    std::int64_t run = 1;
    for (std::size_t i = rank; i-- > 0;)
    {
        const std::size_t d = order[i];
        const std::int64_t kind = below(20);
        layout.sizes[d] = kind == 0 ? 0 : kind < 5 ? 1 : 2 + below(rank > 4 ? 2 : 3);
        layout.strides[d] = run * (stepped ? 1 + below(3) : 1);
        run = layout.strides[d] * std::max<std::int64_t>(layout.sizes[d], 1) + (padded ? below(3) : 0);
        if (below(25) == 0)
        {
            layout.strides[d] = 0;
            layout.expanded = layout.expanded || layout.sizes[d] > 1;
        }
    }
    layout.offset = below(4);
    layout.length = layout.offset + 1 + below(3);
    for (std::size_t d = 0; d < rank; ++d)
    {
        layout.length += std::max<std::int64_t>(layout.sizes[d] - 1, 0) * layout.strides[d];
    }
    return layout;
}

// The buffer position of each element, in row-major order of the indices.
std::vector<std::size_t> positions(const drawn_layout& layout)
{
    std::int64_t count = 1;
    for (const std::int64_t size : layout.sizes)
    {
        count *= size;
    }
    std::vector<std::size_t> result;
    for (std::int64_t i = 0; i < count; ++i)
    {
        std::int64_t rest = i;
        std::int64_t position = layout.offset;
        for (std::size_t d = layout.sizes.size(); d-- > 0;)
        {
            position += rest % layout.sizes[d] * layout.strides[d];
            rest /= layout.sizes[d];
        }
        result.push_back(static_cast<std::size_t>(position));
    }
    return result;
}

template <class T>
T value_at(std::size_t i)
{
    return static_cast<T>(static_cast<float>(i % 50));
}

template <class T>
std::vector<T> fresh_buffer(const drawn_layout& layout)
{
    std::vector<T> buffer(static_cast<std::size_t>(layout.length));
    for (std::size_t i = 0; i < buffer.size(); ++i)
    {
        buffer[i] = value_at<T>(i);
    }
    return buffer;
}

template <class View, class T>
bool reads(const View& view, const std::vector<T>& buffer, const std::vector<std::size_t>& where)
{
    std::size_t i = 0;
    bool same = view.size() == where.size();
    for (auto it = view.template begin<xt::layout_type::row_major>();
         same && it != view.template end<xt::layout_type::row_major>(); ++it, ++i)
    {
        same = &*it == buffer.data() + where[i] && *it == buffer[where[i]];
    }
    return same && i == where.size();
}

bool has_layout(const at::Tensor& t, const void* first, const drawn_layout& layout)
{
    bool same = t.sizes() == at::IntArrayRef(layout.sizes) && (t.numel() == 0 || t.data_ptr() == first);
    for (std::size_t d = 0; same && d < layout.sizes.size(); ++d)
    {
        const auto dim = static_cast<std::int64_t>(d);
        same = t.numel() == 0 || layout.sizes[d] == 1 || t.stride(dim) == layout.strides[d];
    }
    return same;
}

template <class T>
bool reads_as_tensor(const at::Tensor& t, const std::vector<T>& buffer, const std::vector<std::size_t>& where)
{
    const at::Tensor dense = t.contiguous(); // LibTorch's own walk over these strides
    const T* const elements = static_cast<const T*>(dense.data_ptr());
    bool same = static_cast<std::size_t>(dense.numel()) == where.size();
    for (std::size_t i = 0; same && i < where.size(); ++i)
    {
        same = elements[i] == buffer[where[i]];
    }
    return same;
}

// One kind of writing: by the library to `view` and `tensor`, the same memory, and by hand to `expected`.
template <class T, class View>
void write(
    unsigned kind, View& view, at::Tensor& tensor, std::vector<T>& expected,
    const std::vector<std::size_t>& where)
{
    const xt::dynamic_shape<std::size_t> shape(view.shape().begin(), view.shape().end());
    xt::xarray<T> values = xt::xarray<T>::from_shape(shape);
    std::size_t i = 0;
    for (auto& value : values)
    {
        value = value_at<T>(3 * i++ + 1);
    }
    const auto by_hand = [&](auto&& f)
    {
        for (std::size_t k = 0; k < where.size(); ++k)
        {
            expected[where[k]] = static_cast<T>(f(expected[where[k]], value_at<T>(3 * k + 1)));
        }
    };
    switch (kind % 8)
    {
    case 0:
        view = values;
        by_hand([](T, T v) { return v; });
        break;
    case 1:
        view += values;
        by_hand([](T x, T v) { return x + v; });
        break;
    case 2:
        view *= T(3);
        by_hand([](T x, T) { return x * T(3); });
        break;
    case 3:
        view.fill(T(7));
        by_hand([](T, T) { return T(7); });
        break;
    case 4:
        xt::noalias(view) = values + values;
        by_hand([](T, T v) { return v + v; });
        break;
    case 5:
        xtt::assign(tensor, values - T(1));
        by_hand([](T, T v) { return v - T(1); });
        break;
    case 6:
        xtt::assign(tensor, values);
        by_hand([](T, T v) { return v; });
        break;
    default:
        view -= view + values; // reads what it writes
        by_hand([](T x, T v) { return x - (x + v); });
        break;
    }
}

template <class T>
bool to_xtensor_and_back(const drawn_layout& layout, unsigned kind)
{
    std::vector<T> buffer = fresh_buffer<T>(layout);
    const auto where = positions(layout);
    at::Tensor whole = at::from_blob(buffer.data(), {layout.length}, xtt::dtype_of<T>);
    at::Tensor t = at::as_strided(whole, layout.sizes, layout.strides, layout.offset);
    const auto read = xtt::view_as_xarray<const T>(t);
    if (!reads(read, buffer, where) || !has_layout(xtt::view_const_as_tensor(read), t.data_ptr(), layout))
    {
        return false;
    }
    if (layout.expanded && !where.empty())
    {
        CHECK_THROWS_AS(xtt::view_as_xarray<T>(t), xtt::layout_error);
        return true;
    }
    auto view = xtt::view_as_xarray<T>(t);
    const at::Tensor back = xtt::view_as_tensor(view);
    std::vector<T> expected = buffer;
    write(kind, view, t, expected, where);
    return has_layout(back, t.data_ptr(), layout) && buffer == expected &&
           reads_as_tensor(back, expected, where) && reads(view, buffer, where);
}

template <class T>
bool to_tensor_and_back(const drawn_layout& layout, unsigned kind)
{
    std::vector<T> buffer = fresh_buffer<T>(layout);
    const auto where = positions(layout);
    auto whole = xt::adapt(buffer, {buffer.size()});
    auto view = xt::strided_view(
        whole, xt::dynamic_shape<std::size_t>(layout.sizes.begin(), layout.sizes.end()),
        xt::dynamic_shape<std::ptrdiff_t>(layout.strides.begin(), layout.strides.end()),
        static_cast<std::size_t>(layout.offset), xt::layout_type::dynamic);
    const void* const first = buffer.data() + layout.offset;
    const at::Tensor read = xtt::view_const_as_tensor(view);
    if (!has_layout(read, first, layout) || !reads_as_tensor(read, buffer, where) ||
        !reads_as_tensor(xtt::copy_to_tensor(view), buffer, where))
    {
        return false;
    }
    if (layout.expanded && !where.empty())
    {
        CHECK_THROWS_AS(xtt::view_as_tensor(view), xtt::layout_error);
        return true;
    }
    at::Tensor t = xtt::view_as_tensor(view);
    auto back = xtt::view_as_xarray<T>(t);
    std::vector<T> expected = buffer;
    write(kind, back, t, expected, where);
    return buffer == expected && reads(back, buffer, where) && reads_as_tensor(t, expected, where);
}

template <class T>
bool round_trips(const drawn_layout& layout, unsigned kind)
{
    return to_xtensor_and_back<T>(layout, kind) && to_tensor_and_back<T>(layout, kind / 8);
}

unsigned long option(const char* name, unsigned long otherwise)
{
    const char* const text = std::getenv(name); // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

} // namespace

TEST_CASE("random layouts come back element by element, and the gaps between them stay untouched")
{
    const unsigned long trips = option("XTENSOR_TORCH_ROUND_TRIPS", 100'000);
    const unsigned long seed = option("XTENSOR_TORCH_SEED", 20'261'121);
    std::cout << trips << " layouts, XTENSOR_TORCH_SEED=" << seed << std::endl;
    std::array<bool (*)(const drawn_layout&, unsigned), 6> checks = {
        round_trips<float>,        round_trips<double>,       round_trips<std::int32_t>,
        round_trips<std::int64_t>, round_trips<std::uint8_t>, round_trips<std::complex<float>>};
    std::size_t written = 0;
    std::size_t expanded = 0;
    for (unsigned long trip = 0; trip < trips; ++trip)
    {
        std::mt19937 random(static_cast<unsigned>(seed + trip));
        const drawn_layout layout = draw(random);
        const auto kind = static_cast<unsigned>(random());
        const std::size_t type = random() % checks.size();
        INFO("XTENSOR_TORCH_ROUND_TRIPS=1 XTENSOR_TORCH_SEED=" << seed + trip);
        INFO(
            "type " << type << xtt::detail::layout_text(", sizes ", layout.sizes, layout.strides).c_str()
                    << ", offset " << layout.offset);
        REQUIRE(checks[type](layout, kind));
        ++(layout.expanded ? expanded : written);
    }
    std::cout << written << " read and written, " << expanded << " expanded ones read and refused"
              << std::endl;
    CHECK(written > trips / 2);
}
