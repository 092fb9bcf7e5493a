"""A store with one table, and fixes made in one line."""

from collections.abc import Sequence

import pytest

from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason

NOON = "2026-01-01T12:00:00Z"


def make_fix(
    rows: Sequence[int],
    *changes: tuple[str, str | None, str | None],
    kind: FixKind = FixKind.MAPPING,
    table: str = "items",
) -> Fix:
    """A fix that writes `changes` (column, before, after) in `rows`."""
    return Fix(
        table=table,
        kind=kind,
        reason=Reason.FORMAT,
        check="format:size",
        changes=tuple(Change(*change) for change in changes),
        rows=tuple(rows),
        provenance=Provenance("test", "1"),
        evidence=Evidence("said the test"),
    )


@pytest.fixture(scope="session")
def fix():
    return make_fix


@pytest.fixture
def deliver(tmp_path):
    """Write a CSV and ingest it."""

    def ingest(store, text, table="items", *, name="items.csv", **options):
        (tmp_path / name).write_text(text)
        return store.ingest(open_delivery(str(tmp_path / name)), table, **options)

    return ingest


@pytest.fixture
def store(tmp_path, deliver):
    """`items`: four rows, key `id`."""
    with Store.create(tmp_path / "s.db", clock=lambda: NOON) as opened:
        deliver(opened, "id,size,name\n1,12 oz,a\n2,12 oz,b\n3,,c\n4,9 oz,d\n", key=("id",))
        yield opened


@pytest.fixture
def cells():
    """Every row of a table as stored, row id, batch and hash included."""

    def read(store, table="items"):
        return store._db.conn.execute(f'select * from "{table}" order by 1').fetchall()

    return read
