"""A model written in a form that runs without torch, wherever it came from.

A transformer becomes an ONNX graph; of a head, the base does. Static encoders, late interaction and
rankers run without torch as they are. What a model was kept from goes along, so that an index can
still tell which judged queries may try it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from steward.errors import UsageError
from steward.job.steps import Step, quiet
from steward.retrieval.encoder import find_folder, kind_of, load_encoder
from steward.retrieval.export_encoder import PRECISIONS, export_encoder
from steward.retrieval.export_reranker import export_reranker
from steward.retrieval.head import read_head, save_head
from steward.retrieval.reranker import HEAD
from steward.retrieval.reranker_settings import RECORD as RERANKER
from steward.retrieval.trained import QUERIES, RECORD
from steward.store import Store
from steward.store.models import model, weights

RANKER = "ranker.json"
BASE = "base"
"""The folder of an exported base, in that of its head."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        source: what was exported.
        folder: where it lies now.
        kind: `biencoder` or `reranker`.
        precision: `int8` or `fp32`.
        before: bytes of the weights before; `after`, of the graph.
    """

    source: str
    folder: Path
    kind: str
    precision: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Export:
    """What would be written, and how."""

    planned: Exported
    write: Callable[[Path], None]


def plan_export(
    store: Store | None, which: str, *, precision: str = "int8", into: Path | None = None
) -> Export:
    """Say what an export would write.

    Args:
        store: holds the registry; only a number needs it.
        which: number of a model, a folder, or an encoder's name, such as `minilm`.
        precision: `int8` or `fp32`.
        into: folder to write; by default beside the model, or here for a name.

    Raises:
        UsageError: there is no such model or precision, or it runs without torch as it is.
        InputError: the encoder is not on this machine.
    """
    if precision not in PRECISIONS:
        raise UsageError(f"No precision {precision!r}.", hint=f"One of {', '.join(PRECISIONS)}.")
    source = _source(store, which)
    kind, write = _writer(source, which, precision)
    beside = source.parent if Path(which).is_dir() or which.isdecimal() else Path()
    name = which.split("/")[-1] if beside == Path() else source.name
    target = into or beside / f"{name}-{precision}"
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"{target} is there already.", hint="Name another folder: --into DIR")
    return Export(Exported(which, target, kind, precision, _size(source), 0), write)


def export_model(export: Export, *, step: Step = quiet) -> Exported:
    """Write what was planned; the folder gets its name when everything is in it.

    Raises:
        MissingExtra: torch or onnx is not installed.
    """
    planned = export.planned
    step(f"exporting {planned.source} to ONNX, {planned.precision}")
    partial = planned.folder.with_name(f".{planned.folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        export.write(partial)
        planned.folder.parent.mkdir(parents=True, exist_ok=True)
        if planned.folder.exists():
            planned.folder.rmdir()
        partial.rename(planned.folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return replace(planned, after=_size(planned.folder))


def _source(store: Store | None, which: str) -> Path:
    if which.isdecimal() and not Path(which).is_dir():
        if store is None:
            raise UsageError(f"Model {which} of which store?", hint="--store PATH")
        return weights(store, model(store, int(which)))
    return find_folder(which)


def _writer(source: Path, which: str, precision: str) -> tuple[str, Callable[[Path], None]]:
    """What it is, and what writes it."""
    if (source / RANKER).is_file() or (source / HEAD).is_file():
        what = "A ranker" if (source / RANKER).is_file() else "Late interaction"
        raise UsageError(f"{what} runs without torch as it is.", hint=f"Use {source}.")
    if (source / RERANKER).is_file():
        return "reranker", lambda to: _reranker(source, to, precision)
    if kind_of(source) == "head":
        return "biencoder", lambda to: _head(source, to, precision)
    if kind_of(source) != "torch":
        raise UsageError(f"{which} runs without torch as it is.", hint=f"Use {source}.")
    return "biencoder", lambda to: _encoder(source, to, precision)


def _reranker(source: Path, to: Path, precision: str) -> None:
    export_reranker(source, precision=precision, into=to)
    _along(source, to)


def _encoder(source: Path, to: Path, precision: str) -> None:
    export_encoder(str(source), to, precision=precision)
    _along(source, to)


def _head(source: Path, to: Path, precision: str) -> None:
    """The base as a graph inside the folder of the head, which then names it."""
    head, settings = read_head(source)
    export_encoder(settings.base, to / BASE, precision=precision)
    name = load_encoder(str(to / BASE)).name
    save_head(head, replace(settings, base=BASE, base_name=name), to)
    _along(source, to)


def _along(source: Path, to: Path) -> None:
    """What says which queries the model never saw."""
    for name in (RECORD, QUERIES):
        if (source / name).is_file():
            shutil.copy(source / name, to / name)


def _size(folder: Path) -> int:
    weighty = (".safetensors", ".bin", ".onnx", ".npz")
    return sum(p.stat().st_size for p in folder.rglob("*") if p.name.endswith(weighty))
