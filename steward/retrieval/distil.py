"""A small reranker learns from a larger one: the margins between two items of a list.

MarginMSE (Hofstätter and others, 2020: Improving efficient neural ranking models with
cross-architecture knowledge distillation). The teacher is a trained reranker, or the log of what
one said before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from steward.errors import InputError
from steward.retrieval.pairs import GradedList

Said = Mapping[tuple[str, str], float]
"""(query, item) to the teacher's logit."""


def ask_teacher(where: str, lists: Sequence[GradedList], texts: Mapping[str, str]) -> Said:
    """What a teacher says of every pair of the lists.

    Args:
        where: folder of a reranker, or a `.jsonl` file with `query`, `item` and `score` a line.
        lists: of the training queries.
        texts: item id to text.

    Raises:
        InputError: there is no such teacher, or its log lacks a pair.
    """
    wanted = [(each.query, item) for each in lists for item in each.items]
    if where.endswith(".jsonl"):
        said = read_score_log(Path(where))
        lacking = [pair for pair in wanted if pair not in said]
        if lacking:
            raise InputError(
                f"{where} has no score for {len(lacking)} of {len(wanted)} pairs, "
                f"such as {lacking[0][0]!r} with item {lacking[0][1]}.",
                hint="Score the pairs of the training lists with the teacher first.",
            )
        return said
    from steward.retrieval.reranker_torch import TorchScorer

    if not Path(where).is_dir():
        raise InputError(f"There is no teacher at {where}.", hint="steward train reranker")
    scores = TorchScorer.load(Path(where)).logits([(q, texts[item]) for q, item in wanted])
    return dict(zip(wanted, map(float, scores), strict=True))


def read_score_log(path: Path) -> dict[tuple[str, str], float]:
    """Read a log of scores, a JSON object a line.

    Raises:
        InputError: a line is not an object with `query`, `item` and a number as `score`.
    """
    said: dict[tuple[str, str], float] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        try:
            held = json.loads(line)
            said[(str(held["query"]), str(held["item"]))] = float(held["score"])
        except (ValueError, KeyError, TypeError):
            raise InputError(
                f"Line {number} of {path} is no score.",
                hint='Each line: {"query": "…", "item": "…", "score": 1.5}',
            ) from None
    return said


def margin_rows(
    lists: Sequence[GradedList], said: Said, texts: Mapping[str, str]
) -> dict[str, list[Any]]:
    """Columns for MarginMSE: query, two texts, and the teacher's margin between them.

    Each list of n items gives its n - 1 neighbours in the teacher's order, and first with last.
    """
    rows: dict[str, list[Any]] = {"query": [], "better": [], "worse": [], "label": []}
    for each in lists:
        order = sorted(each.items, key=lambda item: -said[(each.query, item)])
        for one, two in _margins(order):
            rows["query"].append(each.query)
            rows["better"].append(texts[one])
            rows["worse"].append(texts[two])
            rows["label"].append(said[(each.query, one)] - said[(each.query, two)])
    return rows


def _margins(order: Sequence[str]) -> list[tuple[str, str]]:
    if len(order) < 3:
        return list(combinations(order, 2))
    return [*pairwise(order), (order[0], order[-1])]
