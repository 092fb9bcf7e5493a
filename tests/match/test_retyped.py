"""Rows typed again are told from variants of one article, and both by the table alone."""

from collections.abc import Callable

import pytest

from steward.engine import Snapshot
from steward.fixes.gate import GateSettings, gate
from steward.match import NearDuplicates
from steward.match.retyped import Retyped, retyped_rows
from steward.profile import profile_table
from steward.types import Change, Fix, FixKind, Safety

KINDS = ("lamp", "desk", "chair", "shelf")
MAKERS = ("Norden", "Acorn", "Lumina", "Praxis", "Veritas")
Row = list[str]
COLUMNS = ("sku", "title", "maker", "kind", "price", "weight")


def catalogue() -> list[Row]:
    """Two hundred products; a maker's products of one kind differ in their number alone."""
    return [
        [f"S{n:03}", f"{MAKERS[n % 5]} wooden {KINDS[n // 5 % 4]} model {n // 20 + 10}",
         MAKERS[n % 5], KINDS[n // 5 % 4], f"{20 + n * 7 % 90}.{n % 100:02}", f"{300 + n * 3}"]
        for n in range(200)
    ]  # fmt: skip


def again(row: Row, number: int, **cells: str) -> Row:
    """The row under another sku, with other cells."""
    values = dict(zip(COLUMNS, row, strict=True)) | {"sku": f"S9{number}"} | cells
    return [values[name] for name in COLUMNS]


def table(rows: list[Row], names: tuple[str, ...] = COLUMNS) -> Snapshot:
    columns = {name: [row[i] or None for row in rows] for i, name in enumerate(names)}
    made = Snapshot.from_columns("items", columns)
    return Snapshot("items", made.arrow, key=(names[0],))


def found(rows: list[Row], names: tuple[str, ...] = COLUMNS) -> Retyped:
    snapshot = table(rows, names)
    return retyped_rows(snapshot, profile_table(snapshot), "title")


def gated(rows: list[Row]) -> list[Fix]:
    snapshot = table(rows)
    profile, corrector = profile_table(snapshot), NearDuplicates()
    fixes = list(corrector.propose(snapshot, profile))
    measured = corrector.backtest(snapshot, profile, fixes)
    return gate(fixes, {corrector.name: measured}, GateSettings())


def test_a_row_typed_again_may_be_merged_unseen_and_keeps_the_right_title() -> None:
    rows = catalogue()
    right, gap = rows[7][1], rows[30][5]
    rows.append(again(rows[30], 0, title=rows[30][1].replace("wooden", "wodden")))
    rows.append(again(rows[7], 1))
    rows[7][1] = right.replace("wooden", "woden")
    rows[30][5] = ""
    first, second = sorted(gated(rows), key=lambda fix: fix.rows)
    assert (first.kind, first.rows, first.safety) == (FixKind.MERGE, (8, 202), Safety.SAFE)
    assert first.changes == (Change("title", rows[7][1], right),)
    assert (second.rows, second.changes) == ((31, 201), (Change("weight", None, gap),))
    assert second.evidence.backtest is not None and second.evidence.backtest.lower > 0.95


CHANGES: dict[str, Callable[[Row], dict[str, str]]] = {
    "another price": lambda row: {"title": slip(row), "price": "999.99"},
    "a slip in a number": lambda row: {"title": row[1].replace("model 1", "model 3")},
    "a word of the trade": lambda row: {"title": row[1].replace("desk", "deck")},
    "the same title": lambda row: {},
}


def slip(row: Row) -> str:
    return row[1].replace("wooden", "wooen")


@pytest.mark.parametrize("change", CHANGES)
def test_what_may_be_another_product_waits_for_a_person(change: str) -> None:
    rows = catalogue()
    if change == "a word of the trade":
        for row in rows[100:104]:
            row[1] = f"{row[1]} deck"
    desk = next(row for row in rows if row[3] == "desk")
    rows.append(again(desk, 0, **CHANGES[change](desk)))
    assert found(rows).pairs == ()
    assert not any(fix.safety is Safety.SAFE for fix in gated(rows))


def test_an_identifier_outweighs_a_slip_in_a_number() -> None:
    rows = [[*row, f"A-{n:04}-X"] for n, row in enumerate(catalogue())]
    rows.append([*again(rows[3][:6], 0, title=f"{rows[3][1]}7"), rows[3][6]])
    assert found(rows, (*COLUMNS, "code")).pairs == ((3, 200),)
    rows[-1][-1] = "A-9999-X"
    assert found(rows, (*COLUMNS, "code")).pairs == ()


def test_where_variants_agree_in_all_else_nothing_is_merged_unseen() -> None:
    # Every product comes in four kinds at one price and weight: agreement in all else is the rule.
    rows = catalogue()
    for n, row in enumerate(rows):
        row[3], row[4], row[5] = "furniture", f"{n % 5 + n // 20 * 5}.50", str(n % 5 + n // 20 * 5)
    rows.append(again(rows[30], 0, title=slip(rows[30])))
    seen = found(rows)
    assert seen.pairs == ((30, 200),) and seen.agreeing > 0.05 * seen.different
    assert not any(fix.safety is Safety.SAFE for fix in gated(rows))


def test_a_table_that_repeats_by_nature_is_left_alone() -> None:
    rows = catalogue()
    rows += [again(row, n, title=slip(row)) for n, row in enumerate(rows[:60])]
    assert found(rows) == Retyped()


def test_a_third_copy_waits_for_the_next_round() -> None:
    rows = catalogue()
    rows.append(again(rows[30], 0, title=rows[30][1].replace("wooden", "wodden")))
    rows.append(again(rows[30], 1, title=rows[30][1].replace("wooden", "woodeen")))
    assert len(found(rows).pairs) == 1
