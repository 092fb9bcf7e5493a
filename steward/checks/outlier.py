"""Numbers far away from all others of their column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from steward.checks.finding import issue_from_values
from steward.checks.numbers import MEASURES, Numbers, value_numbers
from steward.checks.values import quoted, texts
from steward.engine import Snapshot
from steward.types import Issue, Profile, Reason, SemanticType

MIN_ROWS = 50
FENCE = 3.0
MAX_SHARE = 0.005
GAP = 1.0


def outlier(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Numbers and dates far outside where the others of their column lie.

    A value is shown when it lies beyond the 3.0 fences (quartiles ± 3 times the distance between
    them), on a logarithmic scale as well where all numbers are positive, *and* an empty gap of at
    least one quartile distance parts it from the rest. Columns in which more than half a percent
    of the rows lie out there have long tails by nature, and are left alone.
    """
    for column in profile.columns:
        if column.semantic not in MEASURES | {SemanticType.DATE} or column.present < MIN_ROWS:
            continue
        codes = snapshot.codes(column.name)
        numbers = value_numbers(snapshot, column)
        far = far_out(numbers, codes.counts)
        if not far.any():
            continue
        values = texts(codes, far)
        usual = f"{_least(texts(codes, ~far & (numbers == np.nanmin(numbers[~far]))))} to " \
            f"{_least(texts(codes, ~far & (numbers == np.nanmax(numbers[~far]))))}"  # fmt: skip
        issue = issue_from_values(
            snapshot,
            column.name,
            values,
            check="outlier",
            reason=Reason.OUTLIER,
            message=f"{{rows}} rows ({{share}}) hold a {column.name} far from all others "
            f"({usual}): {quoted(values)}.",
        )
        if issue is not None:
            yield issue


def far_out(numbers: Numbers, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which distinct numbers lie beyond the fences and a gap (bool; nan never does)."""
    far = np.zeros(len(numbers), bool)
    known = np.flatnonzero(~np.isnan(numbers))
    if rows[known].sum() < MIN_ROWS:
        return far
    order = known[np.argsort(numbers[known], kind="stable")]
    values, held = numbers[order], rows[order]
    scales = [values]
    if values[0] > 0:
        scales.append(np.log(values))
    sides = [_beyond(scale, held) for scale in scales]
    if any(side is None for side in sides):
        return far
    low = min(side[0] for side in sides if side)
    high = max(side[1] for side in sides if side)
    beyond = int(held[:low].sum() + held[high:].sum())
    if beyond and beyond <= max(1.0, MAX_SHARE * held.sum()):
        far[order[:low]] = True
        far[order[high:]] = True
    return far


def _beyond(values: Numbers, rows: npt.NDArray[np.int64]) -> tuple[int, int] | None:
    """How many values lie below the lower fence and a gap, and where those above begin."""
    total = rows.cumsum()
    at = [values[np.searchsorted(total, q * total[-1])] for q in (0.25, 0.75)]
    spread = float(at[1] - at[0])
    if spread <= 0:
        return None
    gaps = np.diff(values) >= GAP * spread
    low = int(np.searchsorted(values, at[0] - FENCE * spread, side="left"))
    high = int(np.searchsorted(values, at[1] + FENCE * spread, side="right"))
    # The outermost stretch that a gap parts from the rest; what lies inside it is the tail.
    lows = np.flatnonzero(gaps[: max(low, 0)])
    highs = np.flatnonzero(gaps[high - 1 :]) + high if high > 0 else np.array([], int)
    return (int(lows[-1]) + 1 if len(lows) else 0, int(highs[0]) if len(highs) else len(values))


def _least(found: list[str]) -> str:
    return min(found, default="", key=len)
