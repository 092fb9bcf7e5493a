"""The training of a reranker of either kind: what they learn from and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from steward.errors import InputError
from steward.retrieval.data import SearchData
from steward.retrieval.fusion import Ranked
from steward.retrieval.judgments import among, relevant_queries
from steward.retrieval.pairs import GradedList, Pair, lineage_of
from steward.retrieval.reranker_choice import Validation, choose
from steward.retrieval.reranker_lists import graded_lists, scale_of, word_candidates
from steward.retrieval.reranker_settings import (
    AUTO,
    CROSS,
    LATE,
    RerankerRecord,
    RerankerSettings,
)
from steward.retrieval.split import Split
from steward.retrieval.trained import Trained


def train(
    data: SearchData,
    split: Split,
    settings: RerankerSettings,
    folder: Path,
    candidates: Mapping[str, Ranked] | None = None,
) -> Trained:
    """See `steward.retrieval.reranker.train_reranker`."""
    settings = replace(settings, kind=kind_for_here(settings))
    found = candidates or word_candidates(data, [*split.train, *split.valid], settings.depth)
    lists = _lists(data, split, found, settings)
    validation = _validation(data, split, found, settings)
    lineage = _lineage(data, split, lists)
    folder.mkdir(parents=True, exist_ok=True)
    if settings.kind == LATE:
        from steward.retrieval.reranker_late_training import fit_late

        logits = fit_late(data, lists, validation, settings, folder)
    else:
        from steward.retrieval.reranker_cross import fit_cross

        logits = fit_cross(data, lists, validation, settings, folder, lineage)
    chosen = choose(validation, logits)
    record = RerankerRecord(settings.max_tokens, settings.depth, chosen.weight, chosen.calibration)
    record.save(folder)
    made = Trained(folder, "reranker", asdict(settings), chosen.metrics, lineage).save()
    if settings.kind == CROSS:
        from steward.retrieval.reranker_cross import clear_checkpoints

        clear_checkpoints(folder)
    return made


def kind_for_here(settings: RerankerSettings) -> str:
    """`auto` made plain: a cross-encoder where torch finds a GPU or a setting wants one."""
    if settings.kind != AUTO or settings.tier == CROSS or find_spec("torch") is None:
        return settings.tier
    import torch

    return CROSS if torch.cuda.is_available() else LATE


def _lists(
    data: SearchData, split: Split, found: Mapping[str, Ranked], settings: RerankerSettings
) -> list[GradedList]:
    """Short lists for the cross-encoder, which reads them slowly; for the other what was found.

    Late interaction learnt less from judged items that the first stage does not find.
    """
    cross = settings.kind == CROSS
    lists = graded_lists(
        data,
        split.train,
        found,
        negatives=settings.negatives if cross else settings.depth,
        length=settings.length if cross else settings.depth,
        seed=settings.seed,
        found_only=not cross,
    )
    if not lists:
        raise InputError(
            "No training query has items of two grades, so there is no order to learn.",
            hint="Judge more items a query, or let unjudged ones count as negatives.",
        )
    return lists


def _validation(
    data: SearchData, split: Split, found: Mapping[str, Ranked], settings: RerankerSettings
) -> Validation:
    grades = relevant_queries(among(data.grades, split.valid))
    if not grades:
        raise InputError(
            "No validation query has an item graded above 0, so nothing can be chosen.",
            hint="Judge more queries, or give the validation part a larger share.",
        )
    firsts = {query: list(found.get(query, ()))[: settings.depth] for query in grades}
    return Validation(grades, firsts, scale_of(data.grades))


def _lineage(data: SearchData, split: Split, lists: list[GradedList]) -> dict[str, Any]:
    pairs = [
        Pair(each.query, item, grade, 0.0)
        for each in lists
        for item, grade in zip(each.items, each.grades, strict=True)
    ]
    return {**lineage_of(data, split, pairs), "lists": len(lists)}
