"""The shape of a text: letters and digits by kind, everything else as it is.

Shapes are the profile's masks of distinct values, read at three depths. The deepest at which a
column is regular says what its values should look like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.engine import Codes
from steward.profile.shapes import masks

Level = tuple[tuple[str, str], ...]

RUNS: Level = (("9+", "9+"), ("A+", "A+"), ("a+", "a+"), ("汉+", "汉+"))
"""`AB-12` is `A+-9+`. Read from exact shapes."""

LETTERS: Level = (("[Aa汉]+", "a+"), ("9+", "9+"))
"""`AB-12` is `a+-9+`: case does not matter. Read from exact shapes."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Distinct shapes of a column's values.

    `of` (int32) gives the shape of each distinct value, `rows` (int64) the rows of each shape.
    """

    names: tuple[str, ...]
    of: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int64]


def exact_shapes(codes: Codes, counted: npt.NDArray[np.bool_]) -> Shapes:
    """Exact shapes of a column's distinct values; only values `counted` add to `rows`."""
    made = Codes.of(masks(pa.array(codes.values, pa.string()), short=False))
    weights = np.where(counted, codes.counts, 0)
    rows = np.bincount(made.codes, weights=weights, minlength=len(made.values))
    return Shapes(made.values, made.codes, rows.astype(np.int64))


def coarser(exact: Shapes, level: Level) -> Shapes:
    """The same values at another depth; works on the shapes, which are few."""
    made = Codes.of(_replaced(exact.names, level))
    rows = np.bincount(made.codes, weights=exact.rows, minlength=len(made.values))
    return Shapes(made.values, made.codes[exact.of], rows.astype(np.int64))


def _replaced(texts: tuple[str, ...], level: Level) -> pa.Array:
    out = pa.array(texts, pa.string())
    for pattern, put in level:
        out = pc.replace_substring_regex(out, pattern, put)
    return out
