"""The commands of the registry and of the loop back, as a person types them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from steward.store import Store, models
from steward.store.models import Held, Model

NOUNS = ("lamp", "kettle", "拖鞋", "umbrella", "drill", "vase", "tent", "scarf", "desk", "rug")
COLOURS = ("red", "blue", "green", "黑色")


@pytest.fixture
def two(steward: Callable[..., object], folder: Path) -> Callable[..., object]:
    """A store with two rankers; the second is worse on the same queries."""
    assert steward("init").code == 0
    with Store("steward.db") as store:
        for digest, score in (("aaaa", 0.6), ("bbbb", 0.5)):
            place = models.models_folder(store) / f"ranker-{digest}"
            place.mkdir(parents=True)
            scores = {f"q{n}": score + n / 100 for n in range(9)}
            held = Held("nDCG@10", score, score - 0.1, score + 0.1, "same", scores)
            models.register(store, Model("ranker", place.name, digest, held=held, command="x"))
    return steward


@pytest.fixture
def judged(steward: Callable[..., object], folder: Path) -> Callable[..., object]:
    """A store with items, judgments and searches; one kind of item lacks its category."""
    items = [
        f"{n}-{c},{c} thing {n}{i},{'' if n == '拖鞋' else n}"
        for i, n in enumerate(NOUNS)
        for c in COLOURS
    ]
    judgments = [
        f"{c} {n},{n}-{other},{3 if other == c else 1}"
        for n in NOUNS
        for c in COLOURS
        for other in COLOURS
    ]
    log = [
        f"{n}{s},{n},{n}-red,1,{int(n != '拖鞋')}" if n != "拖鞋" else f"{n}{s},{n},,,"
        for n in NOUNS
        for s in range(40)
    ] + [f"lamp{s},lamp,lamp-blue,2,0" for s in range(40)]
    tables = {
        "items": ["id,title,kind", *items],
        "judgments": ["query,item,grade", *judgments],
        "searches": ["visit,words,product,rank,clicked", *log],
    }
    assert steward("init").code == 0
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
        assert steward("ingest", f"{name}.csv", "--table", name).code == 0
    return steward


def test_an_empty_registry_says_what_next(stored: Callable[..., object]) -> None:
    said = stored("models", "list")
    assert (said.code, "steward train" in said.out) == (0, True)
    assert stored("models", "list", "--json").document["models"] == []


def test_a_worse_model_is_refused_with_exit_code_8(two) -> None:
    assert two("models", "promote", "1").code == 0
    said = two("models", "promote", "2")
    assert said.code == 8 and "--override" in said.err and "-0.1000" in said.err
    assert two("models", "promote", "2", "--dry-run").code == 8
    assert two("models", "promote", "2", "--override", "half the size").code == 0
    shown = two("models", "show", "2").out
    assert "half the size" in shown and "promoted" in shown


def test_a_dry_run_promotes_nothing(two) -> None:
    assert "may be" in two("models", "promote", "1", "--dry-run").out
    with Store("steward.db", read_only=True) as store:
        assert models.promoted(store, "ranker") is None


@pytest.mark.slow
def test_rolling_back_says_what_is_in_use(two) -> None:
    two("models", "promote", "2")
    said = two("models", "promote", "1", "--json").document
    assert said["model"]["status"] == "promoted"
    assert said["against"]["model"] == 2
    assert said["against"]["difference"]["mean"] == pytest.approx(0.1)
    assert two("models", "rollback", "ranker", "--dry-run", "--json").document["model"]["id"] == 2
    assert "Model 2 is in use again" in two("models", "rollback", "ranker").out
    assert "No ranker is in use" in two("models", "rollback", "ranker").out
    assert two("models", "rollback", "ranker").code == 2


def test_a_model_that_is_not_there(two) -> None:
    for words in (("show", "9"), ("card", "9"), ("promote", "9")):
        said = two("models", *words)
        assert (said.code, "no model 9" in said.err) == (2, True)


def test_a_dry_run_of_training_says_what_it_would_do(judged) -> None:
    said = judged("train", "biencoder", "--judgments", "judgments", "--dry-run")
    assert said.code == 0, said.err
    assert "graded pairs to train" in said.out and "held out" in said.out
    document = judged(
        "train", "ranker", "--judgments", "judgments", "--set", "trees=7", "--dry-run", "--json"
    ).document
    assert sum(document["queries"].values()) == 40
    assert (document["settings"]["trees"], document["model"]) == (7, None)
    assert document["command"] == "train" and "trees=7" in document["command_line"]
    with Store("steward.db", read_only=True) as store:
        assert models.models(store) == []
        assert not models.models_folder(store).exists()


WRONG = {
    ("train",): "Train what?",
    ("train", "oracle", "--judgments", "judgments"): "no kind of model",
    ("train", "ranker"): "nothing to learn from",
    ("train", "ranker", "--judgments", "judgments", "--set", "x"): "NAME=VALUE",
    ("train", "ranker", "--judgments", "judgments", "--columns", "a"): "three names",
    ("feedback", "--searches", "searches", "--sql", "9"): "no issue 9",
}


@pytest.mark.slow
def test_what_is_wrong_is_said(judged) -> None:
    for words, said in WRONG.items():
        found = judged(*words)
        assert (found.code, said in found.err) == (2, True), found.err


def test_a_card_that_is_none_is_refused(stored, folder: Path) -> None:
    (folder / "card.json").write_text("{}", "utf-8")
    found = stored("train", "--from-card", "card.json")
    assert (found.code, "no model card" in found.err) == (4, True)


@pytest.mark.slow
def test_feedback_writes_only_when_asked(judged) -> None:
    said = judged("feedback", "--searches", "searches", "--text", "{title} {kind}")
    assert said.code == 0, said.err
    assert "1 query fails" in said.out and "拖鞋" in said.out
    log = ("feedback", "--searches", "searches", "--judgments", "clicked")
    assert judged(*log, "--dry-run").code == 0
    with Store("steward.db", read_only=True) as store:
        assert "clicked" not in [table.name for table in store.tables()]
    document = judged(*log, "--json").document
    assert document["batch"]["rows"] == len(document["judgments"]) > 0
    assert document["failing"][0]["query"] == "拖鞋"
