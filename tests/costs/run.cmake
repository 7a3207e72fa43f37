# SPDX-License-Identifier: BSD-3-Clause
#
# Counts the instructions of PROGRAM with VALGRIND and compares each of our functions with its alternative in
# the same run. Prints every ratio; fails where one is over its bound.

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
execute_process(
    COMMAND "${VALGRIND}" --tool=callgrind --instr-atstart=no --callgrind-out-file=counts "${PROGRAM}"
    WORKING_DIRECTORY "${WORK}" OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "valgrind failed:\n${output}")
endif()

file(GLOB dumps "${WORK}/counts.*")
foreach(dump IN LISTS dumps)
    file(STRINGS "${dump}" lines REGEX "^(desc: Trigger: Client Request|totals|summary): ")
    if(lines MATCHES "Client Request: ([^;]+).*(totals|summary): ([0-9]+)")
        string(MAKE_C_IDENTIFIER "${CMAKE_MATCH_1}" name)
        set(count_${name} "${CMAKE_MATCH_3}")
    endif()
endforeach()

set(failed FALSE)
# OURS, what it is compared with, and the most that it may cost, in hundredths of that.
function(compare ours alternative bound)
    string(MAKE_C_IDENTIFIER "${ours}" a)
    string(MAKE_C_IDENTIFIER "${alternative}" b)
    if(NOT count_${a} OR NOT count_${b})
        message(FATAL_ERROR "no count of ${ours} or ${alternative}:\n${output}")
    endif()
    math(EXPR ratio "(${count_${a}} * 1000 / ${count_${b}} + 5) / 10")
    math(EXPR mine "${count_${a}} / 100")
    math(EXPR theirs "${count_${b}} / 100")
    set(verdict "")
    if(ratio GREATER bound)
        set(verdict "  OVER")
        set(failed TRUE PARENT_SCOPE)
    endif()
    message(STATUS "${ours} / ${alternative}: ${mine} / ${theirs} instructions = ${ratio} %, at most ${bound} %${verdict}")
endfunction()

compare("view_as_tensor" "from_blob" 110)
compare("view_as_tensor of a slice" "from_blob of a slice" 110)
compare("view_as_tensor of an xarray" "from_blob of an xarray" 110)
compare("move_to_tensor" "from_blob with a deleter" 160)
compare("view_as_xtensor" "adapt" 150)
compare("view_as_xtensor of a slice" "adapt of a slice" 150)
compare("view_as_xarray" "adapt to xarray" 150)
compare("copy_to_xtensor" "clone" 30)
if(ENGINE) # without it, these are LibTorch's
    compare("assign" "copy_" 50)
    compare("copy_to_tensor" "clone" 60)
endif()
if(failed)
    message(FATAL_ERROR "a conversion costs more than its bound")
endif()
