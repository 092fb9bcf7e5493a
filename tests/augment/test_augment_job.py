"""Made rows in a real store: written whole, with their origin; held rows are never touched."""

from pathlib import Path

import pytest

from steward.augment.generator_gate import generate_rows
from steward.errors import GateError, UnknownColumn, UsageError
from steward.job.augmenting import AugmentSettings, augment_table, made_rows
from steward.job.augmenting_balance import BalanceSettings, balance_table
from steward.retrieval.split import split_queries
from steward.sources import open_delivery
from steward.store import Store
from steward.store.augmented import made_tables, origins

KINDS = ("lamp", "chair", "table", "手机壳", "充电器", "水杯")
COLOURS = ("red", "green", "红色", "蓝色")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    queries = [
        f"{colour} {kind} {n}" for n in (20, 64, 500) for kind in KINDS for colour in COLOURS
    ]
    lines = ["item_id,title,colour,class,part"]
    for n in range(240):
        colour, kind = COLOURS[n % 4], KINDS[n % 5 if n % 3 else n % 6]
        label = "rare" if n % 12 == 0 else "usual"
        part = ("train", "train", "train", "valid", "test")[n % 5]
        lines.append(f"i{n},{colour} {kind} number {n},{colour},{label},{part}")
    (tmp_path / "items.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "queries.csv").write_text("\n".join(["query", *queries]) + "\n", "utf-8")
    found = Store.create(tmp_path / "steward.db")
    for name in ("items", "queries"):
        found.ingest(open_delivery(str(tmp_path / f"{name}.csv")), name)
    return found


def test_noise_is_written_with_its_origin_and_only_of_training_texts(store: Store) -> None:
    dry = augment_table(store, "queries", AugmentSettings(), dry_run=True)
    assert made_tables(store) == {} and dry.written == 0 and dry.kept
    done = augment_table(store, "queries", AugmentSettings())
    assert done.kept == dry.kept and done.written == len(done.kept)
    texts = store.snapshot("queries").column("query").to_pylist()
    split = split_queries(texts)
    assert done.held == len(split.valid) + len(split.test) > 0
    made = made_rows(store, "queries")
    assert made == done.kept
    assert {m.source for m in made} <= set(split.train)
    assert all(texts[m.row - 1] == m.source for m in made)
    table = store.snapshot("queries_augmented")
    assert table.column("query").to_pylist() == [m.text for m in made]
    assert table.columns == ("query", "made_from", "made_by", "made_detail", "made_seed")


def test_made_again_nothing_is_written_twice(store: Store) -> None:
    first = augment_table(store, "queries", AugmentSettings())
    again = augment_table(store, "queries", AugmentSettings())
    assert again.written == 0 and again.dropped["duplicate"] >= len(first.kept)
    assert store.table("queries_augmented").rows == first.written
    assert len(origins(store, "queries")) == len(first.sifted) + len(again.sifted)


def test_rows_are_made_of_what_people_wrote_alone(store: Store) -> None:
    augment_table(store, "queries", AugmentSettings())
    with pytest.raises(UsageError, match="was made of another"):
        augment_table(store, "queries_augmented", AugmentSettings())
    with pytest.raises(UnknownColumn):
        augment_table(store, "queries", AugmentSettings(column="words"))


def test_a_colour_of_the_catalogue_survives(store: Store) -> None:
    def recolour(rows):
        from steward.augment.made import Made

        return [Made(t.replace("red", "green"), t, r, "paraphrase") for r, t in rows if "red" in t]

    found = augment_table(store, "queries", AugmentSettings("paraphrase"), maker=recolour)
    assert found.kept == [] and set(found.dropped) == {"attributes"}
    assert {s.why for s in found.sifted} == {"colour: green"}


@pytest.mark.parametrize("method", ["repeat", "drop"])
def test_a_balanced_table_holds_rows_of_training_alone(store: Store, method: str) -> None:
    settings = BalanceSettings("class", method=method, ratio=2.0)
    plan = balance_table(store, "items", settings, dry_run=True).plan
    assert plan.held == 96 and "items_balanced" not in made_tables(store)
    done = balance_table(store, "items", settings)
    table = store.snapshot("items_balanced")
    rows = table.column("class").to_pylist()
    assert {c: rows.count(c) for c in set(rows)} == plan.after
    assert max(plan.after.values()) <= 2 * min(plan.after.values())
    assert set(table.column("part").to_pylist()) == {"train"}
    items = store.snapshot("items")
    ids, names = items.row_ids.tolist(), items.column("item_id").to_pylist()
    held = dict(zip(map(str, ids), names, strict=True))
    assert [held[r] for r in table.column("made_from").to_pylist()] == table.column(
        "item_id"
    ).to_pylist()
    assert done.written == len(rows) and store.table("items").rows == 240
    with pytest.raises(UsageError, match="was made of items"):
        balance_table(store, "items_balanced", settings)
    with pytest.raises(UsageError, match="is there already"):
        balance_table(store, "items", settings)


def test_a_part_that_nobody_knows_stops_it(store: Store) -> None:
    with pytest.raises(UsageError, match="names no part"):
        balance_table(store, "items", BalanceSettings("class", part="colour"))
    with pytest.raises(UsageError, match="no method"):
        balance_table(store, "items", BalanceSettings("class", method="smote"))


@pytest.mark.slow
def test_a_generator_that_does_not_pass_writes_nothing(store: Store) -> None:
    settings = BalanceSettings("class", method="generate")
    assert not balance_table(store, "items", settings, dry_run=True).verdict.passed
    with pytest.raises(GateError, match="None was written"):
        balance_table(store, "items", settings)
    assert made_tables(store) == {}


@pytest.mark.slow
def test_a_generator_passes_where_rows_are_like_its_model() -> None:
    """Size follows the class, price follows size; nothing else to learn."""
    import random

    rng = random.Random(1)
    classes = [rng.choice(["a", "a", "a", "b"]) for _ in range(600)]
    sizes = [rng.choice("SM" if c == "a" else "ML") for c in classes]
    prices = [str({"S": 5, "M": 9, "L": 20}[s] + rng.choice([0, 1])) for s in sizes]
    made = generate_rows([sizes, prices], classes, ["b"] * 300, seed=1)
    assert made.verdict.passed and made.verdict.auc < 0.6 and made.verdict.tstr > 0.9
    assert {row[0] for row in made.rows} == {"M", "L"} and len(made.rows) == 300
    pairs = set(zip(sizes, prices, strict=True))
    assert sum(tuple(row) in pairs for row in made.rows) > 290
    assert made == generate_rows([sizes, prices], classes, ["b"] * 300, seed=1)
    few = generate_rows([sizes[:20], prices[:20]], classes[:20], ["b"], seed=1)
    assert few.rows == [] and "too few" in few.verdict.why
