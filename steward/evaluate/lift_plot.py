"""The lift experiment at a glance: where each arm stands, and what each fault costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from steward.evaluate.lift import Lift, StageLift
from steward.evaluate.lift_arms import ARMS, CLEAN, RAW, STEWARDED
from steward.evaluate.lift_report import told_share
from steward.evaluate.plots import BLUE, GREY, ORANGE, RED, draw_svg, draw_text

LABEL, WIDE, ROW, RIGHT = 190, 320, 34, 200
COLOURS = {RAW: RED, STEWARDED: BLUE, CLEAN: GREY}


def arms_svg(lift: Lift, title: str) -> str:
    """Each stage a line from raw to clean, with a dot where stewarding brought it.

    The band is the 95 % interval of the stewarded dot, measured from raw.
    """
    values = [mean for stage in lift.stages for mean in stage.means.values()]
    low, high = _range(values)
    parts = [draw_text(8, 18, title, size=13), *_legend()]
    for number, stage in enumerate(lift.stages):
        parts += _line(stage, 62 + number * ROW, (low, high))
    bottom = 62 + len(lift.stages) * ROW
    for value in (low, (low + high) / 2, high):
        x = _x(value, (low, high))
        parts.append(draw_text(x, bottom + 4, f"{value:.3f}", anchor="middle", size=10))
    parts.append(draw_text(LABEL + WIDE / 2, bottom + 20, "nDCG@10", anchor="middle", size=11))
    return draw_svg(LABEL + WIDE + RIGHT, bottom + 28, parts)


def faults_svg(faults: Mapping[str, Lift], title: str) -> str:
    """What each fault alone costs the first stage, and in blue what of it came back."""
    rows = [(kind, lift.stages[0]) for kind, lift in faults.items()]
    rows.sort(key=lambda row: -_lost(row[1]))
    most = max((_lost(stage) for _, stage in rows), default=0.0) or 1.0
    parts = [draw_text(8, 18, title, size=13)]
    for number, (kind, stage) in enumerate(rows):
        parts += _bar(kind, stage, 40 + number * 24, most)
    return draw_svg(LABEL + WIDE + RIGHT, 48 + 24 * len(rows), parts)


def _line(stage: StageLift, y: float, span: tuple[float, float]) -> Sequence[str]:
    xs = {arm: _x(mean, span) for arm, mean in stage.means.items()}
    raw = stage.means[RAW]
    band = [_x(raw + value, span) for value in (stage.lift.lower, stage.lift.upper)]
    dots = [
        f'<circle cx="{xs[arm]:.1f}" cy="{y}" r="5" fill="{COLOURS[arm]}">'
        f"<title>{arm} {stage.means[arm]:.4f}</title></circle>"
        for arm in (CLEAN, RAW, STEWARDED)
        if arm in xs
    ]
    return [
        draw_text(LABEL - 12, y + 4, stage.stage, anchor="end"),
        _stroke(xs[RAW], xs.get(CLEAN, xs[STEWARDED]), y, GREY, 2),
        _stroke(band[0], band[1], y, BLUE, 7, opacity=0.3),
        *dots,
        draw_text(LABEL + WIDE + 14, y + 4, f"{told_share(stage.share)} recovered", size=11),
    ]


def _bar(kind: str, stage: StageLift, y: float, most: float) -> Sequence[str]:
    loss = max(0.0, _lost(stage)) / most * WIDE
    back = min(max(0.0, stage.lift.mean) / most * WIDE, loss)
    told = f"{_lost(stage):.4f}, {told_share(stage.share)} recovered"
    return [
        draw_text(LABEL - 12, y + 10, kind.replace("_", " "), anchor="end"),
        _box(LABEL, y, loss, ORANGE, f"costs {_lost(stage):.4f}"),
        _box(LABEL, y, back, BLUE, f"comes back {stage.lift.mean:.4f}"),
        draw_text(LABEL + loss + 8, y + 10, told, size=11),
    ]


def _lost(stage: StageLift) -> float:
    return stage.loss.mean if stage.loss else 0.0


def _legend() -> Sequence[str]:
    parts = []
    for number, arm in enumerate(ARMS):
        x = LABEL + 100 * number
        parts.append(f'<circle cx="{x}" cy="34" r="5" fill="{COLOURS[arm]}"/>')
        parts.append(draw_text(x + 10, 38, arm, size=11))
    return parts


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = max(0.005, (high - low) * 0.1)
    return low - room, high + room


def _x(value: float, span: tuple[float, float]) -> float:
    return LABEL + WIDE * (value - span[0]) / (span[1] - span[0])


def _stroke(
    start: float, end: float, y: float, colour: str, width: int, *, opacity: float = 1
) -> str:
    return (
        f'<line x1="{start:.1f}" y1="{y}" x2="{end:.1f}" y2="{y}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-opacity="{opacity:g}"/>'
    )


def _box(x: float, y: float, width: float, colour: str, told: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width:.1f}" height="13" fill="{colour}">'
        f"<title>{told}</title></rect>"
    )
