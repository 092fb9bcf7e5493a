import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from planted import Columns, opened, orders, plant, written

from steward.engine import Snapshot
from steward.fixes import GateSettings, propose
from steward.fixes.registry import CORRECTORS
from steward.types import (
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    Safety,
)


def cell(column: str, row: int, before: str | None, after: str | None, who: str) -> Fix:
    return Fix(
        "orders", FixKind.CELL, Reason.DEPENDENCY, "dependency", (Change(column, before, after),),
        (row,), Provenance(who, "1"), Evidence("I know."), 1.0, Safety.SAFE,
    )  # fmt: skip


class Toy:
    """Writes what `answer` says into every cell of `city` that differs from the clean table."""

    version = "1"
    injections: tuple[str, ...] = ("typo", "missing", "case")

    def __init__(self, name: str, clean: Sequence[str | None]) -> None:
        self.name, self.clean = name, clean

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        for row, now in enumerate(snapshot.column("city").to_pylist(), 1):
            after = self.answer(row, now)
            if after != now:
                yield cell("city", row, now, after, self.name)

    def answer(self, row: int, now: str | None) -> str | None:
        return self.clean[row - 1]


class Vandal(Toy):
    """Sees exactly what is damaged, and spoils it."""

    def answer(self, row: int, now: str | None) -> str | None:
        return now if now == self.clean[row - 1] else "rubbish"


class Weights(Toy):
    """Answers at random: what a model of random weights would write."""

    def __init__(self, name: str, clean: Sequence[str | None], seed: int, share: float) -> None:
        super().__init__(name, clean)
        self.random, self.share = random.Random(seed), share

    def answer(self, row: int, now: str | None) -> str | None:
        if now == self.clean[row - 1] and self.random.random() > self.share:
            return now
        return self.random.choice(self.clean)


@pytest.fixture(scope="module")
def dirty() -> Columns:
    columns = orders(200)
    for row in (17, 66, 120):
        columns["city"][row] = "?"
    return columns


@pytest.fixture(scope="module")
def table(dirty: Columns) -> tuple[Snapshot, Profile]:
    return opened(dirty)


def test_an_oracle_that_was_measured_is_safe(table: tuple[Snapshot, Profile]) -> None:
    fixes = propose(*table, correctors=[Toy("oracle", orders(200)["city"])])
    assert [f.safety for f in fixes] == [Safety.SAFE] * 3
    for fix in fixes:
        assert fix.evidence.backtest is not None
        assert fix.confidence < 1


def test_a_vandal_is_never_safe_however_sure_it_is(table: tuple[Snapshot, Profile]) -> None:
    fixes = propose(*table, correctors=[Vandal("vandal", orders(200)["city"])])
    assert [f.safety for f in fixes] == [Safety.UNSAFE] * 3
    assert max(f.confidence for f in fixes) < 0.1


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5])
@pytest.mark.parametrize("seed", range(6))
def test_a_model_of_random_weights_does_no_harm(
    table: tuple[Snapshot, Profile], seed: int, share: float
) -> None:
    model = Weights("weights", orders(200)["city"], seed, share)
    fixes = propose(*table, correctors=[model], settings=GateSettings(seed=seed))
    assert fixes
    assert {f.safety for f in fixes} == {Safety.UNSAFE}


def test_a_vandal_beside_an_oracle_changes_nothing_for_either(
    table: tuple[Snapshot, Profile],
) -> None:
    clean = orders(200)["city"]
    fixes = propose(*table, correctors=[Vandal("vandal", clean), Toy("oracle", clean)])
    # Both want the same cells: the fixes overlap, both stay, and only one of them is safe.
    assert [f.provenance.corrector for f in fixes] == ["vandal"] * 3 + ["oracle"] * 3
    assert [f.rows for f in fixes[:3]] == [f.rows for f in fixes[3:]]
    assert {f.provenance.corrector for f in fixes if f.safety is Safety.SAFE} == {"oracle"}
    assert all(f.evidence.agreed_by == () for f in fixes)


def test_agreement_is_noted_where_others_write_the_same_into_all_cells(
    table: tuple[Snapshot, Profile],
) -> None:
    clean = orders(200)["city"]

    class Some(Toy):
        """Agrees on one of the three cells only."""

        def answer(self, row: int, now: str | None) -> str | None:
            return self.clean[row - 1] if row == 18 else now

    found = propose(*table, correctors=[Toy("b", clean), Toy("a", clean), Some("some", clean)])
    agreed = {(f.provenance.corrector, f.rows[0]): f.evidence.agreed_by for f in found}
    assert agreed["b", 18] == ("a", "some")
    assert agreed["b", 67] == ("a",)
    assert agreed["some", 18] == ("a", "b")


def test_agreement_on_some_of_the_cells_is_no_agreement(table: tuple[Snapshot, Profile]) -> None:
    clean = orders(200)["city"]

    class Both(Toy):
        """One fix for two rows, which another corrector would not mend both."""

        def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
            yield replace(cell("city", 18, "?", clean[17], self.name), rows=(18, 19))

    found = propose(*table, correctors=[Toy("a", clean), Both("both", clean)])
    assert {f.provenance.corrector: f.evidence.agreed_by for f in found}["both"] == ()


def test_what_cannot_be_measured_is_not_safe(table: tuple[Snapshot, Profile]) -> None:
    toy = Toy("oracle", orders(200)["city"])
    toy.injections = ()
    fixes = propose(*table, correctors=[toy])
    assert {f.safety for f in fixes} == {Safety.UNSAFE}
    assert all(f.evidence.backtest is None for f in fixes)


def test_a_bar_that_nothing_reaches_makes_everything_unsafe(
    table: tuple[Snapshot, Profile],
) -> None:
    toy = Toy("oracle", orders(200)["city"])
    fixes = propose(*table, correctors=[toy], settings=GateSettings(bar=0.999))
    assert {f.safety for f in fixes} == {Safety.UNSAFE}


def test_all_correctors_together_mend_what_was_planted_and_nothing_else_safely() -> None:
    dirty, truth = plant(orders(), 16)
    fixes = propose(*opened(dirty))
    safe = written(f for f in fixes if f.safety is Safety.SAFE)
    assert safe.items() <= truth.items()
    assert len(safe) >= 12
    assert written(fixes) == truth


@pytest.mark.parametrize(
    "columns",
    [
        {"a": []},
        {"a": ["x"]},
        {"a": ["x"], "b": ["y"]},
        {"a": ["x", "y"] * 20},
        {"a": [None] * 40, "b": [""] * 40},
        {"a": ["x"] * 40, "b": ["y"] * 40},
    ],
    ids=["no row", "one cell", "one row", "one column", "all null", "one value"],
)
def test_tables_that_tell_nothing_get_no_safe_fix(columns: Columns) -> None:
    fixes = propose(*opened(columns))
    assert not [f for f in fixes if f.safety is Safety.SAFE]


@pytest.mark.parametrize("seed", range(4))
def test_noise_gets_no_safe_fix(seed: int) -> None:
    rng = random.Random(seed)
    noise: Columns = {f"c{k}": [str(rng.randrange(k)) for _ in range(150)] for k in (2, 8, 40, 150)}
    assert not [f for f in propose(*opened(noise)) if f.safety is Safety.SAFE]


def test_variation_within_a_group_gets_no_safe_fix() -> None:
    rng = random.Random(1)
    entity = [rng.randrange(30) for _ in range(600)]
    varied = [f"v{e % 9}" if rng.random() < 0.85 else f"v{rng.randrange(9)}" for e in entity]
    columns: Columns = {"entity": [f"e{e}" for e in entity], "varied": list(varied)}
    assert not [f for f in propose(*opened(columns)) if f.safety is Safety.SAFE]


SCRIPT = """
import json
from dataclasses import asdict
from planted import opened, orders, plant
from steward.fixes import propose
print(json.dumps([asdict(f) for f in propose(*opened(plant(orders(80), 4)[0]))]))
"""


@pytest.mark.slow
def test_two_processes_propose_the_same_bytes(checkout: Path) -> None:
    path = os.pathsep.join([str(Path(__file__).parent), str(checkout)])
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
    ) as other:
        fixes = propose(*opened(plant(orders(80), 4)[0]))
        there = other.communicate()[0]
    assert len(fixes) >= 3
    assert json.dumps([asdict(fix) for fix in fixes]).encode() == there.strip()


def test_correctors_have_names_of_their_own_and_a_row_each_in_the_docs(checkout: Path) -> None:
    names = [corrector.name for corrector in CORRECTORS]
    assert len(set(names)) == len(names)
    lines = (checkout / "docs" / "repair.md").read_text("utf-8").splitlines()
    rows = [line.split("`")[1] for line in lines if line.startswith("| `") and line.count("|") == 5]
    assert [row for row in rows if row in names] == names
