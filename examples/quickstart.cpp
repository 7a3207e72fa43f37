// SPDX-License-Identifier: BSD-3-Clause

// What torch.from_numpy(a), tensor.cuda() and tensor.numpy() do in Python.

#include <iostream>

// Ours first: LibTorch before 2.1 needs that with clang.
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>
#include <xtensor-torch/transfer.hpp>

#include <ATen/ATen.h>

#if __has_include(<xtensor/io/xio.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/containers/xtensor.hpp>
    #include <xtensor/io/xio.hpp>
#else
    #include <xtensor/xio.hpp>
    #include <xtensor/xtensor.hpp>
#endif

int main()
{
    bool all_hold = true;
    const auto check = [&](const char* claim, bool holds)
    {
        std::cout << (holds ? "  [ok] " : "  [FAILED] ") << claim << "\n\n";
        all_hold = all_hold && holds;
    };

    xt::xtensor<float, 1> array = {1, 2, 3, 4, 5};
    at::Tensor tensor = xtt::view_as_tensor(array);
    std::cout << "array:  " << array << "\ntensor: " << tensor.view({1, -1}) << '\n';
    check("they share memory", tensor.data_ptr() == array.data());

    tensor.mul_(10);
    std::cout << "array after tensor.mul_(10): " << array << '\n';
    check("a change through the tensor shows in the array", array(4) == 50);

    array(0) = -1;
    std::cout << "tensor[0] after array(0) = -1: " << tensor[0].item<float>() << '\n';
    check("a change through the array shows in the tensor", tensor[0].item<float>() == -1);

    std::cout << "dtype: " << tensor.dtype() << ", device: " << tensor.device() << '\n';
    check("the tensor has the array's dtype", tensor.scalar_type() == at::kFloat);

    try
    {
        const at::Tensor on_device = xtt::copy_to_device(array, at::kCUDA);
        std::cout << "copy on " << on_device.device() << '\n';
        check("the copy has the array's values", on_device.is_cuda() && on_device.cpu().equal(tensor));
    }
    catch (const xtt::device_error& error)
    {
        std::cout << "no copy on CUDA: " << error.what() << "\n\n";
    }

    // The tensor is a temporary: the view keeps it alive.
    auto back = xtt::view_as_xtensor<float, 1>(tensor + 1);
    back += 1;
    std::cout << "tensor + 1, viewed in xtensor, += 1: " << back << '\n';
    check("the view works on the tensor's memory", back.tensor().equal(tensor + 2));

    return all_hold ? 0 : 1;
}
