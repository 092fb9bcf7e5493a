import pytest

from steward.engine import Snapshot
from steward.fixes.affix import StraySigns
from steward.fixes.corrector import Corrector
from steward.profile import profile_table
from steward.types import Fix, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


CITIES = ["ARCADIA", "ARBON", "ARCHIE", "ARAGON", "BOSTON", "DENVER"] * 20


def after(fixes: list[Fix]) -> dict[str | None, str | None]:
    return {fix.changes[0].before: fix.changes[0].after for fix in fixes}


def test_the_same_signs_on_several_established_values_go() -> None:
    columns = {"city": [*CITIES, "ARCADIA-*", "ARBON-*", "ARCHIE-*"]}
    fixes = propose(StraySigns(), columns)
    assert after(fixes) == {"ARCADIA-*": "ARCADIA", "ARBON-*": "ARBON", "ARCHIE-*": "ARCHIE"}
    assert all(fix.safety is Safety.SAFE and fix.confidence > 0.8 for fix in fixes)


def test_one_value_alone_is_no_pattern() -> None:
    assert propose(StraySigns(), {"city": [*CITIES, "ARCADIA-*"]}) == []


def test_doubled_quotes_inside_words_become_one() -> None:
    names = ["Smith", "Jones"] * 60 + ["O''Brien", "D''Auria", "M''Lissa", "d''Hont"]
    assert after(propose(StraySigns(), {"name": names}))["O''Brien"] == "O'Brien"


@pytest.mark.parametrize("sign", ["+", "-", "*", "#", "."])
def test_a_grade_keeps_its_sign(sign: str) -> None:
    grades = ["A", "B", "C", "D"] * 30 + [f"{grade}{sign}" for grade in "ABCD"]
    assert propose(StraySigns(), {"grade": grades}) == []


def test_a_number_keeps_what_its_signs_say() -> None:
    numbers = [str(n) for n in range(10, 20)] * 10 + ["-11", "-12", "-13", "14%", "15%", "16%"]
    assert propose(StraySigns(), {"delta": numbers}) == []
