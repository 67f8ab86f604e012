"""A small SVG of how long a build takes by the number of notes, readable on light and on dark ground."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 40, 60
Points = Sequence[tuple[int, float]]

STYLE = """
text { font: 14px system-ui, sans-serif; fill: #222 }
.axis { stroke: #222 } .grid { stroke: #222; stroke-opacity: .15 }
polyline { fill: none; stroke-width: 2.5 }
.s0 { stroke: #0058b0 } .s1 { stroke: #b04a00; stroke-dasharray: 8 4 }
circle.s0 { fill: #0058b0 } circle.s1 { fill: #b04a00 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e6e6 } .axis, .grid { stroke: #e6e6e6 }
  .s0 { stroke: #6db3ff } .s1 { stroke: #ffab66 }
  circle.s0 { fill: #6db3ff } circle.s1 { fill: #ffab66 }
}
"""


def _steps(most: float) -> list[float]:
    """Four to eight round numbers up to the first that is not below the greatest value."""
    size = 10.0 ** (len(str(int(most))) - 1) if most >= 1 else 0.1
    step = next(one for one in (size / 5, size / 2, size, size * 2) if most / one <= 7)
    count = 1
    while (count - 1) * step < most:
        count += 1
    return [round(n * step, 3) for n in range(count)]


def drawn(series: Mapping[str, Points], note: str) -> str:
    """The SVG of two series at most: seconds by notes, each named at its end; `note` says where and when."""
    across = _steps(max(x for points in series.values() for x, _ in points))
    up = _steps(max(y for points in series.values() for _, y in points))

    def x(value: float) -> float:
        return round(LEFT + value / across[-1] * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / up[-1] * (HEIGHT - TOP - BOTTOM), 1)

    told = "; ".join(
        f"{name}: " + ", ".join(f"{count:,} notes {spent:.1f} s" for count, spent in points)
        for name, points in series.items()
    )
    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">Seconds for a build from nothing, by number of notes</title>',
        f'<desc id="d">{escape(told)}.</desc>',
        f"<style>{STYLE}</style>",
        f'<text x="{LEFT}" y="22">seconds for a build from nothing</text>',
        f'<text x="{x(across[-1])}" y="{HEIGHT - 38}" dx="32">notes</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 10}">{escape(note)}</text>',
    ]
    for value in up:
        made.append(f'<path class="grid" d="M{LEFT} {y(value)}H{WIDTH - RIGHT}"/>')
        made.append(f'<text x="{LEFT - 8}" y="{y(value) + 5}" text-anchor="end">{value:g}</text>')
    for value in across:
        made.append(f'<text x="{x(value)}" y="{HEIGHT - 38}" text-anchor="middle">{value:,g}</text>')
    made.append(f'<path class="axis" fill="none" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>')
    for number, (name, points) in enumerate(series.items()):
        line = " ".join(f"{x(count)},{y(spent)}" for count, spent in points)
        made.append(f'<polyline class="s{number}" points="{line}"/>')
        made += [f'<circle class="s{number}" r="3.5" cx="{x(count)}" cy="{y(spent)}"/>' for count, spent in points]
        count, spent = points[-1]
        made.append(f'<text x="{x(count) + 10}" y="{y(spent) + 5}">{escape(name)}</text>')
    return "\n".join([*made, "</svg>", ""])
