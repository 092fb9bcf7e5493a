"""Categories that contradict the title beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_rows
from steward.checks.titles import tf_idf, title_column
from steward.checks.values import present_codes
from steward.engine import Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

MIN_ROWS = 200
MAX_ROWS = 20_000
MIN_CLASS = 10
MAX_CLASSES = 200
MIN_RIGHT = 0.8
MAX_SHARE = 0.05
MAX_COLUMNS = 6
KINDS = frozenset({SemanticType.CATEGORY, SemanticType.CATEGORY_PATH})

Rows = npt.NDArray[np.int64]


def category(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Categories that the words of the title contradict.

    Titles are weighed by TF-IDF and compared with the mean title of each category, the row itself
    left out (a linear classifier, cross-validated row by row). Only where it names the right
    category for 80 % of the rows is it believed, and a row is shown only when its title speaks as
    clearly for another category as the usual title speaks for its own. It reads up to 20,000 rows.
    """
    title = title_column(profile)
    if title is None or title.present < MIN_ROWS:
        return
    columns = [c for c in profile.columns if c.semantic in KINDS and c.name != title.name]
    weights: dict[str, Any] = {}
    for column in [c for c in columns if 2 <= c.distinct <= c.present / MIN_CLASS][:MAX_COLUMNS]:
        rows = _contradicted(snapshot, title, column, weights)
        if not len(rows):
            continue
        issue = issue_from_sql(
            snapshot,
            select_rows(snapshot.name, [column.name, title.name], rows.tolist()),
            check="category",
            reason=Reason.CATEGORY,
            columns=[column.name],
            message=f"{{rows}} rows ({{share}}) have a {column.name} that their {title.name} "
            "contradicts.",
        )
        if issue is not None:
            yield issue


def _contradicted(
    snapshot: Snapshot, title: ColumnProfile, column: ColumnProfile, weights: dict[str, Any]
) -> Rows:
    titles, label = present_codes(snapshot, title), present_codes(snapshot, column)
    step = max(1, -(-snapshot.rows // MAX_ROWS))
    at = np.arange(0, snapshot.rows, step)
    if "x" not in weights:
        values = snapshot.codes(title.name).values
        weights["x"] = tf_idf([values[c] if c >= 0 else "" for c in titles[at]])
    known = np.flatnonzero((titles[at] >= 0) & (label[at] >= 0))
    sizes = np.bincount(label[at][known])
    known = known[sizes[label[at][known]] >= MIN_CLASS]
    classes, own = np.unique(label[at][known], return_inverse=True)
    if len(known) < MIN_ROWS or not 2 <= len(classes) <= MAX_CLASSES:
        return np.zeros(0, np.int64)
    wrong = against_own(weights["x"][known], own, len(classes))
    return snapshot.row_ids[at[known[wrong]]]


def against_own(x: Any, own: Rows, classes: int) -> Rows:
    """Rows (positions) whose weights speak for another class as clearly as most do for theirs.

    Args:
        x: (n, words) sparse weights, rows of length one.
        own: (n,) class of each row, 0 to `classes` - 1.
        classes: how many there are.
    """
    from scipy.sparse import csr_matrix

    n = len(own)
    member = csr_matrix((np.ones(n), (own, np.arange(n))), shape=(classes, n))
    total = member @ x
    size = np.bincount(own, minlength=classes).astype(float)
    likeness = np.asarray((x @ total.T).todense()) / size
    mine = np.arange(n)
    # Leave the row itself out of its class: its likeness to itself is 1 (0 without known words).
    itself = np.asarray(x.multiply(x).sum(axis=1)).ravel()
    likeness[mine, own] = (likeness[mine, own] * size[own] - itself) / np.maximum(size[own] - 1, 1)
    to_own = likeness[mine, own].copy()
    likeness[mine, own] = -1.0
    margin = to_own - likeness.max(axis=1)
    right = margin > 0
    if right.mean() < MIN_RIGHT:
        return np.zeros(0, np.int64)
    wrong = np.flatnonzero(margin <= -float(np.median(margin[right])))
    return wrong if len(wrong) <= MAX_SHARE * n else np.zeros(0, np.int64)
