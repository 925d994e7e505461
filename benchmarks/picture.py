"""The picture of docs/fleets.md, drawn from what `curves.py` has measured.

`python benchmarks/picture.py FILE.json OUT.svg`. Both axes are logarithmic: what is even is linear growth.
Nothing but the standard library, and the same bytes for the same numbers.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, BELOW, ABOVE = 360, 260, 46, 40, 30
#: Curve -> its title, what is on the axis below, and by which key of a point.
CURVES = {
    "users": ("one host", "users", "size"),
    "hosts": ("20 forks", "hosts", "size"),
    "forks": ("50 hosts", "forks", "forks"),
}
#: Key of a point -> what it is called, and how it is drawn.
LINES = {
    "first": ("first run", "#999999", "2 3"),
    "again": ("nothing to change", "#0b6e4f", ""),
    "none": ("an empty module", "#b23a48", "6 3"),
}


def drawn(data: dict[str, Any]) -> str:
    """Return the picture as SVG; each panel is one curve."""
    panels = [name for name in CURVES if any(point["curve"] == name for point in data["points"])]
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT + 24}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for number, name in enumerate(panels):
        points = [point for point in data["points"] if point["curve"] == name]
        parts += [f'<g transform="translate({number * WIDTH} 0)">', *_panel(name, points), "</g>"]
    for number, (label, colour, dash) in enumerate(LINES.values()):
        x = LEFT + number * 170
        parts.append(_line([(x, HEIGHT + 8), (x + 30, HEIGHT + 8)], colour, dash))
        parts.append(f'<text x="{x + 36}" y="{HEIGHT + 12}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(name: str, points: list[dict[str, Any]]) -> list[str]:
    title, below, key = CURVES[name]
    sizes = [point[key] for point in points]
    seconds = [point[line] for point in points for line in LINES]
    low, high = _decade(min(seconds), math.floor), _decade(max(seconds), math.ceil)
    first, last = math.log10(min(sizes)), math.log10(max(sizes)) or 1.0

    def at(size: float, value: float) -> tuple[float, float]:
        across = (math.log10(size) - first) / (last - first or 1)
        up = (math.log10(value) - low) / (high - low or 1)
        room = HEIGHT - BELOW - ABOVE
        return LEFT + across * (WIDTH - LEFT - 16), ABOVE + (1 - up) * room

    parts = [f'<text x="{LEFT}" y="18" font-weight="bold">{title}</text>']
    for decade in range(low, high + 1):
        _, y = at(sizes[0], 10**decade)
        parts.append(_line([(LEFT, y), (WIDTH - 16, y)], "#dddddd", ""))
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10**decade:g} s</text>')
    for size in dict.fromkeys(sizes):
        x, _ = at(size, 10**low)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BELOW + 16}" text-anchor="middle">{size}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - BELOW + 32}" text-anchor="middle">{below}</text>')
    for line, (_, colour, dash) in LINES.items():
        if not (name == "forks" and line == "first"):
            parts.append(_line([at(point[key], point[line]) for point in points], colour, dash))
    return parts


def _line(points: list[tuple[float, float]], colour: str, dash: str) -> str:
    where = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    broken = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{where}" fill="none" stroke="{colour}" stroke-width="1.6"{broken}/>'


def _decade(value: float, rounded: Any) -> int:
    return int(rounded(math.log10(value)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python benchmarks/picture.py FILE.json OUT.svg")
    Path(sys.argv[2]).write_text(drawn(json.loads(Path(sys.argv[1]).read_text())), encoding="utf-8")
