"""Gaps and cells with nothing to say, told apart by the rows that are alike."""

import random

import pytest

from steward.engine import Snapshot
from steward.fixes.category import CategoryFromTitle
from steward.fixes.corrector import Corrector
from steward.fixes.extraction import Extraction
from steward.profile import profile_table
from steward.types import Fix, Safety

Columns = dict[str, list[str | None]]
COLOURS = {"en": ("Green", "Black", "White", "Red"), "zh": ("绿色", "黑色", "白色", "红色")}
KINDS = {"en": ("tea", "kettle", "bottle", "lamp"), "zh": ("茶叶", "水壶", "瓶子", "台灯")}


def proposed(corrector: Corrector, columns: Columns) -> list[Fix]:
    """What is proposed for the colour."""
    snapshot = Snapshot.from_columns("items", columns)
    fixes = corrector.propose(snapshot, profile_table(snapshot))
    return [fix for fix in fixes if fix.changes[0].column == "colour"]


def shop(language: str, *, empty: float = 0.2, categories: bool = True) -> Columns:
    """400 titles with a colour: tea never has one in its column, of the others some are empty."""
    rng = random.Random(4)
    rows = []
    for number in range(400):
        kind, colour = rng.choice(KINDS[language]), rng.choice(COLOURS[language])
        join = " " if language == "en" else ""
        title = join.join((f"Model {number} ", colour, kind))
        told = None if kind == KINDS[language][0] or rng.random() < empty else colour
        # Every fifth category is empty: then the words of the title are all there is.
        rows.append((title, kind if number % 5 else None, told))
    titles, kinds, colours = (list(column) for column in zip(*rows, strict=True))
    columns: Columns = {"title": titles, "kind": kinds, "colour": colours}
    if not categories:
        del columns["kind"]
    return columns


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("categories", [True, False])
def test_a_gap_among_filled_rows_is_filled_and_the_colour_of_tea_is_not(
    language: str, categories: bool
) -> None:
    columns = shop(language, categories=categories)
    fixes = proposed(Extraction(), columns)
    safe = {row for fix in fixes if fix.safety is Safety.SAFE for row in fix.rows}
    tea = {n for n, title in enumerate(columns["title"], 1) if KINDS[language][0] in (title or "")}
    gaps = {n for n, colour in enumerate(columns["colour"], 1) if colour is None} - tea
    assert not safe & tea
    assert safe == gaps
    assert all("may not apply" in f.evidence.text for f in fixes if {*f.rows} & tea)


def test_an_attribute_read_by_the_classifier_is_guarded_alike() -> None:
    columns = shop("en")
    fixes = proposed(CategoryFromTitle(), columns)
    safe = {row for fix in fixes if fix.safety is Safety.SAFE for row in fix.rows}
    tea = {n for n, title in enumerate(columns["title"], 1) if "tea" in (title or "")}
    assert safe
    assert not safe & tea


def test_mostly_empty_everywhere_is_left_to_a_person() -> None:
    fixes = proposed(Extraction(), shop("en", empty=0.6))
    assert {fix.safety for fix in fixes} == {Safety.UNSAFE}
