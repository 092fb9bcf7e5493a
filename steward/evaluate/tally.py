"""The counts that every score of a repaired table is made of.

Definitions, with a worked example: docs/evaluation.md. A cell is an *error* when the dirty table
differs from the clean one there; it is *written* when the fixed table differs from the dirty one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass

COSTS = (1, 5, 10)
"""What one broken clean cell weighs against one mended error, in phi."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of cells. `touched` = errors written at all, `fixed` = errors written rightly."""

    cells: int = 0
    errors: int = 0
    written: int = 0
    touched: int = 0
    fixed: int = 0
    damaged: int = 0

    @property
    def precision(self) -> float:
        """Share of the written cells that now hold the truth; nan when nothing was written."""
        return _ratio(self.fixed, self.written)

    @property
    def recall(self) -> float:
        """Share of the errors that now hold the truth; nan when there was no error."""
        return _ratio(self.fixed, self.errors)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when nothing was mended."""
        return 2 * self.fixed / (self.written + self.errors) if self.fixed else 0.0

    @property
    def damage(self) -> float:
        """Share of the clean cells that were broken."""
        return _ratio(self.damaged, self.cells - self.errors, empty=0.0)

    @property
    def coverage(self) -> float:
        """Share of the errors that were written at all, rightly or not."""
        return _ratio(self.touched, self.errors)

    @property
    def detection_precision(self) -> float:
        """Share of the written cells that were errors, whatever was written there."""
        return _ratio(self.touched, self.written)

    @property
    def detection_f1(self) -> float:
        """Harmonic mean of detection precision and coverage (which is detection recall)."""
        return 2 * self.touched / (self.written + self.errors) if self.touched else 0.0

    @property
    def correction(self) -> float:
        """Of the errors that were found, the share that got the true value."""
        return _ratio(self.fixed, self.touched)

    def phi(self, cost: float) -> float:
        """Errors mended less `cost` for each clean cell broken, over all errors.

        0 = as good as doing nothing, 1 = perfect, below 0 = better left alone.
        """
        return (self.fixed - cost * self.damaged) / max(self.errors, 1)

    def rates(self) -> dict[str, float | None]:
        """All rates by name, for JSON: an undefined one is None."""
        named: dict[str, float] = {name: getattr(self, name) for name in RATES}
        named.update({f"phi_{cost}": self.phi(cost) for cost in COSTS})
        return {name: None if math.isnan(value) else value for name, value in named.items()}

    def as_dict(self) -> dict[str, float | None]:
        """Counts and rates, for JSON."""
        return {**asdict(self), **self.rates()}


RATES = (
    "precision",
    "recall",
    "f1",
    "damage",
    "coverage",
    "detection_precision",
    "detection_f1",
    "correction",
)
"""Rates of a tally, in the order of a report."""


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up, cell by cell (the micro average of their rates)."""
    parts = list(tallies)
    return Tally(
        cells=sum(t.cells for t in parts),
        errors=sum(t.errors for t in parts),
        written=sum(t.written for t in parts),
        touched=sum(t.touched for t in parts),
        fixed=sum(t.fixed for t in parts),
        damaged=sum(t.damaged for t in parts),
    )


def _ratio(part: int, whole: int, *, empty: float = math.nan) -> float:
    return part / whole if whole else empty
