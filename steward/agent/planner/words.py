"""The words the planner knows: concepts, the glossary of commerce, filler, and what is outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from steward.agent.planner.language import atoms, is_han, stem

DATA = Path(__file__).parent / "data"
LONGEST = 10
"""Atoms in the longest form that is looked up."""

OPAQUE = "opaque"
"""Key of words that are known only so that their parts are not read."""

Kind = Literal["concept", "column", "table", "filler", "model", "never", "name"]


@dataclass(frozen=True, slots=True, order=True)
class Sense:
    """One thing a form can mean: a concept, a column or table of commerce, filler, or outside."""

    kind: Kind
    key: str


@dataclass(frozen=True)
class Lexicon:
    """Forms, as tuples of atoms or of their stems, and their senses."""

    exact: dict[tuple[str, ...], tuple[Sense, ...]]
    stems: dict[tuple[str, ...], tuple[Sense, ...]]

    @cached_property
    def single(self) -> tuple[str, ...]:
        """Words of five letters or more, which a misspelling may be compared with."""
        return tuple(sorted(k[0] for k in self.exact if len(k) == 1 and len(k[0]) >= 5))

    def longest(self, forms: Sequence[str]) -> tuple[int, tuple[Sense, ...]]:
        """How many of the first atoms make the longest known form, and its senses; 0 for none."""
        for n in range(min(LONGEST, len(forms)), 0, -1):
            head = tuple(forms[:n])
            if found := self.exact.get(head) or self.stems.get(tuple(map(stem, head))):
                return n, found
        return 0, ()


@cache
def lexicon() -> Lexicon:
    """The words of the data files; read once."""
    exact: dict[tuple[str, ...], set[Sense]] = {}
    stems: dict[tuple[str, ...], set[Sense]] = {}
    for form, sense in _entries():
        key = forms_of(form)
        exact.setdefault(key, set()).add(sense)
        if not is_han(key[0]):
            stems.setdefault(tuple(map(stem, key)), set()).add(sense)
    return Lexicon(_sorted(exact), _sorted(stems))


def forms_of(text: str) -> tuple[str, ...]:
    """The atoms of a form, as a key of a lexicon."""
    return tuple(atom.form for atom in atoms(text)) or (text.casefold(),)


def _sorted(
    entries: dict[tuple[str, ...], set[Sense]],
) -> dict[tuple[str, ...], tuple[Sense, ...]]:
    return {key: tuple(sorted(senses)) for key, senses in entries.items()}


def _entries() -> Iterator[tuple[str, Sense]]:
    for key, by_language in read_data("concepts").items():
        yield from _each((*by_language["en"], *by_language["zh"]), Sense("concept", key))
    outside = read_data("outside")
    for key in ("model", "never"):
        kind: Kind = "model" if key == "model" else "never"
        yield from _each((*outside[key]["en"], *outside[key]["zh"]), Sense(kind, key))
    glossary = read_data("glossary")
    for key, forms in glossary["columns"].items():
        yield from _each(forms, Sense("column", key))
    for key, forms in glossary["tables"].items():
        yield from _each(forms, Sense("table", key))
    yield from _each(read_data("opaque")["zh"].split(), Sense("filler", OPAQUE))
    for text in read_data("filler").values():
        yield from _each(text.split(), Sense("filler", ""))


def _each(forms: Iterable[str], sense: Sense) -> Iterator[tuple[str, Sense]]:
    return ((str(form), sense) for form in forms)


@cache
def read_data(name: str) -> Any:
    """A data file of the planner, parsed; read once."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # text alone: no is a word
    return yaml.load((DATA / f"{name}.yaml").read_text("utf-8"), Loader=loader)
