"""Finds disguised missing values among the counts of a column, however many values it has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.profile.counts import Counts, Integers
from steward.profile.missing import column_rules, is_disguised, lexicon
from steward.profile.sentinels import SPIKE_ROWS, SPIKE_TIMES
from steward.types import ValueCount

FEW = 5000
_ODD = r"^[^\p{L}\p{N}]+$|^[<(\[{【《「'\"（]|^(?i:no|not) "


def find_disguised(stated: Counts) -> tuple[tuple[ValueCount, ...], npt.NDArray[np.bool_]]:
    """Return the disguised values with their rows, and a mask of them over `stated.values`.

    Only values that could be one are looked at one by one; the others stand for the column by a
    sample where they are more than `FEW`.
    """
    hidden = np.zeros(len(stated.values), bool)
    if not len(hidden):
        return (), hidden
    doubtful = _candidates(stated)
    texts = stated.texts(doubtful)
    known = [int(i) for i, text in zip(doubtful, texts, strict=True) if is_disguised(text)]
    bar = max(SPIKE_ROWS, SPIKE_TIMES * float(np.median(stated.rows)))
    spikes = np.flatnonzero(stated.rows >= bar)
    if not known and not len(spikes):
        return (), hidden
    looked = np.union1d(np.array(known, np.int64), _standing_for(stated, spikes))
    values, rows = stated.texts(looked), stated.rows[looked].tolist()
    found = column_rules(values, rows, set(np.searchsorted(looked, known).tolist()))
    place = {value: int(position) for value, position in zip(values, looked, strict=True)}
    hidden[[place[value.value or ""] for value in found]] = True
    return found, hidden


def _standing_for(stated: Counts, spikes: Integers) -> Integers:
    """All values when few, else the spikes and a sample at even steps."""
    n = len(stated.values)
    if n <= FEW:
        return np.arange(n)
    spikes = spikes[np.argsort(-stated.rows[spikes], kind="stable")][:2000]
    return np.union1d(spikes, np.linspace(0, n - 1, 3000).astype(np.int64))


def _candidates(stated: Counts) -> Integers:
    """Positions of the values that the lexicon may know; all when few."""
    if len(stated.values) <= FEW:
        return np.arange(len(stated.values))
    lengths = pc.utf8_length(stated.values)
    short = np.flatnonzero(pc.less(lengths, 25).to_numpy(zero_copy_only=False))
    values = stated.values.take(pa.array(short))
    plain = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(values)), pa.array(sorted(lexicon())))
    odd = pc.match_substring_regex(values, _ODD)
    wide = pc.and_(pc.invert(pc.string_is_ascii(values)), pc.less(pc.utf8_length(values), 9))
    asked = pc.or_(pc.or_(plain, odd), wide).to_numpy(zero_copy_only=False)
    return np.asarray(short[np.asarray(asked, bool)], np.int64)
