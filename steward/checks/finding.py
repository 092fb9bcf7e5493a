"""From a query that selects failing rows to an `Issue` with its counts, values, batches and start.

A check decides what is wrong and writes it down as SQL; everything that is shown or counted is then
measured by running that SQL, so the numbers of an issue and its query can never disagree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.checks.sql import LISTED_VALUES, select_rows, select_values
from steward.engine import Snapshot
from steward.types import ROW, Issue, Reason, ValueCount

SHOWN_ROWS = 20
SHOWN_VALUES = 10
JUMP_P = 1e-3
JUMP_RATIO = 2.0

WEIGHTS: dict[Reason, float] = {
    Reason.DUPLICATE_KEY: 0.9,
    Reason.SWAPPED: 0.9,
    Reason.REFERENCE: 0.8,
    Reason.DEPENDENCY: 0.8,
    Reason.CROSS_COLUMN: 0.8,
    Reason.RANGE: 0.8,
    Reason.MOJIBAKE: 0.8,
    Reason.SPLIT_VALUE: 0.8,
    Reason.DUPLICATE_ROW: 0.8,
    Reason.USER: 0.8,
    Reason.DOMAIN: 0.7,
    Reason.TYPO: 0.7,
    Reason.DISGUISED_MISSING: 0.6,
    Reason.FORMAT: 0.6,
    Reason.ADVERSARIAL: 0.6,
    Reason.CATEGORY: 0.6,
    Reason.CONFLICT: 0.6,
    Reason.MISSING: 0.5,
    Reason.OUTLIER: 0.5,
    Reason.NEAR_DUPLICATE: 0.5,
    Reason.CONTROL_CHARACTER: 0.5,
    Reason.WIDTH: 0.4,
    Reason.WHITE_SPACE: 0.3,
}
"""How much one failing row of each kind weighs; `severity` scales it with the share of rows."""


def issue_from_sql(
    snapshot: Snapshot,
    sql: str,
    *,
    check: str,
    reason: Reason,
    columns: Sequence[str],
    message: str,
    severity: float | None = None,
) -> Issue | None:
    """Run the query of a finding and fill in what it shows; None when it selects no row.

    Args:
        snapshot: the table.
        sql: DuckDB SQL; first column the row id, in row order. The first of `columns` that it also
            selects gives the offending values.
        check: the name of the check, as `--only` and `mute:` know it.
        reason: what kind of issue it is.
        columns: the columns to blame.
        message: plain words; `{rows}` and `{share}` are filled in.
        severity: 0 to 1, where the usual weight of `reason` does not fit.
    """
    found = snapshot.sql(sql)
    count = found.num_rows
    if not count:
        return None
    ids = np.asarray(found.column(0).to_numpy(), dtype=np.int64)
    share = count / snapshot.rows if snapshot.rows else 0.0
    batches, since = _batches(snapshot, ids)
    return Issue(
        table=snapshot.name,
        check=check,
        reason=reason,
        columns=tuple(columns),
        rows=count,
        share=share,
        severity=round(_severity(reason, share) if severity is None else severity, 4),
        message=_said(message, count, share),
        sql=sql,
        row_ids=tuple(int(i) for i in ids[:SHOWN_ROWS]),
        values=_values(found, columns),
        batches=batches,
        since=since,
    )


def issue_from_values(
    snapshot: Snapshot,
    column: str,
    values: Sequence[str],
    *,
    check: str,
    reason: Reason,
    message: str,
    severity: float | None = None,
) -> Issue | None:
    """An issue about the rows whose `column` holds one of `values`; None when there are none.

    Few values are listed in the query; a great many are written down by their rows.
    """
    if not values:
        return None
    if len(values) <= LISTED_VALUES:
        sql = select_values(snapshot.name, column, values)
    else:
        codes = snapshot.codes(column)
        wanted = np.zeros(len(codes.values) + 1, bool)
        wanted[np.searchsorted(np.asarray(codes.values, dtype=object), list(values))] = True
        rows = snapshot.row_ids[wanted[codes.codes]]
        sql = select_rows(snapshot.name, [column], rows.tolist())
    return issue_from_sql(
        snapshot,
        sql,
        check=check,
        reason=reason,
        columns=[column],
        message=message,
        severity=severity,
    )


def failing_cells(snapshot: Snapshot, issue: Issue) -> npt.NDArray[np.int64]:
    """Row ids (int64, ascending) that an issue's query selects on this snapshot."""
    ids = snapshot.sql(f"select {ROW} from ({issue.sql}) as failing").column(0).to_numpy()
    return np.unique(np.asarray(ids, dtype=np.int64))


def failing_rows(snapshot: Snapshot, issue: Issue, limit: int = 20) -> pa.Table:
    """The first failing rows: row id, the user's key, and what the issue's query selects.

    At most `limit` rows, in row order; columns keep the names of the table.
    """
    found = snapshot.sql(f"select * from ({issue.sql}) as failing limit {int(limit)}")
    ids = np.asarray(found.column(0).to_numpy(), dtype=np.int64)
    present = np.isin(ids, snapshot.row_ids)
    positions = np.where(present, snapshot.positions(ids), -1)
    shown: dict[str, pa.Array | pa.ChunkedArray] = {ROW: found.column(0)}
    for name in dict.fromkeys((*snapshot.key, *issue.columns)):
        if name in snapshot.columns and name not in found.column_names:
            take = pa.array(positions, mask=~present)
            shown[name] = snapshot.column(name).take(take)
    for index, name in enumerate(found.column_names[1:], start=1):
        shown.setdefault(name, found.column(index))
    order = [ROW, *(k for k in snapshot.key if k in shown), *shown]
    return pa.table({name: shown[name] for name in dict.fromkeys(order)})


def percent(share: float) -> str:
    """A share as people read it: `3 %`, `0.4 %`, `under 0.01 %`."""
    if 0 < share < 0.0001:
        return "under 0.01 %"
    digits = 0 if share >= 0.1 else 1 if share >= 0.01 else 2
    return f"{100 * share:.{digits}f} %"


def _said(message: str, rows: int, share: float) -> str:
    if rows == 1:
        message = message.replace("{rows} rows", "1 row")
    said = message.replace("{rows}", f"{rows:,}").replace("{share}", percent(share))
    # A value may differ from another in a character that cannot be seen, or run over lines.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in said)


def _severity(reason: Reason, share: float) -> float:
    return WEIGHTS[reason] * (1 + math.sqrt(share)) / 2


def _values(found: pa.Table, columns: Sequence[str]) -> tuple[ValueCount, ...]:
    name = next((c for c in columns if c in found.column_names), None)
    if name is None:
        return ()
    column = found.column(name)
    counts = pc.value_counts(column.combine_chunks())
    texts, rows = counts.field("values").to_pylist(), counts.field("counts").to_pylist()
    pairs = sorted(zip(texts, rows, strict=True), key=lambda p: (-p[1], p[0] is not None, p[0]))
    return tuple(
        ValueCount(None if text is None else str(text), int(n)) for text, n in pairs[:SHOWN_VALUES]
    )


def _batches(snapshot: Snapshot, ids: npt.NDArray[np.int64]) -> tuple[tuple[int, ...], str | None]:
    known, inverse = np.unique(snapshot.batch_ids, return_inverse=True)
    positions = snapshot.positions(ids)
    positions = positions[positions < snapshot.rows]
    failed = np.bincount(inverse[positions], minlength=len(known))
    held = np.bincount(inverse, minlength=len(known))
    affected = tuple(int(b) for b in known[failed > 0])
    jump = rate_jump(failed, held)
    return affected, None if jump is None else _when(snapshot, int(known[jump]))


def rate_jump(failed: npt.NDArray[np.int64], held: npt.NDArray[np.int64]) -> int | None:
    """Index of the first batch of a run in which the failure rate is higher than before, or None.

    Every cut between batches is tried; the best one by the G statistic (likelihood ratio) counts
    when its p-value, times the number of cuts, is below .001 and the rate at least doubled.
    """
    if len(held) < 2:
        return None
    total, rows = failed.cumsum(), held.cumsum()
    k1, n1 = total[:-1].astype(float), rows[:-1].astype(float)
    k2, n2 = total[-1] - k1, rows[-1] - n1
    g = 2 * (_log_likelihood(k1, n1) + _log_likelihood(k2, n2))
    g -= 2 * float(_log_likelihood(np.array([total[-1]]), np.array([rows[-1]]))[0])
    g[k2 * n1 < JUMP_RATIO * k1 * n2] = 0.0
    best = int(np.argmax(g))
    p = math.erfc(math.sqrt(max(float(g[best]), 0.0) / 2))
    return best + 1 if p * len(g) < JUMP_P else None


def _log_likelihood(
    k: npt.NDArray[np.float64], n: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    rate = np.divide(k, n, out=np.zeros_like(n, dtype=float), where=n > 0)
    hit = np.where(k > 0, k * np.log(np.where(rate > 0, rate, 1)), 0.0)
    miss = np.where(n > k, (n - k) * np.log(np.where(rate < 1, 1 - rate, 1)), 0.0)
    return np.asarray(hit + miss, dtype=np.float64)


def _when(snapshot: Snapshot, batch: int) -> str:
    for known in snapshot.batches:
        if known.id == batch:
            return f"batch {batch} ({known.ingested_at}, {known.source})"
    return f"batch {batch}"
