from steward.engine import Snapshot
from steward.fixes.corrector import Corrector
from steward.fixes.missing import DisguisedMissing
from steward.profile import profile_table
from steward.types import Fix, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


def mapped(fixes: list[Fix]) -> dict[str | None, str | None]:
    return {fix.changes[0].before: fix.changes[0].after for fix in fixes}


COLOURS: list[str | None] = ["red", "blue", "green", "black"] * 25


def test_a_word_in_a_column_of_numbers_becomes_what_the_table_writes_for_missing() -> None:
    columns = {"ibu": [*map(str, range(80)), *["N/A"] * 20], "state": ["", *["OR"] * 99]}
    (fix,) = propose(DisguisedMissing(), columns)
    assert (fix.changes[0].before, fix.changes[0].after) == ("N/A", "")
    assert fix.confidence > 0.95
    assert len(fix.rows) == 20


def test_null_is_the_target_where_the_column_has_nulls_and_a_person_says_so() -> None:
    columns = {"colour": [*COLOURS, None, None, "-", "暂无"]}
    fixes = propose(DisguisedMissing(), columns)
    assert mapped(fixes) == {"-": None, "暂无": None}
    assert all(fix.safety is Safety.UNSAFE for fix in fixes)


def test_one_word_used_everywhere_is_a_convention_and_a_question() -> None:
    columns = {"score": ["95%", "80%", "empty", "empty"] * 20, "sample": ["5", "empty"] * 40}
    fixes = propose(DisguisedMissing(), columns)
    assert fixes
    assert {fix.safety for fix in fixes} == {Safety.DISPLAY}
    assert "a person must decide" in fixes[0].evidence.text


def test_a_name_that_looks_like_a_word_for_nothing_is_not_believed() -> None:
    names = [f"Name{n}" for n in range(30)] * 5 + ["Nan"] * 5
    columns = {"name": names, "note": ["", *["x"] * (len(names) - 1)]}
    fixes = [fix for fix in propose(DisguisedMissing(), columns) if fix.columns == ("name",)]
    assert all(fix.confidence <= 0.6 for fix in fixes)


def test_the_query_of_the_evidence_selects_the_rows() -> None:
    snapshot = Snapshot.from_columns("items", {"colour": [*COLOURS, None, "N/A"]})
    (fix,) = DisguisedMissing().propose(snapshot, profile_table(snapshot))
    assert snapshot.sql(fix.evidence.sql).column(0).to_pylist() == list(fix.rows)
