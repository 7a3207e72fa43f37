# SPDX-License-Identifier: BSD-3-Clause
#
# Compiles SOURCE twice with COMPILER. As it is, it must fail with the sentence of its line
# "// expected: ..." in at most three errors; with CORRECTED defined it must compile.

file(READ "${SOURCE}" text)
if(NOT text MATCHES "// expected: ([^\n]+)")
    message(FATAL_ERROR "${SOURCE} has no line '// expected: ...'")
endif()
set(expected "${CMAKE_MATCH_1}")

set(flags "")
if(text MATCHES "// flags: ([^\n]+)")
    set(flags "${CMAKE_MATCH_1}")
endif()
set(command "${COMPILER}" -std=c++20 ${flags} -fsyntax-only "@${FLAGS}" -include "${PREFIX}" "${SOURCE}")
execute_process(COMMAND ${command} -DCORRECTED ERROR_VARIABLE errors RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "the corrected program does not compile:\n${errors}")
endif()

execute_process(COMMAND ${command} ERROR_VARIABLE errors RESULT_VARIABLE status)
if(status EQUAL 0)
    message(FATAL_ERROR "the mistake compiles")
endif()
string(FIND "${errors}" "${expected}" position)
string(REGEX MATCHALL "error: " lines "${errors}")
list(LENGTH lines count)
if(position EQUAL -1 OR count GREATER 3)
    message(FATAL_ERROR "expected in at most 3 errors: ${expected}\ngot ${count}:\n${errors}")
endif()
message(STATUS "${count} error(s), with: ${expected}")
