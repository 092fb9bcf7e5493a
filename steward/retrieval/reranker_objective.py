"""What a reranker is asked to get right: the columns of the training rows and their loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steward.retrieval.data import SearchData
from steward.retrieval.distil import ask_teacher, margin_rows
from steward.retrieval.pairs import GradedList
from steward.retrieval.reranker_lists import gain_shares, scale_of
from steward.retrieval.reranker_settings import BCE, LISTNET, RerankerSettings

Columns = dict[str, list[Any]]


def columns_and_loss(
    model: Any, lists: Sequence[GradedList], data: SearchData, settings: RerankerSettings
) -> tuple[Columns, Any]:
    """The rows and the loss that the settings name.

    With a teacher its margins are the target; else single pairs for `bce`, lists for the others.
    """
    from sentence_transformers.cross_encoder.losses import (
        LambdaLoss,
        ListNetLoss,
        MarginMSELoss,
        NDCGLoss2PPScheme,
    )

    if settings.teacher:
        said = ask_teacher(settings.teacher, lists, data.texts)
        return margin_rows(lists, said, data.texts), MarginMSELoss(model)
    best = scale_of(data.grades)[1]
    if settings.loss == BCE:
        columns = pair_rows(lists, data, best)
        return columns, _bce(model, columns["label"])
    columns = list_rows(lists, data)
    # -1: all pairs of a step at once, which is as many as `batch` lists hold.
    if settings.loss == LISTNET:
        return columns, ListNetLoss(model, mini_batch_size=-1)
    scheme = NDCGLoss2PPScheme()
    return columns, LambdaLoss(model, weighting_scheme=scheme, k=10, mini_batch_size=-1)


def pair_rows(lists: Sequence[GradedList], data: SearchData, best: float) -> Columns:
    """A row a pair, its label the share of the best grade's gain."""
    rows: Columns = {"query": [], "text": [], "label": []}
    for each in lists:
        rows["query"] += [each.query] * len(each.items)
        rows["text"] += [data.texts[item] for item in each.items]
        rows["label"] += gain_shares(each.grades, best)
    return rows


def list_rows(lists: Sequence[GradedList], data: SearchData) -> Columns:
    """A row a query: its texts, and the grade of each."""
    return {
        "query": [each.query for each in lists],
        "texts": [[data.texts[item] for item in each.items] for each in lists],
        "label": [list(each.grades) for each in lists],
    }


def _bce(model: Any, labels: Sequence[float]) -> Any:
    """Binary cross-entropy in which what is relevant weighs as much as what is not."""
    import torch
    from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss

    relevant = sum(labels)
    weight = max(1.0, (len(labels) - relevant) / relevant) if relevant else 1.0
    return BinaryCrossEntropyLoss(model, pos_weight=torch.tensor(weight))
