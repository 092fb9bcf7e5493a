"""What labelling of matching pairs reads from the store: rows, the pairs, what people judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn
from steward.fixes.mapping import missing_codes
from steward.label.match_rows import Fact, MatchRows, MatchSide
from steward.label.votes import Pair
from steward.match.identifiers import valid_gtin
from steward.match.tokens import tokenize
from steward.profile import profile_table
from steward.profile.parse import fold, parse_money, parse_quantity
from steward.retrieval.data import read_search_data
from steward.retrieval.item_text import ItemText, default_item_text
from steward.retrieval.judgments import JudgmentColumns
from steward.types import ColumnProfile, Profile, SemanticType

OWN = 0.6
"""A column names things when so many of its rows hold a text of their own."""

FEW_LETTERS = 8
"""Shorter texts, on average, say what a row is where there are no others, as in Chinese."""

SHORT = 40
"""Letters, on average, of a value that is a name (a brand) and no text."""

ALIKE = 0.3
"""Share of the values of two columns of other names that must be common."""

NAMED = 0.9
"""Share of the values of a column that must be ids of rows."""

YES = {"1", "1.0", "yes", "y", "true", "match", "same", "是"}
NO = {"0", "0.0", "no", "n", "false", "non-match", "different", "否"}

Value = str | float | None


@dataclass(frozen=True)
class Table:
    """A table with what is known of it.

    `key` names the rows (empty: their number does), `title` says what they are, `rows` are the
    first rows of each id.
    """

    snapshot: Snapshot
    profile: Profile
    key: str
    title: str
    ids: tuple[str, ...]
    rows: tuple[int, ...]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each id."""
        return dict(zip(self.ids, self.rows, strict=True))

    def cells(self, column: str) -> list[str | None]:
        """The values of a column, one an id; None where a cell is blank or says so."""
        held = self.snapshot.column(column).to_pylist()
        blank = missing_codes(self.snapshot, self.profile, column)
        return [None if blank[row] else held[row] for row in self.rows]


def read_rows(items: Snapshot, others: Snapshot | None, text: str | None = None) -> MatchRows:
    """The rows of one table, or of two, with the columns that both have.

    Args:
        items: a table.
        others: the other one; None looks within the first.
        text: what a row says, such as `{title} {brand}`; its first column is the title.

    Raises:
        InputError: no column tells the rows of a table apart in words.
    """
    left = table_of(items, text)
    right = left if others is None else table_of(others, text)
    sides = [_side(table, text) for table in (left, right)]
    return MatchRows(sides[0], sides[1], _facts(left, right), one_table=others is None)


def named_pairs(
    table: Snapshot, rows: MatchRows, columns: JudgmentColumns | None = None
) -> list[Pair]:
    """The pairs that a table names, each once."""
    one, other = _id_columns(table, rows, columns)
    found = zip(table.column(one).to_pylist(), table.column(other).to_pylist(), strict=True)
    return list(dict.fromkeys(p for pair in found if (p := _of_rows(*pair, rows))))


def judged_pairs(
    table: Snapshot, rows: MatchRows, columns: JudgmentColumns | None = None
) -> dict[Pair, bool]:
    """Which pairs of a table people found the same, and which not; the last word counts.

    Raises:
        InputError: its columns cannot be told, or it says nothing of rows that are there.
    """
    said = _said_column(table) if columns is None else columns.grade
    one, other = _id_columns(table, rows, columns, said)
    cells = (table.column(name).to_pylist() for name in (one, other, said))
    found = {
        pair: verdict.strip().casefold() in YES
        for one, other, verdict in zip(*cells, strict=True)
        if verdict and _is_verdict(verdict) and (pair := _of_rows(one, other, rows))
    }
    if not found:
        raise _unreadable(table, "judges no pair of rows that are there")
    return found


def table_of(snapshot: Snapshot, text: str | None = None) -> Table:
    """A table with the column that names its rows and the one that says what they are.

    Raises:
        InputError: no column tells the rows apart in words.
    """
    profile = profile_table(snapshot)
    title = _title(profile) if text is None else next(iter(ItemText(text).columns), None)
    if title is None:
        raise InputError(
            f"No column of {snapshot.name} says in words what a row is.",
            hint="Name columns of words: --text '{title} {brand}'",
        )
    if title not in snapshot.columns:
        raise UnknownColumn(
            f"Table {snapshot.name} has no column {title}.",
            hint=f"Columns: {', '.join(snapshot.columns)}",
        )
    key = read_search_data(snapshot).origin["item_id"] or ""
    rows: dict[str, int] = {}
    for row, ident in enumerate(_ids(snapshot, key)):
        if ident:
            rows.setdefault(ident, row)
    return Table(snapshot, profile, key, title, tuple(rows), tuple(rows.values()))


def _ids(snapshot: Snapshot, key: str) -> Sequence[str | None]:
    if not key:
        return [str(int(row)) for row in snapshot.row_ids]
    held: list[str | None] = snapshot.column(key).to_pylist()
    return held


def _title(profile: Profile) -> str | None:
    """The shortest column of texts most of which are one row's own; one of few letters last."""
    texts = [
        (column.lengths.mean < FEW_LETTERS, column.lengths.mean, column.name)
        for column in profile.columns
        if column.semantic is SemanticType.TEXT
        and column.lengths is not None
        and column.distinct >= OWN * max(1, column.present)
    ]
    return min(texts)[2] if texts else None


def _side(table: Table, text: str | None) -> MatchSide:
    template = default_item_text(table.snapshot, table.profile) if text is None else ItemText(text)
    texts = template.of(table.snapshot)
    titles = tuple(title or "" for title in table.cells(table.title))
    words = tuple(tokenize(title).words for title in titles)
    return MatchSide(table.ids, titles, words, tuple(texts[row] for row in table.rows))


# Columns that both sides have


def _facts(left: Table, right: Table) -> tuple[Fact, ...]:
    found = []
    for one, other in _paired(left, right):
        kind = _kind(left.profile.column(one))
        read = READERS[left.profile.column(one).semantic]
        sides = (
            tuple(None if v is None else read(v) for v in table.cells(name))
            for table, name in ((left, one), (right, other))
        )
        found.append(Fact(one, kind, *sides))
    return tuple(found)


def _paired(left: Table, right: Table) -> list[tuple[str, str]]:
    """Columns that say the same of both: of one name, else of one kind and of the same values."""
    mine, theirs = (
        {c.name: c for c in table.profile.columns if c.name not in _apart(table) and _kind(c)}
        for table in (left, right)
    )
    same = [n for n in mine if n in theirs and _kind(mine[n]) == _kind(theirs[n])]
    free = [n for n in theirs if n not in same]
    paired = [(name, name) for name in same]
    for name in mine.keys() - same if left is not right else ():
        fits = [n for n in free if _fit(left, right, mine[name], theirs[n])]
        if len(fits) == 1:
            free.remove(fits[0])
            paired.append((name, fits[0]))
    return sorted(paired)


def _apart(table: Table) -> tuple[str, str]:
    return table.title, table.key


def _fit(left: Table, right: Table, one: ColumnProfile, other: ColumnProfile) -> bool:
    if _kind(one) != _kind(other):
        return False
    if _kind(one) == "amount" or one.semantic is other.semantic is SemanticType.GTIN:
        return True
    mine, theirs = (
        {fold(v).casefold() for v in table.cells(column.name) if v}
        for table, column in ((left, one), (right, other))
    )
    return len(mine & theirs) >= ALIKE * max(1, min(len(mine), len(theirs)))


def _kind(column: ColumnProfile) -> str:
    """How values are compared; empty where it says nothing about what a row is."""
    own = column.distinct > 0.5 * column.present
    match column.semantic:
        case SemanticType.GTIN:
            return "gtin"
        case SemanticType.CODE:
            return "code" if own else ""
        case SemanticType.QUANTITY:
            return "code"
        case SemanticType.MONEY:
            return "amount"
        case SemanticType.CATEGORY | SemanticType.TEXT:
            length = column.lengths.mean if column.lengths else 0.0
            return "name" if length <= SHORT and not own else ""
    return ""


def _name(value: str) -> Value:
    return fold(value).casefold().strip() or None


def _gtin(value: str) -> Value:
    return value.strip().lstrip("0") if valid_gtin(value) else None


def _money(value: str) -> Value:
    parsed = parse_money(value)
    return None if parsed is None or parsed.amount <= 0 else float(parsed.amount)


def _quantity(value: str) -> Value:
    parsed = parse_quantity(value)
    return None if parsed is None else str(parsed)


READERS: dict[SemanticType, Callable[[str], Value]] = {
    SemanticType.GTIN: _gtin,
    SemanticType.CODE: _name,
    SemanticType.QUANTITY: _quantity,
    SemanticType.MONEY: _money,
    SemanticType.CATEGORY: _name,
    SemanticType.TEXT: _name,
}


# Tables of pairs


def _id_columns(
    table: Snapshot,
    rows: MatchRows,
    columns: JudgmentColumns | None,
    said: str | None = None,
) -> tuple[str, str]:
    """The columns that name the left and the right row; the earlier is left where both fit."""
    if columns is not None:
        return columns.query, columns.item
    names = [name for name in table.columns if name != said]
    left, right = (
        {name: _share(table, name, side.place) for name in names}
        for side in (rows.left, rows.right)
    )
    fits = [(a, b) for a, b in permutations(names, 2) if min(left[a], right[b]) >= NAMED]
    if not fits:
        raise _unreadable(table, "does not name pairs of rows")
    return max(fits, key=lambda pair: left[pair[0]] + right[pair[1]])


def _share(table: Snapshot, name: str, ids: dict[str, int]) -> float:
    held = [value for value in table.codes(name).values if value]
    return sum(value in ids for value in held) / len(held) if held else 0.0


def _said_column(table: Snapshot) -> str:
    """The column that says yes or no, the last of several."""
    fits = [
        name
        for name in table.columns
        if (held := [v for v in table.codes(name).values if v]) and all(map(_is_verdict, held))
    ]
    if not fits:
        raise _unreadable(table, "does not say which pairs are the same")
    return fits[-1]


def _is_verdict(value: str) -> bool:
    return value.strip().casefold() in YES | NO


def _of_rows(one: str | None, other: str | None, rows: MatchRows) -> Pair | None:
    """The pair, if both rows are there; in one table the earlier row first, never one row alone."""
    if one is None or other is None:
        return None
    if one not in rows.left.place or other not in rows.right.place:
        return None
    if not rows.one_table:
        return one, other
    first, second = sorted((one, other), key=rows.left.place.__getitem__)
    return None if first == second else (first, second)


def _unreadable(table: Snapshot, why: str) -> InputError:
    return InputError(
        f"Table {table.name} {why}.",
        hint="It needs two columns with ids and, to judge, one with 1 and 0: "
        f"--columns LEFT,RIGHT,SAME of {', '.join(table.columns)}",
    )
