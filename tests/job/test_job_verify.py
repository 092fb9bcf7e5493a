"""What is held against a fix after it was applied, and what is not."""

import numpy as np

from steward.engine import Snapshot
from steward.job.verify import Finding, failed, findings
from steward.types import Change, Evidence, Fix, FixKind, Issue, Provenance, Reason


def fix(*rows: int, column: str = "a", after: str | None = "z", check: str = "format") -> Fix:
    return Fix(
        table="t",
        kind=FixKind.MAPPING,
        reason=Reason.FORMAT,
        check=check,
        changes=(Change(column, "x", after),),
        rows=rows,
        provenance=Provenance("test", "1"),
        evidence=Evidence(""),
        id=7,
    )


def finding(check: str, *rows: int, column: str = "a", reason: Reason = Reason.FORMAT) -> Finding:
    return Finding(check, reason, frozenset({column}), np.array(rows, dtype=np.int64))


def test_a_fix_whose_check_finds_nothing_more_survives() -> None:
    assert failed([fix(1, 2)], [finding("format", 1, 2)], []) == {}


def test_a_fix_whose_check_still_flags_one_of_its_rows_failed() -> None:
    found = failed([fix(1, 2)], [finding("format", 1, 2)], [finding("format", 2, 9)])
    assert found == {7: "format still flags 1 of its 2 rows"}


def test_other_rows_and_other_columns_do_not_count() -> None:
    after = [finding("format", 3, 4), finding("format", 1, column="b")]
    assert failed([fix(1, 2)], [], after) == {}


def test_a_check_that_newly_flags_its_cells_fails_it() -> None:
    found = failed([fix(1)], [], [finding("domain", 1)])
    assert found == {7: "domain newly flags 1 of its 1 rows"}


def test_a_check_that_flagged_its_cells_before_does_not() -> None:
    assert failed([fix(1)], [finding("domain", 1)], [finding("domain", 1)]) == {}


def test_a_duplicate_that_cleaning_revealed_is_no_failure() -> None:
    revealed = finding("duplicate_row", 1, reason=Reason.DUPLICATE_ROW)
    assert failed([fix(1)], [], [revealed]) == {}


def test_missing_is_no_failure_when_the_fix_says_missing() -> None:
    missing = finding("missing", 1, reason=Reason.MISSING)
    assert failed([fix(1, after=None)], [], [missing]) == {}
    assert failed([fix(1, after="")], [], [missing]) == {}
    assert failed([fix(1, after="z")], [], [missing]) != {}


def test_two_issues_of_one_check_are_looked_at_together() -> None:
    before = [finding("format", 1), finding("format", 2)]
    assert failed([fix(1, 2, check="typo")], before, [finding("format", 1, 2)]) == {}


def test_findings_hold_every_failing_row_not_the_first_few() -> None:
    table = Snapshot.from_columns("t", {"a": ["x"] * 500})
    sql = "select _steward_row, a from t where a = 'x' order by 1"
    issue = Issue("t", "c", Reason.FORMAT, ("a",), 500, 1.0, 0.5, "", sql, row_ids=(1, 2))
    (found,) = findings(table, [issue])
    assert found.rows.tolist() == list(range(1, 501))
