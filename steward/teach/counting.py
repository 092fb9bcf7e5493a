"""A column that counts its rows: 1001, 1002, 1003 …; what is out of step may be put back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues
from steward.teach.guess import Guess, guess
from steward.types import Change, Fix, Profile, Reason

WHO = "guess_counting"
SHARE = 0.8
_WHOLE = re.compile(r"(\D*)(\d{1,15})")


def counted(snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
    """Cells out of step, where most of a column is a fixed prefix and the row's number."""
    for column in profile.columns:
        if column.distinct < SHARE * snapshot.rows or snapshot.rows < 20:
            continue
        texts = _texts(snapshot, column.name)
        steps = Counter[tuple[str, int, int]]()
        for at, text in enumerate(texts):
            if found := _WHOLE.fullmatch(text or ""):
                steps[found[1], int(found[2]) - at, _padding(found[2])] += 1
        if not steps or steps.most_common(1)[0][1] < SHARE * snapshot.rows:
            continue
        yield from _out_of_step(snapshot, column.name, texts, steps.most_common(1)[0][0])


def _out_of_step(
    snapshot: Snapshot, name: str, texts: list[str | None], step: tuple[str, int, int]
) -> Iterator[Fix]:
    prefix, start, width = step
    for at, text in enumerate(texts):
        after = prefix + str(start + at).zfill(width)
        if text != after:
            row = int(snapshot.row_ids[at])
            words = f"{name} counts the rows; this one would be {after!r}."
            change = Change(name, text, after)
            yield guess(snapshot, Guess(WHO, _reason(text, after), words, 0.9), [change], [row])


def _reason(before: str | None, after: str) -> Reason:
    """A gap, a slip of a digit or two, or another number: they need not stand or fall together."""
    if not (before or "").strip():
        return Reason.MISSING
    slip = OSA.distance(before or "", after, score_cutoff=2) <= 2
    return Reason.TYPO if slip else Reason.DEPENDENCY


def _padding(digits: str) -> int:
    """Digits of a number with zeros before it; 0 without."""
    return len(digits) if digits.startswith("0") else 0


def _texts(snapshot: Snapshot, name: str) -> list[str | None]:
    codes = ColumnValues(snapshot, name).codes
    return [codes.text(code) for code in codes.codes.tolist()]
