"""How a model compares with the one in use, with an interval, before it takes its place."""

from __future__ import annotations

from dataclasses import dataclass

from steward.retrieval.metrics import Difference, compare
from steward.store import Store, models
from steward.store.models import Model


@dataclass(frozen=True, slots=True)
class Against:
    """A model against the one in use, over the queries that both were scored on."""

    model: int
    measure: str
    difference: Difference


def against(store: Store, new: Model) -> Against | None:
    """Compare a model with the one of its kind in use; None when there is nothing to compare."""
    old = models.promoted(store, new.kind)
    if old is None or old.id == new.id or new.held is None:
        return None
    gaps = models.gap(new.held, old)
    if gaps is None:
        return None
    nothing = dict.fromkeys(gaps, 0.0)
    return Against(old.id, new.held.measure, compare(nothing, gaps))
