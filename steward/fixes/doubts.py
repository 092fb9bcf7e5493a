"""What a model is asked about: distinct doubtful values, each with what the table knows of it.

A doubt shows a value the way a person would want to see it: what the column usually holds, and,
for a few columns of the same row, what this column holds in the *other* rows that agree there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from steward.checks.typo import NOT_WORDS
from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues
from steward.types import (
    Backtest,
    ColumnProfile,
    Fix,
    FixKind,
    Issue,
    Profile,
    Reason,
    Safety,
    SemanticType,
)

RARE, RARE_SHARE = 2, 0.05
"""A value of so few rows, or of this share of a usual value's, is odd where values repeat."""

ESTABLISHED = 3
REPEATING = 0.8
"""Share of a column's cells that established values must hold for the rare ones to be odd."""

BARE = NOT_WORDS - {SemanticType.QUANTITY}
"""Numbers, days and codes: no model knows which was meant, and how they are written has correctors
of its own."""

MOST = 60
USUAL, CLUES, HELD = 12, 4, 4
TELLING = {
    Reason.FORMAT,
    Reason.DOMAIN,
    Reason.TYPO,
    Reason.CATEGORY,
    Reason.SPLIT_VALUE,
    Reason.MOJIBAKE,
}
"""Reasons of issues whose values are doubtful in themselves, whatever the row."""


@dataclass(frozen=True, slots=True)
class Clue:
    """Another column of the row: its value, and what the doubted column holds in other rows of it.

    `rows` counts those other rows; `held` are the values and their rows, the most frequent first.
    """

    column: str
    value: str
    rows: int
    held: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One distinct value that may be wrong, with its context. All of it is data of the table."""

    table: str
    column: str
    about: str
    value: str
    rows: int
    usual: tuple[tuple[str, int], ...]
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model makes of a doubt: another value, or None to keep the one there is."""

    value: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a model did on one column.

    `asked` doubts, `drafted` replacements; `backtest` on values whose truth is known, asked the
    same way in the same batch; `passed` says whether its drafts may count for anything.
    """

    column: str
    asked: int
    drafted: int
    backtest: Backtest
    passed: bool

    def __str__(self) -> str:
        test = self.backtest
        said = f"its backtest precision was {test.right} of {test.tried}"
        if not test.tried:
            said = f"it mended none of {test.injected} damaged values in its backtest"
        fate = "its drafts go on to the gate" if self.passed else "nothing it drafted is used"
        return (
            f"{self.column}: asked about {self.asked}, drafted {self.drafted}; {said}, and it "
            f"changed {test.false_alarms} of {test.clean} right values: {fate}."
        )


class Asker(Protocol):
    """Something that can be asked about doubts: a model behind a prompt, or a script in a test."""

    model: str
    prompt: str
    digest: str

    def ask(self, doubts: Sequence[Doubt]) -> Sequence[Draft | None]:
        """A draft for each doubt, in order; None where it abstains or its reply is unusable."""
        ...

    def judged(self, verdicts: Sequence[Verdict]) -> None:
        """Told how it did."""
        ...


class Column:
    """One column as doubts see it: its values, which are established, and its neighbours."""

    def __init__(
        self, snapshot: Snapshot, profile: ColumnProfile, others: Sequence[ColumnValues]
    ) -> None:
        """Look at a column; `others` are those that may give clues, the most telling first."""
        self.snapshot = snapshot
        self.profile = profile
        self.values = ColumnValues(snapshot, profile.name)
        self.others = others
        hidden = {d.value for d in profile.disguised}
        self.real = np.array([bool(t.strip()) and t not in hidden for t in self.texts], bool)
        self.few = max(RARE, int(RARE_SHARE * self._usual_rows()))

    @property
    def texts(self) -> tuple[str, ...]:
        """The distinct values."""
        return self.values.codes.values

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Rows of each distinct value."""
        return self.values.codes.counts

    @property
    def established(self) -> npt.NDArray[np.bool_]:
        """Which distinct values are held by enough rows to be taken for right."""
        return np.asarray(self.real & (self.counts >= max(ESTABLISHED, self.few + 1)))

    def _usual_rows(self) -> int:
        """How many rows the value of the middle row has: a usual value's."""
        held = np.sort(self.counts[self.real])
        middle = int(np.searchsorted(np.cumsum(held), held.sum() / 2)) if len(held) else 0
        return int(held[middle]) if len(held) else 0

    def doubt(self, code: int, position: int, value: str | None = None) -> Doubt:
        """The doubt about a value, seen from one of its rows; `value` pretends another text.

        The rows in question (of the value, or the one that is pretended) do not count as context.
        """
        mine = self.values.positions(code)
        left_out = mine if value is None else np.array([position])
        counts = self.counts.copy()
        counts[code] -= len(left_out)
        return Doubt(
            self.snapshot.name,
            self.profile.name,
            f"{self.profile.semantic.value}, {self.profile.distinct} distinct values",
            self.texts[code] if value is None else value,
            len(left_out),
            self._most(counts, USUAL),
            tuple(islice(self._clues(position, left_out), CLUES)),
        )

    def _clues(self, position: int, left_out: npt.NDArray[np.int64]) -> Iterator[Clue]:
        for other in self.others:
            code = int(other.codes.codes[position])
            value = other.codes.text(code)
            if not value or not value.strip():
                continue
            alike = other.positions(code)
            alike = alike[~np.isin(alike, left_out)]
            if len(alike):
                codes = self.values.codes.codes[alike]
                counts = np.bincount(codes[codes >= 0], minlength=len(self.texts))
                yield Clue(other.name, value, len(alike), self._most(counts, HELD))

    def _most(self, counts: npt.NDArray[np.int64], most: int) -> tuple[tuple[str, int], ...]:
        """The most frequent real values and their rows; of equal ones, in order of the text."""
        order = np.argsort(-np.where(self.real, counts, 0), kind="stable")[:most].tolist()
        return tuple((self.texts[c], int(counts[c])) for c in order if counts[c] and self.real[c])


def doubted_columns(
    snapshot: Snapshot, profile: Profile, issues: Sequence[Issue], known: Sequence[Fix]
) -> list[tuple[Column, list[int]]]:
    """Columns that have doubtful values, and the codes of those, the most frequent first.

    Args:
        snapshot: the table.
        profile: its profile.
        issues: found by the checks; their values are doubtful.
        known: fixes proposed already; a value that an unsafe one maps is doubtful. (What a safe one
            maps is no longer in the snapshot, which is taken as it would stand after those.)
    """
    flagged = {
        (issue.columns[0], v.value)
        for issue in issues
        if issue.reason in TELLING and len(issue.columns) == 1
        for v in issue.values
    } | {place for fix in known if fix.safety is Safety.UNSAFE for place in _mapped(fix)}
    found = []
    every = {name: ColumnValues(snapshot, name) for name in snapshot.columns}
    for facts in profile.columns:
        if facts.is_key or facts.near_key or facts.distinct < 2 or facts.semantic in BARE:
            continue
        others = [every[name] for name in _telling(profile, facts.name)]
        column = Column(snapshot, facts, others)
        codes = _doubtful(column, {v for name, v in flagged if name == facts.name})
        if codes and column.established.any():
            found.append((column, codes[:MOST]))
    return found


def _doubtful(column: Column, flagged: set[str | None]) -> list[int]:
    counts, real = column.counts, column.real
    whole = max(1, int(counts[real].sum()))
    repeating = int(counts[column.established].sum()) >= REPEATING * whole
    rare = repeating and column.profile.semantic not in NOT_WORDS
    codes = [
        code
        for code in np.flatnonzero(real).tolist()
        if column.texts[code] in flagged or (rare and counts[code] <= column.few)
    ]
    return sorted(codes, key=lambda c: (column.texts[c] not in flagged, -counts[c], c))


def _mapped(fix: Fix) -> list[tuple[str, str | None]]:
    if fix.kind is not FixKind.MAPPING or len(fix.changes) != 1:
        return []
    return [(fix.changes[0].column, fix.changes[0].before)]


def _telling(profile: Profile, column: str) -> list[str]:
    """Columns that may tell what this one holds: dependencies, then the most varied."""
    by_error = sorted(
        (d.error, d.determinant[0])
        for d in profile.dependencies
        if d.dependent == column and len(d.determinant) == 1
    )
    first = list(dict.fromkeys(name for _, name in by_error))
    rest = sorted(
        (c for c in profile.columns if c.name not in (column, *first) and c.distinct > 1),
        key=lambda c: (-min(c.distinct, profile.rows // 3), c.name),
    )
    return first + [c.name for c in rest if not c.is_key]
