# SPDX-License-Identifier: BSD-3-Clause
"""Plots as SVG: ratios as dots in rows, and lines over sizes. Logarithmic, on any background, without a library."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

# Readable on white and on black, and told apart by shape too.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56a0d3", "#8c7ae6")
SHAPES = ("circle", "square", "diamond", "triangle", "down", "cross", "ring")

# The first colours are for viewers that do not say which mode they are in.
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #6e7781 }
.axis, .grid, .one { stroke: #6e7781 }
.axis { stroke-width: 1 }
.grid { stroke-width: 0.5; stroke-opacity: 0.4 }
.one { stroke-width: 1.5; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: light) { text { fill: #24292f } .one { stroke: #24292f } }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .one { stroke: #e6edf3 } }
"""

CHARACTER = 6.6  # pixels, about


@dataclass
class Drawing:
    width: float
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, anchor: str = "start") -> None:
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self.parts.append(f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')

    def marker(self, x: float, y: float, index: int) -> None:
        rounds, place = divmod(index, len(COLOURS))  # the colours again, in other shapes
        colour, shape = COLOURS[place], SHAPES[(place + rounds) % len(SHAPES)]
        points: dict[str, list[tuple[float, float]]] = {
            "square": [(-4, -4), (4, -4), (4, 4), (-4, 4)],
            "diamond": [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)],
            "triangle": [(0, -5), (5, 4), (-5, 4)],
            "down": [(0, 5), (5, -4), (-5, -4)],
        }
        if shape in points:
            corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in points[shape])
            self.parts.append(f'<polygon points="{corners}" fill="{colour}"/>')
        elif shape == "cross":
            path = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
            self.parts.append(f'<path d="{path}" stroke="{colour}" stroke-width="2.5"/>')
        else:
            fill = f'fill="{colour}"' if shape == "circle" else f'fill="none" stroke="{colour}" stroke-width="2"'
            self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {fill}/>')

    def curve(self, points: list[tuple[float, float]], index: int) -> None:
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(
            f'<polyline points="{text}" fill="none" stroke="{COLOURS[index % len(COLOURS)]}" stroke-width="1.5"/>')

    def legend(self, y: float, names: list[str]) -> float:
        """In as many lines as it takes; where it ends."""
        x = 12.0
        for index, name in enumerate(names):
            space = 26 + CHARACTER * len(name)
            if x > 12 and x + space > self.width:
                x, y = 12.0, y + 18
            self.marker(x + 5, y - 4, index)
            self.text(x + 15, y, name)
            x += space
        return y

    def svg(self, height: float, title: str) -> str:
        size = f'viewBox="0 0 {self.width:.0f} {height:.0f}" width="{self.width:.0f}" height="{height:.0f}"'
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *self.parts, "</svg>", ""])


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 1 else f"{value:.10f}".rstrip("0")


def decade_scale(values: Iterable[float], start: float, end: float) -> tuple[Callable[[float], float], list[float]]:
    """Where a value lies between `start` and `end`, and the ticks: powers of ten, with 2 and 5 if there are few."""
    known = [*values, 1.0]
    low, high = min(known) / 1.15, max(known) * 1.15
    steps = (1, 2, 5) if high / low < 300 else (1,)
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    if len(exponents) > 8:
        exponents = range(exponents.start, exponents.stop, 2)
    ticks = [step * 10.0**exponent for exponent in exponents for step in steps]

    def place(value: float) -> float:
        return start + (end - start) * math.log(value / low) / math.log(high / low)

    return place, [tick for tick in ticks if low <= tick <= high]


def dots(title: str, axis: str, rows: list[tuple[str, dict[str, float]]], series: list[str]) -> str:
    """A row for each label, with a mark for each series."""
    drawing = Drawing(780)
    top = drawing.legend(20, series) + 18
    left = 20 + CHARACTER * max(len(label) for label, _ in rows)
    right, bottom = drawing.width - 20, top + 24 * len(rows)
    place, ticks = decade_scale((value for _, values in rows for value in values.values()), left, right)
    for tick in ticks:
        drawing.line(place(tick), top, place(tick), bottom, "one" if tick == 1 else "grid")
        drawing.text(place(tick), bottom + 16, number(tick), "middle")
    drawing.line(left, bottom, right, bottom, "axis")
    for index, (label, values) in enumerate(rows):
        y = top + 24 * index + 12
        drawing.text(left - 8, y + 4, label, "end")
        drawing.line(left, y, right, y, "grid")
        for name, value in values.items():
            drawing.marker(place(value), y, series.index(name))
    drawing.text((left + right) / 2, bottom + 36, axis, "middle")
    return drawing.svg(bottom + 46, title)


def lines(title: str, axis: str, size: str, ticks_x: dict[int, str], series: dict[str, dict[int, float]]) -> str:
    """A line for each series, over sizes whose names are `ticks_x`."""
    drawing = Drawing(780)
    top = drawing.legend(20, list(series)) + 36
    left, right, bottom = 70.0, drawing.width - 30, top + 260
    drawing.text(12, top - 12, axis)
    place_y, ticks_y = decade_scale((value for values in series.values() for value in values.values()), bottom, top)
    first, last = math.log(min(ticks_x)), math.log(max(ticks_x))

    def place_x(size: int) -> float:
        return left + 20 + (right - left - 40) * (math.log(size) - first) / (last - first or 1)

    for tick in ticks_y:
        drawing.line(left, place_y(tick), right, place_y(tick), "one" if tick == 1 else "grid")
        drawing.text(left - 8, place_y(tick) + 4, number(tick), "end")
    for x, name in ticks_x.items():
        drawing.text(place_x(x), bottom + 18, name, "middle")
        drawing.line(place_x(x), bottom, place_x(x), bottom + 4, "axis")
    drawing.text((left + right) / 2, bottom + 36, size, "middle")
    drawing.line(left, bottom, right, bottom, "axis")
    for index, values in enumerate(series.values()):
        points = [(place_x(size), place_y(value)) for size, value in sorted(values.items())]
        drawing.curve(points, index)
        for x, y in points:
            drawing.marker(x, y, index)
    return drawing.svg(bottom + 46, title)
