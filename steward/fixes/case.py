"""One way of writing capitals: forms that differ by case only, mapped to the one that dominates.

A rare form is mapped onto a form of the same letters that clearly dominates it. Ids, URLs and
e-mail addresses are left alone, and so is a pair that meets as often one way as the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision, wilson_lower
from steward.types import ColumnProfile, Fix, Profile, Provenance, Reason, Safety, SemanticType

DOMINANT_SHARE = 0.8
"""The frequent form must be written by this share of the rows, at the lower bound half of them."""

MIN_ROWS = 4
"""The frequent form must be held by this many rows."""

_OWN_CASE = {SemanticType.ID, SemanticType.URL, SemanticType.EMAIL, SemanticType.QUANTITY}


class LetterCase:
    """Maps rare capitalisations of a value to the dominant one."""

    name = "case"
    version = "1"
    injections: tuple[str, ...] = ("case",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose, per column, the dominant form for each rare one of the same letters."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if _has_own_case(column):
                continue
            values = ColumnValues(snapshot, column.name)
            for forms in _same_letters(values):
                for code, decision in _decide(values, forms):
                    yield values.fix(code, decision, who)


def _has_own_case(column: ColumnProfile) -> bool:
    """Is case part of the meaning, or is every value its own (so that nothing dominates)?"""
    unique = column.distinct > 0.95 * max(1, column.present)
    return column.semantic in _OWN_CASE or column.is_key or unique


def _same_letters(values: ColumnValues) -> list[list[int]]:
    """Groups of two codes or more whose values are equal but for case, in order."""
    texts = values.codes.values
    groups: dict[str, list[int]] = defaultdict(list)
    for code, text in enumerate(texts):
        groups[text.casefold()].append(code)
    return [codes for codes in groups.values() if len(codes) > 1]


def _decide(values: ColumnValues, forms: list[int]) -> Iterator[tuple[int, Decision]]:
    counts = values.codes.counts[forms]
    total, best = int(counts.sum()), int(np.argmax(counts))
    top, rows = forms[best], int(counts[best])
    share, lower = rows / total, wilson_lower(rows, total)
    dominates = rows >= MIN_ROWS and share >= DOMINANT_SHARE and lower >= DOMINANT_SHARE / 2
    after = values.codes.values[top]
    for code in forms:
        if code == top:
            continue
        before = values.codes.values[code]
        text = (
            f"{before!r} ({int(values.codes.counts[code])} rows) is {after!r} ({rows} rows) in "
            f"other capitals; {after!r} has {share:.0%} of the {total} rows of these letters "
            f"(at least {lower:.0%} at 95 %)."
        )
        if not dominates:
            text += " Neither form clearly dominates: a convention, a person must decide."
        yield (
            code,
            Decision(
                after,
                Reason.FORMAT,
                "format",
                min(0.98, 0.5 + 0.5 * lower) if dominates else 0.5,
                text,
                votes_for=float(rows),
                votes_against=float(total - rows),
                safety=Safety.SAFE if dominates else Safety.DISPLAY,
            ),
        )
