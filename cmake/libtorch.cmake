# SPDX-License-Identifier: BSD-3-Clause
#
# Finds a LibTorch and makes the target xtensor-torch::libtorch of it: apt's, the official archive's, conda's
# or a PyPI wheel's, with CUDA or without. It links the libraries by path and never runs LibTorch's own CMake
# package, which for a CUDA build wants a CUDA toolkit, a CMake that knows its C++ standard and the right NCCL
# on the linker's path, although a consumer that runs on the CPU needs none of them.
#
# Where it looks, first match wins:
#   XTENSOR_TORCH_LIBTORCH   the folder that has LibTorch's include and lib (variable or environment)
#   Torch_DIR                the folder of TorchConfig.cmake
#   CMAKE_PREFIX_PATH        such folders, or what torch.utils.cmake_prefix_path prints
#   an active Python environment (virtualenv, conda), only if XTENSOR_TORCH_SEARCH_PYTHON is on
#   the system's folders
#
# Sets xtensor-torch_LIBTORCH_FOUND, xtensor-torch_LIBTORCH_VERSION and, where nothing usable was found,
# xtensor-torch_LIBTORCH_MESSAGE. With XTENSOR_TORCH_GLOBAL_TARGETS on, the target is visible in all folders.

set(xtensor-torch_LIBTORCH_FOUND FALSE)

function(xtensor_torch_libtorch_candidates result)
    set(candidates "")
    # TorchConfig.cmake lies in <root>/share/cmake/Torch or <root>/lib/<architecture>/cmake/Torch.
    if(Torch_DIR)
        if(NOT EXISTS "${Torch_DIR}/TorchConfig.cmake")
            message(WARNING "xtensor-torch: Torch_DIR is ${Torch_DIR}, which has no TorchConfig.cmake.")
        endif()
        list(APPEND candidates "${Torch_DIR}/../../.." "${Torch_DIR}/../../../..")
    endif()
    set(prefixes ${CMAKE_PREFIX_PATH})
    if(DEFINED ENV{CMAKE_PREFIX_PATH})
        string(REPLACE ":" ";" from_environment "$ENV{CMAKE_PREFIX_PATH}")
        list(APPEND prefixes ${from_environment})
    endif()
    foreach(prefix IN LISTS prefixes)
        list(APPEND candidates "${prefix}" "${prefix}/../..")
    endforeach()
    if(XTENSOR_TORCH_SEARCH_PYTHON AND (DEFINED ENV{VIRTUAL_ENV} OR DEFINED ENV{CONDA_PREFIX}))
        execute_process(
            COMMAND python3 -c "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
            OUTPUT_VARIABLE package OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
        if(status EQUAL 0)
            list(APPEND candidates "${package}")
        endif()
        if(DEFINED ENV{CONDA_PREFIX})
            list(APPEND candidates "$ENV{CONDA_PREFIX}")
        endif()
    endif()
    set(${result} "${candidates}" PARENT_SCOPE)
endfunction()

function(xtensor_torch_read_version include_dir result)
    set(version "")
    foreach(header IN ITEMS torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
        if(EXISTS "${include_dir}/${header}")
            file(READ "${include_dir}/${header}" text)
            if(text MATCHES "define TORCH_VERSION_MAJOR ([0-9]+)")
                set(version "${CMAKE_MATCH_1}")
                string(REGEX MATCH "define TORCH_VERSION_MINOR ([0-9]+)" ignored "${text}")
                string(APPEND version ".${CMAKE_MATCH_1}")
                string(REGEX MATCH "define TORCH_VERSION_PATCH ([0-9]+)" ignored "${text}")
                string(APPEND version ".${CMAKE_MATCH_1}")
                break()
            endif()
        endif()
    endforeach()
    set(${result} "${version}" PARENT_SCOPE)
endfunction()

# Adds a library's flags to the target: kept on the link line although the program names none of its symbols,
# because LibTorch's device backends register themselves when they are loaded.
function(xtensor_torch_link_backend library)
    if(APPLE OR WIN32)
        target_link_libraries(xtensor-torch::libtorch INTERFACE "${library}")
    else()
        target_link_libraries(
            xtensor-torch::libtorch INTERFACE "-Wl,--push-state,--no-as-needed,${library},--pop-state")
    endif()
endfunction()

function(xtensor_torch_make_libtorch)
    # A search leaves a variable alone that is set already, which the consumer's may be.
    foreach(name IN ITEMS include torch_cpu c10 glog torch_cuda torch_hip torch_xpu)
        set(xtt_${name} "xtt_${name}-NOTFOUND")
    endforeach()
    set(explicit "${XTENSOR_TORCH_LIBTORCH}")
    if(NOT explicit)
        set(explicit "$ENV{XTENSOR_TORCH_LIBTORCH}")
    endif()
    if(explicit)
        set(candidates "${explicit}")
    else()
        xtensor_torch_libtorch_candidates(candidates)
    endif()
    find_path(xtt_include NAMES ATen/core/Tensor.h PATHS ${candidates} PATH_SUFFIXES include NO_DEFAULT_PATH NO_CACHE)
    if(NOT xtt_include AND NOT explicit)
        find_path(xtt_include NAMES ATen/core/Tensor.h PATH_SUFFIXES include NO_CACHE)
    endif()
    if(xtt_include)
        get_filename_component(xtt_include "${xtt_include}" ABSOLUTE) # without a slash at the end
        get_filename_component(root "${xtt_include}" DIRECTORY)
        # A wheel of conda's keeps the headers with Python and the libraries in the environment.
        set(lib_dirs "${root}/lib" "${root}/lib64" "${root}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
        if(DEFINED ENV{CONDA_PREFIX})
            list(APPEND lib_dirs "$ENV{CONDA_PREFIX}/lib")
        endif()
        find_library(xtt_torch_cpu NAMES torch_cpu PATHS ${lib_dirs} NO_DEFAULT_PATH NO_CACHE)
        find_library(xtt_c10 NAMES c10 PATHS ${lib_dirs} NO_DEFAULT_PATH NO_CACHE)
    endif()
    if(NOT xtt_include OR NOT xtt_torch_cpu OR NOT xtt_c10)
        string(
            CONCAT message
            "xtensor-torch: no LibTorch found. Any of these will do:\n"
            "  Debian, Ubuntu:   apt-get install libtorch-dev\n"
            "  Python's wheel:   pip install torch, then -DCMAKE_PREFIX_PATH=$(python3 -c 'import torch; print(torch.utils.cmake_prefix_path)')\n"
            "  conda:            conda install -c conda-forge libtorch, in an active environment\n"
            "  official archive: unpack it, then -DXTENSOR_TORCH_LIBTORCH=<the folder with include and lib>\n")
        if(explicit)
            string(
                APPEND message
                "XTENSOR_TORCH_LIBTORCH is ${explicit}, which has no include/ATen/core/Tensor.h or no lib/libtorch_cpu.\n")
        endif()
        set(xtensor-torch_LIBTORCH_MESSAGE "${message}" PARENT_SCOPE)
        return()
    endif()

    xtensor_torch_read_version("${xtt_include}" version)
    if(version AND version VERSION_LESS 1.13)
        set(xtensor-torch_LIBTORCH_MESSAGE
            "xtensor-torch: LibTorch ${version} in ${root} is too old; 1.13 or newer is needed." PARENT_SCOPE)
        return()
    endif()

    set(scope "")
    if(XTENSOR_TORCH_GLOBAL_TARGETS)
        set(scope GLOBAL)
    endif()
    add_library(xtensor-torch::libtorch INTERFACE IMPORTED ${scope})
    target_include_directories(
        xtensor-torch::libtorch INTERFACE "${xtt_include}" "${xtt_include}/torch/csrc/api/include")
    target_link_libraries(xtensor-torch::libtorch INTERFACE "${xtt_torch_cpu}" "${xtt_c10}")

    # Builds for the C++ ABI of before 2011 (LibTorch's pre-2.7 wheels and archives) say so in this file.
    foreach(file IN ITEMS "${root}/share/cmake/Torch/TorchConfig.cmake" "${Torch_DIR}/TorchConfig.cmake")
        if(EXISTS "${file}")
            file(STRINGS "${file}" old_abi REGEX "_GLIBCXX_USE_CXX11_ABI=0")
            if(old_abi)
                target_compile_definitions(xtensor-torch::libtorch INTERFACE _GLIBCXX_USE_CXX11_ABI=0)
            endif()
            break()
        endif()
    endforeach()

    # Debian's 1.13 logs through glog, whose symbols c10's logging macros then name.
    if(EXISTS "${xtt_include}/c10/macros/cmake_macros.h")
        file(STRINGS "${xtt_include}/c10/macros/cmake_macros.h" glog_used REGEX "^#define C10_USE_GLOG")
        if(glog_used)
            find_library(xtt_glog NAMES glog PATHS ${lib_dirs} NO_CACHE)
            if(xtt_glog)
                target_link_libraries(xtensor-torch::libtorch INTERFACE "${xtt_glog}")
            endif()
        endif()
    endif()

    get_filename_component(lib_dir "${xtt_torch_cpu}" DIRECTORY)
    set(has_backend FALSE)
    foreach(name IN ITEMS torch_cuda torch_hip torch_xpu)
        find_library(xtt_${name} NAMES ${name} PATHS "${lib_dir}" NO_DEFAULT_PATH NO_CACHE)
        if(xtt_${name})
            xtensor_torch_link_backend("${xtt_${name}}")
            set(has_backend TRUE)
        endif()
    endforeach()
    if(has_backend AND NOT APPLE AND NOT WIN32)
        # The linker checks the backend's own dependencies, and must not take the system's older ones.
        file(GLOB nvidia_dirs "${root}/../nvidia/*/lib")
        foreach(dir IN LISTS lib_dir nvidia_dirs)
            target_link_options(xtensor-torch::libtorch INTERFACE "LINKER:-rpath-link,${dir}")
        endforeach()
    endif()

    set(xtensor-torch_LIBTORCH_FOUND TRUE PARENT_SCOPE)
    set(xtensor-torch_LIBTORCH_VERSION "${version}" PARENT_SCOPE)
    if(NOT xtensor-torch_FIND_QUIETLY)
        message(STATUS "Found LibTorch ${version}: ${xtt_torch_cpu}")
    endif()
endfunction()

if(TARGET xtensor-torch::libtorch)
    set(xtensor-torch_LIBTORCH_FOUND TRUE)
else()
    xtensor_torch_make_libtorch()
endif()
