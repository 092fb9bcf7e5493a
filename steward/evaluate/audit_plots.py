"""Audits at a glance: may the doubts about labels be believed, and which filter drops what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from steward.evaluate.calibration import calibrate
from steward.evaluate.labels import plant
from steward.evaluate.plots import (
    BLUE,
    GREY,
    ORANGE,
    SQUARE,
    SQUARE_LEFT,
    SQUARE_TOP,
    draw_svg,
    draw_text,
    reliability_parts,
)
from steward.label.errors import Unseen, doubt_labels, review_order, suspects_of
from steward.label.votes import GRADES
from steward.report.figures import clip, count, percent
from steward.store.augmented import Origin

TENTHS = tuple(n / 10 for n in range(11))
BETWEEN = 60
"""Points between the two squares of an audit of labels."""

POINTS = 100
"""Points of a curve at most."""

PLANTED = 0.1
"""The share of labels that is made wrong, to see how many are found."""

NAME, WIDE, LINE = 150, 320, 24


def label_audit_svg(unseen: Unseen) -> str:
    """Left, the model's chances against the labels; right, planted wrong labels along the queue.

    Takes as long as the audit: the labels are judged once more, with the planted ones.
    """
    sure, right = unseen.chance.max(axis=1), unseen.chance.argmax(axis=1) == unseen.given
    found = calibrate(zip(sure.tolist(), right.tolist(), strict=True), TENTHS)
    title = f"{count(found.cells)} labels, calibration error {found.ece:.3f}"
    shifted = SQUARE_LEFT + SQUARE + BETWEEN
    return draw_svg(
        shifted + SQUARE_LEFT + SQUARE + 40,
        SQUARE_TOP + SQUARE + 40,
        [
            *reliability_parts(asdict(found), title, "labels"),
            f'<g transform="translate({shifted} 0)">',
            *_queue_parts(found_along(unseen), len(unseen.given)),
            "</g>",
        ],
    )


def found_along(unseen: Unseen, *, share: float = PLANTED, seed: int = 0) -> list[float]:
    """Of wrong labels planted among these, the share in the first 1, 2, … of the queue.

    Labels that were wrong before take places in the queue and count as nothing found, so it is
    rather too low.

    Args:
        unseen: the labels, and what the audit asked of them.
        share: of the labels that are made another grade.
        seed: which, and which grade.
    """
    wrong, given = plant(unseen.given, share, seed)
    pairs = unseen.votes.pairs
    labels = {pair: GRADES[grade] for pair, grade in zip(pairs, given.tolist(), strict=True)}
    planted = {pair for pair, one in zip(pairs, wrong.tolist(), strict=True) if one}
    queue = review_order(suspects_of(doubt_labels(unseen.votes, labels, unseen.vectors)))
    found = np.cumsum([suspect.pair in planted for suspect in queue])
    return [float(n) / max(1, len(planted)) for n in found]


def _queue_parts(shares: Sequence[float], labels: int) -> list[str]:
    left, top, side = SQUARE_LEFT, SQUARE_TOP, SQUARE
    picked = sorted({round(n) for n in np.linspace(0, len(shares), POINTS + 1)})
    line = " ".join(
        f"{left + side * n / labels:.1f},{top + side * (1 - (shares[n - 1] if n else 0)):.1f}"
        for n in picked
    )
    last = percent(shares[-1] if shares else 0.0)
    told = f"{count(len(shares))} in doubt: {last} of wrong ones planted"
    parts = [
        draw_text(left, 14, told),
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="{GREY}"/>',
        f'<line x1="{left}" y1="{top + side}" x2="{left + side}" y2="{top}" '
        f'stroke="{GREY}" stroke-dasharray="4"/>',
        f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>',
    ]
    for share in (0, 0.5, 1):
        x, y = left + side * share, top + side * (1 - share)
        parts.append(draw_text(left - 4, y + 4, f"{share:.0%}", anchor="end", size=10))
        place = count(round(share * labels))
        parts.append(draw_text(x, top + side + 14, place, anchor="middle", size=10))
    foot = "labels judged again; dashed: in any order"
    return [*parts, draw_text(left + side / 2, top + side + 30, foot, anchor="middle")]


def augment_audit_svg(made: Sequence[Origin]) -> str:
    """A bar for the rows of each method that were kept, and for what each filter dropped."""
    kept = Counter(o.method for o in made if not o.dropped_by)
    dropped = Counter(o.dropped_by for o in made if o.dropped_by)
    rows = [(f"kept: {name}", n, BLUE) for name, n in _most(kept)]
    rows += [(f"dropped: {name}", n, ORANGE) for name, n in _most(dropped)]
    most = max((n for _, n, _ in rows), default=1)
    title = f"{count(len(made))} rows made, {percent(sum(kept.values()) / max(1, len(made)))} kept"
    parts = [draw_text(8, 16, title, size=13)]
    for number, (name, n, colour) in enumerate(rows):
        y = 30 + number * LINE
        width = WIDE * n / most
        told = f"{count(n)}, {percent(n / len(made))}"
        parts.append(draw_text(NAME - 8, y + 12, clip(name, 24), anchor="end"))
        parts.append(f'<rect x="{NAME}" y="{y}" width="{width:.1f}" height="16" fill="{colour}"/>')
        parts.append(draw_text(NAME + width + 6, y + 12, told, size=11))
    return draw_svg(NAME + WIDE + 110, 36 + len(rows) * LINE, parts)


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    """The largest first; equal ones by name, so that the same rows draw the same bytes."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
