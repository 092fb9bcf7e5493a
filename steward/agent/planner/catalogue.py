"""What is known of the store so far: tables, columns, and the batches of a table.

Built from results of tools alone; the planner never opens the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what its values are about, and how many rows lack one."""

    table: str
    name: str
    type: str = ""
    semantic: str = ""
    missing: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rows, how many columns it has, and which, once it was described."""

    name: str
    rows: int = 0
    width: int = 0
    columns: tuple[Column, ...] = ()
    described: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every table known so far, in the order told. `listed` once all tables are known."""

    tables: tuple[Table, ...] = ()
    listed: bool = False

    def table(self, name: str) -> Table | None:
        """The table of that name, whatever its case."""
        return next((t for t in self.tables if t.name.casefold() == name.casefold()), None)

    def columns(self, table: str | None = None) -> list[Column]:
        """Columns of a table, or of all."""
        return [c for t in self.tables if table in (None, t.name) for c in t.columns]

    def as_json(self) -> dict[str, Any]:
        """Plain values; `Catalogue.of` reads them."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Catalogue:
        """What `as_json` wrote."""
        tables = [
            Table(**{**one, "columns": tuple(Column(**c) for c in one["columns"])})
            for one in data["tables"]
        ]
        return cls(tuple(tables), bool(data["listed"]))

    def main(self) -> Table | None:
        """The table most questions are about: the one with most columns, then most rows."""
        ranked = sorted(self.tables, key=lambda t: (-t.width, -t.rows, t.name))
        return ranked[0] if ranked else None

    def with_result(self, tool: str, data: Mapping[str, Any]) -> Catalogue:
        """The catalogue with what a result of `list_tables` or `describe_table` adds."""
        if tool == "list_tables":
            told = [_table(one) for one in _dicts(data.get("tables"))]
            for one in told:
                self = self._with(one)
            return replace(self, listed=True)
        if tool == "describe_table" and isinstance(data.get("table"), str):
            return self._described(_table(data))
        return self

    def _described(self, page: Table) -> Catalogue:
        """With the columns of one page of a description behind those known before."""
        old = self.table(page.name)
        before = old.columns if old is not None and old.described else ()
        new = {column.name: column for column in page.columns}
        fresh = tuple(new.pop(c.name, c) for c in before)
        columns = (*fresh, *new.values())
        return self._with(replace(page, columns=columns, described=True))

    def _with(self, new: Table) -> Catalogue:
        old = self.table(new.name)
        if old is None:
            return replace(self, tables=(*self.tables, new))
        merged = Table(
            old.name,
            new.rows or old.rows,
            new.width or old.width,
            new.columns or old.columns,
            old.described or new.described,
        )
        return replace(self, tables=tuple(merged if t is old else t for t in self.tables))


def _table(data: Mapping[str, Any]) -> Table:
    name = str(data.get("table") or data.get("name") or "")
    columns = data.get("columns")
    found = [_column(name, one) for one in columns] if isinstance(columns, Sequence) else []
    width = _number(data.get("column_count")) or _number(columns) or len(found)
    return Table(name, _number(data.get("rows")), width, tuple(found))


def _column(table: str, data: Any) -> Column:
    if not isinstance(data, Mapping):
        return Column(table, str(data))
    name = data.get("column") or data.get("name") or ""
    missing = data.get("missing")
    return Column(
        table,
        str(name),
        str(data.get("type") or ""),
        str(data.get("semantic") or data.get("about") or ""),
        missing if isinstance(missing, int) else None,
    )


def _dicts(found: Any) -> list[Mapping[str, Any]]:
    if not isinstance(found, Sequence) or isinstance(found, str):
        return []
    return [one if isinstance(one, Mapping) else {"name": one} for one in found]


def _number(found: Any) -> int:
    return found if isinstance(found, int) else 0
