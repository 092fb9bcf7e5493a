import random

import pytest

from steward.engine import Snapshot
from steward.fixes.corrector import Corrector
from steward.fixes.extraction import Extraction
from steward.fixes.named import Dictionary, tokens_of
from steward.profile import profile_table
from steward.types import Fix, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


BRANDS = ["Nike", "Sony", "华为", "New Balance", "小米"]


def shop(rows: int, empty: int) -> tuple[dict[str, list[str | None]], list[str]]:
    rng = random.Random(3)
    truth = [rng.choice(BRANDS) for _ in range(rows)]
    titles: list[str | None] = [f"{b} model {rng.randint(100, 9999)} edition" for b in truth]
    given: list[str | None] = [b if i >= empty else None for i, b in enumerate(truth)]
    return {"title": titles, "brand": given}, truth


def test_an_empty_brand_is_read_out_of_the_title() -> None:
    columns, truth = shop(400, 10)
    fixes = propose(Extraction(), columns)
    found = {row: fix.changes[0].after for fix in fixes for row in fix.rows}
    assert found == {row: truth[row - 1] for row in range(1, 11)}
    assert all(fix.safety is Safety.SAFE and fix.confidence > 0.9 for fix in fixes)


def test_an_attribute_that_is_often_empty_needs_a_person() -> None:
    columns, _ = shop(400, 100)
    assert {fix.safety for fix in propose(Extraction(), columns)} == {Safety.UNSAFE}


def test_a_title_that_misleads_is_not_believed() -> None:
    rng = random.Random(5)
    columns, _ = shop(400, 10)
    columns["brand"] = [rng.choice(BRANDS) if b else None for b in columns["brand"]]
    assert propose(Extraction(), columns) == []


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("New Balance 574 shoe", ("New Balance", "start")),
        ("shoe by NEW BALANCE", ("New Balance", "inside")),
        ("新款华为手机", ("华为", "inside")),
        ("Sony case for Nike", ("Sony", "start of several")),
        ("case for Nike or Sony", None),
        ("Nikelodeon", None),
    ],
)
def test_the_dictionary_finds_whole_words_longest_first(
    title: str, found: tuple[str, str] | None
) -> None:
    words = Dictionary({"Nike": 5, "Sony": 5, "New": 1, "New Balance": 5, "华为": 5})
    assert words.find(title) == found


def test_a_hanzi_is_a_word_of_its_own() -> None:
    assert tokens_of("华为Ｐ30 Pro") == ("华", "为", "p30", "pro")
