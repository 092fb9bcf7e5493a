"""`steward why`: the questions, in both languages, as text and as JSON, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from said import Said


@pytest.fixture
def asked(steward: Callable[..., Said], folder: Path) -> Callable[..., Said]:
    full = "id,name,colour\n" + "".join(f"{n},item {n},red\n" for n in range(1, 41))
    bare = "id,name,colour\n" + "".join(f"{n},item {n},\n" for n in range(41, 81))
    for number, text in enumerate((full, bare), 1):
        (folder / f"goods_{number}.csv").write_text(text, "utf-8")
    assert steward("init").code == 0
    for number in (1, 2):
        assert steward("ingest", f"goods_{number}.csv", "--table", "goods").code == 0
    return steward


def test_a_column_is_explained_with_numbered_proofs(asked: Callable[..., Said]) -> None:
    said = asked("why", "colour")
    assert said.code == 0
    assert "40 of 80 rows of goods have no colour (50.0 %). [explained]" in said.out
    assert "Since batch 2 (goods_2.csv)" in said.out and "[1]" in said.out


def test_the_same_is_said_in_chinese(asked: Callable[..., Said]) -> None:
    said = asked("why", "colour", "--language", "zh")
    assert "80 行中有 40 行没有 colour" in said.out and "自批次 2（goods_2.csv）起" in said.out


def test_a_proof_can_be_run_by_hand(asked: Callable[..., Said]) -> None:
    sql = asked("why", "colour", "--sql", "1").out.strip()
    answer = asked("query", sql, "--json").document
    assert "40" in str(answer)
    assert asked("why", "colour", "--sql", "99").code == 2


def test_json_is_the_explanation(asked: Callable[..., Said]) -> None:
    found = asked("why", "colour", "--json").document["explanation"]
    assert (found["symptom"], found["verdict"], found["affected"]) == ("missing", "explained", 40)
    assert found["since"]["batch"] == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("name", "--wrong"),
        ("--duplicates",),
        ("--changes",),
        ("--since", "2"),
        ("--fit",),
        ("--row", "3"),
        ("name", "--row", "3"),
        ("--where", "colour = 'red'"),
    ],
)
def test_every_question_is_answered(asked: Callable[..., Said], words: tuple[str, ...]) -> None:
    assert asked("why", *words).code == 0
    assert asked("why", *words, "--json").document["command"] == "why"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [((), 2), (("--wrong",), 2), (("--fit", "--duplicates"), 2), (("no_such",), 2),
     (("colour", "--language", "fr"), 2), (("--since", "7"), 2), (("--where", "x ="), 2)],
)  # fmt: skip
def test_a_question_that_is_none_is_refused_with_a_hint(
    asked: Callable[..., Said], words: tuple[str, ...], code: int
) -> None:
    said = asked("why", *words)
    assert said.code == code and said.err.strip() and "Traceback" not in said.err
