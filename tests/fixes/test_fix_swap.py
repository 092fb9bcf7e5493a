"""Values of two columns that have changed places."""

from __future__ import annotations

from steward.engine import Snapshot
from steward.fixes import propose as propose_gated
from steward.fixes.swap import SwapBack
from steward.profile import profile_table
from steward.types import Safety

BRANDS = ("Sonora", "Kolibri", "Tammer", "华光", "Nordlys")
COLOURS = ("black", "white", "red", "深蓝", "green")


def shop(swapped: tuple[int, ...]) -> dict[str, list[str]]:
    brand = [BRANDS[i * 7 % 5] for i in range(300)]
    colour = [COLOURS[i * 3 % 5 if i % 2 else i % 5] for i in range(300)]
    for i in swapped:
        brand[i], colour[i] = colour[i], brand[i]
    return {"brand": brand, "colour": colour}


def test_swapped_rows_are_put_back_and_no_other_row_is_touched() -> None:
    rows = (3, 50, 51, 52, 200, 290)
    clean = shop(())
    snapshot = Snapshot.from_columns("t", shop(rows))
    fixes = list(SwapBack().propose(snapshot, profile_table(snapshot)))
    assert {r for f in fixes for r in f.rows} == {r + 1 for r in rows}
    for fix in fixes:
        for row in fix.rows:
            assert {c.column: c.after for c in fix.changes} == {
                name: clean[name][row - 1] for name in clean
            }


def test_a_table_without_swaps_gets_no_proposal() -> None:
    snapshot = Snapshot.from_columns("t", shop(()))
    assert list(SwapBack().propose(snapshot, profile_table(snapshot))) == []


def test_columns_that_share_their_values_are_left_alone() -> None:
    home = [BRANDS[i % 5] for i in range(300)]
    away = [BRANDS[i * 3 % 5] for i in range(300)]
    snapshot = Snapshot.from_columns("t", {"home": home, "away": away})
    assert list(SwapBack().propose(snapshot, profile_table(snapshot))) == []


def test_the_backtest_exchanges_values_and_the_gate_lets_them_pass() -> None:
    snapshot = Snapshot.from_columns("t", shop((3, 50, 51, 52, 200, 290)))
    fixes = propose_gated(snapshot, profile_table(snapshot), correctors=[SwapBack()])
    assert fixes
    backtest = fixes[0].evidence.backtest
    assert backtest is not None and backtest.tried > 20
    assert all((f.safety is Safety.SAFE) == (backtest.lower >= 0.95) for f in fixes)
