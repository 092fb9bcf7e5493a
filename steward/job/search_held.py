"""Which judged queries no model of a search was trained on: only they may judge its stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from steward.errors import InputError
from steward.retrieval.index_manifest import Part
from steward.retrieval.judgments import Grades, among, relevant_queries
from steward.retrieval.unseen import Unseen, unseen
from steward.store import Store
from steward.store.models import models, models_folder


@dataclass(frozen=True)
class HeldOut:
    """The queries that may judge.

    Attributes:
        grades: of the queries, each with a relevant item.
        judged: queries with a relevant item, those of trainings among them.
        unsure: models of which it cannot be told what they were trained on; for them the held-out
            part of the usual split was taken.
    """

    grades: Grades
    judged: int
    unsure: tuple[str, ...] = ()


def held_out(store: Store, parts: Sequence[Part], grades: Grades) -> HeldOut:
    """Keep the queries that every model of a search was kept from.

    Its folder says it, else the registry. A model that was never trained here saw none.

    Raises:
        InputError: no query is left, or none has a relevant item.
    """
    relevant = relevant_queries(grades)
    if not relevant:
        raise InputError(
            "No judged query has a relevant item: no stage can be measured.",
            hint="Judge items above 0, or index without --judgments.",
        )
    left, unsure = set(relevant), []
    for part in parts:
        found = unseen(part.where, list(grades))
        if found is None or not found.sure:
            known = _registered(store, part)
            found = Unseen(frozenset(known)) if known else found
        if found is None:
            continue
        left &= found.queries
        unsure += [] if found.sure else [part.where]
    if not left:
        raise InputError(
            "No judged query was kept from the training of every stage.",
            hint="Judge new queries, or index without --judgments: then all that is named is used.",
        )
    return HeldOut(among(relevant, left), len(relevant), tuple(unsure))


def _registered(store: Store, part: Part) -> Sequence[str] | None:
    """The queries that a registered model was measured on after its training."""
    for model in models(store):
        folder = (models_folder(store) / model.folder).resolve()
        if model.held and str(folder) == str(Path(part.where).resolve()):
            return tuple(model.held.scores) or None
    return None
