"""Cases: a dirty table and its truth, in a folder, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from steward.errors import InputError

Cells = list[list[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A dirty table, aligned by position with its truth. `source` is the dirty file, if any.

    `columns` are the dirty table's names (the clean one's may differ). `ignore` holds (column,
    clean value) pairs that are not scored; `kinds` the kind of error of each cell, if known.
    """

    name: str
    columns: tuple[str, ...]
    dirty: Cells = field(repr=False)
    clean: Cells = field(repr=False)
    kinds: Cells | None = field(default=None, repr=False)
    ignore: tuple[tuple[str, str], ...] = ()
    source: Path | None = None


def read_case(
    dirty: Path,
    clean: Path,
    *,
    name: str = "",
    ignore: Sequence[str] = (),
    kinds: Path | None = None,
) -> Case:
    """Read one case from CSV files.

    Args:
        dirty: the table as delivered, with a header.
        clean: the same rows and columns in the same order, as they should be.
        name: what to call it; the folder's name when not given.
        ignore: `COLUMN=VALUE` texts: cells of that column whose clean value is VALUE do not count.
        kinds: a table of the same shape with the kind of error of each cell.

    Raises:
        InputError: a file cannot be read, or the shapes differ.
    """
    columns, before = read_table(dirty)
    _, truth = read_table(clean)
    if len(before) != len(truth) or (before and len(before[0]) != len(truth[0])):
        raise InputError(
            f"{dirty} and {clean} differ in shape.",
            hint="Rows and columns are aligned by position: both need the same of each.",
        )
    pairs = tuple(_pair(text, columns, dirty) for text in ignore)
    labels = read_table(kinds)[1] if kinds else None
    return Case(name or dirty.parent.name, columns, before, truth, labels, pairs, dirty)


def read_suite(folder: Path, *, ignore: Sequence[str] = ()) -> list[Case]:
    """Every sub-folder with `clean.csv` and one or more `dirty*.csv`, in name order.

    An `ignore.txt` beside them adds `COLUMN=VALUE` lines, an `error_types.csv` the kinds of error.
    An `ignore` whose column a table does not have is passed over.
    """
    found = [case for clean in sorted(folder.glob("*/clean.csv")) for case in _cases(clean, ignore)]
    if not found:
        raise InputError(
            f"No case in {folder}.",
            hint="A case is a sub-folder with clean.csv and one or more dirty*.csv.",
        )
    return found


def read_table(path: Path) -> tuple[tuple[str, ...], Cells]:
    """Column names and rows of one CSV file in UTF-8, cells as they stand there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = csv.reader(lines)
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise InputError(f"{path} cannot be read as CSV in UTF-8: {error}.") from error
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise InputError(f"{path}, row {number}: {len(row)} cells, header has {len(header)}.")
    return tuple(header), rows


def write_case(case: Case, folder: Path) -> None:
    """Write `dirty.csv`, `clean.csv` and, where known, `error_types.csv` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "dirty.csv", case.columns, case.dirty)
    write_table(folder / "clean.csv", case.columns, case.clean)
    if case.kinds is not None:
        write_table(folder / "error_types.csv", case.columns, case.kinds)


def write_table(path: Path, columns: Sequence[str], rows: Cells) -> None:
    """Write one CSV file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _cases(clean: Path, ignore: Sequence[str]) -> Iterator[Case]:
    extra = clean.with_name("ignore.txt")
    lines = extra.read_text("utf-8").splitlines() if extra.exists() else []
    kinds = clean.with_name("error_types.csv")
    for dirty in sorted(clean.parent.glob("dirty*.csv")):
        part = dirty.stem.removeprefix("dirty").strip("_")
        columns = read_table(dirty)[0]
        fitting = [text for text in ignore if text.partition("=")[0] in columns]
        yield read_case(
            dirty,
            clean,
            name=f"{clean.parent.name}/{part}" if part else clean.parent.name,
            ignore=[*fitting, *filter(None, lines)],
            kinds=kinds if kinds.exists() and not part else None,
        )


def _pair(text: str, columns: Sequence[str], path: Path) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or name not in columns:
        raise InputError(
            f"--ignore {text}: {path} has no such column.", hint="Write COLUMN=CLEAN VALUE."
        )
    return name, value
