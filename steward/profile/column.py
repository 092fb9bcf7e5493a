"""One column's facts, from its counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.profile.counts import Counts
from steward.profile.missing import column_rules, is_disguised, lexicon
from steward.profile.money import parse_money
from steward.profile.numbers import NUMERIC, summarise
from steward.profile.quantity import parse_quantity
from steward.profile.semantic import Meaning, meaning
from steward.profile.shapes import masks, scripts
from steward.types import ColumnProfile, LengthSummary, Mask, NumberSummary, ValueCount
from steward.types import SemanticType as S

TOP = 20
RARE = 10
MASKS = 20
NEAR_KEY = 0.99
_DOUBTFUL = r"^[^\p{L}\p{N}]+$|^[<(\[{【《「'\"（]"


def profile_column(name: str, counts: Counts) -> tuple[ColumnProfile, Counts]:
    """Measure one column; also return its present values (neither missing nor disguised)."""
    filled = pc.not_equal(counts.values, "").to_numpy(zero_copy_only=False)
    missing = counts.nulls + int(counts.rows[~filled].sum())
    stated = counts.keep(filled)
    disguised, hidden = _disguised(stated)
    present = stated.keep(~hidden) if hidden.any() else stated
    sense = meaning(name, present)
    profile = ColumnProfile(
        name=name,
        rows=counts.total,
        missing=missing,
        disguised=disguised,
        distinct=len(present.values),
        unique=int((present.rows == 1).sum()),
        type=sense.type,
        type_share=round(sense.type_share, 6),
        semantic=sense.semantic,
        semantic_share=round(sense.semantic_share, 6),
        lengths=_lengths(present),
        masks=_masks(present, sense),
        top=top_values(present, TOP),
        rare=rare_values(present, RARE),
        numbers=_numbers(present, sense),
        units=_units(present, sense),
        scripts=tuple(ValueCount(s, n) for s, n in scripts(present.values, present.rows)),
        **_keys(present, counts.total),
    )
    return profile, present


def _keys(present: Counts, rows: int) -> dict[str, bool]:
    unique = len(present.values) / rows if rows else 0.0
    is_key = rows > 0 and len(present.values) == rows
    return {"is_key": is_key, "near_key": not is_key and unique >= NEAR_KEY}


def _disguised(stated: Counts) -> tuple[tuple[ValueCount, ...], npt.NDArray[np.bool_]]:
    """Find disguised values; only the values that could be one are looked at in Python."""
    hidden = np.zeros(len(stated.values), bool)
    if not len(hidden):
        return (), hidden
    doubtful = _candidates(stated)
    texts = stated.texts(doubtful)
    known = {int(i) for i, text in zip(doubtful, texts, strict=True) if is_disguised(text)}
    spikes = np.flatnonzero(stated.rows >= max(3.0, 5.0 * float(np.median(stated.rows))))
    if not known and not len(spikes):
        return (), hidden
    looked = np.union1d(np.array(sorted(known), np.int64), _spread(stated, spikes))
    values, rows = stated.texts(looked), stated.rows[looked].tolist()
    at = {int(p): i for i, p in enumerate(looked)}
    found = column_rules(values, rows, {at[i] for i in known})
    place = {value: int(p) for value, p in zip(values, looked, strict=True)}
    hidden[[place[f.value or ""] for f in found]] = True
    return found, hidden


def _spread(stated: Counts, spikes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Values to judge by: all when few, else the spikes and a sample at even steps."""
    n = len(stated.values)
    if n <= 5000:
        return np.arange(n)
    spikes = spikes[np.argsort(-stated.rows[spikes], kind="stable")][:2000]
    return np.union1d(spikes, np.linspace(0, n - 1, 3000).astype(np.int64))


def _candidates(stated: Counts) -> npt.NDArray[np.int64]:
    if len(stated.values) <= 5000:
        return np.arange(len(stated.values))
    lengths = pc.utf8_length(stated.values).to_numpy(zero_copy_only=False)
    short = np.flatnonzero(lengths <= 24)
    values = stated.values.take(pa.array(short))
    plain = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(values)), pa.array(sorted(lexicon())))
    odd = pc.match_substring_regex(values, _DOUBTFUL)
    wide = pc.and_(pc.invert(pc.string_is_ascii(values)), pc.less(pc.utf8_length(values), 9))
    return short[pc.or_(pc.or_(plain, odd), wide).to_numpy(zero_copy_only=False)]


def top_values(counts: Counts, n: int) -> tuple[ValueCount, ...]:
    """The values with most rows; ties in code-point order."""
    return _extreme(counts, n, counts.rows)


def rare_values(counts: Counts, n: int) -> tuple[ValueCount, ...]:
    """The values with fewest rows; ties in code-point order."""
    return _extreme(counts, n, -counts.rows)


def _extreme(counts: Counts, n: int, score: npt.NDArray[np.int64]) -> tuple[ValueCount, ...]:
    if not len(score):
        return ()
    size = min(n, len(score))
    bar = -np.partition(-score, size - 1)[size - 1]
    above, tied = np.flatnonzero(score > bar), np.flatnonzero(score == bar)
    if len(tied) > size:
        first = pc.select_k_unstable(
            counts.values.take(pa.array(tied)), k=size, sort_keys=[("", "ascending")]
        )
        tied = tied[first.to_numpy()]
    picked = np.concatenate([above, tied])
    pairs = zip(counts.texts(picked), counts.rows[picked].tolist(), score[picked], strict=True)
    ordered = sorted(pairs, key=lambda p: (-p[2], p[0]))[:size]
    return tuple(ValueCount(text, int(rows)) for text, rows, _ in ordered)


def _lengths(present: Counts) -> LengthSummary | None:
    if not len(present.values):
        return None
    lengths = pc.utf8_length(present.values).to_numpy(zero_copy_only=False)
    mean = float((lengths * present.rows).sum() / present.rows.sum())
    return LengthSummary(int(lengths.min()), round(mean, 6), int(lengths.max()))


def _masks(present: Counts, sense: Meaning) -> tuple[Mask, ...]:
    """Exact masks; short ones for text and numbers, whose lengths mean nothing."""
    if not len(present.values):
        return ()
    short = sense.semantic in (S.TEXT, S.URL, S.EMAIL, S.CATEGORY_PATH, S.CATEGORY, *NUMERIC[:4])
    shapes = Counts.of(masks(present.values, short=short))
    assert shapes.codes is not None
    rows = np.bincount(shapes.codes, weights=present.rows, minlength=len(shapes.values))
    weighed = Counts(shapes.values, rows.astype(np.int64), 0)
    found = top_values(weighed, MASKS)
    index = {text: i for i, text in enumerate(shapes.values.to_pylist())} if found else {}
    return tuple(
        Mask(f.value or "", f.rows, _example(present, shapes.codes == index[f.value]))
        for f in found
    )


def _example(present: Counts, fits: npt.NDArray[np.bool_]) -> str:
    return top_values(present.keep(fits), 1)[0].value or ""


def _numbers(present: Counts, sense: Meaning) -> NumberSummary | None:
    return summarise(present, sense.semantic) if sense.semantic in NUMERIC else None


def _units(present: Counts, sense: Meaning) -> tuple[ValueCount, ...]:
    """Units or currencies, canonical, with their rows (of a sample where values are many)."""
    if sense.semantic not in (S.MONEY, S.QUANTITY):
        return ()
    tally: dict[str, int] = {}
    sample = present.sample(20_000)
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
