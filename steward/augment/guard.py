"""The attribute guard: what an item is must survive: brand, colour, numbers, units, negation.

Names are not a list in the code: they are the values of the catalogue's own columns that its titles
mention. Amounts are compared in canonical units, so `64gb` and `64 GB` are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from steward.augment.made import Made
from steward.engine import Snapshot
from steward.profile.quantity import canonical_unit
from steward.retrieval.item_text import default_item_text
from steward.types import Profile, SemanticType

MENTIONED = 0.1
"""Share of (sampled) rows whose title mentions its value, for a column to name things."""

SAMPLED = 2_000
WORDS = 4
"""Words of a name, at most."""

_NAMING = (SemanticType.CATEGORY, SemanticType.TEXT, SemanticType.CODE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_AFTER = re.compile(r"\s*([^\W\d_]+|[\"'°²]+)")
_WORD = re.compile(r"[^\W_]+(?:[-'.&][^\W_]+)*")
_HAN = re.compile("[\u3400-\u9fff]")
_NOT = frozenset(
    {"no", "not", "without", "non", "never", "free", "except", "minus", "nor", "ohne", "kein"}
    | {"keine", "nicht", "sans", "pas", "sin"}
)
_NOT_HAN = re.compile("[不无非没免勿未無沒]")


@dataclass(frozen=True)
class Names:
    """Names that titles mention, folded, each with the column that holds it."""

    column_of: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep Chinese names apart: they have no spaces around them."""
        object.__setattr__(self, "_han", tuple(n for n in self.column_of if _HAN.search(n)))

    def within(self, text: str) -> frozenset[str]:
        """The names that a text mentions; of two that overlap, the longer."""
        folded = fold(text)
        words = _WORD.findall(folded)
        found = {
            name
            for size in range(WORDS, 0, -1)
            for i in range(len(words) - size + 1)
            if (name := " ".join(words[i : i + size])) in self.column_of
        }
        found |= {name for name in self._han if name in folded}  # type: ignore[attr-defined]
        return frozenset(n for n in found if not any(n != o and n in o for o in found))


def fold(text: str) -> str:
    """The text in lower case and in its plain form, white space made one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def mine_names(snapshot: Snapshot, profile: Profile) -> Names:
    """Find the columns whose values titles mention (brand, colour, size), and their values."""
    template = default_item_text(snapshot, profile)
    title = template.columns[0]
    texts = [fold(t or "") for t in snapshot.column(title).to_pylist()]
    step = max(1, len(texts) // SAMPLED)
    found: dict[str, str] = {}
    for column in profile.columns:
        if column.name == title or column.is_key or column.semantic not in _NAMING:
            continue
        values = [fold(v or "") for v in snapshot.column(column.name).to_pylist()]
        pairs = [(v, t) for v, t in zip(values[::step], texts[::step], strict=True) if v]
        if pairs and sum(_mentions(t, v) for v, t in pairs) >= MENTIONED * len(pairs):
            found |= {v: column.name for v in dict.fromkeys(values) if _is_name(v)}
    return Names(found)


def _mentions(text: str, value: str) -> bool:
    if _HAN.search(value):
        return value in text
    return f" {value} " in f" {' '.join(_WORD.findall(text))} "


def _is_name(value: str) -> bool:
    return 2 <= len(value) <= 40 and len(value.split()) <= WORDS and not value.isdigit()


def amounts(text: str) -> Counter[tuple[str, str]]:
    """The numbers of a text with their canonical units ('' for none), and how often each."""
    folded = fold(text)
    found: Counter[tuple[str, str]] = Counter()
    for number in _NUMBER.finditer(folded):
        after = _AFTER.match(folded, number.end())
        name = canonical_unit(after[1]) if after else None
        found[number[0].replace(",", "."), name or ""] += 1
    return found


def negated(text: str) -> bool:
    """Does the text say that something is not there?"""
    return bool(_NOT_HAN.search(text)) or not _NOT.isdisjoint(re.split(r"[\W_]+", fold(text)))


@dataclass(frozen=True)
class AttributeGuard:
    """Drops what changes an amount, turns a negation round, or loses or brings in a name.

    A query of an item (`extracting`) says less than the item: it must only bring nothing in.
    `slipping` methods may damage a name (a brand mistyped is what people type), never bring one in;
    `disguising` ones write digits for letters, so that amounts cannot be compared.
    """

    names: Names = field(default_factory=Names)
    slipping: frozenset[str] = frozenset()
    disguising: frozenset[str] = frozenset({"leet"})
    extracting: frozenset[str] = frozenset({"doc2query"})
    name: str = "attributes"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped; empty for one that is kept."""
        return [self._reason(each) for each in made]

    def _reason(self, made: Made) -> str:
        part = made.method in self.extracting
        before, after = amounts(made.source), amounts(made.text)
        differ = (after - before) + (Counter() if part else before - after)
        if differ and made.method not in self.disguising:
            return "amount: " + ", ".join(" ".join(a).strip() for a in sorted(differ))
        if negated(made.source) != negated(made.text) and not (part and negated(made.source)):
            return "negation"
        ours, theirs = self.names.within(made.source), self.names.within(made.text)
        lost = frozenset() if part or made.method in self.slipping else ours - theirs
        odd = sorted(lost | (theirs - ours))
        return f"{self.names.column_of[odd[0]]}: {odd[0]}" if odd else ""
