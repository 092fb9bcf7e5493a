"""Corrects what people type by what the catalogue says; learnt from its texts, without a model.

Only a word that no item holds is touched: of the catalogue's words within one or two edits, the
nearest, then the most frequent. A word that is two known words is parted, two that are one are
joined. A Chinese run that no item holds becomes the catalogue's word of the same sound or script.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from steward.errors import InputError

SHORT, LONG = 4, 8
"""Letters from which a word is corrected by one edit, and from which by two."""

HAN_WORD = (2, 4)
"""Characters of a Chinese word that is looked up by its sound."""

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Speller:
    """The catalogue's words with their counts, and its Chinese words by their sound."""

    words: Mapping[str, int]
    sounds: Mapping[str, str] = field(default_factory=dict)
    han: frozenset[str] = frozenset()

    @classmethod
    def learn(cls, texts: Iterable[str]) -> Speller:
        """Count the words of texts; Chinese by sound needs the extra `augment`, else it is left."""
        words: Counter[str] = Counter()
        runs: Counter[str] = Counter()
        for text in texts:
            folded = _folded(text)
            words.update(w for w in _WORD.findall(folded) if not _HAN.search(w))
            runs.update(run for found in _HAN.findall(folded) for run in _cut(found))
        return cls(dict(words), _by_sound(runs), frozenset(runs))

    def correct(self, query: str, known: Callable[[str], bool] = lambda _: False) -> str:
        """The query with words that no item holds replaced by the catalogue's; else unchanged.

        Args:
            query: in any language.
            known: tells of a further word that it is found as it is, as a search that stems does.
        """
        latin = _WORD.sub(lambda m: self._word(m[0], known), query)
        return _HAN.sub(lambda m: self._run(m[0]), self._joined(latin, known))

    def document(self) -> bytes:
        """As JSON, for a file."""
        body = {"words": self.words, "sounds": self.sounds, "han": sorted(self.han)}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def read(cls, document: bytes) -> Speller:
        """Read what `document` gave; `InputError` if it cannot be read."""
        try:
            body = json.loads(document)
            return cls(body["words"], body["sounds"], frozenset(body["han"]))
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"The words that an index corrects queries by cannot be read: {error}.",
                hint="Make it anew: steward index",
            ) from error

    def _word(self, word: str, known: Callable[[str], bool]) -> str:
        folded = _folded(word)
        if len(folded) < SHORT or _HAN.search(word) or self._known(folded) or known(folded):
            return word
        edits, near = self._nearest(folded)
        parted = self._parted(folded) if edits != 1 else ""
        return parted or near or word

    def _known(self, word: str) -> bool:
        return (
            word in self.words or word.removesuffix("s") in self.words or f"{word}s" in self.words
        )

    def _nearest(self, word: str) -> tuple[int, str]:
        """Edits to the nearest known word, and that word; empty for none."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 2 if len(word) >= LONG else 1
        near = process.extract(word, self._by_length(len(word), most), scorer=OSA.distance,
                               score_cutoff=most, limit=None)  # fmt: skip
        # People seldom mistype the first letter.
        ranked = [(edits + (found[0] != word[0]), -self.words[found], found)
                  for found, edits, _ in near]  # fmt: skip
        best = min(ranked, default=(0, 0, ""))[2]
        return (OSA.distance(word, best), best) if best else (0, "")

    def _by_length(self, length: int, most: int) -> list[str]:
        near = range(length - most, length + most + 1)
        return [word for n in near for word in self._lengths.get(n, ())]

    @cached_property
    def _lengths(self) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for word in self.words:
            found[len(word)].append(word)
        return dict(found)

    def _parted(self, word: str) -> str:
        """Two known words that were written as one; those with most uses."""
        cuts = [(word[:i], word[i:]) for i in range(3, len(word) - 2)]
        known = [(min(self.words.get(a, 0), self.words.get(b, 0)), a, b) for a, b in cuts]
        often, a, b = max(known, default=(0, "", ""))
        return f"{a} {b}" if often else ""

    def _joined(self, query: str, known: Callable[[str], bool]) -> str:
        words = query.split(" ")
        for i in range(len(words) - 1):
            one, two = _folded(words[i]), _folded(words[i + 1])
            apart = not one or not two or all(w in self.words or known(w) for w in (one, two))
            if not apart and one + two in self.words:
                words[i], words[i + 1] = "", words[i] + words[i + 1]
        return " ".join(w for w in words if w) if words.count("") > query.count("  ") else query

    def _run(self, run: str) -> str:
        out, at = [], 0
        while at < len(run):
            size, word = self._han_word(run, at)
            out.append(word)
            at += size
        return "".join(out)

    def _han_word(self, run: str, at: int) -> tuple[int, str]:
        """The longest known word from here, else one that sounds so, else one character."""
        sizes = range(min(HAN_WORD[1], len(run) - at), HAN_WORD[0] - 1, -1)
        for size in sizes:
            if run[at : at + size] in self.han:
                return size, run[at : at + size]
        for size in sizes:
            word = self.sounds.get(_sound(run[at : at + size])) if self.sounds else None
            if word:
                return size, word
        return 1, run[at]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _cut(run: str) -> list[str]:
    """The words of a Chinese run that are short enough to be looked up."""
    from steward.retrieval.words import words_of

    return [w for w in words_of(run) if HAN_WORD[0] <= len(w) <= HAN_WORD[1]]


def _by_sound(words: Mapping[str, int]) -> dict[str, str]:
    """Sound to the most frequent word that has it; empty where pypinyin is not there."""
    if not words or _pinyin() is None:
        return {}
    found: dict[str, str] = {}
    for word in sorted(words, key=lambda w: (-words[w], w)):
        found.setdefault(_sound(word), word)
    return found


def _sound(word: str) -> str:
    pinyin = _pinyin()
    return " ".join(pinyin(word)) if pinyin else word


@lru_cache(maxsize=1)
def _pinyin() -> Any:
    try:
        from pypinyin import lazy_pinyin
    except ImportError:
        return None
    return lazy_pinyin
