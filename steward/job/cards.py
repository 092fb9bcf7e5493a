"""Model cards: what a model was made of, how good it is, and the command that makes it again.

A card lies beside the weights, for people (`card.md`) and for programs (`card.json`). The JSON is
enough to train the model again: `steward train --from-card card.json`.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from steward.errors import InputError
from steward.retrieval.metrics import difference_line

CARD, PAGE = "card.json", "card.md"
SCHEMA = 1

PACKAGES = (
    *("steward", "numpy", "bm25s", "torch", "transformers", "sentence-transformers"),
    *("tokenizers", "peft", "lightgbm", "onnxruntime", "scipy", "ir-measures"),
)
"""Those that may change what a training makes."""

SHOWN = 8
"""Change sets and such that are listed on the page before it counts the rest."""


def package_versions() -> dict[str, str]:
    """Versions of the packages that matter, and of Python; those not installed are left out."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write a card into a model's folder, as JSON and as a page."""
    text = json.dumps({"schema": SCHEMA, **card}, ensure_ascii=False, indent=2)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")
    (folder / PAGE).write_text(card_page(card), encoding="utf-8")


def read_card(path: Path) -> dict[str, Any]:
    """Read a card: the JSON file, or the folder that holds it.

    Raises:
        InputError: it is not there, or no card.
    """
    place = path / CARD if path.is_dir() else path
    try:
        held = json.loads(place.read_text("utf-8"))
        known = held["schema"] == SCHEMA and {"kind", "request", "tables"} <= set(held)
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise InputError(
            f"{place} is no model card of this steward.", hint="See: steward models list"
        )
    return dict(held)


def card_page(card: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    held, split = card["held"], card["split"]
    lines = [
        f"# {card['kind']} {card['digest']}",
        "",
        f"Trained on {card['at']} from `{card['base'] or 'nothing'}`. Weights: `{card['digest']}`.",
        "",
        "## How good",
        "",
        f"On {held['queries']} queries that took no part in the training, nor any near duplicate:",
        "",
        *_table(("what", held["measure"], "95 % interval"), _scores(held)),
        "",
        f"Against BM25: {difference_line(held['gain'])}",
        *(
            [f"Against model {card['rival']['id']}: {difference_line(card['rival'])}"]
            if card["rival"]
            else []
        ),
        "",
        "## Made of",
        "",
        *_table(("table", "content", "change sets in force"), _tables(card)),
        "",
        f"Item text: `{card['template']}`. Queries: {split['train']} to train, {split['valid']} to "
        f"choose, {split['test']} held out (split `{split['digest']}`, {split['by']}); "
        f"{split['pairs']} graded pairs to train, {split['from_clicks']} of them from clicks; "
        f"{split['leaks']} near duplicates across the parts.",
        *_made(card.get("augmented")),
        "",
        "## Settings",
        "",
        *_table(("setting", "value"), [(k, _plain(v)) for k, v in card["settings"].items()]),
        "",
        "## Make it again",
        "",
        "```",
        card["command"],
        "```",
        "",
        "Defaults may change: `steward train --from-card` with the `card.json` beside this page "
        "takes every setting as it was. With the tables as above and these versions the weights "
        "have the same digest: " + _listed(card["versions"]) + ".",
    ]
    return "\n".join(lines) + "\n"


def _made(about: Mapping[str, Any] | None) -> list[str]:
    """What was made and taught, and what was not let in."""
    if not about:
        return []
    added = ", ".join(f"{n} by {method}" for method, n in about["added"].items()) or "none"
    refused = ", ".join(f"{n} {why}" for why, n in about["refused"].items()) or "none"
    return [
        "",
        f"Of {about['rows']} rows of `{about['table']}`, made of `{about['made_of']}`, these "
        f"queries taught: {added}; refused: {refused}. None examined.",
    ]


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _scores(held: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (name, f"{one['mean']:.3f}", f"{one['lower']:.3f} to {one['upper']:.3f}")
        for name, one in held["systems"].items()
    ]


def _tables(card: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (name, f"`{content}`", _some(card["change_sets"].get(name, [])))
        for name, content in card["tables"].items()
    ]


def _some(numbers: list[int]) -> str:
    shown = ", ".join(f"c{number}" for number in numbers[-SHOWN:])
    more = len(numbers) - SHOWN
    return (f"{more} earlier, " if more > 0 else "") + shown if numbers else "none"


def _plain(value: Any) -> str:
    return "" if value in ("", [], ()) else str(value)


def _table(heads: tuple[str, ...], rows: list[Any]) -> list[str]:
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return [
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(row) + " |" for row in cells),
    ]
