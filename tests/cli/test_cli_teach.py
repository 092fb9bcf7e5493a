"""Teaching in the terminal: one key an answer, in English and Chinese."""

from collections.abc import Callable
from pathlib import Path

import pytest

Said = Callable[..., object]


@pytest.fixture
def amounts(steward: Said, folder: Path) -> Said:
    """A store with a column of amounts, a third of them with their unit."""
    lines = [
        "id,size",
        *(f"{n},{12 + n % 5}{'.0 oz' if n % 3 == 0 else ''}" for n in range(1, 121)),
    ]
    (folder / "items.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert steward("init").code == 0
    assert steward("ingest", "items.csv", "--key", "id").code == 0
    return steward


def sizes(said: Said) -> set[str]:
    rows = said("query", "select distinct size from items", "--json").document["rows"]
    return {row[0] for row in rows}


def key_of(said: Said, words: str) -> str:
    """The key of the option whose preview is the bare number."""
    (question, *_) = said("teach", "--dry-run", "--json").document["questions"]
    labels = {o["key"]: o["label"]["en"] for o in question["options"]}
    return next(key for key, label in labels.items() if label.startswith(words))


def test_an_answer_is_one_key_and_decides_the_column(amounts: Said) -> None:
    examples = amounts("teach", "--dry-run", "--json").document["questions"][0]
    at = [
        o["key"]
        for i, o in enumerate(examples["options"])
        if all(e["after"][i][0].isdigit() for e in examples["examples"])
    ]
    said = amounts("teach", typed=f"x\n{at[0]}\nq\n")
    assert said.code == 0 and "'x' is none of the keys." in said.out
    assert "How is size to be written?" in said.out and "1 answer: 40 cells decided." in said.out
    assert sizes(amounts) == {str(n) for n in range(12, 17)}
    assert amounts("undo", "c1").code == 0 and "12.0 oz" in sizes(amounts)


def test_questions_are_asked_in_chinese(amounts: Said) -> None:
    said = amounts("teach", "--lang", "zh", typed="s\nq\n")
    assert "size 列应该怎样写？" in said.out and "[s] 跳过" in said.out and "[q] 退出" in said.out
    assert "How is" not in said.out


def test_the_dry_run_lists_what_each_question_decides(amounts: Said) -> None:
    said = amounts("teach", "--dry-run")
    assert "How is size to be written?" in said.out and "nothing was asked or written" in said.out
    document = amounts("teach", "--dry-run", "--json").document
    (question, *_) = document["questions"]
    assert document["dry_run"] and question["cells"] >= 40 and question["gain"] > 10
    assert question["text"]["zh"] and len(question["options"]) >= 3
    assert amounts("history", "--json").document["change_sets"] == []


@pytest.mark.slow
def test_json_tells_answers_and_outcomes_and_nothing_else(amounts: Said) -> None:
    key = key_of(amounts, "the bare number")
    document = amounts("teach", "--json", typed=f"{key}\nq\n").document
    (answer,) = document["answers"]
    assert (answer["answer"], answer["columns"]) == (key, ["size"]) and answer["cells"] >= 40
    assert document["outcomes"][0]["counts"]["reverted"] == 0


@pytest.mark.slow
def test_what_was_answered_is_asked_again_only_when_forgotten(amounts: Said) -> None:
    assert "How is size" in amounts("teach", typed="n\nq\n").out
    assert "How is size" not in amounts("teach", typed="q\n").out
    assert "How is size" in amounts("teach", "--forget", typed="q\n").out


def test_an_unknown_language_is_refused(amounts: Said) -> None:
    said = amounts("teach", "--lang", "fr")
    assert said.code == 2 and said.err.startswith("Error: --lang takes en or zh")
