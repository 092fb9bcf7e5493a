"""Clean catalogues with judgments, to be spoilt: made by the sample shop, or read from tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.engine import Snapshot
from steward.errors import UsageError
from steward.evaluate.lift_faults import Roles
from steward.retrieval.judgments import Grades
from steward.shop import Shop, ShopFaults, ShopSpec, make_shop
from steward.shop.search import families, grade_items, item_ids, pool

LANGUAGES = (("en", "zh", "mixed"), ("en",), ("zh",), ("en", "zh"), ("mixed",))
SCHEMAS = ("english", "chinese", "terse")
DROPPED = ((), ("supplier_category",), ("category_path_zh",), (), ("material",))
"""What the shops differ in: languages of titles, names of columns, columns that are not there."""


@dataclass(frozen=True)
class Catalogue:
    """A clean table and the grades of its rows.

    Attributes:
        columns: names; the first names the items.
        rows: cells as text, '' for null.
        roles: which columns are what.
        grades: query to row number (as text) to grade: what people judged, to learn from.
        truth: the same of every item where that is known, to measure by; else what was judged.
    """

    name: str
    columns: tuple[str, ...]
    rows: list[list[str]]
    roles: Roles
    grades: Grades
    truth: Grades


def shop_catalogues(count: int, *, rows: int, queries: int, seed: int) -> list[Catalogue]:
    """Make clean shops that differ in content, languages, column names and columns.

    Args:
        count: how many.
        rows: items of each.
        queries: judged queries of each.
        seed: of the first; the others follow it.
    """
    return [_of_shop(_shop(number, rows, queries, seed)) for number in range(count)]


def table_catalogue(items: Snapshot, grades: Grades, item_id: str,
                    roles: Roles) -> Catalogue:  # fmt: skip
    """A catalogue of a table that is taken to be clean, with the grades of its item ids.

    Raises:
        UsageError: a role names a column that is not there, or no judged item is in the table.
    """
    columns = (item_id, *(name for name in items.columns if name != item_id))
    named = [roles.title, roles.brand, *roles.category, *roles.attributes, *roles.sizes]
    if unknown := [name for name in (*named, roles.source) if name and name not in columns]:
        raise UsageError(
            f"Table {items.name} has no column {unknown[0]}.", hint=f"Columns: {', '.join(columns)}"
        )
    values = [[cell or "" for cell in items.column(name).to_pylist()] for name in columns]
    rows = [list(row) for row in zip(*values, strict=True)]
    by_row = _by_row(rows, grades)
    if not by_row:
        raise UsageError(f"No judged item is in table {items.name}.", hint=f"Ids: {item_id}.")
    return Catalogue(items.name, columns, rows, roles, by_row, by_row)


def _shop(number: int, rows: int, queries: int, seed: int) -> Shop:
    return make_shop(
        ShopSpec(
            rows=rows,
            seed=seed + number,
            languages=LANGUAGES[number % len(LANGUAGES)],
            schema=SCHEMAS[number % len(SCHEMAS)],
            drop=DROPPED[number % len(DROPPED)],
            faults=ShopFaults.none(),
            queries=queries,
            sessions=0,
        )
    )


def _of_shop(shop: Shop) -> Catalogue:
    clean = shop.clean_items()
    values = [[cell or "" for cell in column.to_pylist()] for column in clean.columns]
    rows = [list(row) for row in zip(*values, strict=True)]
    name = f"shop-{shop.spec.seed} {shop.spec.schema} {'+'.join(shop.spec.languages)}"
    sampled, truth = _grades(shop)
    columns = tuple(clean.column_names)
    return Catalogue(
        name, columns, rows, _shop_roles(shop), _by_row(rows, sampled), _by_row(rows, truth)
    )


def _grades(shop: Shop) -> tuple[Grades, Grades]:
    """The judgments that the shop ships, of some items a query, and the grades of all items."""
    items, near = pool(shop.spec, shop.words), families(shop.words)
    ids, judged = item_ids(items.row), shop.judged
    sampled, truth = {}, {}
    for query, rows, grades in zip(judged.queries, judged.rows, judged.grades, strict=True):
        sampled[query.text] = dict(zip(item_ids(rows), map(float, grades.tolist()), strict=True))
        every = grade_items(query, items, near).tolist()
        truth[query.text] = {i: float(g) for i, g in zip(ids, every, strict=True) if g > 0}
    return sampled, truth


def _shop_roles(shop: Shop) -> Roles:
    def named(*columns: str) -> tuple[str, ...]:
        return tuple(shop.schema.column("items", c) for c in columns if c not in shop.schema.drop)

    return Roles(
        title=named("title")[0],
        brand=named("brand")[0],
        category=named("category_path", "category_path_zh"),
        attributes=named("colour", "material"),
        sizes=named("size"),
        source=named("supplier")[0],
    )


def _by_row(rows: Sequence[Sequence[str]], grades: Grades) -> dict[str, dict[str, float]]:
    """Grades by row number, of queries with an item above 0."""
    place = {row[0]: str(number) for number, row in reversed(list(enumerate(rows)))}
    found = {
        query: {place[item]: grade for item, grade in items.items() if item in place}
        for query, items in grades.items()
    }
    return {q: items for q, items in found.items() if any(g > 0 for g in items.values())}
