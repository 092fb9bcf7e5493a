"""Which judged queries no model of a search was trained on: only they may judge its stages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from steward.errors import InputError
from steward.retrieval.index_manifest import Part
from steward.retrieval.judgments import Grades, among, relevant_queries
from steward.retrieval.split import split_queries
from steward.retrieval.trained import RECORD, Trained, read_trained
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

    The registry says it of a registered model; of another trained folder, the split that gives
    the test queries its record names. A model that was never trained here saw none.

    Raises:
        InputError: no query is left.
    """
    relevant = relevant_queries(grades)
    left, unsure = set(relevant), []
    for part in parts:
        known = _registered(store, part)
        record = None if known else _record(part)
        if record is not None:
            known = _of_split(record, list(grades))
            if known is None:
                unsure.append(part.where)
                known = split_queries(list(grades)).test
        if known is not None:
            left &= set(known)
    if not left:
        raise InputError(
            "No judged query was kept from the training of every stage.",
            hint="Judge new queries, or take the stages unjudged: --use-all",
        )
    return HeldOut(among(relevant, left), len(relevant), tuple(unsure))


def _registered(store: Store, part: Part) -> Sequence[str] | None:
    """The queries that a registered model was measured on after its training."""
    for model in models(store):
        folder = (models_folder(store) / model.folder).resolve()
        if model.held and str(folder) == str(Path(part.where).resolve()):
            return tuple(model.held.scores) or None
    return None


def _record(part: Part) -> Trained | None:
    folder = Path(part.where)
    return read_trained(folder) if (folder / RECORD).is_file() else None


def _of_split(record: Trained, queries: Sequence[str]) -> Sequence[str] | None:
    """The test queries of the split that the record names by its digest, if it can be made."""
    seed = record.settings.get("seed", 0)
    for one in dict.fromkeys((int(seed), 0)):
        found = split_queries(queries, seed=one).test
        if _digest(record.lineage, sorted(found)):
            return found
    return None


def _digest(lineage: Mapping[str, object], queries: Sequence[str]) -> bool:
    text = json.dumps(queries, ensure_ascii=False, sort_keys=True)
    return lineage.get("test_hash") == hashlib.sha256(text.encode()).hexdigest()[:16]
