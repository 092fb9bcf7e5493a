"""An issue says what its own query says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.checks import failing_cells, failing_rows, run_checks
from steward.checks.finding import issue_from_sql, issue_from_values, rate_jump
from steward.checks.sql import select_rows, select_values
from steward.engine import Snapshot
from steward.profile import profile_table
from steward.types import BATCH, ROW, Batch, Reason

cells = st.one_of(
    st.none(), st.sampled_from(["a", "b", "N/A", "", " x ", "12", "12 oz", "ＡＢ", "无"])
)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=30))
def test_every_issue_counts_what_its_query_selects(rows):
    snapshot = Snapshot.from_columns("t", {"a": [r[0] for r in rows], "b": [r[1] for r in rows]})
    for issue in run_checks(snapshot, profile_table(snapshot)):
        found = snapshot.sql(issue.sql)
        ids = found.column(0).to_pylist()
        assert found.column_names[0] == ROW
        assert ids == sorted(set(ids))
        assert issue.rows == len(ids)
        assert list(issue.row_ids) == ids[:20]
        assert 0 <= issue.severity <= 1
        assert failing_cells(snapshot, issue).tolist() == ids


def test_a_query_that_selects_nothing_is_no_issue():
    snapshot = Snapshot.from_columns("t", {"a": ["x"]})
    issue = issue_from_sql(snapshot, select_values("t", "a", ["y"]), check="c",
                           reason=Reason.DOMAIN, columns=["a"], message="m")  # fmt: skip
    assert issue is None


def test_names_and_values_with_quotes_are_quoted():
    snapshot = Snapshot.from_columns('o"rders', {'a"b': ["it's", "fine"]})
    issue = issue_from_values(
        snapshot, 'a"b', ["it's"], check="c", reason=Reason.DOMAIN, message="m"
    )
    assert issue.row_ids == (1,)


def test_many_values_are_written_down_by_their_rows():
    values = [f"v{i:05d}" for i in range(5000)]
    snapshot = Snapshot.from_columns("t", {"a": [*values, "good"]})
    issue = issue_from_values(snapshot, "a", values, check="c", reason=Reason.DOMAIN, message="m")
    assert issue.rows == 5000
    assert len(issue.sql) < 200


def test_rows_are_written_as_ranges():
    assert "between 3 and 5" in select_rows("t", [], [5, 3, 4, 9])
    assert "in (9)" in select_rows("t", [], [5, 3, 4, 9])


def test_a_jump_in_the_failure_rate_is_dated_to_its_batch():
    ids = np.arange(1, 401)
    batch = np.repeat([1, 2, 3, 4], 100)
    brand = ["b" if b < 3 or i % 3 else None for i, b in zip(ids, batch, strict=True)]
    table = pa.table({ROW: ids, BATCH: batch, "brand": pa.array(brand, pa.string())})
    batches = [Batch(b, "t", f"{b}.csv", f"2026-01-0{b}T00:00:00", 100, "") for b in range(1, 5)]
    snapshot = Snapshot("t", table, batches=batches)
    [issue] = run_checks(snapshot, profile_table(snapshot), only=["missing"])
    assert issue.batches == (3, 4)
    assert issue.since == "batch 3 (2026-01-03T00:00:00, 3.csv)"


def test_a_steady_failure_rate_has_no_beginning():
    assert rate_jump(np.array([10, 11, 9]), np.array([100, 100, 100])) is None
    assert rate_jump(np.array([0, 0, 40]), np.array([100, 100, 100])) == 2


def test_failing_rows_show_the_key_first():
    table = pa.table({ROW: [1, 2], BATCH: [1, 1], "name": ["x", None], "sku": ["A", "B"]})
    table = table.cast(pa.schema([(ROW, pa.int64()), (BATCH, pa.int64()), ("name", pa.string()),
                                  ("sku", pa.string())]))  # fmt: skip
    snapshot = Snapshot("t", table, key=["sku"])
    [issue] = run_checks(snapshot, profile_table(snapshot), only=["missing"])
    assert failing_rows(snapshot, issue, 5).to_pylist() == [{ROW: 2, "sku": "B", "name": None}]
