"""Scores a repaired table: what was written, against what was dirty and what is true."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.errors import InputError
from steward.evaluate.kinds import classify
from steward.evaluate.tally import Tally, total

Rows = Sequence[Sequence[str | None]]
Texts = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RepairScore:
    """How good a written table is. `columns` and `kinds` hold the same counts in parts.

    The tally of a kind of error counts only the cells with such an error; broken clean cells
    (which had no error) appear under the kind `none`.
    """

    whole: Tally
    columns: Mapping[str, Tally]
    kinds: Mapping[str, Tally]

    @property
    def precision(self) -> float:
        """Share of the written cells that now hold the truth; nan when nothing was written."""
        return self.whole.precision

    @property
    def recall(self) -> float:
        """Share of the errors that now hold the truth."""
        return self.whole.recall

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return self.whole.f1

    @property
    def damage(self) -> float:
        """Share of the clean cells that were broken."""
        return self.whole.damage

    @property
    def coverage(self) -> float:
        """Share of the errors that were written at all."""
        return self.whole.coverage

    def phi(self, cost: float) -> float:
        """Errors mended less `cost` a broken clean cell, over all errors."""
        return self.whole.phi(cost)

    def as_dict(self) -> dict[str, object]:
        """Everything, for JSON."""
        return {
            "whole": self.whole.as_dict(),
            "columns": {name: t.as_dict() for name, t in self.columns.items()},
            "kinds": {name: t.as_dict() for name, t in self.kinds.items()},
        }

    def __str__(self) -> str:
        t = self.whole
        return (
            f"P {t.precision:.3f} R {t.recall:.3f} F1 {t.f1:.3f} damage {t.damage:.5f} "
            f"(errors {t.errors}, written {t.written}, fixed {t.fixed}, damaged {t.damaged})"
        )


def score_repair(
    columns: Sequence[str],
    dirty: Rows,
    fixed: Rows,
    clean: Rows,
    *,
    kinds: Rows | None = None,
    ignore: Collection[tuple[str, str]] = (),
) -> RepairScore:
    """Compare three tables cell by cell.

    Args:
        columns: names, in the order of the cells of a row.
        dirty: rows as delivered, cells as text; null is '' (None is read as '').
        fixed: the same rows after the repair, in the same order.
        clean: the same rows as they should be.
        kinds: the kind of error of each cell, in the shape of the rows; guessed when not given.
        ignore: (column, clean value) pairs whose cells are left out of every count.

    Raises:
        InputError: the tables differ in shape.
    """
    before, after, truth = (
        as_texts(columns, rows, what)
        for rows, what in ((dirty, "dirty"), (fixed, "fixed"), (clean, "clean"))
    )
    if not len(before) == len(after) == len(truth):
        raise InputError(
            f"The tables differ in length: dirty has {len(before)} rows, fixed {len(after)}, "
            f"clean {len(truth)}.",
            hint="Rows are aligned by position: give tables of the same rows in the same order.",
        )
    counted = np.ones(before.shape, np.bool_)
    for name, value in ignore:
        counted[:, columns.index(name)] &= truth[:, columns.index(name)] != value
    return _score(columns, before, after, truth, counted, kinds)


def as_texts(columns: Sequence[str], rows: Rows, what: str) -> Texts:
    """Rows as an array of texts, '' for null; refuses rows of another width."""
    texts = np.empty((len(rows), len(columns)), object)
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise InputError(
                f"Row {number + 1} of the {what} table has {len(row)} cells, "
                f"but there are {len(columns)} columns."
            )
        texts[number] = ["" if cell is None else cell for cell in row]
    return texts


def _score(
    columns: Sequence[str],
    before: Texts,
    after: Texts,
    truth: Texts,
    counted: Mask,
    kinds: Rows | None,
) -> RepairScore:
    errors = (before != truth) & counted
    written = (before != after) & counted
    right = (after == truth) & counted
    by_column = {
        name: _tally(counted[:, i], errors[:, i], written[:, i], right[:, i])
        for i, name in enumerate(columns)
    }
    if kinds is None:
        labels = classify(before, truth, errors)
    else:
        labels = np.where(errors, as_texts(columns, kinds, "error kinds"), "none")
    by_kind = {}
    for kind in sorted(set(labels[counted & (errors | written)].tolist())):
        these = counted & (labels == kind)
        by_kind[kind] = _tally(these, errors & these, written & these, right & these)
    return RepairScore(total(by_column.values()), by_column, by_kind)


def _tally(counted: Mask, errors: Mask, written: Mask, right: Mask) -> Tally:
    touched = written & errors
    return Tally(
        cells=int(counted.sum()),
        errors=int(errors.sum()),
        written=int(written.sum()),
        touched=int(touched.sum()),
        fixed=int((touched & right).sum()),
        damaged=int((written & ~errors).sum()),
    )
