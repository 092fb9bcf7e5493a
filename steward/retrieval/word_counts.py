"""How many texts of a column hold a word: all that the features of words need of a whole catalogue.

Kept with an index, so that a search reads words of its candidates only.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from steward.errors import InputError
from steward.retrieval.words import words_of


@dataclass(frozen=True)
class WordCounts:
    """Of one column: texts, the mean number of their words, and word to texts that hold it."""

    texts: int
    mean: float
    counts: Mapping[str, int]

    @classmethod
    def of(cls, texts: Sequence[str]) -> WordCounts:
        """Count the words of every text."""
        counts: Counter[str] = Counter()
        words = 0
        for text in texts:
            held = words_of(text)
            words += len(held)
            counts.update(dict.fromkeys(held, 1))
        return cls(len(texts), words / max(1, len(texts)) or 1.0, dict(counts))

    @cached_property
    def rarest(self) -> float:
        """The weight of a word that no text holds."""
        return max((self.weight(word) for word in self.counts), default=1.0)

    def weight(self, word: str) -> float:
        """How rare a word is: log(1 + texts / texts that hold it); KeyError if none does."""
        return math.log(1 + self.texts / self.counts[word])

    def idf(self, word: str) -> float:
        """The weight of a word in tf-idf, smoothed as scikit-learn does; 0 if one text holds it."""
        held = self.counts.get(word, 0)
        return math.log((1 + self.texts) / (1 + held)) + 1 if held > 1 else 0.0


def save_counts(counts: Mapping[str, WordCounts], path: Path) -> None:
    """Write the counts of all columns as one JSON file."""
    body = {
        name: {"texts": one.texts, "mean": one.mean, "counts": dict(one.counts)}
        for name, one in counts.items()
    }
    path.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")), "utf-8")


def load_counts(path: Path) -> dict[str, WordCounts]:
    """Read what `save_counts` wrote; `InputError` if it cannot be read."""
    try:
        body = json.loads(path.read_text("utf-8"))
        return {name: WordCounts(**one) for name, one in body.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} holds no counts of words: {error}.", hint="Make the index anew: steward index"
        ) from error
