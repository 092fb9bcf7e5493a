"""The index: what finds an item and why, files that are switched whole, stages that must win."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from steward.errors import InputError, UsageError
from steward.retrieval import index_folder as folders
from steward.retrieval.data import SearchData
from steward.retrieval.index_fields import load_fields, save_fields
from steward.retrieval.index_items import ItemTable
from steward.retrieval.index_manifest import Manifest, Part, read_manifest
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.pipeline import First
from steward.retrieval.ranker_fit import RankerSettings
from steward.retrieval.reranker import RerankStage
from steward.retrieval.search_index import SearchIndex
from steward.retrieval.stages_choice import LEVEL, choose, deal
from steward.retrieval.stages_learnt import RankerLearner

COLOURS = ("red", "blue", "green", "black", "white", "grey", "brown", "pink", "gold", "ivory")
THINGS = ("shoes", "jacket", "kettle", "lamp", "sofa", "drill", "hose", "tent", "wallet", "phone")
TEXTS = {f"{thing}-{colour}": f"{colour} {thing}" for thing in THINGS for colour in COLOURS}


class Letters:
    """An encoder by pairs of letters: finds what is misspelt."""

    name = "letters"

    def encode(self, texts: Sequence[str], *, query: bool = False) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), 27 * 27), dtype=np.float32)
        for row, text in enumerate(texts):
            codes = [ord(c) - 96 if c.isalpha() else 0 for c in text.lower()]
            for a, b in pairwise(codes):
                vectors[row, a * 27 + b] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-9)


class Judge:
    """A scorer that knows the answers, or says the opposite of them."""

    def __init__(self, *, right: bool) -> None:
        self.name = "right" if right else "wrong"
        self.sign = 1.0 if right else -1.0

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        right = [text == f"{query} phone" or text == query for query, text in pairs]
        return np.asarray([0.5 + self.sign * 0.5 * yes for yes in right], dtype=np.float32)


@pytest.fixture
def data() -> SearchData:
    return SearchData(TEXTS, {}, "{text}")


def misspelt(text: str) -> str:
    return " ".join(word[0] + word[2] + word[1] + word[3:] for word in text.split())


def test_every_stage_is_seen_in_a_hit(data: SearchData) -> None:
    index = SearchIndex.build(data, encoder=Letters())
    stage = RerankStage(Judge(right=True), index.texts, depth=20)
    (best, *_) = index.using(stages=[stage]).search("red shoes", 5, why=True)
    assert best.item == "shoes-red"
    assert list(best.stages) == ["bm25", "dense", "rrf", "rerank"]
    assert {score.rank for score in best.stages.values()} == {1}
    assert [word.word for word in best.words] == ["red", "shoes"]


def test_a_saved_index_answers_the_same(data: SearchData, tmp_path: Path) -> None:
    built = SearchIndex.build(data, encoder=Letters(), fields={"text": list(TEXTS.values())})
    built.save(tmp_path / "a")
    read = SearchIndex.load(tmp_path / "a", encoder=Letters())
    for query in ("red shoes", "gren hsoe", "nothing such"):
        assert read.search(query, why=True) == built.search(query, why=True)
    assert read.search("red shoes")[0].fields == {"text": "red shoes"}


def test_vectors_that_are_not_used_are_not_kept(data: SearchData, tmp_path: Path) -> None:
    index = SearchIndex.build(data, encoder=Letters(), first=First("bm25"))
    index.without_vectors().save(tmp_path / "a")
    assert not (tmp_path / "a" / "vectors").exists()
    with pytest.raises(UsageError, match="no vectors"):
        SearchIndex.load(tmp_path / "a", first=First("dense")).search("red")


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no index"):
        SearchIndex.load(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_manifest(tmp_path)


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = Manifest(
        "items",
        3,
        "{title}",
        origin={"items_hash": "ab"},
        change_sets=(1, 4),
        first=First("convex", 0.3),
        parts=(Part("biencoder", "minilm", "MiniLM"),),
        trials=({"stage": "bm25", "used": True},),
        unsure=("x",),
    )
    written.save(tmp_path)
    assert read_manifest(tmp_path) == written


def test_words_misspelt_bring_the_vectors_in(data: SearchData) -> None:
    index = SearchIndex.build(data, encoder=Letters())
    grades = {misspelt(text): {item: 1.0} for item, text in list(TEXTS.items())[::3]}
    choice = choose(index, grades)
    assert choice.first.dense
    (chosen,) = [trial for trial in choice.trials if trial.used and trial.against]
    assert chosen.gain > 0 and chosen.gain_lower > 0 and chosen.p_value < LEVEL


def test_vectors_that_add_nothing_are_left_out(data: SearchData) -> None:
    index = SearchIndex.build(data, encoder=Letters())
    grades = {text: {item: 1.0} for item, text in list(TEXTS.items())[::3]}
    choice = choose(index, grades)
    assert choice.first == First("bm25")
    assert [trial.stage for trial in choice.trials if trial.used] == ["bm25"]
    assert all("no better" in trial.why for trial in choice.trials[1:])


@pytest.mark.parametrize("right", [True, False])
def test_a_stage_is_used_only_when_it_wins(data: SearchData, right: bool) -> None:
    index = SearchIndex.build(data)
    index = index.using(stages=[RerankStage(Judge(right=right), index.texts, depth=40)])
    # Of a colour alone, BM25 cannot tell which of ten things is meant; a judge may.
    choice = choose(index, {colour: {f"phone-{colour}": 1.0} for colour in COLOURS})
    assert [stage.name for stage in choice.stages] == (["rerank"] if right else [])
    assert choice.trials[-1].used is right


def test_near_duplicates_are_dealt_into_one_fold() -> None:
    queries = [f"{thing} {n}" for thing in THINGS for n in ("red", "blue")]
    folds = deal([*queries, "red shoes", "shoess red"], 5)
    assert sorted(q for fold in folds for q in fold) == sorted(
        [*queries, "red shoes", "shoess red"]
    )
    (one,) = [fold for fold in folds if "shoes red" in fold]
    assert {"red shoes", "shoess red"} <= set(one)


def test_the_old_generation_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    def write(text: str) -> Callable[[Path], None]:
        return lambda folder: _ignore((folder / "a.txt").write_text(text))

    def fail(folder: Path) -> None:
        (folder / "a.txt").write_text("half")
        raise RuntimeError("power cut")

    first = folders.put(tmp_path, write("one"))
    with pytest.raises(RuntimeError):
        folders.put(tmp_path, fail)
    assert folders.current(tmp_path) == first and (first / "a.txt").read_text() == "one"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([first.name, "current"])
    second = folders.put(tmp_path, write("two"))
    assert folders.current(tmp_path) == second != first
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["current", second.name])
    assert folders.put(tmp_path, write("two")) == second


def test_a_killed_build_leaves_the_old_index(tmp_path: Path) -> None:
    first = folders.put(tmp_path, lambda folder: _ignore((folder / "a").write_text("one")))
    program = (
        "import sys, time; from pathlib import Path\n"
        "from steward.retrieval.index_folder import put\n"
        "def write(folder):\n"
        "    (folder / 'a').write_text('half'); print('ready', flush=True); time.sleep(30)\n"
        "put(Path(sys.argv[1]), write)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    assert folders.current(tmp_path) == first and (first / "a").read_text() == "one"


def _ignore(_: object) -> None:
    return None


def fields_of(data: SearchData) -> ItemFields:
    """The columns of the items, with a figure that says which of a colour people want."""
    wanted = np.asarray([float(item.startswith("phone")) for item in data.ids])
    colours: Sequence[str | None] = [text.split()[0] for text in data.texts.values()]
    texts = list(data.texts.values())
    return ItemFields(
        data.ids,
        texts,
        {"name": texts},
        {"colour": colours},
        {"stock": wanted},
        {},
        {"q": {"a": 1}},
    )


@pytest.mark.slow
def test_a_ranker_learns_from_the_judgments_and_is_scored_on_others(data: SearchData) -> None:
    pytest.importorskip("lightgbm", reason="learning to rank needs lightgbm")
    index = SearchIndex.build(data)
    settings = RankerSettings(trees=3, seeds=1, least=2)
    learner = RankerLearner(fields_of(data), index, settings)
    grades = {colour: {f"phone-{colour}": 1.0} for colour in COLOURS}
    choice = choose(index, grades, learner=learner)
    (stage,) = choice.stages
    assert (stage.name, choice.trials[-1].used) == ("ranker", True)
    (best, *_) = index.using(stages=[stage]).search("red", 5)
    assert best.item == "phone-red" and list(best.stages) == ["bm25", "ranker"]


def test_the_columns_of_a_ranker_are_read_as_they_were_written(
    data: SearchData, tmp_path: Path
) -> None:
    written = fields_of(data)
    save_fields(written, tmp_path / "fields.arrow")
    read = load_fields(tmp_path / "fields.arrow", ItemTable.of(data.texts))
    assert (read.ids, read.whole, read.texts) == (written.ids, written.whole, written.texts)
    assert (read.kinds, read.behaviour) == (written.kinds, written.behaviour)
    assert read.numbers["stock"].tolist() == written.numbers["stock"].tolist()


def test_a_generation_that_another_process_is_about_to_name_is_left(tmp_path: Path) -> None:
    def write(text: str) -> Callable[[Path], None]:
        return lambda folder: _ignore((folder / "a").write_text(text))

    (tmp_path / "moved").mkdir()
    first = folders.put(tmp_path, write("one"))
    second = folders.put(tmp_path, write("two"))
    assert folders.current(tmp_path) == second and not first.exists()
    assert (tmp_path / "moved").is_dir()
    os.utime(tmp_path / "moved", (0, 0))
    folders.put(tmp_path, write("three"))
    assert not (tmp_path / "moved").exists(), "nobody named it for a day"
