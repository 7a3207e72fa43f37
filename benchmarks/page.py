# SPDX-License-Identifier: BSD-3-Clause
"""docs/benchmarks.md and its plots, from the results of some runs: which sections there are, and their tables."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plots

RATIO_AXIS = "time over the alternative's; left of 1 is faster"


@dataclass(frozen=True)
class Section:
    group: str
    title: str
    text: str
    table: str = "matrix"  # rows by task, columns by alternative; "sizes": columns by both sides; "list": no columns
    plot: str = "dots"  # "ratios" or "elements": lines over sizes; "": none


SECTIONS = (
    Section("views", "Views against the same by hand, and through DLPack",
            "By hand: `at::from_blob` with sizes and strides made beforehand, `xt::adapt` of `data_ptr`; neither "
            "checks anything nor keeps memory alive ([costs](costs.md) are counted against what does). DLPack: `at::toDLPack` and `at::fromDLPack`, which allocate."),
    Section("array to tensor", "Zero-copy against copy over size: array to tensor",
            "Each makes a new tensor. New results of 32 MiB or more are in large pages. LibTorch 2.15's clone of 1 KiB takes "
            "many times longer in some processes than in others.", "sizes", "ratios"),
    Section("tensor to array", "Zero-copy against copy over size: tensor to array",
            "Each makes a new array; `view_as_xtensor` makes none.", "sizes", "ratios"),
    Section("evaluation", "Expressions into existing memory",
            "`xtt::assign` of an expression of floats, 4096 x 4096. xtensor: `xt::noalias` with our flags. "
            "xtensor native: with the flags named above, on all threads. Eigen works on one thread. The non-temporal "
            "copies move as many bytes, and libmvec's functions are called for 4 KiB again and again: parts of the work, "
            "for comparison; the loop by hand is all of it, in intrinsics for this processor alone. LibTorch's `out=` of "
            "`where` is `copy_` of a result. Eager "
            "operators make new results, of 64 MiB, which glibc gets from the kernel each time: most of their time. With "
            "AVX2: where that is all there is, the same as `assign`, and its differences are noise."),
    Section("PyTorch", "The same beside PyTorch and NumPy, in one Python",
            "4096 x 4096. Eager, `out=` (`copy_` of copies) and `torch.compile` (Inductor, into the same memory), "
            "called from Python; ours and plain xtensor through a C function that borrows the same memory. Eager and "
            "NumPy make new results, and NumPy works on one thread."),
    Section("expressions of several widths", "Expressions that change the width of elements",
            "4096 x 4096, into existing memory: comparisons to bool, small integers to floats and back."),
    Section("strided copies", "Strided copies and a change of dtype", "4096 x 4096, into existing memory."),
    Section("sums", "Sums", "Of 4096 x 4096 floats, into existing memory."),
    Section("reductions of expressions", "Expressions with reductions",
            "Of 4096 x 4096 floats, into existing memory. \"xtensor, step by step\", of older runs, divides by `/=`, which makes "
            "a new array."),
    Section("functors without a vector form", "Lambdas and other functors without a vector form",
            "4096 x 4096 floats, into existing memory. The lambda is `y > 0.5 ? y : 1 - y`."),
    Section("complex numbers and halves", "Complex numbers and halves",
            "2048 x 4096 complex numbers of floats, 4096 x 4096 halves, into existing memory. LibTorch has vectors for "
            "both; `assign` has xtensor's own functions, on all threads."),
    Section("new results", "Into new memory",
            "64 MiB, allocated and freed each time. `at::empty` gives small pages, `copy_to_tensor` large ones. Where a virtual "
            "machine hands free memory back to its host, as these do after seconds, getting it again may take longer than all "
            "else, and large pages longer than small ones: the middle halves are wide there. \"After 5 times\" the memory was in use just "
            "before. Pages touched: one float of each 4 KiB written. [More](evaluation.md#ways)."),
    Section("small results", "Small expressions", "What a call costs: into existing memory of 16 and 1024 floats."),
    Section("broadcasts", "Small arrays and a row or a column",
            "Into existing memory of floats, on two threads from 32,768 elements on: one that has to be waited for makes single "
            "results several times longer, on either side."),
    Section("scaling of exp(a)*b+sin(c)", "From 1 Ki to 256 Mi elements: `exp(a) * b + sin(c)`",
            "Plotted: each one's time for an element, over its own time at 16 Mi elements.", "sizes", "elements"),
    Section("scaling of a*b+c", "From 1 Ki to 256 Mi elements: `a * b + c`",
            "Plotted: each one's time for an element, over its own time at 16 Mi elements.", "sizes", "elements"),
    Section("sizes and places", "Odd sizes, and memory that begins between vectors",
            "`xtt::assign` of about 4096 * 4096 elements against exactly so many.", plot=""),
    Section("threads", "Threads", "The time of all threads over that of one. `xtt::assign`; 16 Mi elements of floats do not fit the caches, 256 Ki do. libmvec's functions, of 4 KiB "
            "again and again, tell what a second thread brings where memory takes no part.", plot=""),
    Section("conversions from Python", "Conversions: a call in C++ against one in Python",
            "`torch.from_numpy` and `.numpy()`, called from Python as they are meant to be; ours in a loop in C++."),
    Section("compiling", "Compile time", "CPU time of the compiler, with `-std=c++20 -O0` unless it says `-O2`.", "list"),
)


class Run:
    """One result file."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.json: dict[str, Any] = json.loads(path.read_text())
        self.timings = {(t["group"], t["task"], t["variant"]): t for t in self.json["timings"]}
        widest = self.json["machine"]["instruction sets"].split(", ")[-1]
        self.label = f'{self.json["system"]["OS"]}, LibTorch {self.json["built_with"].get("LibTorch", "?")}, {widest}'

    def comparisons(self, group: str) -> Iterator[tuple[str, str, str, float, bool]]:
        """Task, ours, alternative, ratio, and whether the middle halves of both sides' repetitions overlap."""
        for each in self.json["comparisons"]:
            ours = self.timings.get((group, each["task"], each["ours"]))
            theirs = self.timings.get((group, each["task"], each["alternative"]))
            if each["group"] == group and ours and theirs:
                (a, b), (c, d) = ours["quartiles"], theirs["quartiles"]
                yield (each["task"], each["ours"], each["alternative"], ours["median"] / theirs["median"],
                       a <= d and c <= b)


def ratio_text(ratio: float, overlap: bool) -> str:
    text = "< 0.001" if ratio < 0.001 else f"{ratio:.0f}" if ratio >= 9.95 else f"{ratio:#.2g}"
    return ("~" if overlap else "") + text


def wrapped(text: str) -> str:
    return textwrap.fill(text.strip(), 118, break_long_words=False, break_on_hyphens=False)


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    text = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return re.sub(r"<(?=\w)", "&lt;", text)  # `complex<float>` would be HTML


def unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def row_labels(runs: list[Run], group: str) -> dict[tuple[str, str], str]:
    """The task; with what is ours in it, unless that is the same in the whole group."""
    pairs = unique((task, ours) for run in runs for task, ours, *_ in run.comparisons(group))
    same = len({ours for _, ours in pairs}) == 1
    return {(task, ours): task if same else f"{task}: {ours}" for task, ours in pairs}


def section_table(run: Run, runs: list[Run], section: Section) -> str:
    """Columns are those of all runs, so that what one lacks is seen."""
    found = {(task, ours, other): ratio_text(ratio, overlap)
             for task, ours, other, ratio, overlap in run.comparisons(section.group)}
    everywhere = unique(key[:3] for each in runs for key in each.comparisons(section.group))
    if section.table == "list":
        return table(["", "this", "against", "ratio"], [[*key, text] for key, text in found.items()])
    if section.table == "sizes":
        pairs = unique((ours, other) for _, ours, other in everywhere)
        rows = [[task, *(found.get((task, *pair), "-") for pair in pairs)] for task in unique(key[0] for key in found)]
        return table(["", *(f"{ours} / {other}" for ours, other in pairs)], rows)
    others = unique(other for _, _, other in everywhere)
    rows = [[label, *(found.get((*key, other), "-") for other in others)]
            for key, label in row_labels([run], section.group).items()]
    return table(["", *others], rows)


def section_plot(run: Run, section: Section) -> str:
    title = f"{section.title} ({run.label})".replace("`", "")
    found = list(run.comparisons(section.group))
    if section.plot == "dots":
        labels = row_labels([run], section.group)
        rows = [(label, {other: ratio for task, ours, other, ratio, _ in found if (task, ours) == key})
                for key, label in labels.items()]
        return plots.dots(title, RATIO_AXIS, rows, unique(other for _, _, other, *_ in found))
    timings = [t for key, t in run.timings.items() if key[0] == section.group]
    sizes = {t["size"]: t["task"] for t in timings}
    series: dict[str, dict[int, float]] = {}
    if section.plot == "ratios":
        size_of = {name: size for size, name in sizes.items()}
        for task, ours, other, ratio, _ in found:
            series.setdefault(f"{ours} / {other}", {})[size_of[task]] = ratio
        return plots.lines(title, "time over the alternative's (below 1 is faster)", "size of the array", sizes, series)
    reference = min(sizes, key=lambda size: abs(size - (1 << 24)))
    for t in timings:
        at_reference = run.timings[section.group, sizes[reference], t["variant"]]
        series.setdefault(t["variant"], {})[t["size"]] = t["median"] / t["size"] * reference / at_reference["median"]
    axis = f"time for an element over that at {sizes[reference]} elements (lower is faster)"
    return plots.lines(title, axis, "elements", sizes, series)


def run_text(run: Run) -> str:
    """What a run was made with, and what it has not."""
    spreads = sorted((t["quartiles"][1] - t["quartiles"][0]) / t["median"] for t in run.timings.values())
    rows = [*run.json["machine"].items(), *run.json["system"].items(), *run.json["built_with"].items(),
            ("command", f'`{run.json["command"]}`'), ("date", run.json["date"]),
            ("commit", run.json.get("commit", "not recorded")),
            ("repetitions", ", ".join(str(n) for n in sorted({t["repetitions"] for t in run.timings.values()}))),
            ("from the lower to the upper quartile, for nine tenths of the benchmarks",
             f"at most {100 * spreads[len(spreads) * 9 // 10]:.0f} % of the median")]
    rows += [(f"absent: {what}", why) for what, why in run.json["absent"].items()]
    return f"### {run.label}\n\n" + table(["", run.name], [[name, value] for name, value in rows])


INTRODUCTION = """
Ratios of medians, of repetitions that are interleaved at random in one process: the time of ours over that of the
alternative, so that less than 1 is faster. `~`: the middle halves of both sides' repetitions overlap, so that the ratio
says little. `-`: not measured in that run. `./dev bench` measures all of it; this page and its plots are made by
`./dev book` from the files in [benchmarks/results](../benchmarks/results), and a test checks that they are.
"""


def made_of(runs: list[Run], plot_folder: str) -> tuple[str, dict[str, str]]:
    """The page, and the plots by name."""
    files: dict[str, str] = {}
    parts = ["# Benchmarks", wrapped(INTRODUCTION), "## Runs" if runs else "There are no results yet.",
             *(run_text(run) for run in runs)]
    for section in SECTIONS:
        with_it = [run for run in runs if any(run.comparisons(section.group))]
        if with_it:
            parts += [f"## {section.title}", wrapped(section.text)]
        for run in with_it:
            parts.append(f"**{run.label}**")
            if section.plot:
                name = re.sub("[^a-z0-9]+", "-", f"{run.name} {section.group}".lower()).strip("-") + ".svg"
                files[name] = section_plot(run, section)
                parts.append(f"![{section.title.replace('`', '')}]({plot_folder}/{name})")
            parts.append(section_table(run, runs, section))
    unknown = {key[0] for run in runs for key in run.timings} - {section.group for section in SECTIONS}
    if unknown:
        raise SystemExit(f"page.py: no section for {sorted(unknown)}")
    return "\n\n".join(parts) + "\n", files
