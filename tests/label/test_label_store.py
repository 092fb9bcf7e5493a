"""Labels of many judges, kept with who made them; what is meant is a view."""

from pathlib import Path

import pytest

from steward.job.labelling_audit import keep_queue, unsure_pairs, waiting
from steward.job.labelling_review import Judging
from steward.store import Store
from steward.store.labels import (
    Label,
    drop_labels,
    keep_labels,
    labels_of,
    meant_labels,
    take_back_label,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "steward.db")


def said(judge: str, grade: float, source: str = "people", item: str = "a") -> Label:
    chances = (0.1, 0.2, 0.3, 0.4) if source == "model" else ()
    return Label("red shoe", item, judge, source, grade, chances, made_by="v1")


def test_people_are_believed_before_the_model(store: Store) -> None:
    keep_labels(store, [said("label-model", 1.2, "model"), said("label-model", 2.0, "model", "b")])
    keep_labels(store, [said("anna", 3.0), said("bob", 2.0)])
    first, second = meant_labels(store)
    assert (first.grade, first.people, first.judges) == (2.5, 2, 3)
    assert (second.grade, second.people) == (2.0, 0)
    assert first.chances == (0.1, 0.2, 0.3, 0.4)


def test_a_judge_s_second_word_replaces_the_first(store: Store) -> None:
    keep_labels(store, [said("anna", 3.0), said("bob", 1.0)])
    keep_labels(store, [said("anna", 0.0)])
    assert {label.judge: label.grade for label in labels_of(store)} == {"anna": 0.0, "bob": 1.0}
    assert labels_of(store)[0].at and labels_of(store)[0].made_by == "v1"


def test_tasks_are_apart(store: Store) -> None:
    keep_labels(store, [said("anna", 3.0)], task="category")
    assert labels_of(store) == [] and len(labels_of(store, task="category")) == 1


def test_labels_can_be_taken_back(store: Store) -> None:
    keep_labels(store, [said("anna", 3.0), said("anna", 1.0, item="b"), said("bob", 2.0)])
    assert take_back_label(store, "red shoe", "a", "anna", task="relevance")
    assert not take_back_label(store, "red shoe", "a", "anna", task="relevance")
    assert drop_labels(store, "anna") == 1
    assert [label.judge for label in labels_of(store)] == ["bob"]


def test_what_waits_is_the_audit_s_queue_else_what_the_model_doubts(store: Store) -> None:
    keep_labels(store, [said("label-model", 2.0, "model")])
    assert waiting(store, "relevance") == unsure_pairs(store, "relevance") == [("red shoe", "a")]
    keep_queue(store, [("红鞋", "b")], "relevance")
    assert waiting(store, "relevance") == [("红鞋", "b")]


def test_judging_goes_on_where_it_was_left(store: Store) -> None:
    queue = [("q", item) for item in "abc"]
    work = Judging(store, "anna", queue)
    work.judge(queue[0], 3.0)
    again = Judging(store, "anna", queue)
    assert again.next() == queue[1] and again.left == 2
    assert Judging(store, "bob", queue).next() == queue[0]


def test_undo_takes_back_the_last_grade_alone(store: Store) -> None:
    queue = [("q", item) for item in "abc"]
    work = Judging(store, "anna", queue)
    work.judge(queue[0], 3.0)
    work.judge(queue[1], 0.0)
    assert work.undo() == queue[1] and work.next() == queue[1]
    assert [label.item for label in labels_of(store)] == ["a"]
    work.undo()
    assert work.undo() is None


def test_some_pairs_come_again_and_agreement_is_live(store: Store) -> None:
    others = [Label("q", item, "bob", "people", grade) for item, grade in (("x", 3.0), ("y", 0.0))]
    keep_labels(store, others)
    work = Judging(store, "anna", [("q", item) for item in "abcd"], again=2)
    seen = []
    while (pair := work.next()) is not None:
        seen.append(pair[1])
        work.judge(pair, 3.0 if pair[1] in "ax" else 0.0)
    assert seen == ["a", "b", "x", "c", "d", "y"]
    assert work.agreement() == (2, 1.0)
