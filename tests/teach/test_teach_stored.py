"""Teaching a stored table: kept, resumed, journalled, undone."""

import pytest
from taught_tables import Knows

from steward.sources import open_delivery
from steward.store import Store
from steward.teach import YES, Kind
from steward.teach.stored import StoredDesk, teach_table
from steward.types import Status

ROWS = 120
TRUTH = {
    "id": [str(n) for n in range(1, ROWS + 1)],
    "size": [str(12 + n % 5) for n in range(ROWS)],
    "bitter": [None if n % 4 == 0 else str(20 + n % 30) for n in range(ROWS)],
}
DIRTY = {
    **TRUTH,
    "size": [f"{t}.0 oz" if n % 3 == 0 else t for n, t in enumerate(TRUTH["size"])],
    "bitter": [t or "N/A" for t in TRUTH["bitter"]],
}


@pytest.fixture
def store(tmp_path):
    lines = [",".join(DIRTY), *(",".join(row) for row in zip(*DIRTY.values(), strict=True))]
    (tmp_path / "items.csv").write_text("\n".join(lines) + "\n", "utf-8")
    with Store.create(tmp_path / "steward.db") as made:
        made.ingest(open_delivery(str(tmp_path / "items.csv")), "items", key=("id",))
        yield made


def held(store, name):
    return store.snapshot("items").column(name).to_pylist()


def test_what_answers_release_is_applied_journalled_and_can_be_undone(store):
    desk = StoredDesk(store, "items")
    given = teach_table(desk, Knows(TRUTH), 20)
    assert held(store, "size") == TRUTH["size"] and held(store, "bitter") == TRUTH["bitter"]
    changes = store.history("items")
    assert {change.kind for change in changes} == {"teach"}
    assert sum(change.cells for change in changes) == sum(one.cells for one in given) == 70
    for change in sorted(changes, key=lambda change: -change.id):
        store.undo(change.id)
    assert held(store, "size") == DIRTY["size"] and held(store, "bitter") == DIRTY["bitter"]


@pytest.mark.slow
def test_the_fixes_know_that_a_person_was_asked(store):
    teach_table(StoredDesk(store, "items"), Knows(TRUTH), 20)
    taught = [f for f in store.fixes("items") if f.provenance.corrector == "taught_form"]
    assert {f.status for f in taught} == {Status.APPLIED}
    assert all("person was asked" in f.evidence.text for f in taught)


@pytest.mark.slow
def test_every_answer_is_kept_as_it_is_given_and_none_is_asked_for_twice(store):
    knows = Knows(TRUTH)
    with pytest.raises(KeyboardInterrupt):
        teach_table(StoredDesk(store, "items"), interrupted(knows), 20)
    (kept,) = store.answers("items")
    assert kept.answer and "How is size" in kept.body
    for change in store.history("items"):
        store.undo(change.id)  # as if it had been killed before it was applied
    again = Knows(TRUTH)
    given = teach_table(StoredDesk(store, "items"), again, 20)
    assert held(store, "size") == TRUTH["size"] and held(store, "bitter") == TRUTH["bitter"]
    assert kept.question not in {q.id for q in again.asked}
    assert kept.question in {one.question.id for one in given}


def interrupted(knows):
    """Answers one question; then the person presses Ctrl-C."""

    def ask(question):
        if knows.asked:
            raise KeyboardInterrupt
        return knows(question)

    return ask


def test_answers_that_are_forgotten_are_asked_again(store):
    teach_table(StoredDesk(store, "items"), lambda question: question.keys[-1], 20)
    assert store.answers("items") and held(store, "size") == DIRTY["size"]
    knows = Knows(TRUTH)
    teach_table(StoredDesk(store, "items"), knows, 20)
    assert Kind.CONVENTION not in {q.kind for q in knows.asked}
    assert store.forget_answers("items") > 0 and store.answers("items") == []
    teach_table(StoredDesk(store, "items"), Knows(TRUTH), 20)
    assert held(store, "size") == TRUTH["size"]


def test_a_rejected_fix_is_not_asked_about(store):
    from steward import job

    (blank,) = [f for f in job.propose(store, "items") if f.columns == ("bitter",)]
    store.review(blank.id, Status.REJECTED)
    knows = Knows(TRUTH)
    teach_table(StoredDesk(store, "items"), knows, 20)
    assert "bitter" not in {name for q in knows.asked for name in q.columns}
    assert held(store, "bitter") == DIRTY["bitter"]


def test_safe_fixes_wait_unless_they_are_wanted(store):
    desk = StoredDesk(store, "items", safe=False)
    teach_table(desk, lambda question: None, 20)
    assert desk.outcomes == [] and store.history("items") == []
    assert YES == "y"
