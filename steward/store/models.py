"""The registry of trained models: which there are, what each was made of, and which is in use.

The weights lie in a folder beside the store, the registry in the store. A model is registered in
one transaction after its folder has its final name: killed before, nothing is registered. Of each
kind at most one is promoted: the one that `steward search` uses.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from steward.errors import GateError, UsageError
from steward.store import codec, database

if TYPE_CHECKING:
    from steward.store.store import Store

SLACK = 1e-9
"""A difference of means smaller than this is none."""


class ModelStatus(StrEnum):
    """Where a model is on its way."""

    CANDIDATE = "candidate"
    PROMOTED = "promoted"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Held:
    """What a model scored on queries held out of its training.

    Attributes:
        measure: such as `nDCG@10`.
        mean: over the queries.
        lower: of the mean's 95 % interval.
        upper: of the mean's 95 % interval.
        digest: of the queries, the grades and the texts searched: equal digests were measured on
            the same.
        scores: query to score.
        rivals: digest of another model to the scores that it had on these queries, when measured
            beside this one.
    """

    measure: str
    mean: float
    lower: float
    upper: float
    digest: str
    scores: Mapping[str, float] = field(default_factory=dict)
    rivals: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model as it is registered.

    Attributes:
        kind: `biencoder`, `reranker` or `ranker`.
        folder: relative to `models_folder`.
        digest: of the weights; the same weights are registered once.
        base: what the training started from.
        data: tables with content hashes, change sets in force, template, split.
        settings: everything that was set, the seed among it.
        metrics: what was measured, by name.
        command: makes the model again.
    """

    kind: str
    folder: str
    digest: str
    base: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    held: Held | None = None
    card: str = ""
    command: str = ""
    id: int = 0
    status: ModelStatus = ModelStatus.CANDIDATE
    at: str = ""


@dataclass(frozen=True, slots=True)
class Promotion:
    """One line of the history: which model came into use, instead of which, and why."""

    model: int
    kind: str
    action: str
    replaced: int | None
    override: str
    said: str
    at: str


def models_folder(store: Store) -> Path:
    """Where the weights lie, beside the store."""
    return store.path.with_name(store.path.name + ".steward-models")


def register(store: Store, model: Model) -> Model:
    """Note a model whose folder has its final name; the same kind and weights are noted once.

    Raises:
        UsageError: its folder is not there.
    """
    if not (models_folder(store) / model.folder).is_dir():
        raise UsageError(f"There is no folder {model.folder} below {models_folder(store)}.")
    at = store._clock()
    with database.writing(store._db, store.path) as connection:
        known = _select(connection, "kind = ? and digest = ?", (model.kind, model.digest))
        if known:
            connection.execute(
                "update _steward_models set body = ? where id = ?", (_body(model), known[0].id)
            )
            return _one(connection, known[0].id)
        cursor = connection.execute(
            "insert into _steward_models values (null, ?, ?, ?, ?, ?)",
            (model.kind, model.digest, ModelStatus.CANDIDATE, at, _body(model)),
        )
        return _one(connection, int(cursor.lastrowid or 0))


def models(store: Store, kind: str | None = None) -> list[Model]:
    """Every model, or those of one kind, oldest first."""
    with database.reading(store._db, store.path) as connection:
        return _select(connection, "?1 is null or kind = ?1", (kind,))


def model(store: Store, number: int) -> Model:
    """One model; `UsageError` when there is none of that number."""
    with database.reading(store._db, store.path) as connection:
        return _one(connection, number)


def promoted(store: Store, kind: str) -> Model | None:
    """The model of a kind that is in use, or None."""
    with database.reading(store._db, store.path) as connection:
        found = _select(connection, "kind = ? and status = ?", (kind, ModelStatus.PROMOTED))
    return found[0] if found else None


def weights(store: Store, model: Model) -> Path:
    """The folder of a model's files; `UsageError` when it has gone."""
    folder = models_folder(store) / model.folder
    if not folder.is_dir():
        raise UsageError(
            f"The files of model {model.id} are not at {folder}.",
            hint=f"Train it again: {model.command}" if model.command else "Train it again.",
        )
    return folder


def promote(store: Store, number: int, *, override: str = "") -> Model:
    """Bring a model into use, unless it is worse than the one in use.

    Worse means: a lower mean of the held measure over the queries that both were scored on. With
    `override`, a reason in words, it is promoted all the same and the reason is kept.

    Raises:
        GateError: it is worse, or the two cannot be compared.
    """
    at = store._clock()
    with database.writing(store._db, store.path) as connection:
        new = _one(connection, number)
        if new.status is ModelStatus.PROMOTED:
            return new
        weights(store, new)
        old = _in_use(connection, new.kind)
        said = _judged(new, old, override)
        if old is not None:
            _set(connection, old.id, ModelStatus.RETIRED)
        _set(connection, number, ModelStatus.PROMOTED)
        replaced = old.id if old else None
        line = Promotion(number, new.kind, "promote", replaced, override, said, at)
        _note(connection, line)
        return _one(connection, number)


def check_promotion(store: Store, number: int, *, override: str = "") -> None:
    """Refuse as `promote` would, and change nothing."""
    with database.reading(store._db, store.path) as connection:
        new = _one(connection, number)
        weights(store, new)
        _judged(new, _in_use(connection, new.kind), override)


def before(store: Store, kind: str) -> Model | None:
    """The model that a roll-back would bring into use again, if any."""
    with database.reading(store._db, store.path) as connection:
        old = _used(connection, kind)
        last = _last(connection, old)
        return None if last is None else _one(connection, last)


def roll_back(store: Store, kind: str, *, reason: str = "") -> Model | None:
    """Take the last promotion of a kind back; returns the model that is in use again, if any.

    Raises:
        UsageError: no model of that kind is promoted.
    """
    at = store._clock()
    with database.writing(store._db, store.path) as connection:
        old = _used(connection, kind)
        last = _last(connection, old)
        back = None if last is None else _one(connection, last)
        if back is not None:
            weights(store, back)
            _set(connection, back.id, ModelStatus.PROMOTED)
        _set(connection, old.id, ModelStatus.RETIRED)
        connection.execute(
            "update _steward_promotions set in_force = 0 where id ="
            " (select max(id) from _steward_promotions where kind = ? and in_force = 1)",
            (kind,),
        )
        said = f"model {old.id} taken back"
        line = Promotion(back.id if back else 0, kind, "rollback", old.id, reason, said, at)
        _note(connection, line, in_force=False)
        return None if back is None else _one(connection, back.id)


def promotions(store: Store, kind: str | None = None) -> list[Promotion]:
    """The history of promotions and roll-backs, oldest first."""
    with database.reading(store._db, store.path) as connection:
        return _history(connection, kind)


def gap(new: Held | None, old: Model) -> dict[str, float] | None:
    """New score minus old of each query that both were scored on; None: not comparable."""
    if new is None:
        return None
    beside = new.rivals.get(old.digest)
    if beside is None:
        same = old.held and (old.held.measure, old.held.digest) == (new.measure, new.digest)
        beside = old.held.scores if old.held and same else None
    if beside is None:
        return None
    return {q: value - beside[q] for q, value in new.scores.items() if q in beside} or None


def _judged(new: Model, old: Model | None, override: str) -> str:
    """What speaks for the promotion, in words; `GateError` when something speaks against it."""
    said = "the first of its kind"
    if old is not None:
        gaps = gap(new.held, old)
        if gaps is None:
            said = f"model {new.id} cannot be compared with model {old.id}, which is in use"
            why = "They were not measured on the same queries and data."
        else:
            mean = fmean(gaps.values())
            measure = new.held.measure if new.held else ""
            said = f"{measure} {mean:+.4f} against model {old.id} over {len(gaps)} held-out queries"
            why = "" if mean >= -SLACK else "It is worse than the model in use."
        if why and not override.strip():
            raise GateError(
                f"Model {new.id} is not promoted: {said}. {why}",
                hint="Train again on the data as it is now, or say why all the same: "
                f'steward models promote {new.id} --override "reason"',
            )
    return said


def _body(model: Model) -> str:
    return codec.to_json(model, without=("id", "kind", "digest", "status", "at"))


def _select(connection: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> list[Model]:
    if not _there(connection):
        return []
    rows = connection.execute(
        f"select id, kind, digest, status, at, body from _steward_models where {where} order by id",
        values,
    )
    return [_read(row) for row in rows]


def _read(row: tuple[Any, ...]) -> Model:
    number, kind, digest, status, at, body = row
    held = json.loads(body)
    measured = held.pop("held")
    own = {"id": number, "kind": kind, "digest": digest, "at": at}
    return Model(
        **held,
        **own,
        status=ModelStatus(status),
        held=None if measured is None else Held(**measured),
    )


def _there(connection: sqlite3.Connection) -> bool:
    """A store of an earlier steward, opened to read only, has no registry yet."""
    sql = "select 1 from sqlite_master where name = '_steward_models'"
    return connection.execute(sql).fetchone() is not None


def _one(connection: sqlite3.Connection, number: int) -> Model:
    for found in _select(connection, "id = ?", (number,)):
        return found
    raise UsageError(f"There is no model {number}.", hint="See: steward models list")


def _in_use(connection: sqlite3.Connection, kind: str) -> Model | None:
    found = _select(connection, "kind = ? and status = ?", (kind, ModelStatus.PROMOTED))
    return found[0] if found else None


def _used(connection: sqlite3.Connection, kind: str) -> Model:
    found = _in_use(connection, kind)
    if found is None:
        raise UsageError(f"No {kind} is promoted.", hint="See: steward models list")
    return found


def _last(connection: sqlite3.Connection, model: Model) -> int | None:
    """The model that this one replaced when it was last promoted."""
    lines = _history(connection, model.kind, in_force=True)
    return [line.replaced for line in lines if line.model == model.id][-1]


def _set(connection: sqlite3.Connection, number: int, status: ModelStatus) -> None:
    connection.execute("update _steward_models set status = ? where id = ?", (status, number))


def _note(connection: sqlite3.Connection, line: Promotion, *, in_force: bool = True) -> None:
    connection.execute(
        "insert into _steward_promotions values (null, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(line.model, line.kind, line.action, line.replaced),
            *(line.override, line.said, line.at, in_force),
        ),
    )


def _history(
    connection: sqlite3.Connection, kind: str | None, *, in_force: bool = False
) -> list[Promotion]:
    if not _there(connection):
        return []
    rows = connection.execute(
        "select model, kind, action, replaced, override, said, at from _steward_promotions"
        " where (?1 is null or kind = ?1) and in_force >= ?2 order by id",
        (kind, in_force),
    )
    return [Promotion(*row) for row in rows]
