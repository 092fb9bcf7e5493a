"""Values of a column found by their words in a text of the row, and how far that may be believed.

The dictionary is what the column itself holds elsewhere, so nothing is invented. How far a title
may be believed is measured: in rows where the attribute is known, how often was the longest match
the truth, by where in the title it stood, and for each value on its own?
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from steward.engine import Codes, Snapshot
from steward.fixes.mapping import ColumnValues, missing_codes, wilson_lower
from steward.fixes.odd import odd_values
from steward.profile.parse import fold
from steward.types import ColumnProfile, Profile, RowId, SemanticType

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
class Trust:
    """How often the longest match was the truth, by place and by value."""

    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    values: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def learn(self, value: str, place: str, *, right: bool) -> None:
        """Count one match in a row where the truth is known."""
        for tally in (self.places[place], self.values[value]):
            tally[0] += right
            tally[1] += 1

    def lower(self, place: str) -> float:
        """Lower bound of the share of right matches at a place; 0 where too few were tried."""
        right, tried = self.places[place]
        return wilson_lower(right, tried) if tried >= MIN_TRIED else 0.0

    def confidence(self, value: str, place: str) -> float:
        """The place's lower bound, corrected by what the value itself showed (5 rows of prior)."""
        lower = self.lower(place)
        right, tried = self.values[value]
        return min(lower + 0.02, (right + 5 * lower) / (tried + 5)) if tried else lower - 0.05


def is_attribute(column: ColumnProfile) -> bool:
    """Short values that repeat: a brand, a colour, a size."""
    short = column.lengths is not None and column.lengths.mean <= 40
    repeats = column.distinct * 2 <= column.present
    return column.semantic in _ATTRIBUTES and short and repeats and not column.is_key


def sources_of(profile: Profile) -> list[str]:
    """Text columns that may name attributes, shortest (a title before a description) first."""
    texts = [
        c for c in profile.columns
        if c.lengths is not None and 12 <= c.lengths.mean <= 600 and c.distinct > 0.3 * c.present
        and c.semantic in (SemanticType.TEXT, SemanticType.CATEGORY)
    ]  # fmt: skip
    texts.sort(key=lambda c: (c.lengths.mean if c.lengths else 0.0, c.name))
    return [c.name for c in texts[:_MAX_SOURCES]]


@dataclass(frozen=True)
class Reading:
    """A text column read for the values of another one.

    Attributes:
        values: of the column that is looked for.
        titles: the texts.
        gone: rows without a value (bool, one a row).
        dictionary: the values, but for slips and strays.
        trust: how often the longest match was the truth.
    """

    values: ColumnValues
    titles: Codes
    gone: npt.NDArray[np.bool_]
    dictionary: Dictionary
    trust: Trust

    def hit(self, position: int) -> tuple[str, str] | None:
        """The value that the text of a row names, and where."""
        code = int(self.titles.codes[position])
        return self.dictionary.find(self.titles.values[code]) if code >= 0 else None


def read(snapshot: Snapshot, profile: Profile, column: ColumnProfile, source: str) -> Reading:
    """Learn the values of a column and measure how far a text column names them."""
    values, titles = ColumnValues(snapshot, column.name), snapshot.codes(source)
    gone = missing_codes(snapshot, profile, column.name)
    hidden = {d.value for d in column.disguised}
    odd = odd_values(snapshot, profile, column.name)
    known = {
        v: int(n)
        for v, n, stray in zip(values.codes.values, values.codes.counts, odd, strict=True)
        if n >= 2 and v.strip() and v not in hidden and not stray
    }  # fmt: skip
    dictionary = Dictionary(known)
    trust = _measure(values, titles.codes, titles.values, ~gone, dictionary)
    return Reading(values, titles, gone, dictionary, trust)


def _measure(
    values: ColumnValues,
    titles: npt.NDArray[np.int32],
    texts: Sequence[str],
    known: npt.NDArray[np.bool_],
    dictionary: Dictionary,
) -> Trust:
    """Find values in titles of rows where the truth is known (once for each title and value)."""
    trust = Trust()
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


def contradicted(
    snapshot: Snapshot, profile: Profile, cells: Collection[tuple[str, RowId]]
) -> set[tuple[str, RowId]]:
    """Those of some cells that hold another value than the one that a text surely names."""
    found: set[tuple[str, RowId]] = set()
    for column in profile.columns:
        rows = sorted(row for name, row in cells if name == column.name)
        if not rows or not is_attribute(column):
            continue
        for source in (s for s in sources_of(profile) if s != column.name):
            reading, spots = read(snapshot, profile, column, source), snapshot.positions(rows)
            for row, position in zip(rows, spots.tolist(), strict=True):
                hit = reading.hit(position)
                held = reading.values.codes.text(int(reading.values.codes.codes[position]))
                if hit and hit[0] != held and reading.trust.confidence(*hit) >= SURE:
                    found.add((column.name, row))
    return found
