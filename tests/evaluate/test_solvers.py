"""What the real path hands to the scorer: the export, the journal, and rows that left."""

from pathlib import Path

import pytest

from steward.evaluate import Case, find_tasks, read_suite, shipped_cases
from steward.evaluate.case import write_table
from steward.evaluate.solvers import _delivery, write_fixes, written_solution
from steward.job import accept_and_apply
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety

DIRTY = [["Bend", "OR"], ["Bnd", "OR"], ["Gary", "IN"], ["", "NV"]]
CASE = Case("places", ("city", "state"), DIRTY, DIRTY)


def fix(before, after, rows, *, kind=FixKind.MAPPING, confidence=0.97, safety=Safety.SAFE):
    changes = () if kind is FixKind.QUARANTINE else (Change("city", before, after),)
    return Fix("case", kind, Reason.TYPO, "typo", changes, tuple(rows), Provenance("typo", "1"),
               Evidence("a test"), confidence, safety)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path):
    write_table(tmp_path / "dirty.csv", CASE.columns, DIRTY)
    with Store.create(tmp_path / "steward.db") as made:
        made.ingest(_delivery(tmp_path / "dirty.csv"), "case")
        yield made


def written(store, fixes, *, between=lambda: None):
    place = {int(row): at for at, row in enumerate(store.snapshot("case").row_ids)}
    saved = store.save_fixes("case", fixes)
    outcome = accept_and_apply(store, "case", safety=Safety.SAFE)
    between()
    return written_solution(CASE, store, place, saved, [outcome])


def test_what_was_exported_is_scored_and_each_written_cell_knows_its_fix(store):
    unsafe = fix("Gary", "Cary", [3], safety=Safety.UNSAFE, confidence=0.4)
    solution = written(store, [fix("Bnd", "Bend", [2]), unsafe])
    assert solution.fixed == [["Bend", "OR"], ["Bend", "OR"], ["Gary", "IN"], ["", "NV"]]
    assert [(p.row, p.after, p.written) for p in solution.proposals] == [
        (1, "Bend", True),
        (2, "Cary", False),
    ]
    assert (solution.silent, solution.removed, solution.applied, solution.survived) == (0, 0, 1, 1)


def test_a_cell_that_changed_behind_the_journal_is_silent(store):
    import sqlite3

    def meddle():
        with sqlite3.connect(store.path) as other:
            other.execute("update \"case\" set city = 'Paris' where _steward_row = 3")
        for cached in store.path.parent.rglob("*.parquet"):
            cached.unlink()

    solution = written(store, [fix("Bnd", "Bend", [2])], between=meddle)
    assert solution.silent == 1 and solution.fixed[2][0] == "Paris"


def test_rows_that_left_the_table_count_as_unchanged(store):
    solution = written(store, [fix(None, None, [2], kind=FixKind.QUARANTINE)])
    assert solution.removed == 1 and solution.fixed == DIRTY


def test_in_memory_the_most_confident_fix_takes_a_cell_and_a_stale_one_takes_none():
    place = {1: 0, 2: 1, 3: 2, 4: 3}
    fixes = [
        fix("Bnd", "Bond", [2], confidence=0.6),
        fix("Bnd", "Bend", [2], confidence=0.9),
        fix("Rome", "Gary", [3]),
        fix(None, "Reno", [4]),
    ]
    fixed, wrote = write_fixes(CASE, fixes, place)
    assert [row[0] for row in fixed] == ["Bend", "Bend", "Gary", "Reno"]
    assert wrote == {(1, 1, 0), (3, 3, 0)}


def test_the_shipped_cases_come_through_a_store_cell_for_cell(tmp_path):
    for number, case in enumerate(read_suite(shipped_cases(find_tasks()["fixes"]))):
        home = tmp_path / str(number)
        home.mkdir()
        write_table(home / "dirty.csv", case.columns, case.dirty)
        with Store.create(home / "steward.db") as store:
            store.ingest(_delivery(home / "dirty.csv"), "case")
            place = {int(row): at for at, row in enumerate(store.snapshot("case").row_ids)}
            outcome = accept_and_apply(store, "case", safety=Safety.SAFE)
            solution = written_solution(case, store, place, [], [outcome])
        assert solution.fixed == case.dirty and solution.silent == 0
