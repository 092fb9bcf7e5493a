"""Noise that needs no model: slips, spacing, units, word order, synonyms, Chinese input errors.

Each kind takes a text and what was mined from the shop's own texts, and gives another text, or None
where it cannot happen. Numbers are never changed: an item of 64 GB is not one of 46 GB.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from steward.augment.chinese import HAN, Sounds, homophone, look_alike, mine_sounds, other_script
from steward.augment.made import Made, random_of
from steward.augment.slips import LATIN, Slips, mine_slips, misspell
from steward.augment.synonyms import Synonyms
from steward.errors import UsageError
from steward.profile.quantity import UNITS, canonical_unit
from steward.types import RowId

Random = np.random.Generator

WRITTEN = 3
"""Amounts of the texts that must write a unit in a way, for it to be written so."""

TRIES = 4
"""Draws for a text that is not there yet, for each that is wanted."""

_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)(\s*)([^\W\d_]+|[\"'°²]+)(?![^\W\d_])")
_WIDE = {
    code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))
}
_LOOKS = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_LEET = str.maketrans("oieast", "013457")


@dataclass(frozen=True)
class Mined:
    """What noise is drawn from: found in the shop's texts."""

    slips: Slips = field(default_factory=Slips)
    sounds: Sounds = field(default_factory=Sounds)
    synonyms: Synonyms = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    units: frozenset[str] = frozenset()


def mine(texts: Sequence[str], synonyms: Synonyms | None = None) -> Mined:
    """Mine what noise is drawn from; of Chinese only where the texts hold any."""
    words = Counter(word for text in texts for word in LATIN.findall(text.casefold()))
    chinese = any(HAN.search(text) for text in texts)
    sounds = mine_sounds(texts) if chinese else Sounds()
    return Mined(mine_slips(texts), sounds, synonyms or {}, words, _units(texts))


def _units(texts: Iterable[str]) -> frozenset[str]:
    """Ways to write units that the texts use, so that `5g phone` never weighs 5 grammes."""
    used = Counter(m[3].casefold() for text in texts for m in _AMOUNT.finditer(text))
    return frozenset(name for name, n in used.items() if n >= WRITTEN and canonical_unit(name))


def typo(random: Random, text: str, mined: Mined) -> str | None:
    """One word mistyped."""
    found = [m for m in LATIN.finditer(text) if m[0].isascii() or m[0].islower()]
    if not found:
        return None
    word = found[int(random.integers(len(found)))]
    made = misspell(random, word[0], mined.slips)
    return None if made is None else text[: word.start()] + made + text[word.end() :]


def spacing(random: Random, text: str, mined: Mined) -> str | None:
    """Two words written as one, or one that is made of two known words written as two."""
    places = [m.start() for m in re.finditer(r"(?<=[^\W\d]) (?=[^\W\d])", text)]
    splits = [s for m in LATIN.finditer(text) for s in _halves(m, mined)]
    if places and (not splits or random.random() < 0.5):
        at = places[int(random.integers(len(places)))]
        return text[:at] + text[at + 1 :]
    if not splits:
        return None
    at = splits[int(random.integers(len(splits)))]
    return f"{text[:at]} {text[at:]}"


def _halves(word: re.Match[str], mined: Mined) -> list[int]:
    text = word[0].casefold()
    known = mined.words
    return [
        word.start() + i for i in range(4, len(text) - 3) if text[:i] in known and text[i:] in known
    ]


def unit(random: Random, text: str, mined: Mined) -> str | None:
    """An amount in another writing of the same unit: `64gb`, `64 GB`; `27 in`, `27英寸`."""
    found = [m for m in _AMOUNT.finditer(text) if canonical_unit(m[3])]
    if not found:
        return None
    amount = found[int(random.integers(len(found)))]
    names = UNITS[canonical_unit(amount[3]) or ""].split()
    chinese = bool(HAN.search(text))
    able = [n for n in names if n in mined.units and (n.isascii() or chinese)]
    forms = [
        f"{amount[1]}{gap}{name}" for name in able for gap in ("", " ") if name.isascii() or not gap
    ]
    forms += [
        f"{amount[1]}{gap}{name.upper()}" for name in able if len(name) < 4 for gap in ("", " ")
    ]
    others = sorted({form for form in forms if form != amount[0]})
    if not others:
        return None
    return text[: amount.start()] + others[int(random.integers(len(others)))] + text[amount.end() :]


def order(random: Random, text: str, mined: Mined) -> str | None:
    """Two neighbouring words exchanged; amounts stay together with their units."""
    glued = _AMOUNT.sub(lambda m: m[0].replace(" ", "\x00") if canonical_unit(m[3]) else m[0], text)
    words = glued.split(" ")
    if len(words) < 2:
        return None
    at = int(random.integers(len(words) - 1))
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words).replace("\x00", " ")


def synonym(random: Random, text: str, mined: Mined) -> str | None:
    """A word replaced by one that this shop's people or columns use for it."""
    words = text.split()
    able = [i for i, word in enumerate(words) if mined.synonyms.get(word.casefold())]
    if not able:
        return None
    at = able[int(random.integers(len(able)))]
    others = mined.synonyms[words[at].casefold()]
    words[at] = others[int(random.integers(len(others)))]
    return " ".join(words)


def homophones(random: Random, text: str, mined: Mined) -> str | None:
    """A Chinese character replaced by another of its sound, as an input method does."""
    return homophone(random, text, mined.sounds)


def shape(random: Random, text: str, mined: Mined) -> str | None:
    """A Chinese character replaced by one of a like shape."""
    return look_alike(random, text)


def script(random: Random, text: str, mined: Mined) -> str | None:
    """Simplified characters written as traditional ones, or the other way."""
    return other_script(text)


def width(random: Random, text: str, mined: Mined) -> str | None:
    """Letters and digits in full width, beside Chinese."""
    return text.translate(_WIDE) if HAN.search(text) else None


def lookalike(random: Random, text: str, mined: Mined) -> str | None:
    """One word with a letter of another script that looks the same; to attack a filter."""
    return _one_word(random, text, lambda word: word.translate(_LOOKS))


def leet(random: Random, text: str, mined: Mined) -> str | None:
    """One word with digits for letters (`n1ke`); to attack a filter."""
    return _one_word(random, text, lambda word: word[0] + word[1:].translate(_LEET))


def hidden(random: Random, text: str, mined: Mined) -> str | None:
    """One word parted by a character that nobody sees; to attack a filter."""
    return _one_word(random, text, lambda word: f"{word[:2]}\u200b{word[2:]}")


def _one_word(random: Random, text: str, change: Callable[[str], str]) -> str | None:
    found = list(LATIN.finditer(text))
    if not found:
        return None
    word = found[int(random.integers(len(found)))]
    return text[: word.start()] + change(word[0]) + text[word.end() :]


Kind = Callable[[Random, str, Mined], str | None]
NOISE: Mapping[str, Kind] = {
    "typo": typo, "spacing": spacing, "unit": unit, "order": order, "synonym": synonym,
    "homophone": homophones, "shape": shape, "script": script, "width": width,
}  # fmt: skip
ADVERSARIAL: Mapping[str, Kind] = {"lookalike": lookalike, "leet": leet, "hidden": hidden}
KINDS: Mapping[str, tuple[str, ...]] = {
    "noise": tuple(NOISE),
    "adversarial": tuple(ADVERSARIAL),
    **{name: (name,) for name in (*NOISE, *ADVERSARIAL)},
}
"""What may be asked for, and the kinds that it draws from."""


def vary(
    rows: Iterable[tuple[RowId, str]],
    mined: Mined,
    *,
    method: str = "noise",
    count: int = 2,
    seed: int = 0,
) -> list[Made]:
    """Make up to `count` other texts of each text, each by one kind of noise.

    Args:
        rows: row id and text.
        mined: from `mine`.
        method: a name of `KINDS`.
        count: texts made of each, at most; fewer where little can happen to it.
        seed: the same seed, the same texts, whatever other rows there are.

    Raises:
        UsageError: there is no such method.
    """
    if method not in KINDS:
        raise UsageError(f"There is no noise {method!r}.", hint=f"One of: {', '.join(KINDS)}")
    kinds = {**NOISE, **ADVERSARIAL}
    return [
        made
        for row, text in rows
        for made in _variants(row, text, mined, [(k, kinds[k]) for k in KINDS[method]], count, seed)
    ]


def _variants(
    row: RowId, text: str, mined: Mined, kinds: Sequence[tuple[str, Kind]], count: int, seed: int
) -> list[Made]:
    random = random_of(seed, text, *(name for name, _ in kinds))
    found: dict[str, Made] = {}
    able = list(kinds)
    for _ in range(TRIES * count):
        if len(found) >= count or not able:
            break
        at = int(random.integers(len(able)))
        name, change = able[at]
        made = change(random, text, mined)
        if made is None:
            able.pop(at)
        elif made != text and made not in found:
            found[made] = Made(made, text, row, name, _said(text, made), seed)
    return list(found.values())


def _said(before: str, after: str) -> str:
    """The part that changed, for people."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    least = min(len(before), len(after)) - start
    while end < least and before[-1 - end] == after[-1 - end]:
        end += 1
    left, right = before[: len(before) - end][start:], after[: len(after) - end][start:]
    return f"{left or '∅'} → {right or '∅'}"
