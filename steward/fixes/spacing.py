"""White space that says nothing: at the ends of a value, and doubled inside it.

A column padded as a rule keeps its padding, and a value that many rows write with the same inner
spacing, and none without it, keeps that too: it is how the value is spelt there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision
from steward.types import Fix, Profile, Provenance, Reason, Safety

RULE_SHARE = 0.2
"""Spacing found in more than this share of the distinct values is the column's rule."""

OWN_SPELLING = 3
"""A value in this many rows, never written otherwise, keeps its inner spacing."""

_SUSPECT = r"^\s|\s$|\s\s"
_INNER = re.compile(r"(?<=\S) {2,}(?=\S)")


@dataclass(frozen=True, slots=True)
class _Column:
    """What is common in a column: the share of its values with outer and with inner spacing."""

    values: ColumnValues
    outer: float
    inner: float
    stripped: Counter[str]
    repeats: bool


class WhiteSpace:
    """Trims values and collapses doubled spaces, one mapping per distinct value."""

    name = "white_space"
    version = "1"
    injections: tuple[str, ...] = ("white_space",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the plainly spaced form of each value that is not spaced so by rule."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            values = ColumnValues(snapshot, column.name)
            suspects = _suspects(values.codes.values)
            if not suspects:
                continue
            about = _measure(values, suspects)
            for code in suspects:
                decision = _decide(about, code)
                if decision is not None:
                    yield values.fix(code, decision, who)


def plain(text: str) -> str:
    """Without white space at the ends, and with single spaces inside."""
    return _INNER.sub(" ", text.strip())


def _suspects(values: tuple[str, ...]) -> list[int]:
    found = pc.match_substring_regex(pa.array(values, pa.string()), _SUSPECT)
    # Blank text is missing, not badly spaced.
    return [int(i) for i in pc.indices_nonzero(found).to_pylist() if values[i].strip()]


def _measure(values: ColumnValues, suspects: list[int]) -> _Column:
    texts = values.codes.values
    present = max(1, sum(1 for value in texts if value.strip()))
    outer = sum(1 for code in suspects if texts[code] != texts[code].strip())
    inner = sum(1 for code in suspects if _INNER.search(texts[code].strip()))
    return _Column(
        values,
        outer / present,
        inner / present,
        Counter(plain(texts[c]) for c in suspects),
        repeats=5 * present <= int(values.codes.counts.sum()),
    )


def _decide(about: _Column, code: int) -> Decision | None:
    values = about.values
    before = values.codes.values[code]
    after = plain(before)
    if after == before:
        return None
    rows, known = int(values.codes.counts[code]), values.count(after)
    only_outer = before.strip() == after
    share = about.outer if only_outer else max(about.inner, about.outer)
    many = max(2, RULE_SHARE * len(values.codes.values))
    rule = share > RULE_SHARE and share * len(values.codes.values) > many
    unknown = known < 2 if about.repeats else not known
    alone = not only_outer and unknown and about.stripped[after] == 1
    # In a column with a vocabulary, an unknown result says that something else is wrong.
    own = alone and (rows >= OWN_SPELLING or about.repeats)
    where = "at its ends" if only_outer else "doubled inside it"
    text = f"{before!r} ({rows} rows) has white space {where}; {known} rows hold {after!r}."
    if rule:
        text += f" {share:.0%} of the column's values are spaced so: a convention."
    elif own:
        text += " No row holds it spaced plainly: its own spelling, or another fault."
    convention = rule or own
    confidence = 0.5 if convention else 0.98 if known else 0.96 if only_outer else 0.9
    return Decision(
        after,
        Reason.WHITE_SPACE,
        "white_space",
        confidence,
        text,
        votes_for=float(known),
        votes_against=float(rows) if convention else 0.0,
        safety=Safety.DISPLAY if convention else Safety.SAFE,
    )
