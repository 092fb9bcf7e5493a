"""The lift of a shop's own tables: one as it was delivered, one as it was stewarded.

Nobody knows the clean table then, so it says what stewardship gave, and not what share of a loss
came back. Or a table that is believed clean, to be spoilt: that gives all three arms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from steward.engine import Snapshot
from steward.errors import UsageError
from steward.evaluate.lift_arms import RAW, STEWARDED, Arm, Trial
from steward.evaluate.lift_catalogue import Catalogue, table_catalogue
from steward.evaluate.lift_faults import Roles
from steward.profile import profile_table
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.item_text import ItemText, default_item_text
from steward.retrieval.judgments import relevant_queries
from steward.types import Profile

ROLES = ("title", "brand", "category", "attribute", "size", "source")


def own_trial(
    raw: Snapshot,
    fixed: Snapshot,
    judgments: Snapshot,
    queries: Snapshot | None = None,
    *,
    text: ItemText | None = None,
    item_id: str = "",
) -> Trial:
    """Two states of one table as arms.

    Args:
        raw: as it was delivered.
        fixed: as it was stewarded; items are matched by id.
        judgments: of the items of both.
        queries: the words of queries that the judgments name by an id.
        text: of an item; by default the columns that hold words in the raw table.
        item_id: the column that names items; by default found out.

    Raises:
        InputError: a table cannot be read as items, or the judgments name none of them.
    """
    template = text or default_item_text(raw)
    read = [
        read_search_data(table, judgments, queries, text=template, item_id=item_id or None)
        for table in (raw, fixed)
    ]
    profile = profile_table(raw)
    arms = {RAW: _arm(read[0], raw, profile), STEWARDED: _arm(read[1], fixed, profile)}
    truth = {**relevant_queries(read[1].grades), **relevant_queries(read[0].grades)}
    return Trial(raw.name, arms, {}, template.template, truth)


def spoilable(
    items: Snapshot,
    judgments: Snapshot,
    roles: Roles,
    queries: Snapshot | None = None,
    *,
    item_id: str = "",
) -> Catalogue:
    """A catalogue of a table that is believed clean.

    Raises:
        InputError: the tables cannot be read as items and judgments.
        UsageError: a role names a column that is not there.
    """
    text = ItemText(f"{{{items.columns[0]}}}")
    data = read_search_data(items, judgments, queries, text=text, item_id=item_id or None)
    return table_catalogue(items, data.grades, data.origin["item_id"], roles)


def read_roles(given: Sequence[str]) -> Roles:
    """Roles from texts such as `title=name`, `attribute=colour`; some roles may come again.

    Raises:
        UsageError: there is no such role, or no title is named.
    """
    found: Mapping[str, list[str]] = {role: [] for role in ROLES}
    for text in given:
        role, _, column = text.partition("=")
        if role not in found or not column:
            raise UsageError(
                f"--role {text} is not ROLE=COLUMN.", hint=f"Roles: {', '.join(ROLES)}."
            )
        found[role].append(column)
    if not found["title"]:
        raise UsageError("Which column holds the titles?", hint="--role title=COLUMN")
    single = {role: next(iter(found[role]), "") for role in ("title", "brand", "source")}
    return Roles(
        single["title"],
        single["brand"],
        tuple(found["category"]),
        tuple(found["attribute"]),
        tuple(found["size"]),
        single["source"],
    )


def thinned(catalogue: Catalogue, rows: int) -> Catalogue:
    """At most so many rows: every judged one, and of the others the first."""
    judged = {int(row) for items in catalogue.grades.values() for row in items}
    others = [n for n in range(len(catalogue.rows)) if n not in judged]
    kept = sorted([*judged, *others[: max(0, rows - len(judged))]])
    place = {str(old): str(new) for new, old in enumerate(kept)}
    grades = {
        query: {place[row]: grade for row, grade in items.items()}
        for query, items in catalogue.grades.items()
    }
    return replace(catalogue, rows=[catalogue.rows[n] for n in kept], grades=grades, truth=grades)


def _arm(data: SearchData, table: Snapshot, profile: Profile) -> Arm:
    return Arm(data, {item: item for item in data.ids}, table, profile)
