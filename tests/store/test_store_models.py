"""The registry of models: what is in use, why it may not be replaced, and how it comes back."""

import subprocess
import sys
from pathlib import Path

import pytest

from steward.errors import GateError, UsageError
from steward.store import Store, models
from steward.store.models import Held, Model, ModelStatus


@pytest.fixture
def made(store):
    """Register a model with given scores."""

    def register(digest, scores=None, *, kind="biencoder", held="d1", rivals=None):
        folder = f"{kind}-{digest}"
        (models.models_folder(store) / folder).mkdir(parents=True)
        measured = None
        if scores is not None:
            each = {f"q{i}": score for i, score in enumerate(scores)}
            mean = sum(scores) / len(scores)
            measured = Held("nDCG@10", mean, mean - 0.1, mean + 0.1, held, each, rivals or {})
        return models.register(store, Model(kind, folder, digest, held=measured, command="again"))

    return register


def in_use(store, kind="biencoder"):
    found = models.promoted(store, kind)
    return found and found.id


def test_a_model_is_read_back_as_it_was_registered(store, made):
    one = made("aa", [0.5, 0.7])
    assert models.model(store, one.id) == one
    assert (one.status, one.held.scores["q1"]) == (ModelStatus.CANDIDATE, 0.7)
    assert models.models(store) == [one]
    assert models.models(store, "ranker") == []


def test_the_same_weights_are_registered_once(store, made):
    one = made("aa", [0.5])
    again = models.register(store, Model("biencoder", one.folder, "aa", command="another"))
    assert (again.id, again.command) == (one.id, "another")
    assert len(models.models(store)) == 1


def test_a_model_without_a_folder_is_not_registered(store):
    with pytest.raises(UsageError, match="no folder"):
        models.register(store, Model("biencoder", "nowhere", "aa"))
    assert models.models(store) == []


def test_each_kind_has_one_model_in_use(store, made):
    first, second = made("aa", [0.5]), made("bb", [0.6])
    other = made("cc", [0.1], kind="reranker")
    for one in (first, other, second):
        models.promote(store, one.id)
    assert (in_use(store), in_use(store, "reranker")) == (second.id, other.id)
    assert models.model(store, first.id).status is ModelStatus.RETIRED


def test_a_worse_model_is_refused_and_nothing_changes(store, made):
    first, worse = made("aa", [0.5, 0.7]), made("bb", [0.6, 0.5])
    models.promote(store, first.id)
    with pytest.raises(GateError, match=r"-0\.0500 against model 1 over 2") as refused:
        models.promote(store, worse.id)
    assert refused.value.exit_code == 8
    assert "--override" in refused.value.hint
    assert in_use(store) == first.id
    assert models.model(store, worse.id).status is ModelStatus.CANDIDATE
    assert len(models.promotions(store)) == 1


def test_an_override_is_kept_with_what_it_overrode(store, made):
    first, worse = made("aa", [0.5]), made("bb", [0.4])
    models.promote(store, first.id)
    with pytest.raises(GateError):
        models.promote(store, worse.id, override="  ")
    models.promote(store, worse.id, override="half the memory")
    line = models.promotions(store)[-1]
    assert (line.override, line.replaced) == ("half the memory", first.id)
    assert "-0.1000" in line.said


def test_models_measured_on_other_data_cannot_be_compared(store, made):
    first, other = made("aa", [0.5]), made("bb", [0.9], held="d2")
    models.promote(store, first.id)
    with pytest.raises(GateError, match="cannot be compared"):
        models.promote(store, other.id)
    assert in_use(store) == first.id


def test_a_model_never_measured_cannot_replace_one_in_use(store, made):
    models.promote(store, made("aa", [0.5]).id)
    with pytest.raises(GateError, match="cannot be compared"):
        models.promote(store, made("bb").id)


def test_scores_taken_beside_the_new_model_are_compared_whatever_the_data_were(store, made):
    first = made("aa", [0.5, 0.5])
    models.promote(store, first.id)
    better = made("bb", [0.6, 0.2], held="d2", rivals={"aa": {"q0": 0.3, "q9": 0.9}})
    assert models.gap(better.held, first) == pytest.approx({"q0": 0.3})
    models.promote(store, better.id)
    assert in_use(store) == better.id


def test_rolling_back_twice_goes_back_two(store, made):
    three = [made(name, [score]) for name, score in (("aa", 0.1), ("bb", 0.2), ("cc", 0.3))]
    for one in three:
        models.promote(store, one.id)
    assert models.roll_back(store, "biencoder", reason="slow").id == three[1].id
    assert models.roll_back(store, "biencoder").id == three[0].id
    assert models.roll_back(store, "biencoder") is None
    with pytest.raises(UsageError, match="No biencoder is promoted"):
        models.roll_back(store, "biencoder")
    assert [p.action for p in models.promotions(store)] == ["promote"] * 3 + ["rollback"] * 3


def test_rolling_back_after_promoting_again_goes_to_the_one_before(store, made):
    a, b, c = (made(name, [score]) for name, score in (("aa", 0.1), ("bb", 0.2), ("cc", 0.3)))
    models.promote(store, a.id)
    models.promote(store, b.id)
    models.roll_back(store, "biencoder")
    models.promote(store, c.id)
    assert models.roll_back(store, "biencoder").id == a.id


def test_a_model_whose_files_have_gone_is_not_promoted(store, made):
    one = made("aa", [0.5])
    (models.models_folder(store) / one.folder).rmdir()
    with pytest.raises(UsageError, match="are not at") as refused:
        models.promote(store, one.id)
    assert refused.value.hint == "Train it again: again"


def test_a_promotion_that_is_killed_changes_nothing(store, made, tmp_path: Path):
    first, second = made("aa", [0.5]), made("bb", [0.6])
    models.promote(store, first.id)
    program = (
        "import os, sys\nfrom steward.store import Store, models\n"
        "models._note = lambda *a, **k: os._exit(9)\n"
        f"models.promote(Store({str(store.path)!r}), {second.id})\n"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 9
    with Store(store.path) as again:
        assert in_use(again) == first.id
        assert models.model(again, second.id).status is ModelStatus.CANDIDATE


def test_a_store_of_an_earlier_steward_is_read_as_one_without_models(store):
    store._db.conn.execute("drop table _steward_models")
    with Store(store.path, read_only=True) as old:
        assert models.models(old) == []
        assert models.promoted(old, "ranker") is None
