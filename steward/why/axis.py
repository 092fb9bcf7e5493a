"""An axis along which a table is sliced, and an atom: one condition on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition: in SQL, and as what a person reads (`column`, and `value` or a range of it)."""

    column: str
    values: tuple[str, ...]
    text: str
    sql: str
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A code for every row (0 to `size` - 1; -1 is in no slice), and the atoms over those codes.

    On an *ordered* axis an atom is a run of codes (`low` to `high`), else a set of them.
    """

    name: str
    codes: Codes
    size: int
    ordered: bool
    atom: Callable[[Sequence[int]], Atom]


def between(
    column: str, label: str, low: int | str, high: int | str, *, open_end: bool
) -> tuple[str, str]:
    """The condition that a value lies in a run, as SQL and in words."""
    if open_end:
        return f"{column} >= {low}", f"{label} ≥ {low}"
    if low == high:
        return f"{column} = {low}", f"{label} = {low}"
    return f"{column} between {low} and {high}", f"{label} {low}–{high}"
