"""Orders of twenty suppliers, errors planted in them, and what fixes would write: shared by tests.

`supplier` tells `address`, `city` and `phone`, and each of these tells it back; `week` and `order`
tell nothing.
"""

import random
from collections.abc import Iterable, Mapping, Sequence

from steward.engine import Snapshot
from steward.profile import profile_table
from steward.types import Fix, FixKind, Profile

Columns = dict[str, list[str | None]]
Cell = tuple[str, int]

TELLING = ("supplier", "address", "city", "phone")
WORDS = (
    "amber", "cobalt", "crimson", "ivory", "olive", "saffron", "walnut", "granite", "cedar",
    "meadow", "harbor", "summit", "valley", "prairie", "canyon", "lagoon", "thunder", "velvet",
    "copper", "marble",
)  # fmt: skip


def orders(rows: int = 300, seed: int = 1) -> Columns:
    """A clean table."""
    rng = random.Random(seed)
    columns: Columns = {name: [] for name in ("order", "week", *TELLING)}
    for number in range(rows):
        i = rng.randrange(len(WORDS))
        row = (
            str(number + 1),
            str(rng.randrange(10)),
            f"{WORDS[i]} trading",
            f"{i + 1} {WORDS[i * 7 % 20]} road",
            f"{WORDS[i * 3 % 20]}ville",
            f"555-{1000 + i * 137}",
        )
        for values, value in zip(columns.values(), row, strict=True):
            values.append(value)
    return columns


def plant(
    clean: Mapping[str, Sequence[str | None]], count: int, seed: int = 5
) -> tuple[Columns, dict[Cell, str | None]]:
    """Misspell, empty or exchange `count` cells; returns the table and the truth by (column, row).

    Never twice in a row, so that what tells a damaged cell is itself undamaged.
    """
    rng = random.Random(seed)
    dirty = {name: list(values) for name, values in clean.items()}
    truth: dict[Cell, str | None] = {}
    rows = len(next(iter(dirty.values())))
    for number, position in enumerate(rng.sample(range(rows), count)):
        column = TELLING[number % len(TELLING)]
        before = str(clean[column][position])
        others = sorted({str(v) for v in clean[column]} - {before})
        after = (f"{before[:3]}x{before[4:]}", None, rng.choice(others))[number % 3]
        dirty[column][position] = after
        truth[column, position + 1] = before
    return dirty, truth


def opened(columns: Mapping[str, Sequence[str | None]]) -> tuple[Snapshot, Profile]:
    """The table as correctors get it."""
    snapshot = Snapshot.from_columns("orders", columns)
    return snapshot, profile_table(snapshot)


def written(fixes: Iterable[Fix]) -> dict[Cell, str | None]:
    """What fixes would write, by column and row id."""
    return {
        (change.column, row): change.after
        for fix in fixes
        if fix.kind in (FixKind.MAPPING, FixKind.CELL)
        for change in fix.changes
        for row in fix.rows
    }
