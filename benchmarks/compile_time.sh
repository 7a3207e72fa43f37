#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause

# What the umbrella header costs to compile, against torch/torch.h and against the bare headers that the
# same work needs, what each dtype adds in a use of dispatch, and what the first assignment of five operations
# in a file and another one add, beside xtensor's own; these with -O2, and with the headers precompiled, so
# that they are no differences of large numbers. CPU time (user + system) of the compiler, medians of
# interleaved rounds.
#
# usage: compile_time.sh COMPILER FLAGS...   e.g. compile_time.sh g++ -std=c++20 -Iinclude
# Writes the results to the file that BENCHMARK_RESULT names, if any, as the programs do.
# Exits with 1 if the umbrella takes more than LIMIT (0.35) of what torch/torch.h takes or more than BARE_LIMIT
# (1.25) of the bare headers, with 2 if it cannot tell.

set -eu

if [ $# -eq 0 ]
then
    echo "usage: $0 COMPILER FLAGS..." >&2
    exit 2
fi
limit=${LIMIT:-0.35}
bare_limit=${BARE_LIMIT:-1.25}
rounds=${ROUNDS:-5}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

echo '#include <xtensor-torch/xtensor-torch.hpp>' > "$work/umbrella.cpp"
echo '#include <torch/torch.h>' > "$work/torch.cpp"
cat > "$work/bare.cpp" <<'SOURCE'
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#if __has_include(<xtensor/containers/xarray.hpp>)
    #include <xtensor/containers/xadapt.hpp>
    #include <xtensor/containers/xarray.hpp>
    #include <xtensor/containers/xtensor.hpp>
    #include <xtensor/views/xstrided_view.hpp>
    #include <xtensor/views/xview.hpp>
#else
    #include <xtensor/xadapt.hpp>
    #include <xtensor/xarray.hpp>
    #include <xtensor/xstrided_view.hpp>
    #include <xtensor/xtensor.hpp>
    #include <xtensor/xview.hpp>
#endif
SOURCE

for types in float "float, double, std::int32_t, std::int64_t, std::uint8_t"
do
    case "$types" in
    float) file=one ;;
    *) file=five ;;
    esac
    cat > "$work/$file.cpp" <<SOURCE
#include <xtensor-torch/xtensor-torch.hpp>
double f(const at::Tensor& t)
{
    return xtt::dispatch<$types>(t, [](auto v) { return static_cast<double>(xt::sum(v * v)()); });
}
SOURCE
done

cat > "$work/operands.hpp" <<'SOURCE'
#include <xtensor-torch/xtensor-torch.hpp>
#if __has_include(<xtensor/core/xmath.hpp>)
    #include <xtensor/core/xmath.hpp>
    #include <xtensor/core/xnoalias.hpp>
#else
    #include <xtensor/xmath.hpp>
    #include <xtensor/xnoalias.hpp>
#endif
using array = xt::xtensor<float, 2>;
SOURCE
cp "$work/operands.hpp" "$work/plain.hpp"
for use in operands assign noalias assign_twice noalias_twice
do
    case "$use" in
    operands) first="" second="" ;;
    assign*) first="xtt::assign(t, " second=");" ;;
    noalias*) first="xt::noalias(d) = (" second=");" ;;
    esac
    cat > "$work/$use.cpp" <<SOURCE
void f(const at::Tensor& t, array& d, const array& a, const array& b, const array& c)
{
    (void)t, (void)d, (void)a, (void)b, (void)c;
    ${first:+$first xt::exp(a) * b + xt::sin(c) - 2.0f $second}
    $(case "$use" in *_twice) echo "$first xt::sqrt(a) + b * xt::cos(c) / 2.0f $second" ;; esac)
}
SOURCE
done
# The file without any, as it is compiled where nothing is precompiled.
{ echo '#include "plain.hpp"'; cat "$work/operands.cpp"; } > "$work/whole.cpp"
"$@" -O2 -x c++-header "$work/operands.hpp" -o "$work/operands.hpp.gch" || exit 2

# `times` is a built-in and runs in this shell, so that it counts the shell's children: between the two,
# nothing but the compiler.
measure()
{
    times > "$work/before"
    case "$file" in
    operands | assign* | noalias*) options="-O2 -include $work/operands.hpp" ;;
    whole) options=-O2 ;;
    *) options=-O0 ;;
    esac
    "$@" $options -c "$work/$file.cpp" -o /dev/null || exit 2
    times > "$work/after"
}

# The second line of `times` is the children's user and system time, as 0m1.23s.
used_seconds()
{
    awk '
        FNR == 2 { gsub("s", ""); split($1, u, "m"); split($2, s, "m"); total[++n] = u[1] * 60 + u[2] + s[1] * 60 + s[2] }
        END { printf "%.3f\n", total[2] - total[1] }' "$work/before" "$work/after"
}

# quantile FILE Q, by linear interpolation
quantile()
{
    sort -n "$work/$1.seconds" | awk -v q="$2" '
        { value[NR] = $1 }
        END {
            position = 1 + q * (NR - 1)
            below = int(position)
            above = below < NR ? below + 1 : NR
            print value[below] + (position - below) * (value[above] - value[below])
        }'
}

median()
{
    quantile "$1" 0.5
}

# Round 0 fills the page cache and does not count.
round=0
while [ "$round" -le "$rounds" ]
do
    for file in umbrella torch bare one five whole operands assign noalias assign_twice noalias_twice
    do
        measure "$@"
        [ "$round" -eq 0 ] || used_seconds >> "$work/$file.seconds"
    done
    round=$((round + 1))
done

# What a use adds to a round's file without it, divided by COUNT: difference FILE WITHOUT COUNT NAME.
difference()
{
    paste "$work/$1.seconds" "$work/$2.seconds" | awk -v count="$3" '{ print ($1 - $2) / count }' > "$work/$4.seconds"
}
difference five one 4 each_dtype
difference assign operands 1 added_assign
difference noalias operands 1 added_noalias
difference assign_twice assign 1 another_assign
difference noalias_twice noalias 1 another_noalias

for name in each_dtype added_assign added_noalias another_assign another_noalias
do
    if ! awk -v seconds="$(median "$name")" 'BEGIN { exit !(seconds > 0) }'
    then
        echo "$0: expected that $name takes time, got $(median "$name") s; measure again on a quieter machine" >&2
        exit 2
    fi
done

# timing FILE TASK VARIANT, comparison TASK OURS ALTERNATIVE
timing()
{
    printf '  {"group": "compiling", "task": "%s", "variant": "%s", "size": 0, "repetitions": %s' "$2" "$3" "$rounds"
    printf ', "median": %.4g, "quartiles": [%.4g, %.4g]}%s\n' "$(median "$1")" "$(quantile "$1" 0.25)" \
        "$(quantile "$1" 0.75)" "${4-,}"
}
comparison()
{
    printf '  {"group": "compiling", "task": "%s", "ours": "%s", "alternative": "%s"}%s\n' "$1" "$2" "$3" "${4-,}"
}

if [ -n "${BENCHMARK_RESULT:-}" ]
then
    include="including the headers"
    dispatch="dispatch of a sum"
    use="the first assignment of five operations, -O2"
    another="another assignment of five operations, -O2"
    {
        printf '{"program": "compile_time",\n "built_with": {},\n "timings": [\n'
        timing umbrella "$include" "xtensor-torch.hpp"
        timing torch "$include" "torch/torch.h"
        timing bare "$include" "the ATen and xtensor headers it needs"
        timing each_dtype "$dispatch" "each further dtype"
        timing umbrella "$dispatch" "xtensor-torch.hpp"
        timing added_assign "$use" "xtt::assign"
        timing whole "$use" "the file without it"
        timing added_noalias "$use" "xt::noalias"
        timing another_assign "$another" "xtt::assign"
        timing whole "$another" "the file without either"
        timing another_noalias "$another" "xt::noalias" ""
        printf ' ],\n "comparisons": [\n'
        comparison "$include" "xtensor-torch.hpp" "torch/torch.h"
        comparison "$include" "xtensor-torch.hpp" "the ATen and xtensor headers it needs"
        comparison "$dispatch" "each further dtype" "xtensor-torch.hpp"
        comparison "$use" "xtt::assign" "the file without it"
        comparison "$use" "xtt::assign" "xt::noalias"
        comparison "$another" "xtt::assign" "the file without either"
        comparison "$another" "xtt::assign" "xt::noalias" ""
        printf ' ],\n "absent": {}}\n'
    } > "$BENCHMARK_RESULT"
fi

awk -v umbrella="$(median umbrella)" -v torch="$(median torch)" -v bare="$(median bare)" -v limit="$limit" \
    -v bare_limit="$bare_limit" -v one="$(median one)" -v dtype="$(median each_dtype)" \
    -v whole="$(median whole)" -v assign="$(median added_assign)" -v noalias="$(median added_noalias)" \
    -v another_assign="$(median another_assign)" -v another_noalias="$(median another_noalias)" '
    BEGIN {
        printf "xtensor-torch/xtensor-torch.hpp  %6.2f s\n", umbrella
        printf "torch/torch.h                    %6.2f s   ratio %.3f (limit %s)\n", torch, umbrella / torch, limit
        printf "bare headers                     %6.2f s   ratio %.3f (limit %s)\n", bare, umbrella / bare, bare_limit
        printf "dispatch<float> of a sum         %6.2f s   each further dtype %.3f of the umbrella\n", one, dtype / umbrella
        printf "assign of five operations, -O2   %6.2f s   %.2f of the file without it; xt::noalias adds %.2f\n",
            assign, assign / whole, noalias / whole
        printf "another                          %6.2f s   %.2f of that file; xt::noalias adds %.2f\n",
            another_assign, another_assign / whole, another_noalias / whole
        exit umbrella / torch > limit || umbrella / bare > bare_limit
    }'
