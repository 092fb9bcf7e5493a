"""An empty attribute read out of another column: brand, colour or size found in the title.

The dictionary is what the column itself holds elsewhere, so nothing is invented. How far a title
may be believed is measured first: in rows where the attribute is known, how often was the
longest match the truth, by where in the title it stood, and for each value on its own?
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.fixes.applies import Kin
from steward.fixes.mapping import ColumnValues, missing_codes, usually_filled, wilson_lower
from steward.fixes.odd import odd_values
from steward.profile.parse import fold
from steward.types import (
    ROW,
    Change,
    ColumnProfile,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    RowId,
    Safety,
    SemanticType,
)

MIN_TRIED = 20
"""So many known rows must have a match before a title is believed about an attribute."""

MIN_LOWER = 0.6
"""Lower bound (Wilson, 95 %) of the measured precision below which nothing is proposed."""

SURE = 0.9
"""Below this a match is for a person: only those above it are put to the test."""

SAMPLE = 3000
"""Known rows that the precision is measured on."""

_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\\W_\u3040-\u30ff\u3400-\u9fff]+")
_ATTRIBUTES = {SemanticType.CATEGORY, SemanticType.TEXT, SemanticType.CODE, SemanticType.QUANTITY,
               SemanticType.COUNTRY}  # fmt: skip
_MAX_TOKENS = 8
_MAX_SOURCES = 3


class Dictionary:
    """The values of a column, ready to be found in texts; the frequent spelling stands for all."""

    def __init__(self, values: Mapping[str, int]) -> None:
        """Index values by their tokens. `values` gives the rows of each."""
        self._by_first: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        self._longest: dict[str, int] = {}
        for value in sorted(values, key=lambda v: (-values[v], v)):
            tokens = tokens_of(value)
            if 0 < len(tokens) <= _MAX_TOKENS and len("".join(tokens)) > 1:
                self._by_first[tokens[0]].setdefault(tokens, value)
                longest = self._longest.get(tokens[0], 0)
                self._longest[tokens[0]] = max(longest, len(tokens))

    def find(self, text: str) -> tuple[str, str] | None:
        """The one value found, and where: `start`, `inside`, `start of several`; else None.

        Longest match, at word boundaries (a hanzi is a word of its own). Several different values
        are ambiguous unless one of them opens the text.
        """
        tokens = tokens_of(text)
        found: dict[str, int] = {}
        at = 0
        while at < len(tokens):
            value, length = self._at(tokens, at)
            if value is not None:
                found.setdefault(value, at)
            at += length
        if not found:
            return None
        first = min(found, key=lambda value: found[value])
        if len(found) == 1:
            return first, "start" if found[first] == 0 else "inside"
        return (first, "start of several") if found[first] == 0 else None

    def _at(self, tokens: Sequence[str], at: int) -> tuple[str | None, int]:
        entries = self._by_first.get(tokens[at])
        if entries is None:
            return None, 1
        for length in range(min(self._longest[tokens[at]], len(tokens) - at), 0, -1):
            value = entries.get(tuple(tokens[at : at + length]))
            if value is not None:
                return value, length
        return None, 1


def tokens_of(text: str) -> tuple[str, ...]:
    """Words and numbers in lower case and NFKC; each hanzi or kana by itself."""
    return tuple(_TOKEN.findall(fold(text).lower()))


@dataclass
class _Trust:
    """How often the longest match was the truth, by place and by value."""

    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    values: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def learn(self, value: str, place: str, *, right: bool) -> None:
        for tally in (self.places[place], self.values[value]):
            tally[0] += right
            tally[1] += 1

    def lower(self, place: str) -> float:
        right, tried = self.places[place]
        return wilson_lower(right, tried) if tried >= MIN_TRIED else 0.0

    def confidence(self, value: str, place: str) -> float:
        """The place's lower bound, corrected by what the value itself showed (5 rows of prior)."""
        lower = self.lower(place)
        right, tried = self.values[value]
        return min(lower + 0.02, (right + 5 * lower) / (tried + 5)) if tried else lower - 0.05


class Extraction:
    """Fills an empty attribute with the value of it that a title names."""

    name = "extraction"
    version = "1"
    injections: tuple[str, ...] = ("missing",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose a value for empty cells, grouped by value, place and measured precision."""
        who = Provenance(self.name, self.version)
        sources = _sources(profile)
        for column in profile.columns:
            if not _is_attribute(column):
                continue
            gone = missing_codes(snapshot, profile, column.name)
            filled: set[int] = set()
            for source in sources:
                if source != column.name and gone.any() and not gone.all():
                    yield from _from_source(snapshot, profile, column, source, gone, filled, who)


def _is_attribute(column: ColumnProfile) -> bool:
    short = column.lengths is not None and column.lengths.mean <= 40
    repeats = column.distinct * 2 <= column.present
    return column.semantic in _ATTRIBUTES and short and repeats and not column.is_key


def _sources(profile: Profile) -> list[str]:
    """Text columns that may name attributes, shortest (a title before a description) first."""
    texts = [
        c for c in profile.columns
        if c.lengths is not None and 12 <= c.lengths.mean <= 600 and c.distinct > 0.3 * c.present
        and c.semantic in (SemanticType.TEXT, SemanticType.CATEGORY)
    ]  # fmt: skip
    texts.sort(key=lambda c: (c.lengths.mean if c.lengths else 0.0, c.name))
    return [c.name for c in texts[:_MAX_SOURCES]]


class _Group(NamedTuple):
    """Gaps that are filled as one: with the same value, found at the same place."""

    value: str
    place: str
    mark: int
    applies: bool


def _from_source(
    snapshot: Snapshot,
    profile: Profile,
    column: ColumnProfile,
    source: str,
    gone: npt.NDArray[np.bool_],
    filled: set[int],
    who: Provenance,
) -> Iterator[Fix]:
    values, titles = ColumnValues(snapshot, column.name), snapshot.codes(source)
    hidden = {d.value for d in column.disguised}
    odd = odd_values(snapshot, profile, column.name)
    known = {
        v: int(n)
        for v, n, stray in zip(values.codes.values, values.codes.counts, odd, strict=True)
        if n >= 2 and v.strip() and v not in hidden and not stray
    }  # fmt: skip
    dictionary = Dictionary(known)
    trust = _measure(values, titles.codes, titles.values, ~gone, dictionary)
    if all(trust.lower(place) < MIN_LOWER for place in list(trust.places)):
        return
    groups: dict[_Group, list[RowId]] = defaultdict(list)
    applies = _applies(snapshot, profile, values, source, gone, dictionary)
    ids, marks = snapshot.row_ids, values.codes.codes
    found: dict[int, tuple[str, str] | None] = {}
    for position in np.flatnonzero(gone & (titles.codes >= 0)).tolist():
        title = int(titles.codes[position])
        if title not in found:
            found[title] = dictionary.find(titles.values[title])
        hit = found[title]
        if hit is None or position in filled or trust.confidence(*hit) < MIN_LOWER:
            continue
        filled.add(position)
        group = _Group(*hit, int(marks[position]), applies is None or applies(position, hit[0]))
        groups[group].append(int(ids[position]))
    for group, rows in sorted(groups.items()):
        yield _fix(values, source, group, tuple(rows), trust, who)


def _applies(
    snapshot: Snapshot,
    profile: Profile,
    values: ColumnValues,
    source: str,
    gone: npt.NDArray[np.bool_],
    dictionary: Dictionary,
) -> Callable[[int, str], bool] | None:
    """Tells whether a gap is one, by the rows alike whose titles name a value too; None: always."""
    if usually_filled(snapshot, gone):
        return None
    titles = snapshot.codes(source)
    kin = Kin.of(snapshot, profile, values.name, source)
    readable = np.flatnonzero(titles.codes >= 0)
    for position in readable[:: max(1, len(readable) // SAMPLE)].tolist():
        hit = dictionary.find(titles.values[int(titles.codes[position])])
        if hit is not None:
            kin.count(position, hit[0], filled=not gone[position])
    return kin.usually_filled


def _measure(
    values: ColumnValues,
    titles: npt.NDArray[np.int32],
    texts: Sequence[str],
    known: npt.NDArray[np.bool_],
    dictionary: Dictionary,
) -> _Trust:
    """Find values in titles of rows where the truth is known (once for each title and value)."""
    trust = _Trust()
    positions = np.flatnonzero(known & (titles >= 0))
    positions = positions[:: max(1, len(positions) // SAMPLE)]
    once = Counter[tuple[int, int]]()
    for position in positions.tolist():
        title, truth = int(titles[position]), int(values.codes.codes[position])
        once[(title, truth)] += 1
        rows = int(values.codes.counts[truth])
        if once[(title, truth)] > 1 or rows < 2:
            continue
        hit = dictionary.find(texts[title])
        if hit is not None:
            trust.learn(*hit, right=hit[0] == values.codes.values[truth])
    return trust


def _fix(
    values: ColumnValues,
    source: str,
    group: _Group,
    rows: tuple[RowId, ...],
    trust: _Trust,
    who: Provenance,
) -> Fix:
    value, place, mark, applies = group
    right, tried = trust.places[place]
    own_right, own_tried = trust.values[value]
    text = (
        f"{source} names {value!r} ({place}) in {len(rows)} rows without {values.name}. In {tried} "
        f"known rows with such a match it was right {right} times ({right / tried:.0%}); for "
        f"{value!r} itself {own_right} of {own_tried}."
    )
    if not applies:
        text += f" {values.name} is often empty, so it may not apply: a person must decide."
    name = quote_identifier(values.name)
    sql = (
        f"select {ROW}, {name}, {quote_identifier(source)} from "
        f"{quote_identifier(values.snapshot.name)} where {ROW} in {_listed(rows)} order by {ROW}"
    )
    return Fix(
        table=values.snapshot.name,
        kind=FixKind.CELL,
        reason=Reason.MISSING,
        check="missing",
        changes=(Change(values.name, values.codes.text(mark), value),),
        rows=rows,
        provenance=who,
        evidence=Evidence(text, sql=sql, determinants=(source,), votes_for=float(right),
                          votes_against=float(tried - right)),
        confidence=round(trust.confidence(value, place), 4),
        safety=Safety.SAFE if applies and trust.confidence(value, place) >= SURE else Safety.UNSAFE,
    )  # fmt: skip


def _listed(rows: Iterable[RowId]) -> str:
    return "(" + ", ".join(str(row) for row in rows) + ")"
