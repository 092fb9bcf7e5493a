"""Disguised missing values to the way the column writes missing: `N/A` → null or empty text.

A table that writes every missing value with one and the same word has a convention, and changing
it is a question for a person. A word beside real nulls, or one that the type of its column cannot
hold, is damage. The lexicon is `steward.profile.missing`; it decides with the column in view.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision, missing_mark
from steward.profile.parse import fold
from steward.types import (
    ColumnProfile,
    Fix,
    Profile,
    Provenance,
    Reason,
    Safety,
    SemanticType,
    StorageType,
    ValueCount,
)

ONE_WORD_SHARE = 0.99
"""One word with this share of all missing cells of a table is the table's convention."""

SPIKE_TIMES = 3.0
"""A word that stands for nothing is met more often than a usual value: by this factor."""

NATURAL = frozenset(
    {"none", "nothing", "unknown", "other", "empty", "blank", "missing", "nil", "undefined", "tbd",
     "placeholder", "无", "無", "没有", "未知", "空", "不清楚", "不明", "待定", "缺"}
)  # fmt: skip
"""Words that may also be an honest answer; `N/A`, `null`, `-` and `?` never are."""

_TYPED = {StorageType.INTEGER, StorageType.NUMBER, StorageType.DATE, StorageType.TIMESTAMP}
_TYPED_SEMANTIC = {
    SemanticType.MONEY,
    SemanticType.QUANTITY,
    SemanticType.NUMBER,
    SemanticType.PERCENT,
    SemanticType.DATE,
    SemanticType.URL,
    SemanticType.EMAIL,
    SemanticType.PHONE,
    SemanticType.GTIN,
}


@dataclass(frozen=True, slots=True)
class _Situation:
    """What speaks for a word being a missing value in its column."""

    confidence: float
    why: str
    convention: bool = False


class DisguisedMissing:
    """Maps words that stand for nothing onto null, or onto empty text where the table uses that."""

    name = "disguised_missing"
    version = "1"
    injections: tuple[str, ...] = ("disguised_missing",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose one mapping per column and word."""
        who = Provenance(self.name, self.version)
        convention = _convention(profile)
        for column in profile.columns:
            if not column.disguised:
                continue
            values = ColumnValues(snapshot, column.name)
            mark = missing_mark(profile, column.name, snapshot)
            for word in column.disguised:
                code = values.code_of.get(word.value or "")
                if code is None or not word.value:
                    continue
                situation = _situation(column, word, convention)
                yield values.fix(code, _decision(word, mark, situation), who)


def _convention(profile: Profile) -> str | None:
    """The one word that a table writes for missing everywhere, if it has one."""
    rows: dict[str, int] = {}
    for column in profile.columns:
        for word in column.disguised:
            folded = fold(word.value or "").lower()
            rows[folded] = rows.get(folded, 0) + word.rows
    if not rows:
        return None
    best = max(rows, key=lambda word: (rows[word], word))
    total = sum(rows.values()) + sum(column.missing for column in profile.columns)
    return best if rows[best] >= ONE_WORD_SHARE * total else None


def _situation(column: ColumnProfile, word: ValueCount, convention: str | None) -> _Situation:
    folded = fold(word.value or "").lower()
    if folded == convention:
        why = "it is the only way the table writes missing: a convention, a person must decide"
        return _Situation(0.5, why, convention=True)
    if any(c.isdigit() for c in folded):
        return _Situation(
            0.7, "it looks like a filler: too frequent, and far from the other values"
        )
    typed = column.semantic in _TYPED_SEMANTIC or column.type in _TYPED
    if typed:
        return _Situation(0.97, f"a column of {column.semantic.value} values cannot mean it")
    natural = folded in NATURAL or _like_the_others(column, word)
    if column.missing:
        why = f"{column.missing} other rows of the column are truly empty: two conventions mixed"
        common = natural and word.rows > max(column.missing, 0.3 * column.rows)
        return _Situation(0.75 if common else 0.9 if natural else 0.96, why)
    if len(column.disguised) > 1:
        words = ", ".join(repr(d.value) for d in column.disguised[:4])
        return _Situation(0.75 if natural else 0.9, f"the column mixes {words}")
    return _Situation(
        0.6 if natural else 0.85, "other columns of the table write missing otherwise"
    )


def _like_the_others(column: ColumnProfile, word: ValueCount) -> bool:
    """Is the word no more frequent than a usual value (`Nan` among first names)?"""
    usual = (column.present + word.rows) / max(1, column.distinct)
    return word.rows <= SPIKE_TIMES * usual and any(c.isalpha() for c in word.value or "")


def _decision(word: ValueCount, mark: str | None, situation: _Situation) -> Decision:
    target = "null" if mark is None else "empty text"
    return Decision(
        mark,
        Reason.DISGUISED_MISSING,
        "disguised_missing",
        situation.confidence,
        f"{word.rows} rows hold {word.value!r}, which stands for nothing here: {situation.why}. "
        f"It would become {target}.",
        votes_for=float(word.rows),
        # Whether null is the truth or a value was lost, no table can tell: a person says so, once.
        safety=Safety.DISPLAY if situation.convention else Safety.UNSAFE,
    )
