"""The SQL of findings, as text. Nothing here runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from steward.engine.text import quote_identifier, quote_list
from steward.types import ROW

SPACES = (
    r"\x{09}-\x{0D}\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}"
    r"\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}"
)
"""What Unicode calls white space, for a character class of RE2."""

LISTED_VALUES = 2_000
"""More failing values than this are written down by their rows instead."""


def select_where(table: str, columns: Sequence[str], condition: str) -> str:
    """Select the row id and `columns` of the rows where a condition holds, in row order."""
    names = ", ".join([ROW, *(quote_identifier(c) for c in columns)])
    return f"select {names} from {quote_identifier(table)} where {condition} order by {ROW}"


def select_values(table: str, column: str, values: Iterable[str]) -> str:
    """Select the rows whose `column` holds one of `values`."""
    return select_where(table, [column], f"{quote_identifier(column)} in {quote_list(values)}")


def select_rows(table: str, columns: Sequence[str], rows: Iterable[int]) -> str:
    """Select rows by id."""
    return select_where(table, columns, rows_sql(rows))


def rows_sql(rows: Iterable[int], *, of: str = "") -> str:
    """A condition: the row is one of these. Neighbours are written as ranges, to stay short."""
    name = (f"{of}." if of else "") + ROW
    spans: list[list[int]] = []
    for row in sorted(rows):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    single = [str(a) for a, b in spans if a == b]
    parts = [f"{name} between {a} and {b}" for a, b in spans if a != b]
    if single:
        parts.append(f"{name} in ({', '.join(single)})")
    return " or ".join(parts) or "false"


def missing_sql(column: str, disguised: Iterable[str] = (), *, of: str = "") -> str:
    """A condition: the cell is null, empty, blank, or one of the disguised missing values.

    `of` names the table where a query reads several.
    """
    name = (f"{of}." if of else "") + quote_identifier(column)
    values = list(disguised)
    hidden = f" or {name} in {quote_list(values)}" if values else ""
    return f"({name} is null or regexp_full_match({name}, '[{SPACES}]*'){hidden})"


def present_sql(column: str, disguised: Iterable[str] = (), *, of: str = "") -> str:
    """A condition: the cell holds a value."""
    return f"not {missing_sql(column, disguised, of=of)}"


def number_sql(column: str) -> str:
    """The number in a text cell (`$1,299.00`, `１２`), or null.

    Thousands commas, white space, currency signs and units around one number are dropped.
    """
    name = quote_identifier(column)
    plain = f"translate({name}, '０１２３４５６７８９．，－', '0123456789.,-')"
    amount = r"[+-]?[0-9][0-9,]*\.?[0-9]*|[+-]?\.[0-9]+"
    digits = f"regexp_extract({plain}, '^[^0-9+.-]*({amount})[^0-9]*$', 1)"
    return f"try_cast(replace({digits}, ',', '') as double)"


def date_sql(column: str) -> str:
    """The moment in a text cell, or null. ISO dates and times, also with slashes."""
    return f"try_cast(replace({quote_identifier(column)}, '/', '-') as timestamp)"
