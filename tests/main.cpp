// SPDX-License-Identifier: BSD-3-Clause
#if __has_include(<catch2/catch_session.hpp>)
    #include <catch2/catch_session.hpp>

int main(int argc, char** argv)
{
    return Catch::Session().run(argc, argv);
}
#else
    #ifdef CHECK
        #undef CHECK // LibTorch's logging, through the precompiled header
    #endif
    #define CATCH_CONFIG_MAIN
    #include <catch2/catch.hpp>
#endif
