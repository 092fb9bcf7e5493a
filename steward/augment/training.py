"""Made rows enter training, and nothing else: enforced here, whatever the filters did.

A made query follows its source: made of a query of `valid` or `test` it is left out, and so is one
that comes near to such a query, whatever it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from steward.augment.filters import near_to
from steward.augment.made import Made
from steward.retrieval.data import SearchData
from steward.retrieval.split import Split


@dataclass(frozen=True)
class Extended:
    """Search data and split with made queries in `train`, and how many were left out and why."""

    data: SearchData
    split: Split
    added: int
    refused: Mapping[str, int]


def extend_training(data: SearchData, split: Split, made: Sequence[Made]) -> Extended:
    """Add made queries to the training part, each with the grades of its source.

    A query generated for an item (`doc2query`) gets that item, with the highest grade there is.

    Args:
        data: items and judgments.
        split: of the queries of `data`.
        made: rows that the filters kept; their sources are queries, or texts of items.
    """
    refused = {"not of training": 0, "near to a held query": 0, "judged already": 0}
    near = near_to([m.text for m in made], (*split.valid, *split.test))
    item_of = {text: item for item, text in data.texts.items()}
    best = max((g for items in data.grades.values() for g in items.values()), default=1.0)
    train = set(split.train)
    added: dict[str, Mapping[str, float]] = {}
    for i, m in enumerate(made):
        if m.method == "doc2query":
            grades = {item_of[m.source]: best} if m.source in item_of else None
        else:
            grades = dict(data.grades[m.source]) if m.source in train else None
        if grades is None:
            refused["not of training"] += 1
        elif i in near:
            refused["near to a held query"] += 1
        elif m.text in data.grades or m.text in added:
            refused["judged already"] += 1
        else:
            added[m.text] = grades
    longer = replace(split, train=(*split.train, *added))
    return Extended(
        replace(data, grades={**data.grades, **added}), longer, len(added),
        {why: n for why, n in refused.items() if n},
    )  # fmt: skip
