"""The quality score: one number, 0 to 1, per dimension, counted from the profile.

Each dimension is 1 - failed / tested; docs/quality-score.md defines what is tested. The overall
score is the plain mean of the dimensions that could be measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from steward.types import Batch, ColumnProfile, Issue, Profile, Quality, Reason
from steward.types import SemanticType as S

STALE_DAYS = 365
OVERALL = "overall"
DIMENSIONS = (
    "completeness", "validity", "consistency", "uniqueness", "timeliness", "accuracy",
)  # fmt: skip

_UNTYPED = (S.TEXT, S.CATEGORY, S.EMPTY)
_DIMENSION_OF = {
    Reason.MISSING: "completeness",
    Reason.DISGUISED_MISSING: "completeness",
    Reason.FORMAT: "validity",
    Reason.DOMAIN: "validity",
    Reason.RANGE: "validity",
    Reason.OUTLIER: "validity",
    Reason.TYPO: "validity",
    Reason.MOJIBAKE: "validity",
    Reason.WIDTH: "validity",
    Reason.CONTROL_CHARACTER: "validity",
    Reason.WHITE_SPACE: "validity",
    Reason.ADVERSARIAL: "validity",
    Reason.DEPENDENCY: "consistency",
    Reason.CROSS_COLUMN: "consistency",
    Reason.REFERENCE: "consistency",
    Reason.SWAPPED: "consistency",
    Reason.SPLIT_VALUE: "consistency",
    Reason.CATEGORY: "consistency",
    Reason.CONFLICT: "consistency",
    Reason.DUPLICATE_KEY: "uniqueness",
    Reason.DUPLICATE_ROW: "uniqueness",
    Reason.NEAR_DUPLICATE: "uniqueness",
}


def measure_quality(profile: Profile) -> tuple[Quality, ...]:
    """Score a profile: the overall score first, then the six dimensions in their order."""
    return _with_overall(
        [
            _completeness(profile.columns),
            _validity(profile.columns),
            _consistency(profile),
            _uniqueness(profile),
            _timeliness(profile),
            _score("accuracy", 0, 0, "no reference to compare with"),
        ]
    )


def quality_with_issues(profile: Profile, issues: Iterable[Issue]) -> tuple[Quality, ...]:
    """Score a profile and what checks found: each issue's rows fail its dimension as well.

    Rows that both the profile and a check count are not counted twice: the worse count of the
    two stands.
    """
    found: dict[str, int] = {}
    for issue in issues:
        dimension = _DIMENSION_OF.get(issue.reason)
        if dimension:
            found[dimension] = found.get(dimension, 0) + issue.rows
    scores = []
    for quality in measure_quality(profile)[1:]:
        extra = found.get(quality.dimension, 0)
        if extra > quality.failed:
            tested = quality.tested or profile.rows
            quality = _score(quality.dimension, min(extra, tested), tested, "rows in issues")
        scores.append(quality)
    return _with_overall(scores)


def _with_overall(scores: Sequence[Quality]) -> tuple[Quality, ...]:
    known = [quality.score for quality in scores if quality.score is not None]
    mean = round(sum(known) / len(known), 6) if known else None
    how = f"mean of the {len(known)} dimensions that could be measured"
    return (Quality(OVERALL, mean, 0, 0, how), *scores)


def _score(dimension: str, failed: int, tested: int, how: str) -> Quality:
    score = round(1 - failed / tested, 6) if tested else None
    return Quality(dimension, score, failed, tested, how)


def _completeness(columns: Sequence[ColumnProfile]) -> Quality:
    tested = sum(column.rows for column in columns)
    present = sum(column.present for column in columns)
    how = "cells that are neither empty nor disguised missing, of all cells"
    return _score("completeness", tested - present, tested, how)


def _validity(columns: Sequence[ColumnProfile]) -> Quality:
    typed = [column for column in columns if column.semantic not in _UNTYPED]
    tested = sum(column.present for column in typed)
    failed = sum(round(column.present * (1 - column.semantic_share)) for column in typed)
    return _score("validity", failed, tested, "present cells that fit their column's type")


def _consistency(profile: Profile) -> Quality:
    """Each dependent column counts once, by its most exact dependency."""
    best: dict[str, tuple[int, int]] = {}
    for dependency in profile.dependencies:
        present = profile.column(dependency.dependent).present
        failed = round(dependency.error * present)
        known = best.get(dependency.dependent)
        if known is None or failed < known[0]:
            best[dependency.dependent] = (failed, present)
    failed = sum(f for f, _ in best.values()) + sum(k.unmatched for k in profile.foreign_keys)
    tested = sum(n for _, n in best.values())
    tested += sum(k.matched + k.unmatched for k in profile.foreign_keys)
    how = "cells that agree with the dependencies between columns and with the tables beside"
    return _score("consistency", failed, tested, how)


def _uniqueness(profile: Profile) -> Quality:
    """Repeated rows, or repeated values of a near-key, whichever are more."""
    near = [c.present - c.distinct for c in profile.columns if c.near_key]
    failed = max([profile.duplicate_rows, *near])
    return _score("uniqueness", failed, profile.rows, "rows that repeat no other row or near-key")


def _timeliness(profile: Profile) -> Quality:
    """Rows delivered within a year of the newest delivery."""
    dated = [(batch, _when(batch)) for batch in profile.batches]
    known = [(batch, when) for batch, when in dated if when is not None]
    how = f"rows delivered at most {STALE_DAYS} days before the newest delivery"
    if not known:
        return _score("timeliness", 0, 0, "the time of delivery is not known")
    newest = max(when for _, when in known)
    stale = [b for b, when in known if newest - when > timedelta(days=STALE_DAYS)]
    tested = sum(batch.rows for batch, _ in known)
    return _score("timeliness", sum(batch.rows for batch in stale), tested, how)


def _when(batch: Batch) -> datetime | None:
    try:
        found = datetime.fromisoformat(batch.ingested_at)
    except ValueError:
        return None
    return found.replace(tzinfo=None)
