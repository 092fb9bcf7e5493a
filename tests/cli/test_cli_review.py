"""Reviewing in the terminal: one key a decision, kept as it is made."""

from collections.abc import Callable
from pathlib import Path

import pytest
from quickly import few

from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety, Status

Said = Callable[..., object]


def fix(column: str, before: str, after: str, *rows: int, corrector: str = "one") -> Fix:
    return Fix(
        table="items",
        kind=FixKind.MAPPING,
        reason=Reason.FORMAT,
        check="format",
        changes=(Change(column, before, after),),
        rows=rows,
        provenance=Provenance(corrector, "1"),
        evidence=Evidence(f"{before} is {after}"),
        confidence=0.9,
        safety=Safety.UNSAFE,
    )


@pytest.fixture
def waiting(stored: Said, folder: Path) -> Said:
    """A store in which three fixes wait: 1 writes 20 rows, 2 one, 3 one."""
    with Store(folder / "steward.db") as store:
        rows = [n for n in range(1, 61) if 12 + n % 3 == 13]
        store.save_fixes(
            "items",
            [
                fix("size", "13 oz", "13", *rows),
                fix("name", "item 2", "item 92", 2, corrector="two"),
                fix("name", "item 4", "item 94", 4, corrector="two"),
            ],
        )
    return stored


def statuses(folder: Path) -> list[Status]:
    with Store(folder / "steward.db", read_only=True) as store:
        return [one.status for one in store.fixes("items")]


def test_each_key_decides_one_fix_and_progress_is_told(waiting: Said, folder: Path) -> None:
    said = waiting("review", typed="a\nr\ns\n")
    assert said.code == 0, said.err
    assert statuses(folder) == [Status.ACCEPTED, Status.REJECTED, Status.PROPOSED]
    assert "[1/3] fix 1" in said.out and "[3/3] fix 3" in said.out
    assert "1 accepted, 1 rejected, 0 left" in said.out


def test_quitting_keeps_what_was_decided(waiting: Said, folder: Path) -> None:
    said = waiting("review", typed="a\nq\n")
    assert statuses(folder) == [Status.ACCEPTED, Status.PROPOSED, Status.PROPOSED]
    assert "2 left" in said.out


def test_the_end_of_the_input_quits(waiting: Said, folder: Path) -> None:
    assert waiting("review", typed="").code == 0
    assert set(statuses(folder)) == {Status.PROPOSED}


def test_all_like_this_are_accepted_at_once(waiting: Said, folder: Path) -> None:
    waiting("review", typed="s\nl\n")
    assert statuses(folder) == [Status.PROPOSED, Status.ACCEPTED, Status.ACCEPTED]


def test_an_edit_accepts_with_another_value(waiting: Said, folder: Path) -> None:
    waiting("review", typed="s\ne\nITEM TWO\nq\n")
    with Store(folder / "steward.db", read_only=True) as store:
        edited = store.fix(2)
    assert (edited.status, edited.changes[0].after) == (Status.ACCEPTED, "ITEM TWO")


def test_back_returns_to_the_fix_before(waiting: Said, folder: Path) -> None:
    waiting("review", typed="a\nb\nr\nq\n")
    assert statuses(folder)[0] is Status.REJECTED


def test_why_shows_the_evidence_and_decides_nothing(waiting: Said, folder: Path) -> None:
    said = waiting("review", typed="w\nq\n")
    assert "made by  one 1" in said.out
    assert set(statuses(folder)) == {Status.PROPOSED}


def test_another_key_is_explained_and_asked_again(waiting: Said) -> None:
    said = waiting("review", typed="x\nq\n")
    assert "'x' is none of the keys" in said.out
    assert said.out.count("[1/3]") == 2


@pytest.mark.slow
def test_what_was_accepted_can_be_applied_at_the_end(waiting: Said, folder: Path) -> None:
    said = waiting("review", "--apply", typed="s\na\nq\n")
    assert said.code == 0, said.err
    assert statuses(folder)[1] is Status.APPLIED
    assert "applied 1" in said.out


def test_apply_all_takes_what_was_accepted_and_nothing_else(waiting: Said, folder: Path) -> None:
    assert "No fix is accepted" in waiting("apply", "all").out
    waiting("review", typed="s\na\nq\n")
    assert waiting("apply", "all").code == 0
    assert statuses(folder) == [Status.PROPOSED, Status.APPLIED, Status.PROPOSED]


def test_review_in_json_prints_one_document(waiting: Said) -> None:
    document = waiting("review", "--json", typed="a\nq\n").document
    assert document["decided"] == {"accepted": 1}


def test_a_review_can_be_of_one_column_or_corrector(waiting: Said) -> None:
    assert "[1/2] fix 2" in waiting("review", "--column", "name", typed="q\n").out
    assert "[1/1] fix 1" in waiting("review", "--corrector", "one", typed="q\n").out


def test_a_review_of_an_unknown_column_is_refused_with_the_nearest(waiting: Said) -> None:
    said = waiting("review", "--column", "nmae")
    assert (said.code, said.out) == (2, "")
    assert "Did you mean name?" in said.err


def test_nothing_to_review_is_said(stored: Said) -> None:
    assert "No fix is waiting" in stored("review").out


@pytest.mark.slow
def test_a_fix_is_applied_shown_and_taken_back_by_number(waiting: Said, folder: Path) -> None:
    assert "13 oz → 13" in waiting("show", "f1").out
    said = waiting("apply", "2", "--json").document
    (outcome,) = said["outcomes"]
    assert outcome["counts"]["survived"] == 1
    changed = waiting("query", "select name from items where id='2'", "--json").document
    assert changed["rows"] == [["item 92"]]
    assert "1 change;" in waiting("undo", "f2", "--dry-run").out
    assert waiting("undo", "f2").code == 0
    back = waiting("query", "select name from items where id='2'", "--json").document
    assert back["rows"] == [["item 2"]]


@pytest.mark.slow
def test_a_change_set_is_shown_cell_by_cell_and_undone(waiting: Said) -> None:
    made = waiting("apply", "2", "3", "--json").document["outcomes"][0]["change_set"]
    lines = waiting("diff", f"c{made}", "--json").document["lines"]
    assert [(line["before"], line["after"]) for line in lines] == [
        ("item 2", "item 92"),
        ("item 4", "item 94"),
    ]
    assert "item 92" in waiting("diff", str(made)).out
    assert waiting("undo", str(made)).code == 0
    history = waiting("history", "--json").document["change_sets"]
    assert [one["undone"] for one in history if one["id"] == made] == [True]


@pytest.mark.parametrize(
    ("words", "code"),
    few(
        [
            (("show", "99"), 2),
            (("show", "c1"), 2),
            (("show", "one"), 2),
            (("apply", "99"), 2),
            (("apply", "all", "1"), 2),
            (("undo", "f99"), 2),
            (("undo", "c99"), 2),
            (("undo", "c99", "--dry-run"), 2),
            (("undo", "f1"), 2),
            (("diff", "f1"), 2),
            (("diff", "99"), 2),
            (("fixes", "--status", "happy"), 2),
            (("fix", "--apply", "everything"), 2),
        ],
        plain=False,
    ),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_number_or_word_is_refused_and_changes_nothing(
    waiting: Said, words: tuple[str, ...], code: int
) -> None:
    before = waiting("history", "--json").out
    said = waiting(*words)
    assert (said.code, said.err.startswith("Error: "), said.out) == (code, True, "")
    assert waiting("history", "--json").out == before


@pytest.mark.slow
def test_an_undo_that_a_later_change_blocks_names_it(waiting: Said, folder: Path) -> None:
    waiting("apply", "2")
    with Store(folder / "steward.db") as store:
        later = store.save_fixes("items", [fix("name", "item 92", "item 93", 2)], beside=True)[0]
    assert waiting("apply", str(later.id)).code == 0
    said = waiting("undo", "f2")
    assert said.code == 5
    assert "later changed row 2" in said.err


@pytest.mark.slow
def test_a_quarantine_is_dry_done_and_undone(stored: Said, folder: Path) -> None:
    (folder / "checks.yaml").write_text(
        "version: 1\nchecks:\n  - {name: cheap, column: price, max: 10}\n", "utf-8"
    )
    rows = stored("check", "--json").document["issues"][0]["rows"]
    assert 0 < rows < 60
    assert f"would move {rows}" in stored("check", "--quarantine", "1", "--dry-run").out
    done = stored("check", "--quarantine", "1", "--json").document
    count = "select count(*) from items"
    assert stored("query", count, "--json").document["rows"] == [[60 - rows]]
    assert stored("undo", f"c{done['change_set']}").code == 0
    assert stored("query", count, "--json").document["rows"] == [[60]]


@pytest.mark.slow
def test_check_writes_the_inferred_checks_and_reads_them_back(stored: Said, folder: Path) -> None:
    before = stored("check", "--json").document["issues"]
    assert stored("check", "--write", "checks.yaml").code == 0
    assert stored("check", "--json").document["issues"] == before
    assert stored("check", "--write", "checks.yaml").code == 2


def test_a_users_check_can_fail_a_script(stored: Said, folder: Path) -> None:
    (folder / "checks.yaml").write_text(
        "version: 1\nchecks:\n  - {name: paris, column: city, isin: [Berlin]}\n", "utf-8"
    )
    said = stored("check", "--fail")
    assert said.code == 8
    assert "paris" in said.out


def test_a_broken_checks_file_is_refused_with_its_line(stored: Said, folder: Path) -> None:
    (folder / "mine.yaml").write_text("version: 1\nchecks:\n  - {column: city, mux: 3}\n", "utf-8")
    said = stored("check", "--checks", "mine.yaml")
    assert said.code == 7
    assert "line 3" in said.err
    assert stored("check", "--checks", "gone.yaml").code == 7


@pytest.mark.slow
def test_a_recipe_goes_to_a_file_and_is_replayed(waiting: Said, folder: Path) -> None:
    waiting("apply", "2")
    assert waiting("recipe", "r.yaml").code == 0
    assert waiting("recipe", "r.yaml").code == 2
    assert waiting("ingest", "items.csv", "--table", "april", "--key", "id").code == 0
    dry = waiting("replay", "r.yaml", "--table", "april", "--dry-run")
    assert "1 of 1 steps" in dry.out and "nothing was written" in dry.out
    done = waiting("replay", "r.yaml", "--table", "april", "--json").document
    assert (done["matched"], done["counts"]["survived"]) == ([1], 1)
    assert waiting("replay", "gone.yaml").code == 7
