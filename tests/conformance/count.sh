#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Runs what CMakeLists.txt here has built in the folder named, and counts doctest's cases: a line per file with
# passed / all for our containers and for xtensor's own, what fails with ours only, and the sum.
set -eu
cd "$1"

# What the cases of a file came to: a line "passed NAME" or "failed NAME" each. Nothing where the file did not
# compile. A case that ends the process has failed, and the run goes on after it.
outcomes() {
    first=1
    while [ -x "$1" ]; do
        status=0
        timeout 300 "./$1" --reporters=xml --first=$first >run.xml 2>/dev/null || status=$?
        sed -i '/<TestCase .*skipped="true"/d' run.xml # those before the first
        awk '
            function finish(outcome) { if (name != "") print outcome, name; name = "" }
            /<TestCase name="/ {
                finish("failed"); name = $0
                sub(/.*<TestCase name="/, "", name); sub(/(&lt;.*)?".*/, "", name)
            }
            /test_case_success="true"/ { finish("passed") }
            /test_case_success="false"/ { finish("failed") }
            END { finish("failed") }' run.xml
        [ "$status" -ge 124 ] || break
        first=$((first + $(grep -c '<TestCase name="' run.xml)))
    done
}

# How many cases the file has; 0 where it did not compile.
count() {
    [ -x "$1" ] || { echo 0; return; }
    "./$1" --count | sed -n 's/.*current filters: *//p'
}

passed() { grep -c '^passed' "$1" || true; }

all=0
torch_sum=0
stock_sum=0
rm -f only.txt
echo "| file | torch containers | xtensor's own |"
echo "|---|---|---|"
while read -r test; do
    outcomes "torch_$test" >torch.txt
    outcomes "stock_$test" >stock.txt
    cases=$(count "torch_$test")
    stock_cases=$(count "stock_$test")
    [ "$cases" -gt "$stock_cases" ] || cases=$stock_cases
    torch_passed=$(passed torch.txt)
    stock_passed=$(passed stock.txt)
    echo "| $test | $torch_passed / $cases | $stock_passed / $cases |"
    all=$((all + cases))
    torch_sum=$((torch_sum + torch_passed))
    stock_sum=$((stock_sum + stock_passed))
    [ -x "torch_$test" ] || echo "$test does not compile" >>only.txt
    sed -n 's/^failed //p' torch.txt | sort >torch_failed.txt
    sed -n 's/^failed //p' stock.txt | sort | comm -23 torch_failed.txt - | sed "s/^/$test: /" >>only.txt
done <tests.txt
echo
echo "Failing with torch containers only:"
sed 's/^/    /' only.txt
echo
echo "$torch_sum of $all cases pass with torch containers (stock xtensor: $stock_sum)"
