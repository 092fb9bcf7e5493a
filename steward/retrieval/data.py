"""What search is built, trained and measured on: item texts and judgments, and their origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn
from steward.retrieval.item_text import ItemText, default_item_text
from steward.retrieval.judgments import ESCI_WORDS, Grades, JudgmentColumns, read_judgments
from steward.retrieval.merged import MergedItems, follow

REPEATED = 0.1
"""The share of rows without an id of their own from which a column cannot name the items."""

SEEN = 0.5
"""The least share of its values that name items, for a column to hold item ids."""


@dataclass(frozen=True)
class SearchData:
    """Items in row order with their texts, and the grades of queries.

    Attributes:
        texts: item id to text, in row order.
        grades: query to item id to grade; only items that are there.
        template: of the item texts.
        origin: what it was made of, for records: tables, content hashes, columns.
        absent: judgments whose item is not there.
        left_out: rows without an id, or with the id of an earlier row, which speaks for the item.
    """

    texts: Mapping[str, str]
    grades: Grades
    template: str
    origin: Mapping[str, str] = field(default_factory=dict)
    absent: int = 0
    left_out: int = 0

    @property
    def ids(self) -> list[str]:
        """The items, in row order."""
        return list(self.texts)


def read_search_data(
    items: Snapshot,
    judgments: Snapshot | None = None,
    queries: Snapshot | None = None,
    *,
    text: ItemText | None = None,
    item_id: str | None = None,
    columns: JudgmentColumns | None = None,
    merged: MergedItems | None = None,
) -> SearchData:
    """Read items and judgments; what is not said is found out from what the columns hold.

    Args:
        items: a row an item.
        judgments: a row a judged pair of query and item; none for an index without training.
        queries: the words of queries, when the judgments name queries by an id.
        text: which columns make the text; by default those that hold words.
        item_id: the column that names items; by default the key, else the one that the judgments
            name, else the first whose values nearly all differ, else the row number.
        columns: of the judgments.
        merged: items that became others; what was judged of them counts for those.

    Raises:
        InputError: too many ids are missing or repeated, or no judgment names an item.
        UnknownColumn: a column is not there.
    """
    template = text or default_item_text(items)
    name = item_id or _id_column(items, judgments)
    ids = _ids(items, name)
    texts: dict[str, str] = {}
    for ident, words in zip(ids, template.of(items), strict=True):
        if ident is not None:
            texts.setdefault(ident, words)
    left_out = len(ids) - len(texts)
    origin = {"items": items.name, "items_hash": items.content_hash, "item_id": name or ""}
    if judgments is None:
        return SearchData(texts, {}, template.template, origin, left_out=left_out)
    found = columns or guess_columns(judgments, texts)
    grades = read_judgments(judgments, found)
    if queries is not None:
        grades = _in_words(grades, queries)
    if merged is not None:
        grades = follow(grades, merged.ids(items, name))
    known = {q: {i: g for i, g in each.items() if i in texts} for q, each in grades.items()}
    kept = {q: each for q, each in known.items() if each}
    if not kept:
        raise InputError(
            f"No judgment of {judgments.name} names an item of {items.name}.",
            hint=f"Items were looked for in its column {found.item}, by {name or 'row number'} of "
            f"{items.name}: say others with --columns QUERY,ITEM,GRADE or --item-id.",
        )
    origin |= {"judgments": judgments.name, "judgments_hash": judgments.content_hash}
    lost = sum(map(len, grades.values())) - sum(map(len, kept.values()))
    return SearchData(texts, kept, template.template, origin, lost, left_out)


def guess_columns(judgments: Snapshot, ids: Mapping[str, str]) -> JudgmentColumns:
    """Find which column holds queries, items and grades, by what they hold.

    Items are the column most of whose values name an item; grades the one of few values, all
    numbers or words of ESCI; queries the one left that repeats most among those with text.

    Raises:
        InputError: one of the three cannot be told.
    """
    values = {name: _values(judgments, name) for name in judgments.columns}
    shares = {name: _share(held, ids) for name, held in values.items()}
    item = max(shares, key=lambda name: shares[name], default="")
    graded = [name for name in values if name != item and _is_grade(values[name])]
    texts = [n for n in values if n != item and n not in graded and _is_query(values[n])]
    if not item or shares[item] < SEEN or not graded or not texts:
        raise InputError(
            f"Cannot tell which columns of {judgments.name} are query, item and grade.",
            hint=f"Say them: --columns QUERY,ITEM,GRADE of {', '.join(judgments.columns)}",
        )
    return JudgmentColumns(texts[0], item, _last_grade(graded))


def _in_words(
    grades: dict[str, dict[str, float]], queries: Snapshot
) -> dict[str, dict[str, float]]:
    """Replace query ids by the words of the queries; two ids of the same words become one query."""
    shares = {name: _share(_values(queries, name), grades) for name in queries.columns}
    key = max(shares, key=lambda name: shares[name])
    others = [n for n in queries.columns if n != key and _is_text(_values(queries, n))]
    if not shares[key] or not others:
        raise InputError(
            f"Table {queries.name} does not say the words of the judged queries.",
            hint="It needs a column with the queries' ids and one with their words.",
        )
    words = max(others, key=lambda name: len(set(_values(queries, name))))
    rows = zip(queries.column(key).to_pylist(), queries.column(words).to_pylist(), strict=True)
    merged: dict[str, dict[str, list[float]]] = {}
    for ident, text in dict.fromkeys(rows):
        if text and ident in grades:
            held = merged.setdefault(text, {})
            for item, grade in grades[ident].items():
                held.setdefault(item, []).append(grade)
    return {text: {i: median(g) for i, g in held.items()} for text, held in merged.items()}


def _id_column(items: Snapshot, judgments: Snapshot | None) -> str | None:
    if len(items.key) == 1:
        return items.key[0]
    unique = [name for name in items.columns if _names_rows(items, name)]
    if judgments is None or not unique:
        return unique[0] if unique else None
    held = [set(_values(judgments, name)) for name in judgments.columns]
    met = {name: max(len(h & set(_values(items, name))) for h in held) for name in unique}
    return max(unique, key=lambda name: met[name])


def _names_rows(items: Snapshot, name: str) -> bool:
    return _without_own(items.column(name).to_pylist()) <= REPEATED


def _without_own(values: Sequence[str | None]) -> float:
    """Share of rows without an id, or with an id that an earlier row has."""
    return 1 - len({v for v in values if v is not None}) / len(values) if values else 0.0


def _ids(items: Snapshot, name: str | None) -> list[str | None]:
    if name is None:
        return [str(int(row)) for row in items.row_ids]
    if name not in items.columns:
        raise UnknownColumn(
            f"Table {items.name} has no column {name} that could name its items.",
            hint=f"--item-id is one of {', '.join(items.columns)}",
        )
    values: list[str | None] = items.column(name).to_pylist()
    if _without_own(values) > REPEATED:
        raise InputError(
            f"Column {name} does not name the items of {items.name}: "
            f"{_without_own(values):.0%} of the rows lack an id of their own.",
            hint="Name another with --item-id, or take duplicates out: steward fix.",
        )
    return values


def _values(table: Snapshot, name: str) -> list[str]:
    return [value for value in table.column(name).to_pylist() if value]


def _share(values: Sequence[str], ids: Mapping[str, object]) -> float:
    different = set(values)
    return sum(value in ids for value in different) / len(different) if different else 0.0


def _is_grade(values: Sequence[str]) -> bool:
    different = {value.strip().casefold() for value in values}
    return 1 < len(different) <= 32 and all(v in ESCI_WORDS or _number(v) for v in different)


def _is_query(values: Sequence[str]) -> bool:
    return _is_text(values) and len(set(values)) < len(values)


def _is_text(values: Sequence[str]) -> bool:
    different = set(values)
    return bool(different) and not all(map(_number, different))


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _last_grade(names: Sequence[str]) -> str:
    """Of several, the one named as a grade, else the last: a final grade follows its votes."""
    words = ("grade", "rating", "relevance", "label", "评分", "相关")
    named = [name for name in names if any(word in name.casefold() for word in words)]
    return (named or list(names))[-1]
