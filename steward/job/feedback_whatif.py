"""What cells might hold instead: by the fixes proposed, by similar rows, by how a query spells it.

Nothing is written. Each guess is a cell and another value for it, with how far it may be believed;
`feedback_causes` asks what a search would find if it were so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from steward.engine import Snapshot
from steward.profile import profile_table
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.item_text import ItemText
from steward.retrieval.words import words_of
from steward.types import Fix, FixKind, Profile, Reason, RowId, Status

NEIGHBOURS = 10
"""Similar rows that are asked for a missing value."""

TRIED = 150
"""Known cells that are hidden to measure how often the neighbours are right."""

MOST = 5_000
"""Missing cells of a column that are guessed at; the first ones."""

BELIEVED = 0.7
"""Least share of hidden cells of such agreement that the neighbours must have got right."""

SPELLED = 5
"""Letters a word needs, for a word that differs in one or two of them to be its misspelling."""

SPELLING = 0.5
"""Belief in a misspelling: nobody measured it, so it is even."""

OPEN = (Status.PROPOSED, Status.ACCEPTED)


class Source(StrEnum):
    """Who guesses."""

    FIX = "fix"
    NEIGHBOURS = "neighbours"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Guess:
    """Another value for a cell. `confidence` is a measured share of such guesses that are right."""

    row: RowId
    column: str
    before: str | None
    after: str
    source: Source
    reason: Reason
    confidence: float
    fix: int | None = None


def from_fixes(snapshot: Snapshot, fixes: Iterable[Fix], columns: Sequence[str]) -> list[Guess]:
    """What the fixes that wait for a decision would write into these columns."""
    guesses: dict[tuple[RowId, str], Guess] = {}
    cells = {name: snapshot.column(name).to_pylist() for name in columns}
    place = {int(row): i for i, row in enumerate(snapshot.row_ids)}
    for fix in fixes:
        if fix.status not in OPEN or fix.kind not in (FixKind.MAPPING, FixKind.CELL):
            continue
        for change in fix.changes:
            if change.column not in cells or not change.after:
                continue
            for row in fix.rows:
                if row not in place or cells[change.column][place[row]] != change.before:
                    continue
                guess = Guess(
                    *(row, change.column, change.before, change.after),
                    *(Source.FIX, _reason(change.before, fix.reason), fix.confidence, fix.id),
                )
                known = guesses.get((row, change.column))
                if known is None or known.confidence < guess.confidence:
                    guesses[row, change.column] = guess
    return list(guesses.values())


def _reason(before: str | None, otherwise: Reason) -> Reason:
    """An empty cell is missing, whatever kind of fix would fill it."""
    return otherwise if before and before.strip() else Reason.MISSING


def from_neighbours(
    snapshot: Snapshot, text: ItemText, *, but: Iterable[Guess] = (), profile: Profile | None = None
) -> list[Guess]:
    """What similar rows hold where a cell of the item text is missing.

    Ten rows with the most like text vote. How far to believe so much agreement is measured on cells
    of the same column that are known and hidden; below `BELIEVED` nothing is guessed.

    Args:
        snapshot: the items.
        text: its columns are looked at.
        but: guesses that stand already.
        profile: of the items, measured when left out.
    """
    measured = profile or profile_table(snapshot)
    taken = {(guess.row, guess.column) for guess in but}
    found: list[Guess] = []
    for name in text.columns:
        column = measured.column(name)
        # A column of titles repeats too little to be told by others.
        if column.missing + len(column.disguised) == 0 or column.distinct > 0.5 * column.present:
            continue
        disguised = {value.value for value in column.disguised}
        found += _Neighbours(snapshot, text, name, disguised).guesses(taken)
    return found


class _Neighbours:
    """One column, told by the rows most like a row in the others."""

    def __init__(
        self, snapshot: Snapshot, text: ItemText, name: str, hidden: set[str | None]
    ) -> None:
        self.name = name
        self.rows = [int(row) for row in snapshot.row_ids]
        held = snapshot.column(name).to_pylist()
        self.before = held
        self.values = [v if v and v.strip() and v not in hidden else None for v in held]
        others = ItemText(" ".join(f"{{{c}}}" for c in text.columns if c != name))
        self.texts = others.of(snapshot) if others.columns else [""] * len(held)
        self.index = WordIndex.build([str(i) for i in range(len(held))], self.texts)

    def guesses(self, taken: set[tuple[RowId, str]]) -> Iterator[Guess]:
        missing = [i for i, value in enumerate(self.values) if value is None]
        wanted = [i for i in missing if (self.rows[i], self.name) not in taken][:MOST]
        if not wanted:
            return
        least, precision = self._bar()
        for i in wanted:
            value, agreement = self._vote(i)
            if value is not None and agreement >= least:
                before = self.before[i]
                reason = _reason(before, Reason.DISGUISED_MISSING)
                yield Guess(
                    *(self.rows[i], self.name, before, value),
                    *(Source.NEIGHBOURS, reason, precision),
                )

    def _vote(self, i: int) -> tuple[str | None, float]:
        """The value that most like rows hold, and the share of their likeness that it has."""
        scores = np.array(self.index.scores(self.texts[i]))
        scores[i] = 0.0
        count = min(4 * NEIGHBOURS, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        order = best[np.argsort(-scores[best], kind="stable")]
        votes: dict[str, float] = {}
        left = NEIGHBOURS
        for j in order.tolist():
            value = self.values[j]
            if value is not None and scores[j] > 0 and left:
                votes[value] = votes.get(value, 0.0) + float(scores[j])
                left -= 1
        if not votes:
            return None, 0.0
        first = max(votes, key=lambda value: votes[value])
        return first, votes[first] / sum(votes.values())

    def _bar(self) -> tuple[float, float]:
        """The least agreement that was right often enough, and how often it was."""
        known = [i for i, value in enumerate(self.values) if value is not None]
        step = max(1, len(known) // TRIED)
        tried = [(i, *self._vote(i)) for i in known[::step][:TRIED]]
        for bar in (0.3, 0.5, 0.7, 0.9):
            above = [value == self.values[i] for i, value, share in tried if share >= bar]
            precision = sum(above) / len(above) if above else 0.0
            if len(above) >= 10 and precision >= BELIEVED:
                return bar, precision
        return float("inf"), 0.0


def from_spelling(
    snapshot: Snapshot, text: ItemText, words: Iterable[str], indexed: Mapping[str, int]
) -> list[Guess]:
    """Cells that hold a rare word which a query's word differs from by a slip of the keyboard.

    Args:
        snapshot: the items.
        text: its columns are looked at.
        words: of the queries, as `words_of` gives them.
        indexed: rows that hold each word of the item texts.
    """
    wanted = {word for word in words if len(word) >= SPELLED and word.isascii() and word.isalpha()}
    slips = _slips(wanted, indexed)
    if not slips:
        return []
    rows = [int(row) for row in snapshot.row_ids]
    cells = {name: snapshot.column(name).to_pylist() for name in text.columns}
    spelt = _spelt(set(slips.values()), cells.values())
    guesses: list[Guess] = []
    for name, column in cells.items():
        for row, cell in zip(rows, column, strict=True):
            for written in cell.split() if cell else ():
                stems = words_of(written)
                if len(stems) == 1 and stems[0] in slips:
                    after = cell.replace(written, spelt[slips[stems[0]]])
                    guesses.append(
                        Guess(row, name, cell, after, Source.SPELLING, Reason.TYPO, SPELLING)
                    )
    return guesses


def _spelt(stems: set[str], columns: Iterable[Sequence[str | None]]) -> dict[str, str]:
    """How the catalogue mostly writes the words of these stems."""
    ways: dict[str, Counter[str]] = {stem: Counter({stem: 0}) for stem in stems}
    for column in columns:
        for cell in column:
            for written in cell.split() if cell else ():
                held = words_of(written)
                if len(held) == 1 and held[0] in ways:
                    ways[held[0]][written] += 1
    return {stem: counts.most_common(1)[0][0] for stem, counts in ways.items()}


def _slips(wanted: set[str], indexed: Mapping[str, int]) -> dict[str, str]:
    """A word of the items to the query's word that it may have been meant to be."""
    from rapidfuzz.distance import DamerauLevenshtein
    from rapidfuzz.process import cdist

    # A word that many rows hold is no slip; nor is one that a query itself uses.
    rare = [w for w, rows in indexed.items() if len(w) >= SPELLED - 1 and rows <= 2 and w.isascii()]
    rare = [word for word in rare if word not in wanted and word.isalpha()]
    known = sorted(word for word in wanted if indexed.get(word, 0) > 2)
    if not rare or not known:
        return {}
    far = cdist(rare, known, scorer=DamerauLevenshtein.distance, score_cutoff=2, workers=1)
    slips: dict[str, str] = {}
    for i, word in enumerate(rare):
        j = int(far[i].argmin())
        allowed = 1 if len(known[j]) < 8 else 2
        if 0 < far[i][j] <= allowed and word[0] == known[j][0]:
            slips[word] = known[j]
    return slips


def as_it_would_be(snapshot: Snapshot, guesses: Iterable[Guess]) -> Snapshot:
    """A copy of the items in which every guess holds."""
    import pyarrow as pa

    place = {int(row): i for i, row in enumerate(snapshot.row_ids)}
    columns: dict[str, list[str | None]] = {}
    for guess in guesses:
        cells = columns.setdefault(guess.column, snapshot.column(guess.column).to_pylist())
        cells[place[guess.row]] = guess.after
    return snapshot.replace({name: pa.array(c, pa.string()) for name, c in columns.items()})
