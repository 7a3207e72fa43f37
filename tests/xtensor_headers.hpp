// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// xtensor's headers moved into folders in 0.26.
#if __has_include(<xtensor/containers/xarray.hpp>)
    #include <xtensor/containers/xadapt.hpp>
    #include <xtensor/containers/xarray.hpp>
    #include <xtensor/containers/xfixed.hpp>
    #include <xtensor/containers/xtensor.hpp>
    #include <xtensor/core/xeval.hpp>
    #include <xtensor/core/xmath.hpp>
    #include <xtensor/core/xnoalias.hpp>
    #include <xtensor/core/xvectorize.hpp>
    #include <xtensor/generators/xbuilder.hpp>
    #include <xtensor/generators/xrandom.hpp>
    #include <xtensor/misc/xcomplex.hpp>
    #include <xtensor/misc/xmanipulation.hpp>
    #include <xtensor/misc/xsort.hpp>
    #include <xtensor/views/xindex_view.hpp>
    #include <xtensor/views/xmasked_view.hpp>
    #include <xtensor/views/xrepeat.hpp>
    #include <xtensor/views/xstrided_view.hpp>
    #include <xtensor/views/xview.hpp>
#else
    #include <xtensor/xadapt.hpp>
    #include <xtensor/xarray.hpp>
    #include <xtensor/xbuilder.hpp>
    #include <xtensor/xcomplex.hpp>
    #include <xtensor/xeval.hpp>
    #include <xtensor/xfixed.hpp>
    #include <xtensor/xindex_view.hpp>
    #include <xtensor/xmanipulation.hpp>
    #include <xtensor/xmasked_view.hpp>
    #include <xtensor/xmath.hpp>
    #include <xtensor/xnoalias.hpp>
    #include <xtensor/xrandom.hpp>
    #include <xtensor/xrepeat.hpp>
    #include <xtensor/xsort.hpp>
    #include <xtensor/xstrided_view.hpp>
    #include <xtensor/xtensor.hpp>
    #include <xtensor/xvectorize.hpp>
    #include <xtensor/xview.hpp>
#endif
#include <xtl/xhalf_float.hpp>
