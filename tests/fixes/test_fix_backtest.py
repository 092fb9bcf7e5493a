import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import pytest
from planted import Columns, opened, orders, plant, written

from steward.engine import Snapshot
from steward.fixes.backtest import backtest, wilson
from steward.types import (
    Backtest,
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    Safety,
)

Texts = Mapping[str, Sequence[str | None]]


def cell(column: str, row: int, before: str | None, after: str | None) -> Fix:
    return Fix(
        "orders", FixKind.CELL, Reason.DEPENDENCY, "dependency", (Change(column, before, after),),
        (row,), Provenance("toy", "1"), Evidence("I know."), 0.99, Safety.SAFE,
    )  # fmt: skip


class Oracle:
    """Knows the clean table and restores every cell that differs from it."""

    name, version = "toy", "1"
    injections: tuple[str, ...] = ("typo", "missing")

    def __init__(self, clean: Texts) -> None:
        self.clean = clean

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        for column in self.clean:
            texts = snapshot.column(column).to_pylist()
            for row, (now, was) in enumerate(zip(texts, self.clean[column], strict=True), 1):
                if now != was:
                    yield from self.restore(column, row, now, was)

    def restore(self, column: str, row: int, now: str | None, was: str | None) -> Iterator[Fix]:
        yield cell(column, row, now, was)


class Vandal(Oracle):
    """Sees every damaged cell and writes rubbish into it."""

    def restore(self, column: str, row: int, now: str | None, was: str | None) -> Iterator[Fix]:
        yield cell(column, row, now, "rubbish")


class Half(Oracle):
    """Restores the cells of even rows only."""

    def restore(self, column: str, row: int, now: str | None, was: str | None) -> Iterator[Fix]:
        if row % 2 == 0:
            yield cell(column, row, now, was)


class HalfVandal(Oracle):
    """Restores the cells of even rows, writes rubbish into the others, and keeps count."""

    def __init__(self, clean: Texts) -> None:
        super().__init__(clean)
        self.restored = self.spoilt = 0

    def restore(self, column: str, row: int, now: str | None, was: str | None) -> Iterator[Fix]:
        if now != "?":
            self.restored += row % 2 == 0
            self.spoilt += row % 2
        yield cell(column, row, now, was if row % 2 == 0 else "rubbish")


class Nervous(Oracle):
    """An oracle that also changes three sound cells as soon as more than a few are damaged."""

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        found = list(super().propose(snapshot, profile))
        taken = {fix.rows[0] for fix in found}
        sound = [row for row in range(1, snapshot.rows + 1) if row not in taken][:3]
        extra = [cell("city", row, "", "rubbish") for row in sound]
        return chain(found, extra if len(found) > 8 else [])


class SureOfOneSpelling(Oracle):
    """Calls safe only what says `?`, which no damage looks like."""

    def restore(self, column: str, row: int, now: str | None, was: str | None) -> Iterator[Fix]:
        yield replace(
            cell(column, row, now, was), safety=Safety.SAFE if now == "?" else Safety.UNSAFE
        )


@pytest.fixture(scope="module")
def dirty() -> Columns:
    columns = orders(200)
    columns["city"][17] = columns["city"][66] = "?"
    return columns


def measured(toy: Oracle, dirty: Columns, seed: int = 0) -> Backtest:
    snapshot, profile = opened(dirty)
    fixes = list(toy.propose(snapshot, profile))
    result = backtest(toy, snapshot, profile, fixes, seed=seed)
    assert set(result) == {"city"}
    return result["city"]


def test_an_oracle_is_right_every_time(dirty: Columns) -> None:
    found = measured(Oracle(orders(200)), dirty)
    # Two kinds of damage to five per cent of the rows, three times.
    assert (found.injected, found.draws) == (2 * 3 * 10, 6)
    assert found.right == found.tried == found.injected
    assert found.false_alarms == 0
    assert found.clean == 6 * 200 - found.injected
    assert (found.lower, found.upper) == wilson(found.right, found.tried)


def test_damage_that_looks_like_nothing_that_waits_is_tried_all_the_same(dirty: Columns) -> None:
    found = measured(SureOfOneSpelling(orders(200)), dirty)
    assert found.right == found.tried == found.injected > 0


def test_a_vandal_is_never_right(dirty: Columns) -> None:
    found = measured(Vandal(orders(200)), dirty)
    assert (found.right, found.tried) == (0, found.injected)
    assert found.lower == 0
    assert found.upper < 0.2


def test_what_is_left_alone_is_not_held_against_precision(dirty: Columns) -> None:
    found = measured(Half(orders(200)), dirty)
    assert 0 < found.tried < found.injected
    assert found.right == found.tried


def test_right_and_wrong_are_counted_exactly(dirty: Columns) -> None:
    toy = HalfVandal(orders(200))
    found = measured(toy, dirty)
    assert found.right == toy.restored > 0
    assert found.tried == toy.restored + toy.spoilt == found.injected
    assert found.false_alarms == 0


def test_false_alarms_are_counted_exactly(dirty: Columns) -> None:
    found = measured(Nervous(orders(200)), dirty)
    assert found.false_alarms == 3 * found.draws
    assert found.right == found.tried == found.injected


def test_cells_that_the_corrector_doubts_anyway_are_neither_damaged_nor_alarms() -> None:
    clean = orders(200)
    dirty = {name: list(values) for name, values in clean.items()}
    # Everything but the last forty rows is in doubt from the start; each is damaged once a kind.
    for row in range(160):
        dirty["city"][row] = "?"
    found = measured(Oracle(clean), dirty)
    assert found.injected == 80
    assert found.right == found.tried == 80
    assert found.false_alarms == 0


def test_the_damage_depends_on_the_seed_alone(dirty: Columns) -> None:
    first, again, other = (measured(Half(orders(200)), dirty, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_corrector_that_claims_nothing_is_not_measured(dirty: Columns) -> None:
    toy = Oracle(orders(200))
    toy.injections = ()
    snapshot, profile = opened(dirty)
    fixes = list(toy.propose(snapshot, profile))
    assert backtest(toy, snapshot, profile, fixes) == {}


def test_damage_of_an_unknown_kind_measures_nothing(dirty: Columns) -> None:
    toy = Oracle(orders(200))
    toy.injections = ("weather",)
    snapshot, profile = opened(dirty)
    result = backtest(toy, snapshot, profile, list(toy.propose(snapshot, profile)))
    assert all(found.tried == 0 for found in result.values())


def test_the_table_itself_is_not_damaged(dirty: Columns) -> None:
    snapshot, profile = opened(dirty)
    before = snapshot.column("city").to_pylist()
    toy = Oracle(orders(200))
    backtest(toy, snapshot, profile, list(toy.propose(snapshot, profile)))
    assert snapshot.column("city").to_pylist() == before
    assert len(written(toy.propose(snapshot, profile))) == 2


def test_every_column_is_measured_by_itself() -> None:
    clean = orders(200)
    dirty, _ = plant(clean, 8)
    snapshot, profile = opened(dirty)
    toy = Oracle(clean)
    result = backtest(toy, snapshot, profile, list(toy.propose(snapshot, profile)))
    assert list(result) == sorted({"supplier", "address", "city", "phone"})
    assert all(found.right == found.tried > 0 for found in result.values())


@pytest.mark.parametrize(
    ("right", "tried", "lower", "upper"),
    [
        # Newcombe (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_wilson(right: int, tried: int, lower: float, upper: float) -> None:
    assert wilson(right, tried) == pytest.approx((lower, upper), abs=1e-4)


def test_the_interval_is_all_of_it_when_nothing_was_tried_and_holds_the_share() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    rng = random.Random(1)
    for _ in range(200):
        tried = rng.randrange(1, 500)
        right = rng.randrange(tried + 1)
        lower, upper = wilson(right, tried)
        assert 0 <= lower <= right / tried <= upper + 1e-12 <= 1 + 1e-9
        assert wilson(tried - right, tried) == pytest.approx((1 - upper, 1 - lower))


class Filler:
    """Fills gaps with what stood there, but for one row in so many, which it gets wrong."""

    name, version = "toy", "1"
    injections: tuple[str, ...] = ("missing",)

    def __init__(self, clean: Texts, wrong: float, seed: int = 0) -> None:
        self.clean = clean
        rng = random.Random(seed)
        self.fails = {row for row in range(len(clean["city"])) if rng.random() < wrong}
        self.asked = 0

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        self.asked += 1
        for row, now in enumerate(snapshot.column("city").to_pylist()):
            if not now:
                right = self.clean["city"][row]
                other = "Bonn" if right != "Bonn" else "Arles"
                yield cell("city", row + 1, now, other if row in self.fails else right)


def gaps(rows: int, empty: int, slips: int = 0) -> tuple[Columns, Columns]:
    """Towns with gaps at the end, and slips at the start, of a table whose truth is known."""
    rng = random.Random(9)
    towns = ("Arles", "Bonn", "Como", "Delft", "Evora")
    clean: Columns = {"id": [str(n) for n in range(rows)], "city": rng.choices(towns, k=rows)}
    dirty = {name: list(values) for name, values in clean.items()}
    dirty["city"][rows - empty :] = [None] * empty
    for row in range(slips):
        town = clean["city"][row] or ""
        dirty["city"][row] = f"{town[0]}{chr(97 + row % 26)}{town[1:]}"
    return clean, dirty


def test_the_more_cells_wait_the_more_are_tried() -> None:
    few, many = (measured(Filler(c, 0.02), d) for c, d in (gaps(2000, 10), gaps(2000, 200)))
    assert few.tried < 200
    assert many.tried > 2 * few.tried


def test_all_right_is_enough_before_all_is_tried_and_bad_news_at_once() -> None:
    clean, dirty = gaps(2000, 200)
    assert 171 <= measured(Filler(clean, 0.0), dirty).tried <= 300
    assert measured(Filler(clean, 0.3), dirty).draws == 1


def test_no_cell_is_tried_twice() -> None:
    clean, dirty = gaps(400, 100)
    assert measured(Filler(clean, 0.02), dirty).tried <= 300


def test_slips_in_the_table_are_not_held_against_the_filler() -> None:
    clean, dirty = gaps(2000, 200, slips=60)
    found = measured(Filler(clean, 0.0), dirty)
    assert found.right == found.tried > 100


@pytest.mark.slow
def test_measured_precision_is_not_above_the_true_one() -> None:
    # One in twelve is wrong: below the bar. In 20 trials beside slips, the lower bound at 97.5 %
    # lies above the truth every other time that this is done, and the bar is never passed.
    lucky = passed = 0
    for seed in range(20):
        clean, dirty = gaps(1200, 150, slips=40)
        filler = Filler(clean, 1 / 12, seed)
        found = measured(filler, dirty, seed)
        true = 1 - len([row for row in filler.fails if row < 1050]) / 1050
        lucky += found.lower > true
        passed += found.lower >= 0.95
    assert lucky <= 2
    assert passed == 0


def tried_beside(others: Sequence[Fix], wrong: int = 30) -> Backtest:
    """A filler that is always right, in a table in which so many towns are wrong."""
    clean, dirty = gaps(400, 100)
    dirty["city"][:wrong] = ["Bonn" if t != "Bonn" else "Arles" for t in clean["city"][:wrong]]
    snapshot, profile = opened(dirty)
    filler = Filler(clean, 0.0)
    fixes = list(filler.propose(snapshot, profile))
    return backtest(filler, snapshot, profile, fixes, others=others)["city"]


def test_what_another_corrector_would_write_is_no_reference() -> None:
    assert tried_beside([]).right < tried_beside([]).tried
    found = tried_beside([cell("city", row, "x", "y") for row in range(1, 31)])
    assert found.right == found.tried > 100


def test_a_cell_that_contradicts_another_is_no_reference() -> None:
    told = Evidence("The town says so.", determinants=("city",))
    others = [replace(cell("id", row, "x", "y"), evidence=told) for row in range(1, 31)]
    found = tried_beside(others)
    assert found.right == found.tried > 100


def test_where_much_is_in_doubt_all_of_it_is_tried_on() -> None:
    doubts = [cell("city", row, "x", "y") for row in range(1, 61)]
    assert tried_beside(doubts) == tried_beside([])


class Exchanger(Oracle):
    """Restores two columns of a row together, and keeps what it found in them."""

    injections: tuple[str, ...] = ("another_row",)

    def __init__(self, clean: Texts) -> None:
        super().__init__(clean)
        self.found: list[dict[int, tuple[str | None, str | None]]] = []

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        now = list(zip(*(snapshot.column(c).to_pylist() for c in ("city", "phone")), strict=True))
        was = list(zip(self.clean["city"], self.clean["phone"], strict=True))
        rows = [i for i in range(len(now)) if now[i] != was[i]]
        self.found.append({i: now[i] for i in rows})
        for i in rows:
            changes = tuple(
                Change(c, now[i][j], was[i][j]) for j, c in enumerate(("city", "phone"))
            )
            yield replace(cell("city", i + 1, "", ""), changes=changes)


def test_columns_written_together_get_the_values_of_another_row_together() -> None:
    clean = orders(400)
    pairs = {*zip(clean["city"], clean["phone"], strict=True)}
    dirty = {name: list(values) for name, values in clean.items()}
    dirty["city"][17], dirty["phone"][17] = next(
        (c, p) for c, p in sorted(pairs, key=str) if c != dirty["city"][17]
    )
    toy = Exchanger(clean)
    snapshot, profile = opened(dirty)
    result = backtest(toy, snapshot, profile, list(toy.propose(snapshot, profile)))
    damaged = [trial for trial in toy.found[1:]]
    assert all(values in pairs for trial in damaged for values in trial.values())
    assert all(len(trial) == 1 + 20 for trial in damaged)
    # Twice as many as of one column: 160, at twenty a time.
    assert (result["city"].right, result["city"].tried, result["city"].draws) == (160, 160, 8)
    assert result["phone"] == result["city"]
    touched = [row for trial in damaged for row in trial if row != 17]
    assert len(touched) == len({*touched}) == 160
