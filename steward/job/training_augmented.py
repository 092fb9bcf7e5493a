"""Made rows in a training: they teach, they never examine, and the card says which they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from steward.augment.training import Extended, extend_training
from steward.engine import Snapshot
from steward.errors import UsageError
from steward.job.augmenting import made_rows
from steward.retrieval.data import SearchData
from steward.retrieval.split import Split, leaks
from steward.store import Store
from steward.store.augmented import made_tables


@dataclass(frozen=True)
class WithMade:
    """Data and split with what was made in the training part.

    Attributes:
        data: texts and grades; a made query has the grades of its source.
        split: made queries are in `train`.
        about: for the card: table, source table, rows read, queries added by method, and how many
            were refused and why. Empty when none were asked for.
    """

    data: SearchData
    split: Split
    about: Mapping[str, Any] = field(default_factory=dict)


def refuse_made(store: Store, tables: Mapping[str, str | None]) -> None:
    """Refuse made tables among those that examine: option to table.

    Raises:
        UsageError: a table was made by steward.
    """
    made = made_tables(store)
    for option, table in tables.items():
        if table is not None and table in made:
            raise UsageError(
                f"Table {table} was made of {made[table].table}: it may teach, and never examine.",
                hint=f"--{option} {made[table].table}, and --augmented {table}"
                if option == "queries"
                else f"--{option} takes what people wrote; --augmented {table}",
            )


def with_made(store: Store, made: Snapshot, data: SearchData, split: Split) -> WithMade:
    """Add the rows of a made table to the training part, and to nothing else.

    Args:
        store: knows what each row was made of.
        made: the table, as `steward augment` wrote it; rows that were deleted since are left out.
        data: texts and grades.
        split: of its queries.

    Raises:
        UsageError: the table was not made by `steward augment`.
    """
    place = made_tables(store).get(made.name)
    if place is None:
        raise UsageError(
            f"Table {made.name} was not made by steward augment: nobody knows of what.",
            hint="steward augment --table queries --method noise",
        )
    there = set(made.column(place.column).to_pylist())
    rows = [row for row in made_rows(store, place.table) if row.text in there]
    found = _apart(extend_training(data, split, rows), data)
    method = {row.text: row.method for row in rows}
    added = [query for query in found.data.grades if query not in data.grades]
    about = {
        "table": made.name,
        "made_of": place.table,
        "rows": len(rows),
        "added": dict(sorted(Counter(method[query] for query in added).items())),
        "refused": dict(found.refused),
    }
    return WithMade(found.data, found.split, about)


def _apart(found: Extended, data: SearchData) -> Extended:
    """Without made queries that stand between a training query and a held-out one."""
    pairs = leaks(found.split.train, (*found.split.valid, *found.split.test))
    between = {query for query, _ in pairs if query not in data.grades}
    if not between:
        return found
    grades = {q: items for q, items in found.data.grades.items() if q not in between}
    train = tuple(q for q in found.split.train if q not in between)
    why = "near to a held query"
    refused = {**found.refused, why: found.refused.get(why, 0) + len(between)}
    return Extended(
        replace(found.data, grades=grades),
        replace(found.split, train=train),
        found.added - len(between),
        refused,
    )
