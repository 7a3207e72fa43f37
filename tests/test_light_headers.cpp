// SPDX-License-Identifier: BSD-3-Clause
//
// What a user's file must not pay for. `benchmarks/compile_time.sh` measures it; this names who would be to
// blame.

#include <xtensor-torch/xtensor-torch.hpp>

#if defined(_XMMINTRIN_H_INCLUDED) || defined(__XMMINTRIN_H) // what all of them include, of g++ and clang
constexpr bool has_intrinsics = true;
#else
constexpr bool has_intrinsics = false;
#endif

#include <catch.hpp>

namespace at
{
class Context; // behind most of ATen/ops/<name>.h
} // namespace at

namespace torch::nn
{
class Module;
} // namespace torch::nn

namespace
{

template <class T>
constexpr bool is_complete = requires
{
    sizeof(T);
};

} // namespace

TEST_CASE("the umbrella header brings none of the slow headers")
{
    CHECK(is_complete<at::Tensor>);
    CHECK_FALSE(is_complete<at::Context>);
    CHECK_FALSE(is_complete<torch::nn::Module>);
    CHECK_FALSE(has_intrinsics);
}
