"""Recipes: decisions written down, and made again on the next delivery."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward import job
from steward.errors import ContentError, UnknownColumn
from steward.job import Recipe, RecipeStep
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change, Fix, FixKind, Reason, Safety, Status

Propose = Callable[..., Fix]
TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = st.dictionaries(st.sampled_from(["id", "价格"]), TEXT)


@pytest.fixture
def april(tmp_path: Path) -> Iterator[Store]:
    """Another store with the next delivery of the same table."""
    path = tmp_path / "april.csv"
    rows = [f"{n},item {n},12.0 oz,7.50,{'Berlni' if n == 3 else 'Berlin'}" for n in range(1, 41)]
    path.write_text("\n".join(["id,name,size,price,city", *rows]) + "\n", "utf-8")
    with Store.create(tmp_path / "april.db") as store:
        store.ingest(open_delivery(str(path)), "items", key=("id",))
        yield store


def decided(store: Store, proposed: Propose) -> Recipe:
    proposed("size", "12.0 oz", "12 oz", 81, 82)
    proposed("city", "Berlni", "Berlin", 83, check="typo")
    job.accept_and_apply(store, "items", safety=Safety.SAFE)
    return job.export_recipe(store, "items")


def test_applied_and_accepted_fixes_become_steps(store: Store, proposed: Propose) -> None:
    recipe = decided(store, proposed)
    later = proposed("price", "7.50", "7.5", 1)
    store.review(later.id or 0, Status.ACCEPTED)
    assert len(recipe.steps) == 2
    assert len(job.export_recipe(store, "items").steps) == 3


def test_a_mapping_for_some_rows_only_becomes_steps_with_keys(
    store: Store, proposed: Propose
) -> None:
    proposed("city", "Berlin", "Bonn", 5, 7)
    job.accept_and_apply(store, "items", safety=Safety.SAFE)
    steps = job.export_recipe(store, "items").steps
    assert [dict(step.key) for step in steps] == [{"id": "5"}, {"id": "7"}]


def test_what_cannot_be_replayed_is_counted(store: Store, proposed: Propose) -> None:
    proposed("", None, None, 83, kind=FixKind.QUARANTINE)
    job.accept_and_apply(store, "items", safety=Safety.SAFE)
    recipe = job.export_recipe(store, "items")
    assert (recipe.steps, recipe.left_out) == ((), 1)


def test_a_recipe_is_replayed_where_its_old_values_are(
    store: Store, proposed: Propose, april: Store
) -> None:
    recipe = Recipe.from_yaml(decided(store, proposed).to_yaml())
    done = job.replay(april, "items", recipe)
    assert (done.matched, done.unmatched) == ((40, 1), 0)
    assert done.outcome.survived == 2
    sizes = set(april.snapshot("items").column("size").to_pylist())
    assert sizes == {"12 oz"}
    assert april.history()[-1].kind == "replay"


def test_a_dry_replay_reports_and_writes_nothing(
    store: Store, proposed: Propose, april: Store
) -> None:
    before, sets = april.content_hash("items"), len(april.history())
    done = job.replay(april, "items", decided(store, proposed), dry_run=True)
    assert (done.matched, done.outcome.cells, done.outcome.dry_run) == ((40, 1), 41, True)
    assert (april.content_hash("items"), len(april.history())) == (before, sets)


def test_a_replay_that_finds_nothing_changes_nothing(
    store: Store, proposed: Propose, april: Store
) -> None:
    recipe = decided(store, proposed)
    job.replay(april, "items", recipe)
    again = job.replay(april, "items", recipe)
    assert (again.matched, again.outcome.applied) == ((0, 0), 0)


def test_a_step_with_a_key_touches_that_row_alone(april: Store) -> None:
    change = Change("size", "12.0 oz", "12 oz")
    step = RecipeStep((change,), Reason.FORMAT, "format", "person", "1", {"id": "9"})
    done = job.replay(april, "items", Recipe("items", ("id",), (step,)))
    assert done.matched == (1,)
    assert april.snapshot("items").column("size").to_pylist()[8] == "12 oz"


def test_a_recipe_for_other_columns_is_refused(april: Store) -> None:
    step = RecipeStep((Change("colour", "a", "b"),), Reason.TYPO, "typo", "person", "1")
    with pytest.raises(UnknownColumn, match="colour"):
        job.replay(april, "items", Recipe("items", (), (step,)))


def test_the_checks_of_a_recipe_hold_on_replay(april: Store) -> None:
    step = RecipeStep((Change("price", "7.50", "7500"),), Reason.FORMAT, "x", "person", "1")
    checks = "version: 1\nchecks:\n  - {name: cheap, column: price, max: 100}\n"
    recipe = Recipe.from_yaml(Recipe("items", (), (step,), checks).to_yaml())
    done = job.replay(april, "items", recipe, user_checks=job.recipe_checks(recipe))
    assert (done.outcome.applied, done.outcome.reverted) == (1, 1)


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029", "\r\n", "\ufeff", "\t", " "])
def test_a_recipe_keeps_line_ends_that_only_unicode_knows(mark: str) -> None:
    step = RecipeStep((Change("a", f"x{mark}y", mark),), Reason.TYPO, "typo", "vote", "2")
    made = Recipe("t", (), (step,), f"a{mark}b")
    assert Recipe.from_yaml(made.to_yaml()) == made


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(TEXT, TEXT, st.dictionaries(st.sampled_from(["id", "价格"]), TEXT)), max_size=4
    ),
    st.text(max_size=20),
)
def test_a_recipe_survives_yaml(
    steps: list[tuple[str | None, str | None, dict[str, str | None]]], checks: str
) -> None:
    made = Recipe(
        "表",
        ("id",),
        tuple(
            RecipeStep((Change("a b", old, new),), Reason.TYPO, "typo", "vote", "2", key)
            for old, new, key in steps
        ),
        checks,
    )
    assert Recipe.from_yaml(made.to_yaml()) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "is not YAML"),
        ("hello", "is not a recipe"),
        ("steward_recipe: 9\ntable: t", "version 9"),
        ("steward_recipe: 1", "names no table"),
        ("steward_recipe: 1\ntable: t\nsteps: 3", "must be a list"),
        ("steward_recipe: 1\ntable: t\nsteps: [{reason: typo}]", "step 1 is incomplete"),
        (
            "steward_recipe: 1\ntable: t\nsteps:\n- {changes: [{column: a, before: 1, after: b}],"
            " reason: typo, check: x}",
            "must be quoted",
        ),
    ],
)
def test_a_broken_recipe_is_named_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        Recipe.from_yaml(text, "r.yaml")
