"""The multi-source vote: who is a source, what is an entity, and whom to believe."""

from __future__ import annotations

import numpy as np
import pytest

from steward.engine import Snapshot
from steward.fixes import propose as propose_gated
from steward.fixes.grid import Grid
from steward.fixes.panel import Panel, agreement, find_panel
from steward.fixes.sources import SourceVote, vote
from steward.profile import profile_table
from steward.types import Fix, FixKind, Safety

SOURCES = tuple(f"site-{i}" for i in range(8))
FLIGHTS = tuple(f"AA-{100 + i}" for i in range(40))


def panel_of(seed: int, lies: dict[str, float]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Every source tells gate and hour of every flight; some lie at the rates given."""
    random = np.random.default_rng(seed)
    truth = {f: f"{random.integers(1, 90)}{'ABC'[i % 3]}" for i, f in enumerate(FLIGHTS)}
    hours = {f: f"{random.integers(0, 24)}:{random.integers(10, 60)}" for f in FLIGHTS}
    columns: dict[str, list[str]] = {"source": [], "flight": [], "gate": [], "hour": []}
    for source in SOURCES:
        for flight in FLIGHTS:
            wrong = random.random() < lies.get(source, 0.0)
            columns["source"].append(source)
            columns["flight"].append(flight)
            columns["gate"].append(f"{random.integers(1, 90)}Z" if wrong else truth[flight])
            columns["hour"].append(hours[flight])
    return columns, truth


def fixes_of(columns: dict[str, list[str]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("t", columns)
    return list(SourceVote().propose(snapshot, profile_table(snapshot)))


def written(fixes: list[Fix]) -> dict[tuple[int, str], str | None]:
    return {(r, c.column): c.after for f in fixes for c in f.changes for r in f.rows}


def test_the_source_and_the_entity_are_told_apart() -> None:
    columns, _ = panel_of(1, {"site-0": 0.3})
    grid = Grid.of(Snapshot.from_columns("t", columns))
    assert find_panel(grid) == Panel(source=0, entity=1)


def test_every_lie_is_put_right_and_nothing_else_is_touched() -> None:
    columns, truth = panel_of(2, {"site-0": 0.4, "site-1": 0.2})
    lies = {
        (i + 1, "gate"): truth[f]
        for i, (f, g) in enumerate(zip(columns["flight"], columns["gate"], strict=True))
        if g != truth[f]
    }
    assert len(lies) > 15
    assert written(fixes_of(columns)) == lies


def test_accurate_sources_outvote_a_larger_number_of_poor_ones() -> None:
    columns, _ = panel_of(3, {s: 0.6 for s in SOURCES[3:]})
    grid = Grid.of(Snapshot.from_columns("t", columns))
    claims = vote(grid, Panel(0, 1), 2)
    assert claims is not None
    code = {s: grid.values[0].index(s) for s in SOURCES}
    good = min(claims.accuracy[code[s]] for s in SOURCES[:3])
    poor = max(claims.accuracy[code[s]] for s in SOURCES[3:])
    assert good > 0.85 > 0.75 > poor


def test_a_row_that_contradicts_its_entity_everywhere_is_left_to_a_person() -> None:
    columns, _ = panel_of(4, {})
    columns["gate"][5], columns["hour"][5] = columns["gate"][7], columns["hour"][9]
    assert not {(6, "gate"), (6, "hour")} & set(written(fixes_of(columns)))


def test_a_catalogue_is_no_panel() -> None:
    columns = {
        "sku": [str(i) for i in range(200)],
        "brand": [f"brand {i % 9}" for i in range(200)],
        "colour": [("red", "blue", "green")[i % 3] for i in range(200)],
    }
    assert fixes_of(columns) == []


def test_a_value_that_comes_with_the_source_is_not_voted_on() -> None:
    columns, _ = panel_of(5, {})
    columns["currency"] = ["EUR" if s in SOURCES[:3] else "USD" for s in columns["source"]]
    assert vote(Grid.of(Snapshot.from_columns("t", columns)), Panel(0, 1), 4) is None


def test_agreement_is_the_share_of_pairs_that_say_the_same() -> None:
    # Group 0 says a, a, b: one pair of three agrees. Group 1 says c, c: one of one.
    claim, group = np.array([0, 0, 1, 2, 2]), np.array([0, 0, 1])
    assert agreement(claim, group) == pytest.approx(2 / 4)


def test_the_gate_lets_a_measured_vote_pass() -> None:
    columns, truth = panel_of(6, {"site-0": 0.3})
    snapshot = Snapshot.from_columns("t", columns)
    fixes = propose_gated(snapshot, profile_table(snapshot), correctors=[SourceVote()])
    safe = [f for f in fixes if f.safety is Safety.SAFE]
    assert safe and all(f.kind is FixKind.CELL for f in safe)
    for fix in safe:
        for row in fix.rows:
            assert fix.changes[0].after == truth[columns["flight"][row - 1]]
        assert fix.evidence.backtest is not None and fix.evidence.backtest.lower >= 0.95


def test_the_evidence_query_shows_the_claims() -> None:
    columns, _ = panel_of(7, {"site-0": 0.3})
    snapshot = Snapshot.from_columns("t", columns)
    fix = next(iter(SourceVote().propose(snapshot, profile_table(snapshot))))
    shown = snapshot.sql(fix.evidence.sql)
    assert shown.num_rows == len(SOURCES)
    assert set(fix.rows) & set(shown.column(0).to_pylist())


def test_two_things_that_go_by_one_name_are_left_alone() -> None:
    columns, _ = panel_of(7, {"site-0": 0.3})
    # Both leave in the same hour, and two sources name no gate of the second: votes would decide.
    told = list(zip(columns["source"], columns["flight"], strict=True))
    hour = columns["hour"][columns["flight"].index("AA-100")]
    second = [i for i, (_, flight) in enumerate(told) if flight == "AA-101"]
    for i in second:
        columns["hour"][i] = hour
        columns["gate"][i] = "" if told[i][0] in ("site-1", "site-2") else columns["gate"][i]
    columns["flight"] = ["AA-100" if f == "AA-101" else f for f in columns["flight"]]
    rows = {i + 1 for i, flight in enumerate(columns["flight"]) if flight == "AA-100"}
    wrote = written(fixes_of(columns))
    assert wrote
    assert not rows & {row for row, _ in wrote}
