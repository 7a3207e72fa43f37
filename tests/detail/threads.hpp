// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ATen/Parallel.h>

/// LibTorch on at least two threads, whatever the machine has, and as before afterwards.
class two_threads
{
public:
    two_threads() { at::set_num_threads(2); }
    two_threads(const two_threads&) = delete;
    two_threads& operator=(const two_threads&) = delete;
    ~two_threads() { at::set_num_threads(m_before); }

private:
    int m_before = at::get_num_threads();
};
