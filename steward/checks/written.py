"""How amounts and dates are written: the text around the digits, and the signs between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.checks.values import quoted
from steward.engine import Codes
from steward.profile.parse import parse_date, parse_money, parse_number, parse_quantity
from steward.types import ColumnProfile, SemanticType

PLAIN = r"^[+-]?\d+(\.\d+)?$"
PARSED_SHARE = 0.9


def written(
    column: ColumnProfile, codes: Codes, present: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], str] | None:
    """Values that do not parse, or that are written another way than most; None when all agree."""
    readable = _readable(column.semantic, codes, present)
    total = codes.counts[present].sum()
    if codes.counts[readable].sum() < PARSED_SHARE * total:
        return None
    manner = _manners(codes, column.semantic)
    rows = np.bincount(
        manner.codes, weights=np.where(readable, codes.counts, 0), minlength=len(manner.values)
    )
    usual = int(np.argmax(rows))
    odd = present & ~(readable & (manner.codes == usual))
    if not odd.any():
        return None
    return odd, "usually " + quoted([manner.values[usual]])


def _readable(
    semantic: SemanticType, codes: Codes, present: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    plain = pc.match_substring_regex(pa.array(codes.values, pa.string()), PLAIN)
    known = np.asarray(plain.to_numpy(zero_copy_only=False), dtype=bool) & present
    if semantic is SemanticType.DATE:
        known[:] = False
    for i in np.flatnonzero(present & ~known):
        known[i] = _parses(codes.values[i], semantic)
    return known


def _parses(text: str, semantic: SemanticType) -> bool:
    if semantic is SemanticType.DATE:
        return parse_date(text) is not None
    if parse_number(text.rstrip(" %％")) is not None:
        return True
    if semantic is SemanticType.MONEY:
        return parse_money(text) is not None
    return semantic is SemanticType.QUANTITY and parse_quantity(text) is not None


def _manners(codes: Codes, semantic: SemanticType) -> Codes:
    """The manner of writing of each distinct value: its digits and their grouping made alike."""
    texts = pa.array(codes.values, pa.string())
    if semantic is SemanticType.DATE:
        texts = pc.replace_substring_regex(texts, r"\d+", "9")
        texts = pc.replace_substring_regex(texts, r"\p{L}\p{L}+", "Mon")
    else:
        texts = pc.replace_substring_regex(texts, r"[+-]?\d+(\.\d+)?", "9")
    return Codes.of(texts)
