"""Rules about a whole table: how many rows it has, and how fresh it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from steward.checks.sql import date_sql, select_where
from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.types import Issue, Reason

AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(minute|min|hour|h|day|d|week|w)s?")
SECONDS = {"minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400,
           "week": 604800, "w": 604800}  # fmt: skip


def parse_age(text: object) -> timedelta:
    """Read `7 days`, `36h`, `2 weeks`; a bare number means days. `ValueError` otherwise."""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return timedelta(days=text)
    found = AGE.fullmatch(str(text).strip().lower())
    if not found:
        raise ValueError(f"{text!r} is no age; write 7 days, 36 hours or 2 weeks")
    return timedelta(seconds=float(found[1]) * SECONDS[found[2]])


def row_count_issue(
    snapshot: Snapshot, name: str, argument: object, message: str, severity: float
) -> Issue | None:
    """An issue when the table has fewer rows than `min` or more than `max`."""
    assert isinstance(argument, Mapping)
    low, high = argument.get("min"), argument.get("max")
    if (low is None or snapshot.rows >= low) and (high is None or snapshot.rows <= high):
        return None
    wanted = " and ".join(
        f"{word} {n:,}" for word, n in (("at least", low), ("at most", high)) if n is not None
    )
    text = message or f"{snapshot.name} has {snapshot.rows:,} rows; {wanted} were expected."
    return _of_table(snapshot, name, (), text, severity)


def freshness_issue(
    snapshot: Snapshot, name: str, column: str, argument: object, message: str, severity: float
) -> Issue | None:
    """An issue when the newest date of a column is older than an age.

    The age is counted from the last ingestion, so that the same delivery always gets the same
    answer; from now where no ingestion is known.
    """
    table = quote_identifier(snapshot.name)
    newest = snapshot.sql(f"select max({date_sql(column)}) as newest from {table}")
    moment = newest.column(0)[0].as_py()
    asked = _asked(snapshot)
    age = parse_age(argument)
    if moment is not None and asked - moment.replace(tzinfo=UTC) <= age:
        return None
    said = "holds no date" if moment is None else f"ends at {moment:%Y-%m-%d %H:%M}"
    text = message or f"{column} {said}; it may be {age} old at {asked:%Y-%m-%d %H:%M}."
    return _of_table(snapshot, name, (column,), text, severity)


def _asked(snapshot: Snapshot) -> datetime:
    moments = []
    for batch in snapshot.batches:
        try:
            moment = datetime.fromisoformat(batch.ingested_at)
        except ValueError:
            continue
        moments.append(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return max(moments, default=datetime.now(UTC))


def _of_table(
    snapshot: Snapshot, name: str, columns: tuple[str, ...], message: str, severity: float
) -> Issue:
    return Issue(
        table=snapshot.name,
        check=name,
        reason=Reason.USER,
        columns=columns,
        rows=0,
        share=0.0,
        severity=severity,
        message=message,
        sql=select_where(snapshot.name, columns, "false"),
    )
