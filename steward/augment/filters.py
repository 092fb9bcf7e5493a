"""What keeps bad rows out: each filter gives its reason, so that it can be read and measured.

The filters run one after the other; each sees what those before it kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from steward.augment.guard import fold
from steward.augment.made import Made
from steward.errors import MissingExtra
from steward.retrieval.judgments import Grades
from steward.retrieval.split import ALIKE
from steward.retrieval.stage import PairScorer
from steward.retrieval.vectors import Encoder
from steward.retrieval.words import words_of

MODEL_MADE = frozenset({"back-translate", "paraphrase", "doc2query"})
"""Methods whose text is new; noise changes a few letters on purpose, and stays in its language."""

_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")


class Filter(Protocol):
    """Says of made rows why they must not be used."""

    @property
    def name(self) -> str:
        """One word for people."""
        ...

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped; empty for one that is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Sifted:
    """A made row, and the filter that dropped it; empty for one that is kept."""

    made: Made
    dropped_by: str = ""
    why: str = ""


def sift(made: Sequence[Made], filters: Sequence[Filter]) -> list[Sifted]:
    """Run the filters one after the other; every row is told of, in the order made."""
    kept = list(range(len(made)))
    sifted = {i: Sifted(made[i]) for i in kept}
    for each in filters:
        reasons = each.reasons([made[i] for i in kept])
        for i, why in zip(kept, reasons, strict=True):
            if why:
                sifted[i] = Sifted(made[i], each.name, why)
        kept = [i for i in kept if not sifted[i].dropped_by]
    return [sifted[i] for i in range(len(made))]


@dataclass(frozen=True)
class SameLanguage:
    """Drops a translation that did not come back: another script or, sure enough, language."""

    sure: float = 0.95
    letters: int = 20
    name: str = "language"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped; the language of the sources is told by all of them together."""
        usual = identified(" ".join(sorted({m.source for m in made if not _HAN.search(m.source)})))[
            0
        ]
        return [self._reason(m, usual) if m.method in MODEL_MADE else "" for m in made]

    def _reason(self, made: Made, usual: str) -> str:
        before, after = script_of(made.source), script_of(made.text)
        if before != after:
            return f"{before} → {after}"
        if after != "latin" or len(_LETTER.findall(made.text)) < self.letters:
            return ""
        language, chance = identified(made.text)
        if chance < self.sure or language in (usual, identified(made.source)[0]):
            return ""
        return f"{usual} → {language}"


def script_of(text: str) -> str:
    """`han`, `kana`, `latin`, `other` or `none`, by most of the letters."""
    letters = _LETTER.findall(text)
    if not letters:
        return "none"
    if _KANA.search(text):
        return "kana"
    # A hanzi says as much as several letters: 苹果 iPhone is Chinese.
    if 4 * sum(bool(_HAN.match(c)) for c in letters) >= len(letters):
        return "han"
    return "latin" if sum(ord(c) < 0x250 for c in letters) * 2 > len(letters) else "other"


def identified(text: str) -> tuple[str, float]:
    """The language of a text by its code, and how sure that is (0 to 1); empty for no text."""
    if not text.strip():
        return "", 0.0
    language, chance = _identifier().classify(text[:5000])
    return str(language), float(chance)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    try:
        from py3langid.langid import LanguageIdentifier
    except ImportError:
        raise MissingExtra("The language filter", "augment") from None
    return LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)


@dataclass(frozen=True)
class Length:
    """Drops a text much shorter or longer than its source, in characters."""

    low: float = 0.5
    high: float = 2.0
    name: str = "length"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped."""
        shares = [len(m.text) / max(1, len(m.source)) for m in made]
        return [
            ""
            if m.method == "doc2query" or self.low <= share <= self.high
            else f"{share:.2f} times"
            for m, share in zip(made, shares, strict=True)
        ]


@dataclass(frozen=True)
class Overlap:
    """Drops copies, and texts that share too little with their source (Levenshtein, 0 to 1).

    Of a query of an item, the item must say a share `said` of the words.
    """

    low: float = 0.2
    high: float = 0.97
    said: float = 0.3
    name: str = "overlap"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped; noise is dropped only as an exact copy."""
        return [self._reason(m) for m in made]

    def _reason(self, made: Made) -> str:
        from rapidfuzz.fuzz import ratio, token_sort_ratio

        if not made.text.strip() or made.text == made.source:
            return "copy" if made.text.strip() else "empty"
        if made.method not in MODEL_MADE:
            return ""
        one, two = fold(made.source), fold(made.text)
        if made.method == "doc2query":
            words = set(words_of(two))
            share = len(words & set(words_of(one))) / max(1, len(words))
            return f"drift {share:.2f}" if share < self.said else ""
        share = max(ratio(one, two), token_sort_ratio(one, two)) / 100
        if share >= self.high:
            return f"copy {share:.2f}"
        return f"drift {share:.2f}" if share < self.low and script_of(one) == script_of(two) else ""


@dataclass(frozen=True)
class RoundTrip:
    """Drops what an encoder finds too far from its source (cosine)."""

    encoder: Encoder
    least: float = 0.6
    name: str = "round-trip"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped; texts of one source are compared with it alone."""
        if not made:
            return []
        texts = list(dict.fromkeys(t for m in made for t in (m.source, m.text)))
        place = {text: i for i, text in enumerate(texts)}
        vectors = self.encoder.encode(texts, query=True)
        near = [float(vectors[place[m.source]] @ vectors[place[m.text]]) for m in made]
        return ["" if value >= self.least else f"cosine {value:.2f}" for value in near]


@dataclass(frozen=True)
class Relevance:
    """Drops a query that answers its source's items much worse than the source does."""

    scorer: PairScorer
    grades: Grades
    texts: Mapping[str, str]
    share: float = 0.5
    name: str = "relevance"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped; the best judged item of the source stands for its items."""
        pairs = [(m, self._text(m)) for m in made]
        asked = [(q, text) for m, text in pairs if text for q in (m.source, m.text)]
        scores = iter(self.scorer.score(asked).tolist()) if asked else iter(())
        return [self._reason(next(scores), next(scores)) if text else "" for _, text in pairs]

    def _reason(self, before: float, after: float) -> str:
        return "" if after >= self.share * before else f"{before:.2f} → {after:.2f}"

    def _text(self, made: Made) -> str:
        if made.method == "doc2query":
            return made.source
        items = {i: g for i, g in self.grades.get(made.source, {}).items() if g > 0}
        return self.texts.get(max(items, key=lambda i: items[i]), "") if items else ""


@dataclass(frozen=True)
class Different:
    """Drops what is there already, and what comes near to a query that must stay unseen.

    Args of note: `there` are texts that exist (sources and earlier made rows); `held` names each
    part that must stay unseen (`valid`, `test`) with its queries.
    """

    there: frozenset[str] = frozenset()
    held: Mapping[str, Sequence[str]] = field(default_factory=dict)
    name: str = "duplicate"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped; the first of equal ones is kept."""
        seen = {_exact(text) for text in self.there}
        near = self._near(made)
        found = []
        for m, why in zip(made, near, strict=True):
            exact = _exact(m.text)
            found.append(why or ("is there" if exact in seen else ""))
            seen.add(exact)
        return found

    def _near(self, made: Sequence[Made]) -> list[str]:
        reasons = [""] * len(made)
        for part, queries in self.held.items():
            for i, query in near_to([m.text for m in made], queries).items():
                reasons[i] = reasons[i] or f"near to {part}: {query}"
        return reasons


def near_to(texts: Sequence[str], queries: Sequence[str]) -> dict[int, str]:
    """Which texts are near duplicates of a query, by the rule that keeps parts apart.

    Returns: position of the text to the query.
    """
    if not texts or not queries:
        return {}
    from rapidfuzz import process
    from rapidfuzz.fuzz import ratio

    forms = [" ".join(sorted(words_of(q))) for q in queries]
    exact = {_exact(q): q for q in queries}
    found: dict[int, str] = {}
    for start in range(0, len(texts), 512):
        block = [" ".join(sorted(words_of(t))) for t in texts[start : start + 512]]
        near = process.cdist(block, forms, scorer=ratio, score_cutoff=ALIKE, workers=1)
        for i, row in enumerate(near):
            place = int(row.argmax())
            held = exact.get(_exact(texts[start + i])) or (queries[place] if row[place] else None)
            if held is not None:
                found[start + i] = held
    return found


def _exact(text: str) -> str:
    """White space and case aside."""
    return fold(text)


@dataclass(frozen=True)
class Cap:
    """Keeps so many texts of one source, the first made."""

    most: int = 4
    name: str = "cap"

    def reasons(self, made: Sequence[Made]) -> list[str]:
        """Why each is dropped."""
        seen: Counter[tuple[int, str]] = Counter()
        found = []
        for m in made:
            seen[m.row, m.source] += 1
            found.append("" if seen[m.row, m.source] <= self.most else f"more than {self.most}")
        return found
