"""SQL as text: quoting. Nothing here runs."""

from __future__ import annotations

from collections.abc import Iterable


def quote_identifier(name: str) -> str:
    """Quote a table or column name for SQLite, DuckDB and PostgreSQL."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(value: str | None) -> str:
    """Quote a text value for SQLite, DuckDB and PostgreSQL; None becomes `null`."""
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def quote_list(values: Iterable[str]) -> str:
    """A parenthesised list of quoted text values, for `in`."""
    return "(" + ", ".join(quote_literal(value) for value in values) + ")"
