from hypothesis import given
from hypothesis import strategies as st

from steward.engine import Snapshot
from steward.fixes.case import LetterCase
from steward.fixes.corrector import Corrector
from steward.fixes.spacing import WhiteSpace, plain
from steward.profile import profile_table
from steward.types import Fix, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


def mapped(fixes: list[Fix]) -> dict[str | None, str | None]:
    return {fix.changes[0].before: fix.changes[0].after for fix in fixes}


def test_stray_white_space_goes() -> None:
    names = [f"name {n}" for n in range(30)]
    found = mapped(propose(WhiteSpace(), {"title": [*names, " name 1", "blue  shirt"]}))
    assert found == {" name 1": "name 1", "blue  shirt": "blue shirt"}


def test_a_padded_column_is_only_shown() -> None:
    fixes = propose(WhiteSpace(), {"code": [f"A{n}  " for n in range(20)]})
    assert {fix.safety for fix in fixes} == {Safety.DISPLAY}


def test_a_value_that_all_its_rows_space_doubly_is_its_own_spelling() -> None:
    measures = ["given the  right kind"] * 10 + [f"measure {n % 40}" for n in range(400)]
    (fix,) = propose(WhiteSpace(), {"measure": measures})
    assert fix.safety is Safety.DISPLAY


@given(st.text(max_size=40))
def test_plain_text_differs_from_the_original_in_white_space_only(text: str) -> None:
    assert plain(text).split() == text.split()


def test_a_rare_capitalisation_becomes_the_dominant_one() -> None:
    brands = ["Nike"] * 60 + ["NIKE"] * 2 + ["Puma"] * 40
    (fix,) = propose(LetterCase(), {"brand": brands})
    assert (fix.changes[0].before, fix.changes[0].after) == ("NIKE", "Nike")
    assert fix.safety is Safety.SAFE
    assert fix.rows == (61, 62)


def test_capitals_that_meet_half_and_half_are_a_question() -> None:
    brands = ["LeRoy"] * 20 + ["Leroy"] * 18 + ["Puma"] * 40
    (fix,) = propose(LetterCase(), {"brand": brands})
    assert fix.safety is Safety.DISPLAY
    assert "a person must decide" in fix.evidence.text
