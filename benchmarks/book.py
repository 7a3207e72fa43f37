# SPDX-License-Identifier: BSD-3-Clause
"""The benchmark book: docs/benchmarks.md and its plots, made from benchmarks/results/*.json and nothing else.

usage: book.py merge RESULT COMMAND PART...   the results of one run's programs in one file, with the machine
       book.py write                          makes the book
       book.py check                          fails if the book is not what `write` makes
"""

import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import page

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"
PLOTS = ROOT / "docs" / "benchmarks"


def book() -> dict[Path, str]:
    """The files of the book and what is in them."""
    runs = [page.Run(path) for path in sorted(RESULTS.glob("*.json"))]
    text, plots = page.made_of(runs, PLOTS.name)
    return {PAGE: text, **{PLOTS / name: plot for name, plot in plots.items()}}


def write() -> None:
    files = book()
    PLOTS.mkdir(exist_ok=True)
    for stale in set(PLOTS.glob("*.svg")) - set(files):
        stale.unlink()
    for path, text in files.items():
        path.write_text(text)


def check() -> None:
    files = book()
    wrong = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    wrong += set(PLOTS.glob("*.svg")) - set(files)
    if wrong:
        names = ", ".join(sorted(str(path.relative_to(ROOT)) for path in wrong))
        raise SystemExit(f"not what `python3 benchmarks/book.py write` makes of benchmarks/results: {names}")
    print(f"{len(files)} files are as benchmarks/results says")


def read(path: str) -> str:
    return Path(path).read_text() if Path(path).exists() else ""


def machine() -> dict[str, str]:
    cpu = dict(re.findall(r"^([^\t\n]+)\t*: (.*)$", read("/proc/cpuinfo"), re.MULTILINE))
    sets = [name for flag, name in (("sse2", "SSE2"), ("avx2", "AVX2"), ("avx512f", "AVX-512")) if
            flag in cpu.get("flags", "").split()]
    cache = read("/sys/devices/system/cpu/cpu0/cache/index3/size").strip()
    pages = re.findall(r"\[(\w+)\]", read("/sys/kernel/mm/transparent_hugepage/enabled"))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") / 2**30
    return {"processor": cpu.get("model name", "?"), "cores": str(os.cpu_count()),
            "instruction sets": ", ".join(sets) or "?",
            "L3 cache": f"{int(cache[:-1]) // 1024} MiB" if cache.endswith("K") else "?",
            "memory": f"{memory:.0f} GiB", "large pages": ", ".join(pages) or "?"}


def commit() -> str:
    """What was measured; "+" where files were changed since, "?" outside a repository."""
    describe = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+"]
    try:
        return subprocess.run(describe, capture_output=True, check=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "?"


def one_line_each(entries: list[Any]) -> str:
    return "[\n" + ",\n".join("  " + json.dumps(each) for each in entries) + "\n ]"


def merge(result: str, command: str, parts: list[str]) -> None:
    os_name = re.findall('^PRETTY_NAME="?([^"\n]*)', read("/etc/os-release"), re.MULTILINE)
    merged: dict[str, Any] = {
        "command": command, "date": datetime.date.today().isoformat(), "commit": commit(), "machine": machine(),
        "system": {"OS": os_name[0] if os_name else os.uname().sysname, "C library": os.confstr("CS_GNU_LIBC_VERSION")},
        "built_with": {}, "absent": {}, "timings": [], "comparisons": []}
    for path in parts:
        part = json.loads(Path(path).read_text())
        merged["built_with"] |= part["built_with"]
        merged["absent"] |= part["absent"]
        merged["timings"] += part["timings"]
        merged["comparisons"] += part["comparisons"]
    timings, comparisons = one_line_each(merged.pop("timings")), one_line_each(merged.pop("comparisons"))
    head = json.dumps(merged, indent=1).removesuffix("\n}")
    text = f'{head},\n "timings": {timings},\n "comparisons": {comparisons}\n}}\n'
    Path(result).write_text(text)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["merge", result, command, *parts] if parts:
            merge(result, command, parts)
        case ["write"]:
            write()
        case ["check"]:
            check()
        case _:
            sys.exit(__doc__)
