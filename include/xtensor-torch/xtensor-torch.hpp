// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xtensor-torch/concepts.hpp>
#include <xtensor-torch/copy_options.hpp>
#include <xtensor-torch/dispatch.hpp>
#include <xtensor-torch/dtype.hpp>
#include <xtensor-torch/error.hpp>
#include <xtensor-torch/evaluate.hpp>
#include <xtensor-torch/layout.hpp>
#include <xtensor-torch/tensor_view.hpp>
#include <xtensor-torch/to_tensor.hpp>
#include <xtensor-torch/to_xtensor.hpp>
#include <xtensor-torch/torch_container.hpp>
#include <xtensor-torch/transfer.hpp>
#include <xtensor-torch/version.hpp>
