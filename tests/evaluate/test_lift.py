"""The lift experiment: arms, search, the two modes, and what is shown."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from steward.engine import Snapshot
from steward.errors import InputError, UsageError
from steward.evaluate.lift import Lift, Plan, run_level, run_trials, summarise
from steward.evaluate.lift_arms import ARMS, RAW, STEWARDED, Arm, Policy, steward_rows
from steward.evaluate.lift_catalogue import Catalogue, shop_catalogues
from steward.evaluate.lift_plot import arms_svg, faults_svg
from steward.evaluate.lift_report import document, fault_grid, mending_grid, stage_grid
from steward.evaluate.lift_search import (
    Finder,
    Hybrid,
    Words,
    folds_of,
    once,
    same_pairs,
    score_grid,
)
from steward.evaluate.lift_study import LiftOptions, _left_out, never_taught, run_lift
from steward.evaluate.lift_tables import own_trial, read_roles, thinned
from steward.evaluate.study import Bench
from steward.retrieval.data import SearchData
from steward.retrieval.split import Split, leaks
from steward.retrieval.unseen import write_queries

ONCE = Plan(seeds=1, folds=2, policy=Policy(rounds=1))


@dataclass(frozen=True)
class Memory:
    """Knows by heart the items of the queries it was taught, and nothing else."""

    name: str = "memory"
    trained: bool = True

    def teach(self, arm: Arm, split: Split, seed: int) -> dict[str, list[str]]:
        grades = arm.data.grades
        return {
            query: sorted(grades[query], key=lambda item: -grades[query][item])
            for query in split.train
        }

    def index(self, arm: Arm) -> Callable[[Any], Finder]:
        return lambda learnt: (
            lambda query: [(i, 1.0) for i in learnt.get(query, []) if i in arm.data.texts]
        )


def arm(texts: dict[str, str], grades: dict[str, dict[str, float]]) -> Arm:
    return Arm(SearchData(texts, grades, "{title}"), {item: item for item in texts})


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return shop_catalogues(1, rows=60, queries=12, seed=7)[0]


@pytest.fixture(scope="module")
def nothing_wrong(shop: Catalogue) -> Lift:
    return run_level([shop], [Words()], {}, ONCE)


def test_where_nothing_is_wrong_nothing_is_gained(nothing_wrong: Lift) -> None:
    stage = nothing_wrong.stages[0]
    assert stage.lift.mean == stage.loss.mean == 0 if stage.loss else False
    assert stage.share.value is None
    assert stage.means[RAW] > 0.3


def test_the_shops_differ_in_columns_and_languages() -> None:
    shops = shop_catalogues(5, rows=40, queries=5, seed=3)
    assert len({shop.columns for shop in shops}) >= 4
    assert len({shop.roles.title for shop in shops}) == 3
    assert len({shop.name for shop in shops}) == 5
    assert all(set(shop.grades) == set(shop.truth) for shop in shops)
    for made in shops:
        assert made.roles.title in made.columns
        assert all(name in made.columns for name in made.roles.category)


def test_a_second_row_of_the_same_product_gains_nothing_and_keeps_its_place() -> None:
    ranked = once([("1", 3.0), ("9", 2.0), ("2", 1.0)], {"1": "1", "9": "1", "2": "2"})
    assert ranked == [("1", 3.0), ("repeat 1", 2.0), ("2", 1.0)]


def test_every_query_is_tested_once_by_parts_that_never_saw_its_like() -> None:
    queries = [f"{colour} {noun}" for colour in ("red", "blue", "green") for noun in
               ("kettle", "kettles", "lamp", "sofa bed", "bed sofa", "电水壶")]  # fmt: skip
    splits = folds_of(queries, 3, seed=1)
    assert sorted(q for split in splits for q in split.test) == sorted(queries)
    for split in splits:
        assert not leaks([*split.train, *split.valid], split.test)


def test_what_only_remembers_scores_nothing_on_queries_it_was_not_taught() -> None:
    grades = {f"query number {n} {'abcdefgh'[n] * 9}": {str(n): 1.0} for n in range(8)}
    one = arm({str(n): f"item {n}" for n in range(8)}, grades)
    splits = folds_of(list(grades), 2, seed=0)
    found = score_grid(Memory(), {RAW: one}, grades, splits, 1)
    assert found[RAW, RAW].max() == 0
    cheating = [Split(split.test, (), split.test, 8) for split in splits]
    assert score_grid(Memory(), {RAW: one}, grades, cheating, 1)[RAW, RAW].min() == 1


def test_a_stage_that_learns_is_searched_on_every_arm() -> None:
    grades = {"red kettle": {"1": 1.0}, "blue lamp": {"2": 1.0}}
    arms = {name: arm({"1": "red kettle", "2": "blue lamp"}, grades) for name in ARMS}
    splits = folds_of(list(grades), 2, seed=0)
    taught = score_grid(Memory(), arms, grades, splits, 2)
    assert set(taught) == {(a, b) for a in ARMS for b in ARMS}
    assert taught[RAW, STEWARDED].shape == (2, 2)
    assert len(summarise("memory", {c: [s] for c, s in taught.items()}).apart) == 4
    assert set(score_grid(Words(), arms, grades, splits, 2)) == {(a, a) for a in ARMS}


def test_a_hybrid_finds_what_either_finds() -> None:
    grades = {"red kettle": {"1": 1.0}}
    one = arm({"1": "red kettle", "2": "blue lamp"}, grades)
    both = Hybrid(Words(), Words(), "twice")
    assert score_grid(both, {RAW: one}, grades, folds_of(["red kettle"], 1, 0), 1)[RAW, RAW] == 1


def test_arms_are_taught_the_same_pairs() -> None:
    first = SearchData({"1": "a", "2": "b"}, {"q": {"1": 1.0, "2": 2.0}, "r": {"2": 1.0}}, "")
    second = SearchData({"1": "a"}, {"q": {"1": 1.0}}, "")
    assert [data.grades for data in same_pairs([first, second])] == [{"q": {"1": 1.0}}] * 2


def test_what_stewarding_made_is_kept_and_read_again(tmp_path: Path) -> None:
    columns, rows = ("id", "name"), [[str(n), f"kettle {n % 3}"] for n in range(6)]
    policy = Policy(rounds=1, kept=tmp_path)
    made = steward_rows(columns, rows, policy)
    assert made == dict(enumerate(rows))
    (path,) = tmp_path.glob("stewarded-*.json")
    path.write_text(json.dumps({"0": ["0", "from the file"]}), "utf-8")
    assert steward_rows(columns, rows, policy) == {0: ["0", "from the file"]}


def own_tables() -> tuple[Snapshot, Snapshot, Snapshot]:
    kinds = ("kettle", "lamp", "sofa", "chair")
    names = [f"Almen {n} {'abcd'[n % 4] * 3}" for n in range(40)]
    ids = [f"P{n}" for n in range(40)]
    held = [kinds[n % 4] for n in range(40)]
    lost = [kind if n > 25 else None for n, kind in enumerate(held)]
    raw = Snapshot.from_columns("raw", {"id": ids, "name": names, "kind": lost})
    fixed = Snapshot.from_columns("fixed", {"id": ids, "name": names, "kind": held})
    judged = [(kind, ident, "2" if kind == own else "0")
              for kind in kinds for ident, own in zip(ids, held, strict=True)]  # fmt: skip
    query, item, grade = map(list, zip(*judged, strict=True))
    return raw, fixed, Snapshot.from_columns("judged", {"q": query, "id": item, "grade": grade})


def test_two_states_of_a_table_say_what_was_gained_and_tell_no_share() -> None:
    found = run_trials([own_trial(*own_tables())], [Words()], ONCE)
    stage = found.stages[0]
    assert stage.lift.certain
    assert stage.lift.mean > 0.1
    assert stage.loss is None
    assert set(stage.means) == {RAW, STEWARDED}
    assert stage_grid(found, "own").rows[0][3] == "–"
    assert mending_grid(found) is None
    ElementTree.fromstring(arms_svg(found, "own"))


def test_tables_of_different_items_are_refused() -> None:
    raw, fixed, judged = own_tables()
    other = fixed.replace({"id": raw.column("name").combine_chunks()})
    with pytest.raises(InputError, match="judged"):
        own_trial(raw, other, judged, item_id="id")


def test_a_catalogue_is_thinned_but_for_what_was_judged(shop: Catalogue) -> None:
    few = thinned(shop, 1)
    assert {int(row) for items in few.truth.values() for row in items} == set(range(len(few.rows)))
    names = {shop.rows[int(row)][0] for items in shop.grades.values() for row in items}
    assert names == {row[0] for row in few.rows}


def test_roles_are_read_and_others_refused() -> None:
    roles = read_roles(["title=name", "category=a", "category=b"])
    assert (roles.title, roles.category, roles.brand) == ("name", ("a", "b"), "")
    with pytest.raises(UsageError, match="colour=x is not ROLE=COLUMN"):
        read_roles(["colour=x"])
    with pytest.raises(UsageError, match="titles"):
        read_roles(["brand=b"])


def test_the_study_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no level huge"):
        run_lift(LiftOptions(levels=("huge",)), Bench(tmp_path / "none.db"))
    with pytest.raises(UsageError, match="which judgments"):
        run_lift(LiftOptions(fixed="items"), Bench(tmp_path / "none.db"))


def test_tables_and_drawings_tell_the_same(nothing_wrong: Lift) -> None:
    mean = nothing_wrong.stages[0].means[RAW]
    assert stage_grid(nothing_wrong, "none").rows[0][1] == f"{mean:.4f}"
    assert document(nothing_wrong)["stages"][0]["means"][RAW] == mean
    assert json.loads(json.dumps(document(nothing_wrong)))["catalogues"][0]["queries"] == 12
    assert f"{mean:.4f}" in arms_svg(nothing_wrong, "a < b")
    ElementTree.fromstring(arms_svg(nothing_wrong, "a < b"))
    ElementTree.fromstring(faults_svg({"units": nothing_wrong}, "faults"))
    assert fault_grid({"units": nothing_wrong}, 0.2).rows[0][:2] == ("units", "BM25")


def test_a_trial_names_its_catalogue(nothing_wrong: Lift, shop: Catalogue) -> None:
    told = nothing_wrong.trials[0]
    assert told["catalogue"] == shop.name
    assert told["wrong cells"] == 0
    assert isinstance(told["pairs"], dict)
    assert len(set(told["pairs"].values())) == 1


def test_queries_that_taught_the_encoder_do_not_measure_it(tmp_path: Path) -> None:
    truth = {query: {"1": 1.0} for query in ("red kettle", "old sofa", "tall lamp")}
    assert never_taught("minilm", truth) == truth
    write_queries(tmp_path, ["kettles red"], ["old sofa"])
    kept = never_taught(str(tmp_path), truth)
    assert list(kept) == ["tall lamp"]
    assert _left_out(truth, truth) == [] and "2 of 3" in _left_out(truth, kept)[0]
    write_queries(tmp_path, truth)
    with pytest.raises(InputError, match="none is left"):
        never_taught(str(tmp_path), truth)
