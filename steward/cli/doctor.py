"""`steward doctor`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer

from steward import __version__
from steward.cli.options import AsJson, StorePath
from steward.cli.session import session

EXAMPLES = ("steward doctor", "steward doctor --deep")
State = Literal["ok", "absent", "wrong"]
PACKAGES = ("duckdb", "ibis-framework", "numpy", "pyarrow", "sqlite-utils", "typer", "scikit-learn")
EXTRAS = {"postgres": "psycopg", "mysql": "pymysql", "spark": "pyspark"}


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    state: State
    text: str


def doctor(
    context: typer.Context,
    deep: Annotated[
        bool, typer.Option("--deep", help="Recount the content hash of every table.")
    ] = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Look at versions, extras, the store and the model server."""
    screen = session(context).screen
    found = [
        *_versions(),
        *_extras(),
        *_store(store or session(context).store, deep=deep),
        _content(),
        _model_server(store or session(context).store),
    ]
    if as_json:
        screen.json("doctor", {"findings": [one._asdict() for one in found]})
    else:
        for one in found:
            screen.line(f"{one.state:>6}  {one.what}: {one.text}")
    if any(one.state == "wrong" for one in found):
        raise typer.Exit(1)


def _versions() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    yield Finding("steward", "ok", f"{__version__} on Python {sys.version.split()[0]}")
    for package in PACKAGES:
        try:
            yield Finding(package, "ok", version(package))
        except PackageNotFoundError:
            yield Finding(package, "wrong", "is not installed; pip install steward brings it")


def _extras() -> Iterator[Finding]:
    from importlib.util import find_spec

    for extra, module in EXTRAS.items():
        there = find_spec(module) is not None
        text = "installed" if there else f'not installed; pip install "steward[{extra}]"'
        yield Finding(f"extra {extra}", "ok" if there else "absent", text)


def _store(path: Path, *, deep: bool) -> Iterator[Finding]:
    from steward.errors import NoStore, StewardError
    from steward.store import Store

    try:
        with Store(path, read_only=True) as home:
            tables = home.tables()
            yield Finding("store", "ok", f"{path}, {len(tables)} tables")
            for info in tables if deep else ():
                whole = home.recount_hash(info.name) == home.content_hash(info.name)
                said = (
                    "holds what its journal says" if whole else "was changed behind steward's back"
                )
                yield Finding(f"table {info.name}", "ok" if whole else "wrong", said)
    except NoStore:
        yield Finding("store", "absent", f"{path} is not there; steward init makes it")
    except StewardError as error:
        yield Finding("store", "wrong", error.message)


def _content() -> Finding:
    from steward.content import FOLDERS, content_root
    from steward.errors import StewardError

    try:
        return Finding("content", "ok", f"{content_root()} ({', '.join(FOLDERS)})")
    except StewardError as error:
        return Finding("content", "wrong", error.message)


def _model_server(store: Path) -> Finding:
    """Ask the configured server for its models; without one, nothing leaves the machine."""
    import json
    from urllib.request import Request, urlopen

    from steward.errors import StewardError
    from steward.llm import find_server

    try:
        server = find_server(near=store)
    except StewardError as error:
        return Finding("model server", "wrong", error.message)
    if server is None:
        return Finding("model server", "absent", "none configured (STEWARD_MODEL_URL); none needed")
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    try:
        with urlopen(Request(f"{server.url}/models", headers=headers), timeout=3) as reply:
            names = [model["id"] for model in json.load(reply)["data"]]
        return Finding("model server", "ok", f"{server.url}: {', '.join(names) or 'no model'}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Finding("model server", "wrong", f"{server.url} does not answer: {error}")
