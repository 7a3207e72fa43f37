# SPDX-License-Identifier: BSD-3-Clause
include(CMakeFindDependencyMacro)
find_dependency(xtensor-torch)
include("${CMAKE_CURRENT_LIST_DIR}/shapesTargets.cmake")
