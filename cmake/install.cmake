# SPDX-License-Identifier: BSD-3-Clause
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Headers only: all of it is the same on every architecture, hence share/.
set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/xtensor-torch")

configure_package_config_file(
    cmake/xtensor-torchConfig.cmake.in xtensor-torchConfig.cmake INSTALL_DESTINATION "${package_dir}")
# An INTERFACE target's headers do not break within a minor version; before 1.0 they may from one to the next.
write_basic_package_version_file(xtensor-torchConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
configure_file(cmake/xtensor-torch.pc.in xtensor-torch.pc @ONLY)

install(TARGETS xtensor-torch EXPORT xtensor-torchTargets FILE_SET HEADERS)
# Parts of headers, which do not compile alone.
install(DIRECTORY include/xtensor-torch DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.inl")
install(EXPORT xtensor-torchTargets NAMESPACE xtensor-torch:: DESTINATION "${package_dir}")
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/xtensor-torchConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/xtensor-torchConfigVersion.cmake" cmake/libtorch.cmake
        DESTINATION "${package_dir}")
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/xtensor-torch.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")
