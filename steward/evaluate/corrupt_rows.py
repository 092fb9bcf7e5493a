"""Damages that need more than one cell: each spends a quota of cells on a worksheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from steward.evaluate import damage
from steward.evaluate.worksheet import Worksheet

RowDamage = Callable[[Worksheet, int, Random], None]


def swap(sheet: Worksheet, quota: int, random: Random) -> None:
    """Two columns of a row exchange their values; few pairs of columns, as forms and scripts do."""
    width = len(sheet.columns)
    if width < 2:
        return
    pairs = [random.sample(range(width), 2) for _ in range(max(1, width // 6))]
    for _ in range(4 * quota):
        if quota < 2:
            return
        row = random.randrange(len(sheet.clean))
        a, b = random.choice(pairs)
        left, right = sheet.clean[row][a], sheet.clean[row][b]
        if left != right and sheet.is_open(row, a) and sheet.is_open(row, b):
            sheet.write(row, a, right, "swap")
            sheet.write(row, b, left, "swap")
            quota -= 2


def merge(sheet: Worksheet, quota: int, random: Random) -> None:
    """A value lands in the column before it, which leaves its own cell empty."""
    if len(sheet.columns) < 2:
        return
    column = random.randrange(1, len(sheet.columns))
    for _ in range(4 * quota):
        if quota < 2:
            return
        row = random.randrange(len(sheet.clean))
        if sheet.is_open(row, column - 1) and sheet.is_open(row, column):
            left, right = sheet.clean[row][column - 1 : column + 1]
            sheet.write(row, column - 1, f"{left} {right}", "merge")
            sheet.write(row, column, "", "merge")
            quota -= 2


def batch(sheet: Worksheet, quota: int, random: Random) -> None:
    """A run of rows loses a column, as when a delivery renames it."""
    while quota > 0:
        length = min(quota, max(3, len(sheet.clean) // 20))
        start = random.randrange(max(1, len(sheet.clean) - length))
        column = random.randrange(len(sheet.columns))
        for row in range(start, min(start + length, len(sheet.clean))):
            if sheet.is_open(row, column):
                sheet.write(row, column, "", "batch")
        quota -= length


def dependency(sheet: Worksheet, quota: int, random: Random) -> None:
    """A value that another column fixes is replaced by one of another group."""
    pairs = sheet.dependencies()
    if not pairs:
        return
    hit = random.sample(pairs, min(len(pairs), 4))
    for _ in range(6 * quota):
        if quota < 1:
            return
        _, column = random.choice(hit)
        row = random.randrange(len(sheet.clean))
        if sheet.is_open(row, column):
            quota -= sheet.write(row, column, random.choice(sheet.domain(column)), "dependency")


def duplicate(sheet: Worksheet, quota: int, random: Random) -> None:
    """A row comes again with two of its cells misspelt or empty."""
    while quota > 0:
        row = sheet.append(random.randrange(len(sheet.clean)))
        for column in random.sample(range(len(sheet.columns)), min(2, len(sheet.columns))):
            if sheet.is_open(row, column):
                value = sheet.clean[row][column]
                sheet.write(row, column, damage.typo(value, random) or "", "duplicate")
        quota -= 2


def panel(sheet: Worksheet, quota: int, random: Random) -> None:
    """Sources that tell of the same entities disagree, some of them far more often than others.

    The source is the column with the fewest values of those that fix nothing; the entity is the
    one that fixes most. A bad source gives the value of another entity, or a near miss of it; and
    bad sources copy one another now and then, so that an error may be told twice.
    """
    shape = _panel_shape(sheet)
    if shape is None:
        return
    source, facts = shape
    names = sheet.domain(source)
    unreliable = {name: random.betavariate(0.6, 2.5) for name in names}
    told: dict[tuple[str, int], str] = {}
    for _ in range(20 * quota):
        if quota < 1:
            return
        row, (entity, column) = random.randrange(len(sheet.clean)), random.choice(facts)
        if random.random() > unreliable.get(sheet.clean[row][source], 0.0):
            continue
        key = (sheet.clean[row][entity], column)
        wrong = told.get(key) if random.random() < 0.3 else None
        wrong = wrong or _other_story(sheet, row, column, random)
        if sheet.is_open(row, column) and sheet.write(row, column, wrong, "panel"):
            told[key] = wrong
            quota -= 1


def _panel_shape(sheet: Worksheet) -> tuple[int, list[tuple[int, int]]] | None:
    """The source column, and (entity column, column that it fixes) pairs."""
    pairs = sheet.dependencies()
    fixing = [a for a, _ in pairs]
    if not fixing:
        return None
    entity = max(set(fixing), key=lambda a: (fixing.count(a), -a))
    fixed = [b for a, b in pairs if a == entity]
    free = [
        c
        for c in range(len(sheet.columns))
        if c not in fixed and c != entity and 2 < len(sheet.domain(c)) < len(sheet.clean) / 4
    ]
    if not free:
        return None
    return min(free, key=lambda c: len(sheet.domain(c))), [(entity, b) for b in fixed]


def _other_story(sheet: Worksheet, row: int, column: int, random: Random) -> str:
    value = sheet.clean[row][column]
    digits = [i for i, c in enumerate(value) if c.isdigit()]
    if digits and random.random() < 0.6:
        at = digits[-1]
        return value[:at] + str((int(value[at]) + random.randint(1, 9)) % 10) + value[at + 1 :]
    return random.choice(sheet.domain(column))


ROW_DAMAGES: Mapping[str, RowDamage] = {
    "swap": swap,
    "merge": merge,
    "batch": batch,
    "dependency": dependency,
    "duplicate": duplicate,
    "panel": panel,
}
