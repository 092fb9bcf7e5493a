"""One column's facts, from its counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.profile.counts import Counts, Integers, bottom, top
from steward.profile.hidden import find_disguised
from steward.profile.money import parse_money
from steward.profile.numbers import EXACT, NUMERIC, Floats, scalars, summarise
from steward.profile.quantity import parse_quantity
from steward.profile.semantic import Meaning, meaning
from steward.profile.shapes import masks, scripts
from steward.types import ColumnProfile, LengthSummary, Mask, NumberSummary, ValueCount
from steward.types import SemanticType as S

TOP = 20
RARE = 10
MASKS = 20
NEAR_KEY = 0.99
UNIT_SAMPLE = 2_000
_SHORT = (S.TEXT, S.URL, S.EMAIL, S.CATEGORY_PATH, S.CATEGORY, S.NUMBER, S.MONEY, S.QUANTITY,
          S.PERCENT)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A column's profile, and what the tests between columns and batches need of it.

    `present` holds the values that are neither missing nor disguised; `places` (int32) gives for
    each value of the original counts its position there, or -1; `shapes` and `numbers` belong to
    the present values.
    """

    profile: ColumnProfile
    present: Counts
    places: npt.NDArray[np.int32]
    shapes: Integers
    numbers: Floats | None


def measure_column(name: str, counts: Counts) -> Measured:
    """Measure one column."""
    filled = pc.not_equal(counts.values, "").to_numpy(zero_copy_only=False)
    stated = counts.keep(filled)
    disguised, hidden = find_disguised(stated)
    present = stated.keep(~hidden)
    sense = meaning(name, present)
    shapes = _shapes(present, sense)
    numbers = scalars(present.values, sense.semantic) if sense.semantic in NUMERIC else None
    summary = None if numbers is None else summarise(numbers, present.rows, sense.semantic)
    unique = len(present.values) / counts.total if counts.total else 0.0
    profile = ColumnProfile(
        name=name,
        rows=counts.total,
        missing=counts.nulls + int(counts.rows[~filled].sum()),
        disguised=disguised,
        distinct=len(present.values),
        unique=int((present.rows == 1).sum()),
        type=sense.type,
        type_share=round(sense.type_share, 6),
        semantic=sense.semantic,
        semantic_share=round(_share(sense, present, summary), 6),
        lengths=_lengths(present),
        masks=_masks(present, shapes),
        top=top(present, TOP),
        rare=bottom(present, RARE),
        numbers=summary,
        units=_units(present, sense),
        scripts=tuple(ValueCount(s, n) for s, n in scripts(present.values, present.rows)),
        is_key=unique == 1.0,
        near_key=NEAR_KEY <= unique < 1.0,
    )
    return Measured(profile, present, _places(filled, hidden), _codes(shapes, sense), numbers)


def _share(sense: Meaning, present: Counts, summary: NumberSummary | None) -> float:
    """The share of rows that fit the type: counted where every value was read, else sampled."""
    counted = sense.semantic in (S.NUMBER, S.MONEY, S.QUANTITY, S.DATE)
    if summary is None or not counted or len(present.values) > EXACT:
        return sense.semantic_share
    return summary.parsed / int(present.rows.sum())


def _places(filled: npt.NDArray[np.bool_], hidden: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    kept = filled.copy()
    kept[filled] = ~hidden
    places = np.cumsum(kept, dtype=np.int32) - 1
    places[~kept] = -1
    return places.astype(np.int32)


def _codes(shapes: Counts, sense: Meaning) -> Integers:
    """The shape of each value, as a number; how many digits a number has is no shape."""
    if shapes.codes is None:
        return np.zeros(0, np.int64)
    if sense.semantic not in NUMERIC:
        return shapes.codes.astype(np.int64)
    alike = pc.dictionary_encode(pc.replace_substring(shapes.values, "9+", "9"))
    return np.asarray(alike.indices)[shapes.codes].astype(np.int64)


def _lengths(present: Counts) -> LengthSummary | None:
    if not len(present.values):
        return None
    lengths = pc.utf8_length(present.values).to_numpy(zero_copy_only=False)
    mean = float((lengths * present.rows).sum() / present.rows.sum())
    return LengthSummary(int(lengths.min()), round(mean, 6), int(lengths.max()))


def _shapes(present: Counts, sense: Meaning) -> Counts:
    """Masks and their rows: short ones for text and numbers, whose lengths mean nothing."""
    found = Counts.of(masks(present.values, short=sense.semantic in _SHORT))
    if found.codes is None:
        return found
    rows = np.bincount(found.codes, weights=present.rows, minlength=len(found.values))
    return Counts(found.values, rows.astype(np.int64), 0, found.codes)


def _masks(present: Counts, shapes: Counts) -> tuple[Mask, ...]:
    """The most frequent masks, each with the most frequent value that has it."""
    if shapes.codes is None or not len(present.values):
        return ()
    found = []
    for shape in top(shapes, MASKS):
        code = pc.index(shapes.values, shape.value).as_py()
        at = np.flatnonzero(shapes.codes == code)
        rows = present.rows[at]
        often = present.values.take(pa.array(at[rows == rows.max()]))
        found.append(Mask(shape.value or "", shape.rows, pc.min(often).as_py()))
    return tuple(found)


def _units(present: Counts, sense: Meaning) -> tuple[ValueCount, ...]:
    """Units or currencies, canonical, with their rows (of a sample where values are many)."""
    if sense.semantic not in (S.MONEY, S.QUANTITY):
        return ()
    tally: dict[str, int] = {}
    sample = present.sample(UNIT_SAMPLE)
    for text, rows in zip(sample.values.to_pylist(), sample.rows.tolist(), strict=True):
        unit = _unit(text, sense.semantic)
        if unit:
            tally[unit] = tally.get(unit, 0) + rows
    return tuple(ValueCount(u, n) for u, n in sorted(tally.items(), key=lambda p: (-p[1], p[0])))


def _unit(text: str, semantic: S) -> str | None:
    if semantic is S.MONEY:
        money = parse_money(text)
        return money.currency if money else None
    quantity = parse_quantity(text)
    return quantity.unit if quantity else None
