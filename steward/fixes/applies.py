"""Is an empty cell a gap, or is there nothing to say: the brand of a kettle, the colour of tea?

Where nearly all of a column is filled, an empty cell is a gap. Elsewhere the rows that are alike
decide: if those that hold the same words in the title, the same category, are filled, this one
should be; if they are empty too, the column does not apply to them. Who delivered a row does not
count: what one source never sends is a gap all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from steward.engine import Codes, Snapshot
from steward.fixes.backtest import wilson
from steward.fixes.titles import features
from steward.types import Profile, SemanticType

SHARE = 2 / 3
"""Least share of the rows alike that are filled, over all that makes a row like others."""

LEAST = 8
"""So many rows alike are needed, counted once for each thing that they share with the row."""

HALF = 0.5
"""No single thing may lie, beyond doubt, below: `tea` is never filled, whatever `green` is."""

SPECIFIC = 1 / 3
"""What more rows than this share have in common makes no kind."""

TOLD = 0.5
"""A column tells of what a row is when title words tell the column so well (Cohen's kappa)."""

ASKED = 500
"""Rows that this is measured on."""

_KINDS = {SemanticType.CATEGORY, SemanticType.CATEGORY_PATH}
Mask = npt.NDArray[np.bool_]
Group = tuple[str, str]


@dataclass
class Kin:
    """What rows have in common: words of a title, values of the columns that tell kinds apart."""

    titles: Codes
    kinds: Sequence[Codes]
    filled: dict[Group, int] = field(default_factory=lambda: defaultdict(int))
    seen: dict[Group, int] = field(default_factory=lambda: defaultdict(int))
    rows: int = 0

    @classmethod
    def of(cls, snapshot: Snapshot, profile: Profile, column: str, source: str) -> Kin:
        """The kin of the rows of a table, none counted yet, for gaps of `column`."""
        titles = snapshot.codes(source)
        names = [
            c.name for c in profile.columns
            if c.semantic in _KINDS and c.name not in (column, source)
            and c.distinct >= 2 and c.distinct * 5 <= c.present
        ]  # fmt: skip
        kinds = [snapshot.codes(name) for name in names]
        return cls(titles, [codes for codes in kinds if _told(titles, codes) >= TOLD])

    def count(self, position: int, value: str, *, filled: bool) -> None:
        """Count a row in which the title speaks of the column, and whether it is filled."""
        self.rows += 1
        for group in self._groups(position, value):
            self.seen[group] += 1
            self.filled[group] += filled

    def usually_filled(self, position: int, value: str) -> bool:
        """Are the rows alike usually filled? False where too few are alike.

        Args:
            position: of a row that was counted itself.
            value: what would be filled in; its own words make no kind.
        """
        seen = filled = 0
        for group in self._groups(position, value):
            others, full = self.seen.get(group, 0), self.filled.get(group, 0)
            if others and wilson(full, others)[1] < HALF:
                return False
            if others <= SPECIFIC * self.rows and group[0] != "value":
                seen, filled = seen + others, filled + full
        return seen >= LEAST and filled >= SHARE * seen

    def _groups(self, position: int, value: str) -> list[Group]:
        title = int(self.titles.codes[position])
        own = {*features(value)}
        words = features(self.titles.values[title]) if title >= 0 else ()
        found = [("word", word) for word in dict.fromkeys(words) if word not in own]
        for number, codes in enumerate(self.kinds):
            code = int(codes.codes[position])
            if code >= 0 and codes.values[code].strip():
                found.append((f"kind {number}", codes.values[code]))
        return [*found, ("value", value)] if value else found


def _told(titles: Codes, kinds: Codes) -> float:
    """How well the best word of a title tells a column, beyond always saying the usual value."""
    sample = np.flatnonzero((titles.codes >= 0) & (kinds.codes >= 0))
    sample = sample[:: max(1, len(sample) // ASKED)]
    words = [set(features(titles.values[t])) for t in titles.codes[sample].tolist()]
    held = kinds.codes[sample].tolist()
    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for mine, code in zip(words, held, strict=True):
        for word in mine:
            counts[word][code] += 1
    best = {word: (max(by.values()), sum(by.values())) for word, by in counts.items()}
    right = sum(
        max(((best[w][0] - 1) / (best[w][1] - 1) for w in mine if best[w][1] > 3), default=0.0)
        for mine in words
    )  # fmt: skip
    usual = max((held.count(code) for code in set(held)), default=0)
    rest = len(held) - usual
    return (right - usual) / rest if rest else 0.0
