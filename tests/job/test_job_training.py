"""What a training reads, what it leaves behind, and what it leaves when it is killed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from steward.engine import Snapshot
from steward.errors import InputError, StoreLocked, UsageError
from steward.job import training
from steward.job.augmenting import AugmentSettings, augment_table
from steward.job.cards import read_card
from steward.job.training import Request, plan_training, train_model, weights_digest
from steward.job.training_augmented import with_made
from steward.job.training_data import Sources, prepare
from steward.job.training_kinds import kind_of, settings_of
from steward.retrieval.split import leaks
from steward.retrieval.trained import Trained
from steward.retrieval.unseen import write_queries
from steward.sources import open_delivery
from steward.store import Store, models

NOUNS = ("lamp", "kettle", "拖鞋", "umbrella", "drill", "蓝牙耳机", "vase", "tent", "scarf", "desk")
COLOURS = ("red", "blue", "green", "黑色")
RANKER = {"trees": 5, "seeds": 1, "leaves": 3, "least": 2, "depth": 20}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    """Forty items, a query for each; judged by noun and colour, at a time."""
    items = [f"{n}-{c},{c} {n} model {i},{n}" for i, n in enumerate(NOUNS) for c in COLOURS]
    judged = []
    for number, (noun, colour) in enumerate((n, c) for n in NOUNS for c in COLOURS):
        day = f"2024-01-{1 + number % 28:02d}"
        judged += [f"{colour} {noun},{noun}-{c},{3 if c == colour else 1},{day}" for c in COLOURS]
        judged.append(f"{colour} {noun},{NOUNS[number % 10]}-red,0,{day}")
    (tmp_path / "items.csv").write_text("\n".join(["id,title,kind", *items]) + "\n", "utf-8")
    (tmp_path / "j.csv").write_text("\n".join(["query,item,grade,day", *judged]) + "\n", "utf-8")
    with Store.create(tmp_path / "s.db", clock=lambda: "2026-01-01T12:00:00Z") as store:
        store.ingest(open_delivery(str(tmp_path / "items.csv")), "items", key=("id",))
        store.ingest(open_delivery(str(tmp_path / "j.csv")), "judged")
        yield store


@pytest.fixture
def searches(shop: Store, tmp_path: Path) -> Callable[[str], Sources]:
    """A log in which the first result of each query is clicked."""

    def make(*queries: str) -> Sources:
        rows = ["session,words,product,position,clicked"]
        for query in queries:
            for n in range(40):
                rows += [
                    f"{query}{n},{query},{'tent-red' if p == 1 else 'vase-red'},{p},{int(p == 1)}"
                    for p in (1, 2)
                ]
        (tmp_path / "log.csv").write_text("\n".join(rows) + "\n", "utf-8")
        shop.ingest(open_delivery(str(tmp_path / "log.csv")), "log")
        return Sources("items", "judged", searches="log")

    return make


def test_near_duplicates_never_meet_across_parts(shop: Store) -> None:
    found = prepare(shop, Sources("items", "judged"))
    held = [*found.split.valid, *found.split.test]
    assert found.leaks == () and leaks(found.split.train, held) == []
    assert set(found.tables) == {"items", "judged"}
    assert found.tables["items"] == shop.content_hash("items")


def test_another_split_seed_deals_otherwise(shop: Store) -> None:
    one, same, other = (prepare(shop, Sources("items", "judged", seed=s)) for s in (0, 0, 1))
    assert one.split_digest == same.split_digest != other.split_digest


def test_split_by_time_holds_the_latest_out(shop: Store) -> None:
    found = prepare(shop, Sources("items", "judged", split_time="day"))
    days: dict[str, str] = {}
    for row in shop.snapshot("judged").arrow.to_pylist():
        days[row["query"]] = min(days.get(row["query"], "9"), row["day"])
    latest = max(days[q] for q in found.split.train)
    assert all(days[q] >= latest for q in found.split.test)
    with pytest.raises(UsageError, match="no column when"):
        prepare(shop, Sources("items", "judged", split_time="when"))


def test_clicks_teach_but_never_examine(shop: Store, searches) -> None:
    plain = prepare(shop, Sources("items", "judged"))
    held = plain.split.test[0]
    learnt = plain.split.train[0]
    found = prepare(shop, searches(held, learnt, "some other words"))
    assert found.from_clicks > 0
    assert found.data.grades[held] == plain.data.grades[held]
    assert found.data.grades[learnt]["tent-red"] > 0
    assert "some other words" not in (*found.split.valid, *found.split.test)


def test_nothing_to_learn_from_is_said(shop: Store) -> None:
    with pytest.raises(UsageError, match="nothing to learn from"):
        prepare(shop, Sources("items"))


def test_too_few_queries_are_refused(shop: Store, tmp_path: Path) -> None:
    few = "query,item,grade\n" + "".join(
        f"q{n % 2},lamp-{c},{g}\n" for n, (c, g) in enumerate([("red", 3), ("blue", 0)] * 4)
    )
    (tmp_path / "few.csv").write_text(few, "utf-8")
    shop.ingest(open_delivery(str(tmp_path / "few.csv")), "few")
    with pytest.raises(InputError, match="queries with a relevant item"):
        prepare(shop, Sources("items", "few"))


def test_a_table_that_changed_is_read_as_it_was(shop: Store, tmp_path: Path) -> None:
    before = prepare(shop, Sources("items", "judged"))
    (tmp_path / "more.csv").write_text("id,title,kind\nnew,new vase,vase\n", "utf-8")
    shop.ingest(open_delivery(str(tmp_path / "more.csv")), "items")
    again = prepare(shop, Sources("items", "judged"), hashes=before.tables)
    assert again.tables == before.tables and "new" not in again.data.texts
    with pytest.raises(InputError, match="not as the card says"):
        prepare(shop, Sources("items", "judged"), hashes={"items": "0" * 16})


def test_settings_are_read_as_their_fields_hold_them() -> None:
    kind = kind_of("biencoder")
    read = settings_of(kind, {"epochs": "3", "lr": "0.1", "matryoshka": "64,32", "apart": "no"})
    assert (read.epochs, read.lr, read.matryoshka, read.apart) == (3, 0.1, (64, 32), False)
    with pytest.raises(UsageError, match="no setting epoch"):
        settings_of(kind, {"epoch": 3})
    with pytest.raises(UsageError, match="takes int, not 'many'"):
        settings_of(kind, {"epochs": "many"})
    with pytest.raises(UsageError, match="no kind of model"):
        kind_of("oracle")


def test_a_request_comes_back_from_its_card() -> None:
    sources = Sources("items", "j", columns=("q", "i", "g"), seed=4, text="{title} {kind}")
    request = Request("ranker", sources, {"trees": 5})
    card = {
        "kind": "ranker", "request": json.loads(json.dumps(request.as_dict())),
        "settings": {"trees": 5},
    }  # fmt: skip
    assert Request.from_card(card) == request
    assert "--columns q,i,g --split-seed 4" in request.command.replace("'", "")
    with pytest.raises(InputError, match="does not say how"):
        Request.from_card({"kind": "ranker", "request": {}})


def test_the_digest_is_of_what_a_model_is_not_of_what_is_told_about_it(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"weights")
    before = weights_digest(tmp_path)
    for name in ("card.json", "card.md", "trained.json", "queries.json", "events.out.1"):
        (tmp_path / name).write_text(name)
    assert weights_digest(tmp_path) == before
    (tmp_path / "a.npy").write_bytes(b"weightz")
    assert weights_digest(tmp_path) != before


@pytest.mark.train
def test_a_ranker_is_trained_measured_and_made_again_from_its_card(shop: Store) -> None:
    pytest.importorskip("lightgbm", reason="needs steward[search]")
    plan = plan_training(shop, Request("ranker", Sources("items", "judged"), RANKER))
    made = train_model(shop, plan)
    assert made.model == models.model(shop, 1)
    assert set(made.card["held"]["systems"]) == {"bm25", "ranker"}
    assert made.model.held.scores.keys() == set(plan.prepared.judged)
    assert (made.folder / "card.md").read_text("utf-8").startswith("# ranker ")
    card = read_card(made.folder)
    request = Request.from_card(card)
    again = train_model(shop, plan_training(shop, request, hashes=card["tables"]))
    assert (again.model.id, again.model.digest) == (1, made.model.digest)
    home = models.models_folder(shop)
    assert [path.name for path in home.iterdir()] == [made.model.folder]


@pytest.mark.train
def test_the_model_in_use_is_measured_beside_the_new_one(shop: Store) -> None:
    pytest.importorskip("lightgbm", reason="needs steward[search]")
    sources = Sources("items", "judged")
    first = train_model(shop, plan_training(shop, Request("ranker", sources, RANKER)))
    models.promote(shop, first.model.id)
    other = Request("ranker", sources, {**RANKER, "trees": 1, "ridge": 500.0})
    second = train_model(shop, plan_training(shop, other))
    assert second.card["rival"]["id"] == first.model.id
    assert second.model.held.rivals[first.model.digest] == pytest.approx(first.model.held.scores)


def test_a_training_that_could_not_begin_leaves_no_folder(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(prepared: object, settings: object, folder: Path, vectors: Path) -> Trained:
        folder.mkdir()
        raise InputError("The base is not there.", hint="Get it.")

    plan = plan_training(shop, Request("ranker", Sources("items", "judged"), RANKER))
    monkeypatch.setattr(training, "kind_of", lambda name: replace(kind_of(name), train=broken))
    with pytest.raises(InputError, match="not there"):
        train_model(shop, plan)
    assert list(models.models_folder(shop).iterdir()) == []


@pytest.mark.train
@pytest.mark.parametrize("where", ["register", "write_card"])
def test_killed_before_it_is_registered_nothing_is_half_there(shop: Store, where: str) -> None:
    pytest.importorskip("lightgbm", reason="needs steward[search]")
    program = (
        "import os\nfrom steward.job import training\n"
        "from steward.job.training_data import Sources\n"
        "from steward.store import Store\n"
        f"training.{where} = lambda *a: os._exit(9)\n"
        f"store = Store({str(shop.path)!r})\n"
        f"request = training.Request('ranker', Sources('items', 'judged'), {RANKER!r})\n"
        "training.train_model(store, training.plan_training(store, request))\n"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 9
    assert models.models(shop) == []
    plan = plan_training(shop, Request("ranker", Sources("items", "judged"), RANKER))
    made = train_model(shop, plan)
    assert models.models(shop) == [made.model]
    home = models.models_folder(shop)
    assert [path.name for path in home.iterdir()] == [made.model.folder]


def test_queries_that_taught_the_base_do_not_measure_what_starts_from_it(
    shop: Store, tmp_path: Path
) -> None:
    sources = Sources("items", "judged")
    judged = prepare(shop, sources).judged
    base = tmp_path / "base"
    Trained(base, "biencoder").save()
    write_queries(base, judged[:2])
    request = Request("biencoder", sources, {"base": str(base)})
    left = plan_training(shop, request).prepared.judged
    assert leaks(judged[:2], left) == [] and 0 < len(left) < len(judged)
    write_queries(base, judged)
    with pytest.raises(InputError, match="too few to measure") as refused:
        plan_training(shop, request)
    assert "--split-seed" in refused.value.hint


@pytest.fixture
def made(shop: Store) -> str:
    """Queries with noise, in the table that `steward augment` writes."""
    return augment_table(shop, "judged", AugmentSettings(column="query")).place.into


def test_made_queries_teach_and_never_examine(shop: Store, made: str) -> None:
    before = prepare(shop, Sources("items", "judged"))
    found = prepare(shop, Sources("items", "judged", augmented=made))
    assert (found.split.valid, found.split.test) == (before.split.valid, before.split.test)
    assert found.judged == before.judged and found.leaks == ()
    added = set(found.split.train) - set(before.split.train)
    assert len(added) == sum(found.augmented["added"].values()) > 0
    assert found.tables[made] == shop.content_hash(made)
    # Dealt otherwise, some were made of queries that are held out now.
    other = prepare(shop, Sources("items", "judged", seed=5, augmented=made))
    assert other.augmented["refused"]["not of training"] > 0 and other.leaks == ()


def test_a_made_row_that_was_deleted_does_not_teach(shop: Store, made: str) -> None:
    before = prepare(shop, Sources("items", "judged"))
    one = shop.snapshot(made).column("query").to_pylist()[0]
    left = Snapshot.from_columns(made, {"query": [one]})
    assert with_made(shop, left, before.data, before.split).about["rows"] == 1


def test_made_tables_are_refused_where_people_must_have_written(shop: Store, made: str) -> None:
    with pytest.raises(UsageError, match="never examine") as caught:
        prepare(shop, Sources("items", made))
    assert f"--augmented {made}" in caught.value.hint
    with pytest.raises(UsageError, match="not made by steward augment"):
        prepare(shop, Sources("items", "judged", augmented="items"))


@pytest.mark.slow
def test_the_card_tells_what_was_made(shop: Store, made: str) -> None:
    request = Request("ranker", Sources("items", "judged", augmented=made), RANKER)
    done = train_model(shop, plan_training(shop, request))
    assert f"--augmented {made}" in done.model.command
    card = read_card(done.folder)
    assert card["augmented"]["made_of"] == "judged" and card["tables"][made]
    assert Request.from_card(card).sources == request.sources
    assert "None examined." in (done.folder / "card.md").read_text("utf-8")


@pytest.mark.slow
def test_two_processes_do_not_spoil_the_same_training(shop: Store) -> None:
    request = Request("ranker", Sources("items", "judged"), RANKER)
    plan = plan_training(shop, request)
    home = models.models_folder(shop)
    lock: list[Path] = []

    def other(said: str) -> None:
        if said.startswith("training"):
            (found,) = home.glob(".training-*.lock")
            lock.append(found)
            with pytest.raises(StoreLocked, match="runs already"):
                train_model(shop, plan)

    made = train_model(shop, plan, step=other)
    assert lock and not lock[0].exists() and made.folder.is_dir()
    assert train_model(shop, plan).model.digest == made.model.digest
