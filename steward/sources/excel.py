"""Excel workbooks: one sheet, its first row the header, cached results of formulas as values."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from steward.errors import InputError
from steward.sources.columns import check_columns
from steward.sources.delivery import Delivery, Row, chunked


def open_sheet(path: Path, sheet: str | None) -> Delivery:
    """Look at the header of a sheet (by default the first), and return it ready."""
    with _sheet(path, sheet) as found:
        header = next(found.iter_rows(values_only=True), ())
    while header and header[-1] is None:
        header = header[:-1]
    names = ["" if name is None else _text(name) or "" for name in header]
    columns = check_columns(names, str(path))
    width = len(columns)
    return Delivery(
        columns,
        str(path),
        lambda: chunked(_rows(path, sheet, width)),
        {"format": "xlsx", "sheet": sheet},
    )


@contextmanager
def _sheet(path: Path, sheet: str | None) -> Iterator[Any]:
    from openpyxl import load_workbook  # type: ignore[import-untyped, unused-ignore]
    from openpyxl.utils.exceptions import (  # type: ignore[import-untyped, unused-ignore]
        InvalidFileException,
    )

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not touch values
            book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError) as error:
        raise InputError(
            f"{path} is not an Excel workbook, or is damaged.", hint="Save it as .xlsx or CSV."
        ) from error
    try:
        names = book.sheetnames
        if sheet is not None and sheet not in names:
            raise InputError(f"{path} has no sheet {sheet!r}.", hint=f"It has: {', '.join(names)}.")
        yield book[sheet or names[0]]
    finally:
        book.close()


def _rows(path: Path, sheet: str | None, width: int) -> Iterator[Row]:
    with _sheet(path, sheet) as found:
        for number, row in enumerate(found.iter_rows(values_only=True), 1):
            if number == 1 or all(value is None for value in row):
                continue
            if any(value is not None for value in row[width:]):
                raise InputError(
                    f"{path}: row {number:,} has a value right of the last named column.",
                    hint="Name the column in the first row, or clear the cell.",
                )
            cells = [_text(value) for value in row[:width]]
            yield cells + [None] * (width - len(cells))


def _text(value: object) -> str | None:
    """A cell as text: numbers without a needless `.0`, dates in ISO 8601."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value) if isinstance(value, timedelta) else repr(value)
