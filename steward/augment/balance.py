"""Balancing of classes: which rows to repeat or to leave out, so that a rare class is learnt too.

Only rows of training are touched. What a model is measured on must stay as life is: a balanced test
set measures nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from steward.errors import MissingExtra, UsageError

METHODS = ("repeat", "drop", "generate")
TRAIN = frozenset({"train", "training", "训练"})
HELD = frozenset(
    {"valid", "validation", "val", "dev", "test", "testing", "heldout", "验证", "测试"}
)
"""How tables name their parts, folded."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows of each class now and after; `held` rows are of other parts and are not touched."""

    now: Mapping[str, int]
    after: Mapping[str, int]
    held: int
    unlabelled: int

    @property
    def ratio(self) -> float:
        """The largest class over the smallest, now."""
        return max(self.now.values()) / min(self.now.values())


def plan_balance(
    labels: Sequence[str | None],
    parts: Sequence[str | None] | None = None,
    *,
    method: str = "repeat",
    ratio: float = 1.0,
) -> Plan:
    """Say what balancing would do.

    Args:
        labels: the class of each row; None for a row without one, which is left as it is.
        parts: the part of each row (`train`, `valid`, `test`); all rows train when None.
        method: `repeat` rows of small classes, `drop` rows of large ones, or `generate` rows.
        ratio: the largest class may be so many times the smallest afterwards.

    Raises:
        UsageError: no such method, a part that is not known, or fewer than two classes to train on.
    """
    if method not in METHODS:
        raise UsageError(f"There is no method {method}.", hint=f"One of: {', '.join(METHODS)}")
    rows = trainable(labels, parts)
    now = Counter(str(labels[i]) for i in rows)
    if len(now) < 2:
        raise UsageError(
            f"There {'is one class' if now else 'is no class'} among the rows of training.",
            hint="Name the column of classes with --label.",
        )
    largest, smallest = max(now.values()), min(now.values())
    if method == "drop":
        most = int(smallest * ratio)
        after = {name: min(n, most) for name, n in now.items()}
    else:
        least = int(np.ceil(largest / ratio))
        after = {name: max(n, least) for name, n in now.items()}
    held = sum(not is_train(p) for p in parts or ())
    return Plan(dict(sorted(now.items())), dict(sorted(after.items())), held,
                sum(label is None for label in labels))  # fmt: skip


def trainable(labels: Sequence[str | None], parts: Sequence[str | None] | None) -> list[int]:
    """Positions of the rows that have a class and are of training, ascending."""
    return [
        i for i, label in enumerate(labels)
        if label is not None and label.strip() and (parts is None or is_train(parts[i]))
    ]  # fmt: skip


def is_train(part: str | None) -> bool:
    """Is a row of this part of training?

    Raises:
        UsageError: the word names no part that is known.
    """
    word = (part or "").strip().casefold()
    if word not in TRAIN | HELD:
        raise UsageError(
            f"{part!r} names no part.", hint="Parts are train, valid and test; nothing was written."
        )
    return word in TRAIN


def chosen_rows(
    labels: Sequence[str | None],
    parts: Sequence[str | None] | None,
    plan: Plan,
    *,
    method: str,
    seed: int = 0,
) -> list[int]:
    """Positions of the rows that a balanced training table holds, repeated ones again.

    Sampling is imbalanced-learn's.

    Raises:
        MissingExtra: imbalanced-learn is not installed.
    """
    try:
        from imblearn.over_sampling import RandomOverSampler
        from imblearn.under_sampling import RandomUnderSampler
    except ImportError:
        raise MissingExtra("Balancing", "augment") from None
    rows = trainable(labels, parts)
    wanted = dict(plan.after)
    sampler = RandomUnderSampler if method == "drop" else RandomOverSampler
    found = sampler(sampling_strategy=wanted, random_state=seed)
    found.fit_resample(np.array(rows)[:, None], np.array([str(labels[i]) for i in rows]))
    return [rows[int(i)] for i in found.sample_indices_]
