"""Small SVG drawings for reports: bars, a reliability diagram, intervals. Plain text, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from steward.evaluate.paired import Difference

BLUE, ORANGE, GREY, RED = "#2b6cb0", "#dd6b20", "#a0aec0", "#c53030"
LABEL, BAR, ROW = 190, 300, 22
SQUARE, SQUARE_LEFT, SQUARE_TOP = 240, 40, 24


def bars(rows: Sequence[tuple[str, Sequence[float | None]]], names: Sequence[str]) -> str:
    """Horizontal bars from 0 to 1, one group a label, one bar a name."""
    colours = (BLUE, ORANGE, GREY)
    step = ROW * max(1, len(names)) * 0.62 + 8
    parts = []
    for number, (label, values) in enumerate(rows):
        top = 26 + number * step
        parts.append(draw_text(LABEL - 8, top + 12, label[:26], anchor="end"))
        for i, value in enumerate(values):
            y = top + i * ROW * 0.62
            if value is None:
                parts.append(draw_text(LABEL + 4, y + 11, "–", fill=GREY))
                continue
            width = max(0.0, min(1.0, value)) * BAR
            told = f"{label} {names[i]} {value:.3f}"
            parts.append(_rect(LABEL, y, width, 12, colours[i % 3], told))
            parts.append(draw_text(LABEL + width + 4, y + 11, f"{value:.2f}", size=10))
    legend = [
        _rect(LABEL + 110 * i, 6, 10, 10, colours[i % 3], name)
        + draw_text(LABEL + 14 + 110 * i, 15, name)
        for i, name in enumerate(names)
    ]
    return draw_svg(LABEL + BAR + 50, 30 + step * len(rows), [*legend, *parts])


def reliability(calibration: Mapping[str, object], title: str) -> str:
    """Stated confidence against the share that was right; a larger dot stands for more cells."""
    parts = reliability_parts(calibration, title)
    return draw_svg(SQUARE_LEFT + SQUARE + 20, SQUARE_TOP + SQUARE + 40, parts)


def reliability_parts(
    calibration: Mapping[str, object], title: str, noun: str = "cells"
) -> list[str]:
    """What `reliability` draws; `noun` says what the dots stand for."""
    side, left, top = SQUARE, SQUARE_LEFT, SQUARE_TOP
    bins = calibration["bins"]
    assert isinstance(bins, list | tuple)
    most = max((b["cells"] for b in bins), default=1)
    parts = [
        draw_text(left, 14, title),
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="{GREY}"/>',
        f'<line x1="{left}" y1="{top + side}" x2="{left + side}" y2="{top}" stroke="{GREY}" '
        'stroke-dasharray="4"/>',
    ]
    for b in bins:
        x, y = left + side * b["confidence"], top + side * (1 - b["right"])
        radius = 3 + 9 * (b["cells"] / most) ** 0.5
        colour = RED if b["right"] < b["confidence"] - 0.05 else BLUE
        told = f"stated {b['confidence']:.3f}, right {b['right']:.3f}, {b['cells']} {noun}"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" '
            f'fill-opacity=".6"><title>{told}</title></circle>'
        )
    for value in (0, 0.5, 1):
        parts.append(
            draw_text(left - 6, top + side * (1 - value) + 4, f"{value:g}", anchor="end", size=10)
        )
        parts.append(
            draw_text(left + side * value, top + side + 14, f"{value:g}", anchor="middle", size=10)
        )
    parts.append(draw_text(left + side / 2, top + side + 30, "stated confidence", anchor="middle"))
    return parts


def intervals(differences: Sequence[Difference]) -> str:
    """Differences with their intervals around a line at 0; grey where 0 lies within."""
    reach = max((max(abs(d.lower), abs(d.upper)) for d in differences), default=1.0) or 1.0
    middle = LABEL + BAR / 2
    height = 30 + ROW * len(differences)
    parts = [f'<line x1="{middle}" y1="16" x2="{middle}" y2="{height - 8}" stroke="{GREY}"/>']
    for number, d in enumerate(differences):
        y = 30 + number * ROW
        colour = (BLUE if d.difference > 0 else RED) if d.certain else GREY
        xs = [middle + BAR / 2 * value / reach for value in (d.lower, d.upper, d.difference)]
        parts.append(draw_text(LABEL - 8, y + 4, f"{d.case} {d.measure}"[:28], anchor="end"))
        parts.append(
            f'<line x1="{xs[0]:.1f}" y1="{y}" x2="{xs[1]:.1f}" y2="{y}" stroke="{colour}" '
            'stroke-width="3"/>'
        )
        parts.append(f'<circle cx="{xs[2]:.1f}" cy="{y}" r="4" fill="{colour}"/>')
        parts.append(draw_text(LABEL + BAR + 8, y + 4, f"{d.difference:+.3f}", size=11))
    return draw_svg(LABEL + BAR + 70, height, parts)


def stages_plot(rows: Sequence[tuple[str, float, float, float]], measure: str) -> str:
    """A dot with its interval a row (name, value, lower, upper), on a scale cut to the values."""
    low = min((row[2] for row in rows), default=0.0) - 0.02
    high = max((row[3] for row in rows), default=1.0) + 0.02

    def place(value: float) -> float:
        return LABEL + BAR * (value - low) / (high - low)

    height = 40 + ROW * len(rows)
    parts = [draw_text(LABEL, 14, f"{measure}, 95 % intervals")]
    for value in (low, (low + high) / 2, high):
        parts.append(draw_text(place(value), height - 6, f"{value:.2f}", anchor="middle", size=10))
    for number, (name, value, lower, upper) in enumerate(rows):
        y = 32 + number * ROW
        parts.append(draw_text(LABEL - 8, y + 4, name[:28], anchor="end"))
        parts.append(
            f'<line x1="{place(lower):.1f}" y1="{y}" x2="{place(upper):.1f}" y2="{y}" '
            f'stroke="{BLUE}" stroke-width="3"/>'
        )
        parts.append(f'<circle cx="{place(value):.1f}" cy="{y}" r="4" fill="{BLUE}"/>')
        parts.append(draw_text(LABEL + BAR + 8, y + 4, f"{value:.3f}", size=11))
    return draw_svg(LABEL + BAR + 60, height, parts)


def draw_svg(width: float, height: float, parts: Sequence[str]) -> str:
    """A drawing of these parts; sizes in points."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" style="max-width:100%" font-family="sans-serif">'
        f"{''.join(parts)}</svg>"
    )


def draw_text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, fill: str = "#2d3748"
) -> str:
    """A text at a place, escaped."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">'
        f"{escape(text)}</text>"
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, told: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{fill}">'
        f"<title>{escape(told)}</title></rect>"
    )
