// SPDX-License-Identifier: BSD-3-Clause

// Handwritten digits: xtensor reads them, LibTorch learns them, xtensor evaluates what was learned. No
// element is copied where one library hands over to the other.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

// Ours first: LibTorch before 2.1 needs that with clang.
#include <xtensor-torch/xtensor-torch.hpp>

#include <torch/torch.h>

#if __has_include(<xtensor/io/xnpy.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/containers/xtensor.hpp>
    #include <xtensor/core/xmath.hpp>
    #include <xtensor/io/xio.hpp>
    #include <xtensor/io/xnpy.hpp>
    #include <xtensor/views/xview.hpp>
#else
    #include <xtensor/xio.hpp>
    #include <xtensor/xmath.hpp>
    #include <xtensor/xnpy.hpp>
    #include <xtensor/xtensor.hpp>
    #include <xtensor/xview.hpp>
#endif

namespace
{

constexpr std::size_t side = 8;
constexpr std::size_t pixels = side * side;
constexpr std::size_t classes = 10;
constexpr std::size_t held_out = 5; // every fifth row

// Prints both addresses; returns whether they are one.
bool compare_addresses(const std::string& what, const void* in_xtensor, const void* in_torch)
{
    const bool same = in_xtensor == in_torch;
    std::cout << std::left << std::setw(12) << what << " xtensor " << in_xtensor << "  torch " << in_torch
              << (same ? "  shared" : "  COPIED") << '\n';
    return same;
}

torch::nn::Sequential train(const at::Tensor& images, const at::Tensor& labels)
{
    torch::manual_seed(0);
    torch::nn::Sequential network(
        torch::nn::Linear(pixels, 64), torch::nn::ReLU(), torch::nn::Linear(64, classes));
    torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(3e-3));
    const std::int64_t count = images.size(0);
    const std::int64_t batch = 64;
    for (int epoch = 1; epoch <= 40; ++epoch)
    {
        const at::Tensor order = torch::randperm(count);
        double loss_sum = 0;
        for (std::int64_t first = 0; first < count; first += batch)
        {
            const at::Tensor rows = order.slice(0, first, first + batch);
            const at::Tensor scores = network->forward(images.index_select(0, rows));
            const at::Tensor loss =
                torch::nn::functional::cross_entropy(scores, labels.index_select(0, rows));
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            loss_sum += loss.item<double>() * static_cast<double>(rows.size(0));
        }
        if (epoch % 10 == 0)
        {
            std::cout << "epoch " << epoch << ": loss " << loss_sum / static_cast<double>(count) << '\n';
        }
    }
    return network;
}

// Images side by side, and under each what it is and what the network takes it for.
template <class Images, class Truth, class Predicted>
void draw(
    const Images& images, const Truth& truth, const Predicted& predicted,
    const std::vector<std::size_t>& rows)
{
    const std::string shades = " .:-=+*#%@";
    for (std::size_t y = 0; y < side; ++y)
    {
        for (const std::size_t row : rows)
        {
            for (std::size_t x = 0; x < side; ++x)
            {
                // Twice, as a character is about twice as high as wide.
                std::cout << std::string(2, shades[images(row, y * side + x) * (shades.size() - 1) / 16]);
            }
            std::cout << "   ";
        }
        std::cout << '\n';
    }
    for (const std::size_t row : rows)
    {
        std::cout << std::setw(2 * side + 3)
                  << std::to_string(truth(row)) + ", taken for " + std::to_string(predicted(row));
    }
    std::cout << '\n';
}

bool run(const std::string& path)
{
    auto data = xt::load_npy<std::uint8_t>(path);
    const at::Tensor tensor = xtt::view_as_tensor(data);
    std::cout << path << ": " << tensor.size(0) << " rows of " << tensor.size(1) << " bytes\n\n";
    bool shared = compare_addresses("file", data.data(), tensor.data_ptr());

    // Slices of the same memory, with strides that both libraries understand.
    auto test_images = xt::view(data, xt::range(0, data.shape(0), held_out), xt::range(0, pixels));
    auto test_labels = xt::view(data, xt::range(0, data.shape(0), held_out), pixels);
    const at::Tensor test_input = xtt::view_as_tensor(test_images);
    const at::Tensor test_truth = xtt::view_as_tensor(test_labels);
    shared &= compare_addresses("test images", &test_images(0, 0), test_input.data_ptr());
    shared &= compare_addresses("test labels", &test_labels(0), test_truth.data_ptr());

    const at::Tensor is_train = torch::arange(tensor.size(0)).remainder(std::int64_t{held_out}).ne(0);
    const at::Tensor train_rows = tensor.index({is_train});
    const auto normalized = [](const at::Tensor& images) { return images.to(at::kFloat).div_(16); };
    auto network =
        train(normalized(train_rows.slice(1, 0, pixels)), train_rows.select(1, pixels).to(at::kLong));

    const torch::NoGradGuard no_grad;
    const at::Tensor answer = network->forward(normalized(test_input)).argmax(1);
    const auto predicted = xtt::view_as_xtensor<const std::int64_t, 1>(answer);
    shared &= compare_addresses("predictions", predicted.data(), answer.data_ptr());

    const auto right = xt::equal(predicted, test_labels);
    const double accuracy = xt::mean(xt::cast<double>(right))();
    xt::xtensor<int, 2> confusion = xt::zeros<int>({classes, classes});
    for (std::size_t i = 0; i < predicted.size(); ++i)
    {
        ++confusion(test_labels(i), predicted(i));
    }
    std::cout << "\ndigit (row) taken for (column):\n" << confusion << "\n\n";

    // Two that are right, then two that are not.
    std::vector<std::size_t> shown;
    for (const bool wanted : {true, false})
    {
        for (std::size_t i = 0, found = 0; i < predicted.size() && found < 2; ++i)
        {
            if (right(i) == wanted)
            {
                shown.push_back(i);
                ++found;
            }
        }
    }
    draw(test_images, test_labels, predicted, shown);

    std::cout << "\naccuracy on the " << predicted.size() << " held out: " << accuracy << '\n';
    return shared && accuracy > 0.95;
}

} // namespace

int main(int argc, char** argv)
{
    const std::string path = argc > 1 ? argv[1] : "examples/data/digits.npy";
    try
    {
        return run(path) ? 0 : 1;
    }
    catch (const std::exception& error)
    {
        std::cerr << path << ": " << error.what() << "\nusage: digits [path-to-digits.npy]\n";
        return 2;
    }
}
