#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause

# What the umbrella header costs to compile, against torch/torch.h and against the bare headers that the
# same work needs, what each dtype adds in a use of dispatch, and what an assignment of five operations adds,
# beside xtensor's own; the last with -O2. CPU time (user + system) of the compiler, medians of interleaved rounds.
#
# usage: compile_time.sh COMPILER FLAGS...   e.g. compile_time.sh g++ -std=c++20 -Iinclude
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
for use in "operands" "assign xtt::assign(t, xt::exp(a) * b + xt::sin(c) - 2.0f);" \
    "noalias xt::noalias(d) = xt::exp(a) * b + xt::sin(c) - 2.0f;"
do
    cat > "$work/${use%% *}.cpp" <<SOURCE
#include "operands.hpp"
void f(const at::Tensor& t, array& d, const array& a, const array& b, const array& c)
{
    (void)t, (void)d, (void)a, (void)b, (void)c;
    $(case "$use" in *\ *) echo "${use#* }" ;; esac)
}
SOURCE
done

# `times` is a built-in and runs in this shell, so that it counts the shell's children: between the two,
# nothing but the compiler.
measure()
{
    times > "$work/before"
    case "$file" in
    operands | assign | noalias) level=-O2 ;;
    *) level=-O0 ;;
    esac
    "$@" $level -c "$work/$file.cpp" -o /dev/null || exit 2
    times > "$work/after"
}

# The second line of `times` is the children's user and system time, as 0m1.23s.
used_seconds()
{
    awk '
        FNR == 2 { gsub("s", ""); split($1, u, "m"); split($2, s, "m"); total[++n] = u[1] * 60 + u[2] + s[1] * 60 + s[2] }
        END { printf "%.3f\n", total[2] - total[1] }' "$work/before" "$work/after"
}

median()
{
    sort -n "$work/$1.seconds" | awk '
        { value[NR] = $1 }
        END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

# Round 0 fills the page cache and does not count.
round=0
while [ "$round" -le "$rounds" ]
do
    for file in umbrella torch bare one five operands assign noalias
    do
        measure "$@"
        [ "$round" -eq 0 ] || used_seconds >> "$work/$file.seconds"
    done
    round=$((round + 1))
done

awk -v umbrella="$(median umbrella)" -v torch="$(median torch)" -v bare="$(median bare)" -v limit="$limit" \
    -v bare_limit="$bare_limit" -v one="$(median one)" -v five="$(median five)" \
    -v operands="$(median operands)" -v assign="$(median assign)" -v noalias="$(median noalias)" '
    BEGIN {
        printf "xtensor-torch/xtensor-torch.hpp  %6.2f s\n", umbrella
        printf "torch/torch.h                    %6.2f s   ratio %.3f (limit %s)\n", torch, umbrella / torch, limit
        printf "bare headers                     %6.2f s   ratio %.3f (limit %s)\n", bare, umbrella / bare, bare_limit
        printf "dispatch<float> of a sum         %6.2f s   each further dtype %.3f of the umbrella\n", one, (five - one) / 4 / umbrella
        printf "assign of five operations, -O2   %6.2f s   %.2f of the file without it; xt::noalias adds %.2f\n",
            assign - operands, (assign - operands) / operands, (noalias - operands) / operands
        exit umbrella / torch > limit || umbrella / bare > bare_limit
    }'
