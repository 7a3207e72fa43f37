# SPDX-License-Identifier: BSD-3-Clause
"""Our functions beside PyTorch's, xtensor's and NumPy's, in one Python on one LibTorch.

usage: python_peers.py LIBRARY RESULT [--benchmark_repetitions=N] [--benchmark_min_time=SECONDS]

Repetitions are interleaved at random, and medians compared, as in the programs. Where this Python has no torch and
NumPy, or another LibTorch than LIBRARY, it says so in RESULT and measures nothing.
"""

import argparse
import ctypes
import json
import os
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIDE = 4096


class Absent(Exception):
    """Why nothing can be measured here."""


class Operands(ctypes.Structure):
    """peers::operands."""

    _fields_ = [(name, ctypes.c_void_p) for name in
                ("a", "b", "c", "row", "column", "doubles", "out", "half", "row_sums", "column_sums")]
    _fields_ += [("rows", ctypes.c_size_t), ("columns", ctypes.c_size_t)]


class Suite:
    """The benchmarks, each a function that does its work so many times, and what is compared."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, str, str], Callable[[int], object]] = {}
        self.comparisons: list[dict[str, str]] = []

    def add(self, group: str, task: str, ours: str, run: Callable[[int], object],
            alternatives: dict[str, Callable[[], object]]) -> None:
        self.runs[group, task, ours] = run
        for name, work in alternatives.items():
            self.runs[group, task, name] = repeated(work)
            self.comparisons.append({"group": group, "task": task, "ours": ours, "alternative": name})

    def measure(self, repetitions: int, min_time: float) -> list[dict[str, Any]]:
        times = {key: calibrated(run, min_time) for key, run in self.runs.items()}
        seconds: dict[tuple[str, str, str], list[float]] = {key: [] for key in self.runs}
        order = list(self.runs) * repetitions
        random.shuffle(order)
        for key in order:
            seconds[key].append(timed(self.runs[key], times[key]) / times[key])
        return [timing(key, values) for key, values in seconds.items()]


def repeated(work: Callable[[], object]) -> Callable[[int], object]:
    def run(times: int) -> None:
        for _ in range(times):
            work()
    return run


def timed(run: Callable[[int], object], times: int) -> float:
    start = time.perf_counter()
    run(times)
    return time.perf_counter() - start


def calibrated(run: Callable[[int], object], min_time: float) -> int:
    """How many times take `min_time` seconds at least."""
    times = 1
    while (taken := timed(run, times)) < min_time:
        times = max(2 * times, int(1.2 * times * min_time / taken)) if taken > min_time / 100 else 10 * times
    return times


def timing(key: tuple[str, str, str], seconds: list[float]) -> dict[str, Any]:
    quartiles = statistics.quantiles(seconds, n=4, method="inclusive") if len(seconds) > 1 else seconds * 3
    low, median, high = (float(f"{value:.5g}") for value in quartiles)
    group, task, variant = key
    return {"group": group, "task": task, "variant": variant, "size": 0, "repetitions": len(seconds),
            "median": median, "quartiles": [low, high]}


def load(library: str) -> ctypes.CDLL:
    """Two LibTorchs in one process would not do: LIBRARY must be linked with that of torch."""
    try:
        import numpy  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise Absent(f"the active Python has no {error.name}") from error
    mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libtorch_cpu" in line}
    linked = subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = {os.path.realpath(line.split()[2]) for line in linked if "libtorch_cpu" in line}
    if {os.path.realpath(path) for path in mapped} != ours:
        raise Absent("the active Python's torch is not the LibTorch that the programs are linked with")
    return ctypes.CDLL(library)


def inductor_has_vectors() -> bool:
    """Whether torch.compile can use the processor's vectors; not where what it builds finds another LibTorch."""
    try:
        from torch._inductor.cpu_vec_isa import pick_vec_isa
    except ImportError:  # an older torch, which cannot be asked
        return True
    return bool(pick_vec_isa())


def add_work(suite: Suite, library: ctypes.CDLL, absent: dict[str, str]) -> None:
    import numpy
    import torch

    tensors = {name: torch.rand(SIDE, SIDE) for name in ("a", "b", "c", "out")}
    tensors |= {"row": torch.rand(1, SIDE), "column": torch.rand(SIDE, 1), "half": torch.rand(SIDE, SIDE // 2),
                "row_sums": torch.rand(SIDE), "column_sums": torch.rand(SIDE),
                "doubles": torch.rand(SIDE, SIDE, dtype=torch.float64)}
    a, b, c, out, row, column, half, row_sums, column_sums, doubles = tensors.values()
    t1 = torch.empty_like(a)
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    operands = Operands(**{name: tensor.data_ptr() for name, tensor in tensors.items()}, rows=SIDE, columns=SIDE)

    compiles = inductor_has_vectors()
    if not compiles:
        absent["torch.compile"] = "it finds no vector instructions that it can build for"
    library.xtensor.argtypes, library.xtensor.restype = [ctypes.POINTER(Operands), ctypes.c_char_p], None

    def exponential_out() -> object:
        return torch.sin(c, out=out).addcmul_(torch.exp(a, out=t1), b)

    def add(task: str, function: str, result: torch.Tensor, expression: Callable[..., torch.Tensor],
            out_variant: Callable[[], object] | None) -> None:
        """`expression` of the operands by name gives the result; it takes torch or numpy as `m`."""
        group = "PyTorch"
        ours = getattr(library, function)
        ours.argtypes, ours.restype = [ctypes.POINTER(Operands)], None
        argument = ctypes.byref(operands)
        alternatives: dict[str, Callable[[], object]] = {"eager": lambda: expression(torch, tensors)}
        if out_variant:
            alternatives["out="] = out_variant

        def into_result(into: torch.Tensor, x: dict[str, torch.Tensor]) -> None:
            into.copy_(expression(torch, x))

        # Else all tasks share one code object, whose number of compiled versions is limited.
        into_result.__code__ = into_result.__code__.replace()
        compiled = torch.compile(into_result, fullgraph=True, dynamic=False)
        try:
            if compiles:
                compiled(result, tensors)
                alternatives["torch.compile"] = lambda: compiled(result, tensors)
        except Exception as error:  # whatever Inductor, or the compiler that it calls, says
            absent["torch.compile"] = f"it fails with {type(error).__name__}"
        alternatives["xtensor"] = lambda: library.xtensor(argument, function.encode())
        alternatives["NumPy"] = lambda: expression(numpy, arrays)
        expected = expression(torch, tensors)
        for work in (lambda: ours(argument), *alternatives.values()):
            result.zero_()
            returned = work()
            value = result if returned is None else torch.as_tensor(returned)
            if not torch.allclose(value, expected, rtol=1e-4):
                raise AssertionError(f"{task}: not the same everywhere")
        suite.add(group, task, "assign", repeated(lambda: ours(argument)), alternatives)

    add("exp(a)*b+sin(c)", "exponential", out,
        lambda m, x: m.exp(x["a"]) * x["b"] + m.sin(x["c"]), exponential_out)
    add("a*b+c", "axpy", out, lambda m, x: x["a"] * x["b"] + x["c"], lambda: torch.addcmul(c, a, b, out=out))
    add("12 operations", "twelve", out,
        lambda m, x: ((x["a"] + x["b"]) * x["c"] - x["a"] / (x["b"] + 3.0)) * (x["c"] - x["a"])
        + m.sqrt(m.abs(x["a"] * x["b"])) + 0.5 * x["c"], None)
    add("where(a>0.5,a,b)", "where", out, lambda m, x: m.where(x["a"] > 0.5, x["a"], x["b"]),
        lambda: torch.where(a > 0.5, a, b, out=out))
    add("row + column", "broadcast", out, lambda m, x: x["row"] + x["column"],
        lambda: torch.add(row, column, out=out))
    add("transpose", "transpose", out, lambda m, x: x["a"].T.copy() if m is numpy else x["a"].T.clone(
        memory_format=torch.contiguous_format), lambda: out.copy_(a.T))
    add("every 2nd column", "every_second", half,
        lambda m, x: x["a"][:, ::2].copy() if m is numpy else x["a"][:, ::2].clone(
            memory_format=torch.contiguous_format), lambda: half.copy_(a[:, ::2]))
    add("float64 to float32", "narrow", out,
        lambda m, x: x["doubles"].astype(m.float32) if m is numpy else x["doubles"].to(m.float32),
        lambda: out.copy_(doubles))
    add("sum over axis 0", "sum_columns", column_sums, lambda m, x: x["a"].sum(0),
        lambda: torch.sum(a, 0, out=column_sums))
    add("sum over axis 1", "sum_rows", row_sums, lambda m, x: x["a"].sum(1),
        lambda: torch.sum(a, 1, out=row_sums))


def add_conversions(suite: Suite, library: ctypes.CDLL) -> None:
    import numpy
    import torch

    def add(task: str, count: int, ours: str, alternatives: dict[str, Callable[[], object]]) -> None:
        function = getattr(library, ours)
        function.argtypes, function.restype = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64], None
        pointer = keep.ctypes.data
        suite.add("conversions from Python", task, ours, lambda times: function(pointer, count, times), alternatives)

    keep = numpy.ones(1 << 18, numpy.float32)
    small, tensor = keep[:256], torch.from_numpy(keep[:256])
    add("array to tensor", 256, "view_as_tensor",
        {"from_numpy, .numpy()": lambda: torch.from_numpy(small), "DLPack": lambda: torch.from_dlpack(small)})
    add("tensor to array", 256, "view_as_xtensor",
        {"from_numpy, .numpy()": tensor.numpy, "DLPack": lambda: numpy.from_dlpack(tensor)})
    add("copy of 1 KiB to a tensor", 256, "copy_to_tensor", {"torch.tensor": lambda: torch.tensor(small)})
    add("copy of 1 MiB to a tensor", 1 << 18, "copy_to_tensor", {"torch.tensor": lambda: torch.tensor(keep)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library")
    parser.add_argument("result")
    parser.add_argument("--benchmark_repetitions", type=int, default=15)
    parser.add_argument("--benchmark_min_time", type=lambda text: float(text.rstrip("s")), default=0.02)
    options, _ = parser.parse_known_args()  # the others are for Google Benchmark

    suite = Suite()
    timings: list[dict[str, Any]] = []
    built_with: dict[str, str] = {}
    absent: dict[str, str] = {}
    try:
        library = load(options.library)
        import numpy
        import torch

        torch.set_num_threads(os.cpu_count() or 1)
        library.built_with.restype = ctypes.c_char_p
        built_with = json.loads(library.built_with())
        built_with |= {"torch": torch.__version__, "NumPy": numpy.__version__}
        add_work(suite, library, absent)
        add_conversions(suite, library)
        timings = suite.measure(options.benchmark_repetitions, options.benchmark_min_time)
    except Absent as reason:
        absent["PyTorch and NumPy from Python"] = str(reason)

    medians = {(each["group"], each["task"], each["variant"]): each["median"] for each in timings}
    for each in suite.comparisons:
        group, task, ours, alternative = each.values()
        ratio = medians[group, task, ours] / medians[group, task, alternative]
        print(f"{group + ': ' + task + ', ' + ours:70}{alternative:22}{ratio:8.3g}")
    for what, why in absent.items():
        print(f"absent: {what} ({why})")
    result = {"program": "python", "built_with": built_with, "timings": timings, "comparisons": suite.comparisons,
              "absent": absent}
    Path(options.result).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
