"""Makes mapping fixes: one old value, one new value, all the rows that hold the old one.

Correctors decide on the distinct values of a column; this turns a decision into a `Fix` with its
rows, its query and its votes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from steward.engine import Codes, Snapshot
from steward.engine.text import quote_identifier, quote_literal
from steward.types import (
    ROW,
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    RowId,
    Safety,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a corrector decided about one distinct value, before rows are looked up.

    `confidence` is the corrector's raw score. `safety` is the most it may ever become: a
    convention that only a person can choose is `DISPLAY`.
    """

    after: str | None
    reason: Reason
    check: str
    confidence: float
    text: str
    votes_for: float = 0.0
    votes_against: float = 0.0
    safety: Safety = Safety.UNSAFE
    determinants: tuple[str, ...] = ()


@dataclass
class ColumnValues:
    """The distinct values of one column, how often each occurs, and where."""

    snapshot: Snapshot
    name: str
    codes: Codes = field(init=False)

    def __post_init__(self) -> None:
        self.codes = self.snapshot.codes(self.name)

    @cached_property
    def _order(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        order = np.argsort(self.codes.codes, kind="stable")
        edges = np.searchsorted(self.codes.codes[order], np.arange(-1, len(self.codes.values) + 1))
        return order, edges.astype(np.int64)

    @cached_property
    def code_of(self) -> dict[str, int]:
        """The code of each distinct value."""
        return {value: code for code, value in enumerate(self.codes.values)}

    def count(self, value: str) -> int:
        """How many rows hold a value; 0 when none does."""
        code = self.code_of.get(value)
        return 0 if code is None else int(self.codes.counts[code])

    def positions(self, code: int) -> npt.NDArray[np.int64]:
        """Positions of the rows that hold a code (-1: null), ascending."""
        order, edges = self._order
        return order[edges[code + 1] : edges[code + 2]]

    def rows(self, code: int) -> tuple[RowId, ...]:
        """Row ids that hold a code (-1: null), ascending."""
        return tuple(self.snapshot.row_ids[self.positions(code)].tolist())

    def fix(self, code: int, decision: Decision, who: Provenance) -> Fix:
        """The decision about one value as a fix for every row that holds it."""
        before = self.codes.text(code)
        return Fix(
            table=self.snapshot.name,
            kind=FixKind.MAPPING,
            reason=decision.reason,
            check=decision.check,
            changes=(Change(self.name, before, decision.after),),
            rows=self.rows(code),
            provenance=who,
            evidence=Evidence(
                decision.text,
                sql=rows_with_sql(self.snapshot.name, self.name, before),
                determinants=decision.determinants,
                votes_for=decision.votes_for,
                votes_against=decision.votes_against,
            ),
            confidence=round(decision.confidence, 4),
            safety=decision.safety,
        )


def rows_with_sql(table: str, column: str, value: str | None) -> str:
    """Select the rows that hold one value."""
    name = quote_identifier(column)
    test = f"{name} is null" if value is None else f"{name} = {quote_literal(value)}"
    return f"select {ROW}, {name} from {quote_identifier(table)} where {test} order by {ROW}"


def missing_mark(profile: Profile, column: str, snapshot: Snapshot) -> str | None:
    """How missing is written: as the column does, else as the table does; `None` is null.

    Empty text where the column (or, if it has no missing cell, another one) holds empty text.
    """
    own = snapshot.codes(column)
    if own.values and own.values[0] == "":
        return ""
    if bool((own.codes < 0).any()):
        return None
    has_null = False
    has_empty = False
    for other in profile.columns:
        codes = snapshot.codes(other.name)
        has_empty = has_empty or bool(codes.values and codes.values[0] == "")
        has_null = has_null or len(codes.codes) > int(codes.counts.sum())
    return "" if has_empty and not has_null else None


def missing_codes(snapshot: Snapshot, profile: Profile, column: str) -> npt.NDArray[np.bool_]:
    """Which rows (bool, one a row) hold null, blank text or a disguised missing value."""
    codes = snapshot.codes(column)
    disguised = {d.value for d in profile.column(column).disguised}
    blank = np.array([not v.strip() or v in disguised for v in codes.values] + [True])
    return np.asarray(blank[codes.codes])


def usually_filled(snapshot: Snapshot, gone: npt.NDArray[np.bool_]) -> bool:
    """Does an empty cell mean a failure, not that there is nothing to say (the colour of tea)?

    True where 95 % of the rows are filled, or 98 % of those of the median batch.
    """
    batches, which = np.unique(snapshot.batch_ids, return_inverse=True)
    filled = 1 - np.bincount(which, weights=gone) / np.bincount(which)
    usual = len(batches) > 1 and float(np.median(filled)) >= 0.98
    return usual or float(1 - gone.mean()) >= 0.95


def wilson_lower(right: float, tried: float, z: float = 1.96) -> float:
    """Lower bound at 95 % of a share, by Wilson (1927); 0 when nothing was tried."""
    if tried <= 0:
        return 0.0
    share = right / tried
    spread = z * float(np.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried)))
    return max(0.0, (share + z * z / (2 * tried) - spread) / (1 + z * z / tried))
