"""The loop back: what was searched and clicked becomes judgments, and issues of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from steward.engine import Snapshot
from steward.job.feedback_causes import Cause, SearchIssue, Seen, find_causes, search_issues
from steward.job.feedback_failing import Failing, failing_queries
from steward.job.feedback_judgments import Estimated, as_delivery, grade_clicks
from steward.job.feedback_whatif import Guess, from_fixes, from_neighbours, from_spelling
from steward.job.steps import Step, profile, quiet
from steward.label.click_columns import guess_click_columns
from steward.label.clicks import ClickLog, Estimate, read_clicks, relevance
from steward.retrieval.item_text import ItemText, default_item_text
from steward.retrieval.words import words_of
from steward.store import Store
from steward.types import ROW, Batch


@dataclass(frozen=True, slots=True)
class Logs:
    """Tables of the store: what was shown, what was clicked, and the words of queries if apart."""

    searches: str
    clicks: str | None = None
    queries: str | None = None
    items: str = "items"
    text: ItemText | None = None


@dataclass(frozen=True)
class Feedback:
    """What a log tells of the data.

    Attributes:
        searches: how many there were.
        queries: how many different ones.
        failing: the queries that fail, the most lost clicks first.
        causes: cells to blame, by query and column.
        issues: the same by column and reason over all queries.
        unexplained: failing queries for which no cell is to blame: the shop may not have what is
            searched for, or says it in other words.
        judgments: estimated from the clicks.
    """

    table: str
    template: str
    searches: int
    queries: int
    failing: tuple[Failing, ...]
    causes: tuple[Cause, ...]
    issues: tuple[SearchIssue, ...]
    unexplained: tuple[Failing, ...]
    judgments: tuple[Estimated, ...]


def find_feedback(store: Store, logs: Logs, *, step: Step = quiet) -> Feedback:
    """Read the logs and find what they tell; nothing is written.

    The fixes that wait in the store (`steward fix`) are the best guesses of what a cell should
    hold; where there is none, similar rows are asked.

    Raises:
        UnknownTable: a table is not there.
        InputError: the log cannot be read.
    """
    step(f"reading {logs.searches}")
    log, empty = read_logs(store, logs)
    failing = failing_queries(log, empty)
    items = store.snapshot(logs.items)
    measured = profile(store, logs.items, dry_run=store.read_only, step=step)
    text = logs.text or default_item_text(items, measured)
    step(f"guessing what the cells of {logs.items} should hold")
    guesses = _guesses(store, items, text, failing)
    step(f"blaming cells for {len(failing)} failing queries")
    attracted = relevance(log)
    causes = find_causes(items, text, failing, guesses, _seen(items, attracted))
    blamed = {cause.query for cause in causes}
    return Feedback(
        items.name,
        text.template,
        len(set(log.list_of.tolist())) + sum(empty.values()),
        len(set(log.queries) | set(empty)),
        tuple(failing),
        tuple(causes),
        tuple(search_issues(items, causes)),
        tuple(one for one in failing if one.query not in blamed),
        tuple(grade_clicks(attracted)),
    )


def write_judgments(store: Store, found: Feedback, logs: Logs, table: str) -> Batch | None:
    """Keep the estimated judgments as a table, or bring it up to date; None when there are none."""
    if not found.judgments:
        return None
    names = [logs.searches, *([logs.clicks] if logs.clicks else [])]
    made_from = ", ".join(f"{name} {store.content_hash(name)}" for name in names)
    delivery = as_delivery(list(found.judgments), made_from)
    return store.ingest(delivery, table, key=("query", "item"), mode="upsert")


def read_logs(store: Store, logs: Logs) -> tuple[ClickLog, dict[str, int]]:
    """The click log, and how many searches showed nothing, by query."""
    shown = store.snapshot(logs.searches)
    clicks = None if logs.clicks is None else store.snapshot(logs.clicks)
    words = None if logs.queries is None else store.snapshot(logs.queries)
    log = read_clicks(shown, clicks, queries=words)
    return log, _empty(shown, words, log, separate=clicks is not None)


def _empty(
    shown: Snapshot, words: Snapshot | None, log: ClickLog, *, separate: bool
) -> dict[str, int]:
    """Searches whose only row names no item."""
    found = guess_click_columns(shown, separate=separate)
    columns = [shown.column(name).to_pylist() for name in (found.session, found.query, found.item)]
    told = {} if words is None else query_words(words, set(columns[1]))
    lists: dict[tuple[str, str], bool] = {}
    for session, query, item in zip(*columns, strict=True):
        if session and query:
            key = (session, told.get(query, query))
            lists[key] = lists.get(key, False) or bool(item)
    return dict(Counter(query for (_, query), any_item in lists.items() if not any_item))


def query_words(words: Snapshot, wanted: set[str]) -> dict[str, str]:
    """Query ids to their words, from a table that holds both, whatever its columns are called."""
    held = {name: words.column(name).to_pylist() for name in words.columns}
    key = max(held, key=lambda name: len(wanted & set(held[name])))
    rest = [name for name in held if name != key]
    text = max(rest, key=lambda name: len(set(held[name])), default=key)
    return {k: t for k, t in zip(held[key], held[text], strict=True) if k and t}


def _seen(items: Snapshot, attracted: Mapping[str, Mapping[str, Estimate]]) -> Seen:
    """What clicks say, by row instead of by item id; the first row of an id speaks for it."""
    named = {item for each in attracted.values() for item in each}
    held = {name: items.column(name).to_pylist() for name in items.columns}
    held[ROW] = [str(int(row)) for row in items.row_ids]
    key = max(held, key=lambda name: len(named & set(held[name])))
    row_of = {v: int(r) for r, v in zip(items.row_ids[::-1], held[key][::-1], strict=True)}
    return {
        query: {row_of[item]: one for item, one in each.items() if item in row_of}
        for query, each in attracted.items()
    }


def _guesses(store: Store, items: Snapshot, text: ItemText, failing: list[Failing]) -> list[Guess]:
    """One guess a cell: a fix before neighbours before spelling."""
    if not failing:
        return []
    guesses = from_fixes(items, store.fixes(items.name), text.columns)
    guesses += from_neighbours(items, text, but=guesses, profile=store.load_profile(items.name))
    rows: Counter[str] = Counter()
    for words in text.of(items):
        rows.update(set(words_of(words)))
    wanted = {word for one in failing for word in words_of(one.query)}
    taken = {(guess.row, guess.column) for guess in guesses}
    spelled = from_spelling(items, text, wanted, rows)
    return guesses + [guess for guess in spelled if (guess.row, guess.column) not in taken]
