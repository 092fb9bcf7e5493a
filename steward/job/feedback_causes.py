"""From a search that fails to the cells that are to blame.

A row is held back from a query when a word of the query is absent from its text, a guess of what a
cell should hold would bring it, and the row would then stand among the best results. No model is
asked: a guess is a fix that waits, a vote of similar rows, or a misspelling (`feedback_whatif`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_rows
from steward.engine import Snapshot
from steward.job.feedback_failing import Failing
from steward.job.feedback_whatif import Guess, Source, as_it_would_be
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.item_text import ItemText
from steward.retrieval.words import words_of
from steward.types import Issue, Reason, RowId

SHOWN = 10
"""A row counts as found when it stands among so many."""

FOUND = 1e-6
"""The least score of an item that shares a word with the query."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a query fails: cells of one column, wrong in one way.

    Attributes:
        words: of the query, which the cells lack and a repair would bring.
        rows: that should answer the query; the best first.
        values: what the cells would hold, the commonest first.
        fixes: proposed already, by their numbers.
        sources: who guesses the values.
        confidence: mean over the cells, 0 to 1.
        recoverable: clicks that the repair may win back: lost clicks times the share of the best
            places that repaired rows would take, times confidence.
        sql: shows the cells.
    """

    query: str
    column: str
    reason: Reason
    words: tuple[str, ...]
    rows: tuple[RowId, ...]
    values: tuple[str, ...]
    fixes: tuple[int, ...]
    sources: tuple[Source, ...]
    confidence: float
    recoverable: float
    sql: str


@dataclass(frozen=True, slots=True)
class SearchIssue:
    """A data issue that searches fail by: the same column and reason over all failing queries."""

    issue: Issue
    queries: tuple[str, ...]
    recoverable: float
    fixes: tuple[int, ...]
    without_fix: int


def find_causes(
    snapshot: Snapshot, text: ItemText, failing: Sequence[Failing], guesses: Sequence[Guess]
) -> list[Cause]:
    """Blame cells for failing queries, the most recoverable clicks first.

    Args:
        snapshot: the items as they are.
        text: what is searched of them.
        failing: from `failing_queries`.
        guesses: at most one a cell.
    """
    if not guesses or not failing:
        return []
    search = _WhatIf(snapshot, text, guesses)
    causes = [cause for one in failing for cause in search.blame(one)]
    return sorted(causes, key=lambda cause: (-cause.recoverable, cause.query, cause.column))


def search_issues(snapshot: Snapshot, causes: Iterable[Cause]) -> list[SearchIssue]:
    """Gather causes by column and reason into issues with rows, SQL and the fixes that exist."""
    groups: dict[tuple[str, Reason], list[Cause]] = {}
    for cause in causes:
        groups.setdefault((cause.column, cause.reason), []).append(cause)
    found = [_issue(snapshot, column, reason, group) for (column, reason), group in groups.items()]
    return sorted(found, key=lambda one: (-one.recoverable, one.issue.columns))


class _WhatIf:
    """The items as they would be, and which words each guess would bring."""

    def __init__(self, snapshot: Snapshot, text: ItemText, guesses: Sequence[Guess]) -> None:
        self.snapshot = snapshot
        self.rows = np.asarray(snapshot.row_ids)
        self.place = {int(row): i for i, row in enumerate(self.rows)}
        self.after = text.of(as_it_would_be(snapshot, guesses))
        self.index = WordIndex.build([str(i) for i in range(len(self.after))], self.after)
        self.bringing = self._bringing(text.of(snapshot), guesses)

    def _bringing(self, before: Sequence[str], guesses: Sequence[Guess]) -> dict[str, list[Guess]]:
        """The guesses that would bring a word to a row whose text lacks it, by word."""
        held: dict[RowId, set[str]] = {}
        brought: dict[str, list[Guess]] = {}
        for guess in guesses:
            if guess.row not in held:
                held[guess.row] = set(words_of(before[self.place[guess.row]]))
            for word in sorted(set(words_of(guess.after)) - held[guess.row]):
                brought.setdefault(word, []).append(guess)
        return brought

    def blame(self, failing: Failing) -> list[Cause]:
        """The causes of one query."""
        words = dict.fromkeys(words_of(failing.query))
        candidates = [(word, guess) for word in words for guess in self.bringing.get(word, ())]
        if not candidates:
            return []
        scores = self.index.scores(failing.query)
        count = min(SHOWN, len(scores))
        least = float(np.partition(scores, -count)[-count])
        least = max(least, FOUND)
        best = int((scores >= least).sum())
        named: dict[tuple[str, Reason], dict[RowId, list[tuple[str, Guess]]]] = {}
        for word, guess in candidates:
            if scores[self.place[guess.row]] >= least and self._covers(guess.row, words):
                rows = named.setdefault((guess.column, guess.reason), {})
                rows.setdefault(guess.row, []).append((word, guess))
        return [
            self._cause(failing, key, rows, scores, len(rows) / best) for key, rows in named.items()
        ]

    def _covers(self, row: RowId, words: Mapping[str, None]) -> bool:
        """Whether the repaired row holds every word of the query that any item holds."""
        known = [word for word in words if word in self.index._bm25.vocab_dict]
        return set(known) <= set(words_of(self.after[self.place[row]]))

    def _cause(
        self,
        failing: Failing,
        key: tuple[str, Reason],
        rows: Mapping[RowId, Sequence[tuple[str, Guess]]],
        scores: np.ndarray,
        share: float,
    ) -> Cause:
        order = sorted(rows, key=lambda row: (-float(scores[self.place[row]]), row))
        each = [rows[row][0][1] for row in order]
        confidence = sum(guess.confidence for guess in each) / len(each)
        values = [guess.after for guess in each]
        return Cause(
            failing.query,
            *key,
            words=tuple(dict.fromkeys(word for row in order for word, _ in rows[row])),
            rows=tuple(order),
            values=tuple(sorted(set(values), key=lambda v: (-values.count(v), v))),
            fixes=tuple(sorted({guess.fix for guess in each if guess.fix is not None})),
            sources=tuple(dict.fromkeys(guess.source for guess in each)),
            confidence=confidence,
            recoverable=failing.lost * min(1.0, share) * confidence,
            sql=select_rows(self.snapshot.name, [key[0]], order),
        )


def _issue(snapshot: Snapshot, column: str, reason: Reason, causes: Sequence[Cause]) -> SearchIssue:
    queries = tuple(dict.fromkeys(cause.query for cause in causes))
    rows = {row for cause in causes for row in cause.rows}
    clicks = sum(cause.recoverable for cause in causes)
    fixes = tuple(sorted({fix for cause in causes for fix in cause.fixes}))
    fixless = {row for cause in causes if not cause.fixes for row in cause.rows}
    example = queries[0]
    issue = issue_from_sql(
        snapshot,
        select_rows(snapshot.name, [column], rows),
        check="feedback",
        reason=reason,
        columns=[column],
        message=f"{{rows}} rows are not found by {len(queries)} queries such as “{example}”: "
        f"their {column} ({reason.value.replace('_', ' ')}) lacks what is searched for.",
    )
    assert issue is not None
    return SearchIssue(issue, queries, clicks, fixes, len(fixless))
