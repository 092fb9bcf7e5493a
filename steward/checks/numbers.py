"""The numbers of a column, parsed once for each distinct value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.checks.values import blank, present_values
from steward.engine import Snapshot
from steward.profile.parse import parse_date, parse_money, parse_number, parse_quantity
from steward.types import ColumnProfile, SemanticType

MEASURES = frozenset({SemanticType.MONEY, SemanticType.QUANTITY, SemanticType.NUMBER,
                      SemanticType.PERCENT})  # fmt: skip
"""What is counted or measured, and so has a size. Ids and codes made of digits have none."""

PLAIN = r"^-?\d+(\.\d+)?$"
EPOCH = 719_163
"""Ordinal of 1970-01-01: dates are days since then, as in the profile."""

Numbers = npt.NDArray[np.float64]


def value_numbers(snapshot: Snapshot, column: ColumnProfile) -> Numbers:
    """Number of each distinct value (float64; nan where it holds none or is not present).

    Dates are days since 1970-01-01. A quantity is its amount in the unit it is written in.
    """
    codes = snapshot.codes(column.name)
    present = present_values(snapshot, column)
    numbers = np.full(len(codes.values), np.nan)
    rest = present
    if column.semantic is not SemanticType.DATE:
        values = pa.array(codes.values, pa.string())
        plain = np.asarray(pc.match_substring_regex(values, PLAIN).to_numpy(zero_copy_only=False))
        parsed = pc.cast(values.filter(pa.array(plain)), pa.float64())
        numbers[plain] = parsed.to_numpy(zero_copy_only=False)
        rest = present & ~plain
        numbers[~present] = np.nan
    for i in np.flatnonzero(rest):
        numbers[i] = _number(codes.values[i], column.semantic)
    return numbers


def row_numbers(snapshot: Snapshot, column: ColumnProfile) -> Numbers:
    """Number of each row (float64, nan where there is none)."""
    numbers = np.append(value_numbers(snapshot, column), np.nan)
    codes = blank(snapshot.codes(column.name), present_values(snapshot, column))
    return np.asarray(numbers[codes], dtype=np.float64)


def _number(text: str, semantic: SemanticType) -> float:
    if semantic is SemanticType.DATE:
        parsed = parse_date(text)
        return float(parsed.date.toordinal() - EPOCH) if parsed else float("nan")
    number = parse_number(text.rstrip(" %％"))
    if number is None and semantic is SemanticType.MONEY:
        money = parse_money(text)
        number = money.amount if money else None
    if number is None and semantic is SemanticType.QUANTITY:
        quantity = parse_quantity(text)
        number = quantity.amount if quantity else None
    return float("nan") if number is None else float(number)
