# SPDX-License-Identifier: BSD-3-Clause
#
# Every row of a table in DOCUMENT must name a test in its last cell, and every test that the document names
# must be there: `test_file.cpp: "name of a TEST_CASE"` or `compile_fail/file.cpp`, both relative to TESTS.

cmake_minimum_required(VERSION 3.25)

set(reference "([A-Za-z0-9_/]+\\.cpp): \"([^\"]+)\"")
set(wrong_program "compile_fail/[a-z0-9_]+\\.cpp")
set(mistakes "")

# Brackets and semicolons mean something to CMake's lists.
function(read_plain file result)
    file(READ "${file}" text)
    string(REGEX REPLACE "[][;]" "," text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

read_plain("${DOCUMENT}" document)

set(rows 0)
string(REPLACE "\n" ";" lines "${document}")
foreach(line IN LISTS lines)
    if(NOT line MATCHES "^\\|" OR line MATCHES "^\\|-" OR line MATCHES "\\| test \\|$")
        continue()
    endif()
    math(EXPR rows "${rows} + 1")
    string(REGEX REPLACE "^.*\\| ([^|]*) \\|$" "\\1" last_cell "${line}")
    if(NOT last_cell MATCHES "${reference}" AND NOT last_cell MATCHES "${wrong_program}")
        string(APPEND mistakes "this row names no test: ${line}\n")
    endif()
endforeach()

string(REGEX MATCHALL "${reference}" named "${document}")
foreach(item IN LISTS named)
    string(REGEX MATCH "${reference}" ignored "${item}")
    set(file "${CMAKE_MATCH_1}")
    set(name "${CMAKE_MATCH_2}")
    if(NOT EXISTS "${TESTS}/${file}")
        string(APPEND mistakes "there is no file ${file}\n")
        continue()
    endif()
    read_plain("${TESTS}/${file}" source)
    string(REGEX REPLACE "\"[ \n]+\"" "" source "${source}") # long names are broken over lines
    string(REGEX REPLACE "TEST_CASE\\([ \n]+" "TEST_CASE(" source "${source}")
    string(FIND "${source}" "TEST_CASE(\"${name}\"" position)
    if(position EQUAL -1)
        string(APPEND mistakes "${file} has no test \"${name}\"\n")
    endif()
endforeach()

string(REGEX MATCHALL "${wrong_program}" programs "${document}")
foreach(program IN LISTS programs)
    if(NOT EXISTS "${TESTS}/${program}")
        string(APPEND mistakes "there is no file ${program}\n")
    endif()
endforeach()

list(LENGTH named tests)
list(LENGTH programs wrong)
if(mistakes OR rows EQUAL 0 OR tests EQUAL 0 OR wrong EQUAL 0)
    message(FATAL_ERROR "${DOCUMENT}:\n${mistakes}${rows} rows, ${tests} tests, ${wrong} wrong programs")
endif()
message(STATUS "${rows} rows, ${tests} tests and ${wrong} wrong programs named")
