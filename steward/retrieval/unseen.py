"""Which queries a trained folder never learnt from: only they may measure it.

`steward train` leaves the queries of each part in the folder. Where they are missing, the record
names the held-out part by a digest, and the split that gives it is made again. What a model
started from, or was taught by, counts too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from steward.errors import InputError
from steward.retrieval.split import leaks, split_queries
from steward.retrieval.trained import QUERIES, RECORD, read_trained

FROM = ("base", "teacher")
"""Settings of a training that may name another trained folder."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a trained folder never learnt from.

    Attributes:
        queries: those, nor any near duplicate of what taught it.
        sure: false when it cannot be told, and the held-out part of the usual split was taken.
    """

    queries: frozenset[str]
    sure: bool = True


def unseen(where: str, queries: Sequence[str]) -> Unseen | None:
    """The queries that a model never learnt from; None: steward did not train it.

    Of a model behind an address nothing is known: it counts as one that steward did not train.

    Args:
        where: its folder, or any other name of a model.
        queries: all that are judged, for the split to be made again.
    """
    found: Unseen | None = None
    for folder in _folders(where):
        one = _of_folder(folder, queries)
        both = one.queries & found.queries if found else one.queries
        found = Unseen(both, one.sure and (found is None or found.sure))
    return found


def write_queries(
    folder: Path, train: Iterable[str], valid: Iterable[str] = (), test: Iterable[str] = ()
) -> None:
    """Leave the queries of each part in the folder of a model."""
    parts = {"train": list(train), "valid": list(valid), "test": list(test)}
    text = json.dumps(parts, ensure_ascii=False, indent=1)
    (folder / QUERIES).write_text(text, encoding="utf-8")


def _folders(where: str) -> list[Path]:
    """The trained folder, and the trained folders that it was made from."""
    found: list[Path] = []
    ahead = [where]
    while ahead:
        name = ahead.pop()
        folder = Path(name).resolve()
        if not name or folder in found or not _trained(folder):
            continue
        found.append(folder)
        if (folder / RECORD).is_file():
            settings = read_trained(folder).settings
            ahead += [str(settings.get(one) or "") for one in FROM]
    return found


def _trained(folder: Path) -> bool:
    return (folder / QUERIES).is_file() or (folder / RECORD).is_file()


def _of_folder(folder: Path, queries: Sequence[str]) -> Unseen:
    if (folder / QUERIES).is_file():
        taught = _taught(folder / QUERIES)
        seen = {query for _, query in leaks(taught, queries)}
        return Unseen(frozenset(query for query in queries if query not in seen))
    record = read_trained(folder)
    held = _of_split(record.lineage, record.settings, queries)
    if held is not None:
        return Unseen(held)
    return Unseen(frozenset(split_queries(queries).test), sure=False)


def _taught(path: Path) -> list[str]:
    try:
        parts = json.loads(path.read_text("utf-8"))
        return [*parts["train"], *parts["valid"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{path} cannot be read: what the model learnt from is unknown.",
            hint="Train it again: steward train --help",
        ) from None


def _of_split(
    lineage: Mapping[str, object], settings: Mapping[str, object], queries: Sequence[str]
) -> frozenset[str] | None:
    """The test part of the split that the record names by its digest, if it can be made."""
    for seed in dict.fromkeys((int(str(settings.get("seed", 0))), 0)):
        test = split_queries(queries, seed=seed).test
        text = json.dumps(sorted(test), ensure_ascii=False, sort_keys=True)
        if lineage.get("test_hash") == hashlib.sha256(text.encode()).hexdigest()[:16]:
            return frozenset(test)
    return None
