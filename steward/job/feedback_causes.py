"""From a search that fails to the cells that are to blame.

A row is held back from a query when a word of the query is absent from its text, a guess of what a
cell should hold would bring it, and the row would then stand among the best results. No model is
asked: a guess is a fix that waits, a vote of similar rows, or a misspelling (`feedback_whatif`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_rows
from steward.engine import Snapshot
from steward.job.feedback_failing import Failing
from steward.job.feedback_whatif import Guess, Source, as_it_would_be
from steward.label.clicks import Estimate
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.item_text import ItemText
from steward.retrieval.words import words_of
from steward.types import Issue, Reason, RowId

SHOWN = 10
"""A row counts as found when it stands among so many."""

ENOUGH = 20
"""Impressions from which it is believed that a value is not what is looked for …"""

PASSED = 0.5
"""… when it attracts less than this share of what the best result of a usual query does."""

FOUND = 1e-6
"""The least score of an item that shares a word with the query."""

Seen = Mapping[str, Mapping[RowId, Estimate]]
"""Query to row to how attractive the row was when it was shown."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a query fails: cells of one column, wrong in one way.

    Attributes:
        words: of the query, which the cells lack and a repair would bring.
        rows: that should answer the query; the best first.
        values: what the cells would hold, the commonest first.
        fixes: proposed already, by their numbers.
        unfixed: rows that no fix is proposed for.
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
    unfixed: tuple[RowId, ...]
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
    snapshot: Snapshot,
    text: ItemText,
    failing: Sequence[Failing],
    guesses: Sequence[Guess],
    seen: Seen,
) -> list[Cause]:
    """Blame cells for failing queries, the most recoverable clicks first.

    A value does not count for a query that showed rows with this value and every word, and whose
    searchers passed them by: such rows are not what they look for.

    Args:
        snapshot: the items as they are.
        text: what is searched of them.
        failing: from `failing_queries`.
        guesses: at most one a cell.
        seen: query to the rows it showed, with how attractive they were.
    """
    if not guesses or not failing:
        return []
    search = _WhatIf(snapshot, text, guesses, seen)
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

    def __init__(
        self, snapshot: Snapshot, text: ItemText, guesses: Sequence[Guess], seen: Seen
    ) -> None:
        self.snapshot = snapshot
        self.seen = seen
        best = [max(e.value for e in rows.values()) for rows in seen.values() if rows]
        self.good = median(best) if best else 0.0
        self.rows = np.asarray(snapshot.row_ids)
        self.place = {int(row): i for i, row in enumerate(self.rows)}
        self.after = text.of(as_it_would_be(snapshot, guesses))
        self.index = WordIndex.build([str(i) for i in range(len(self.after))], self.after)
        self.before = text.of(snapshot)
        self.bringing = self._bringing(self.before, guesses)

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
        words = list(self.index.scores_of_words(failing.query))
        candidates = [(word, guess) for word in words for guess in self.bringing.get(word, ())]
        if not candidates:
            return []
        passed = self._passed_by(failing.query, words, {g.column for _, g in candidates})
        scores = self.index.scores(failing.query)
        count = min(SHOWN, len(scores))
        least = float(np.partition(scores, -count)[-count])
        least = max(least, FOUND)
        best = int((scores >= least).sum())
        named: dict[tuple[str, Reason], dict[RowId, list[tuple[str, Guess]]]] = {}
        for word, guess in candidates:
            found = scores[self.place[guess.row]] >= least
            whole = set(words) <= set(words_of(self.after[self.place[guess.row]]))
            if found and whole and (guess.column, guess.after) not in passed:
                rows = named.setdefault((guess.column, guess.reason), {})
                rows.setdefault(guess.row, []).append((word, guess))
        return [
            self._cause(failing, key, rows, scores, len(rows) / best) for key, rows in named.items()
        ]

    def _passed_by(
        self, query: str, words: Sequence[str], columns: Iterable[str]
    ) -> set[tuple[str, str]]:
        """Values of rows that the query showed, that hold all its words, and that nobody wanted."""
        shown = [
            (self.place[row], told)
            for row, told in self.seen.get(query, {}).items()
            if set(words) <= set(words_of(self.before[self.place[row]]))
        ]
        passed: set[tuple[str, str]] = set()
        for column in columns:
            cells = self.snapshot.column(column)
            pooled: dict[str, list[Estimate]] = {}
            for at, told in shown:
                pooled.setdefault(cells[at].as_py() or "", []).append(told)
            for value, each in pooled.items():
                times = sum(one.impressions for one in each)
                mean = sum(one.value * one.impressions for one in each) / max(1, times)
                if times >= ENOUGH and mean < PASSED * self.good:
                    passed.add((column, value))
        return passed

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
            unfixed=tuple(g.row for g in each if g.fix is None),
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
    fixless = {row for cause in causes for row in cause.unfixed}
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
