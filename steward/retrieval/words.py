"""Text as the words that a search matches: Chinese is segmented, English is stemmed.

Unicode is folded first (NFKC, case), so full-width digits and capital letters match. A number and
the unit that touches it are two words and one: `64gb` is found by `64 gb`, and the other way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_RUN = re.compile(
    r"(?P<han>[㐀-䶿一-鿿豈-﫿]+)|(?P<amount>\d+(?:[.,]\d+)*)(?P<unit>[a-z]{1,4}\b)?|(?P<word>[^\W_]+)"
)
_CONTENT = re.compile(r"\w")


def words_of(text: str) -> list[str]:
    """The words of one text, in order; the same for items and for queries.

    Chinese runs are cut as jieba cuts for search: long words together with the words inside them.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [word for match in _RUN.finditer(folded) for word in _of_run(match)]


def _of_run(match: re.Match[str]) -> Iterator[str]:
    if match["han"]:
        yield from (w for w in _segmenter().cut_for_search(match["han"]) if _CONTENT.match(w))
    elif match["amount"]:
        yield match["amount"]
        if match["unit"]:
            yield match["unit"]
            yield match[0]
    else:
        yield _stem(match["word"])


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word)) if word.isascii() else word
