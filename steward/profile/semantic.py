"""What a column is about: shares of its values that fit each type, and a ladder that decides."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from steward.profile.counts import Counts
from steward.profile.number import fold
from steward.profile.recognise import RECOGNISERS
from steward.types import SemanticType as S
from steward.types import StorageType

SAMPLE = 2000
SCREEN = 150
PHONE_SAMPLE = 200

_HINTS = {
    S.MONEY: r"price|cost|amount|msrp|revenue|fee|salary|charge|payment|价|金额|费|售价|成本",
    S.ID: (
        r"(?:^|[_\s])(?:id|sku|asin|uuid|key|index|no|number|num)$|(?-i:Id|ID)$|^id"
        r"|编号|序号|款号|货号"
    ),
    S.CODE: r"zip|postal|postcode|code|编码|邮编|fips|measure",
    S.PHONE: r"phone|phn|mobile|(?:^|_)tel|fax|电话|手机号|联系方式",
    S.COUNTRY: r"country|nation|region|origin|国家|产地|原产",
    S.LANGUAGE: r"lang|locale|语言|语种",
    S.BOOLEAN: r"^(?:is|has|can)[_A-Z ]|flag$|是否",
    S.DATE: r"date|time|day|created|updated|_at$|日期|时间",
    S.GTIN: r"gtin|ean|upc|barcode|条码|isbn",
    S.PERCENT: r"percent|pct|百分|折扣率|占比",
}


_STEP = re.compile(r"[>/|]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A column's storage type and semantic type, and the share of rows that fit each."""

    type: StorageType
    type_share: float
    semantic: S
    semantic_share: float


@dataclass(frozen=True, slots=True)
class Traits:
    """What the ladder looks at: shares of rows (0 to 1) over the sampled present values."""

    name: str
    shares: dict[S, float]
    present: int
    distinct: int
    unique_share: float
    whole: float
    zeros_first: float
    spaced: float
    mean_length: float
    one_length: float
    clock: float
    first_steps: float
    words: frozenset[str]

    def share(self, semantic: S) -> float:
        """The share of rows that fit a type."""
        return self.shares.get(semantic, 0.0)

    def hints(self, semantic: S) -> bool:
        """Does the column's name hint at a type?"""
        return _hinted(self.name, semantic)


def _hinted(name: str, semantic: S) -> bool:
    return re.search(_HINTS[semantic], name, re.IGNORECASE) is not None


def meaning(name: str, counts: Counts) -> Meaning:
    """Decide both types of a column from its present values (no missing, no disguised)."""
    if not len(counts.values):
        return Meaning(StorageType.EMPTY, 1.0, S.EMPTY, 1.0)
    traits = observe(name, counts)
    semantic, share = _semantic(traits)
    storage, storage_share = _storage(traits, semantic)
    return Meaning(storage, storage_share, semantic, share)


def observe(name: str, counts: Counts) -> Traits:
    """Measure the shares on a sample of at most `SAMPLE` distinct values, weighted by rows."""
    sample = counts.sample(SAMPLE)
    texts = [fold(text) for text in sample.values.to_pylist()]
    weights = sample.rows / max(1, sample.rows.sum())
    lengths = np.array([len(t) for t in texts], float)
    plain = [_whole_number(t) for t in texts]
    return Traits(
        name=name,
        shares=_shares(texts, weights, by_name=_hinted(name, S.PHONE)),
        present=int(counts.rows.sum()),
        distinct=len(counts.values),
        unique_share=len(counts.values) / max(1, int(counts.rows.sum())),
        whole=_weigh(plain, weights),
        zeros_first=_weigh([len(t) > 1 and t[0] == "0" and t.isdecimal() for t in texts], weights),
        spaced=_weigh([" " in t or len(t) > 24 for t in texts], weights),
        mean_length=float(lengths @ weights),
        one_length=float(np.bincount(lengths.astype(int), weights=weights).max()),
        clock=_weigh([":" in t for t in texts], weights),
        first_steps=len({_STEP.split(t, maxsplit=1)[0] for t in texts}) / len(texts),
        words=frozenset(t.lower() for t in texts) if len(texts) <= 6 else frozenset(),
    )


def _whole_number(text: str) -> bool:
    digits = text[1:] if text[:1] in "+-" else text
    return digits.isdecimal() or (digits.endswith(".0") and digits[:-2].isdecimal())


def _weigh(fits: list[bool], weights: np.ndarray) -> float:
    return float(weights[np.array(fits, bool)].sum())


def _shares(texts: list[str], weights: np.ndarray, *, by_name: bool) -> dict[S, float]:
    """Ask every recogniser about a few values, and those that fit some about all."""
    step = max(1, len(texts) // SCREEN)
    screen = range(0, len(texts), step)
    shares: dict[S, float] = {}
    for semantic, fits in RECOGNISERS.items():
        if semantic is S.PHONE and not by_name and _max_share(shares, S.NUMBER, S.DATE) > 0.5:
            continue  # phonenumbers is slow, and bare numbers need the column's name as well
        passed = sum(fits(texts[i]) for i in screen)
        if passed < 0.3 * len(screen):
            continue
        asked: range | np.ndarray = range(len(texts))
        if semantic is S.PHONE and len(texts) > PHONE_SAMPLE:
            asked = range(0, len(texts), len(texts) // PHONE_SAMPLE)
        answers = np.array([fits(texts[i]) for i in asked], bool)
        asked_weights = weights[np.asarray(asked)]
        shares[semantic] = float(asked_weights[answers].sum() / asked_weights.sum())
    return shares


def _max_share(shares: dict[S, float], *semantics: S) -> float:
    return max(shares.get(semantic, 0.0) for semantic in semantics)


def _semantic(t: Traits) -> tuple[S, float]:
    """Walk down the ladder: first what its form gives away, then numbers, then words."""
    return _by_form(t) or _by_number(t) or _by_word(t)


def _by_form(t: Traits) -> tuple[S, float] | None:
    if _is_boolean(t):
        return S.BOOLEAN, t.share(S.BOOLEAN)
    for semantic, enough in ((S.URL, 0.7), (S.EMAIL, 0.6), (S.PERCENT, 0.6)):
        if t.share(semantic) >= enough:
            return semantic, t.share(semantic)
    if t.share(S.DATE) >= (0.95 if t.whole > 0.5 and not t.hints(S.DATE) else 0.6):
        return S.DATE, t.share(S.DATE)
    for semantic in (S.MONEY, S.QUANTITY):
        if t.share(semantic) >= 0.5:
            return semantic, max(t.share(semantic), min(1.0, t.share(semantic) + t.share(S.NUMBER)))
    if t.share(S.GTIN) >= (0.5 if t.hints(S.GTIN) else 0.8):
        return S.GTIN, t.share(S.GTIN)
    phone = 0.5 if t.hints(S.PHONE) else 0.9
    if t.share(S.PHONE) >= phone and (t.hints(S.PHONE) or t.share(S.NUMBER) < 0.5):
        return S.PHONE, t.share(S.PHONE)
    return None


def _is_boolean(t: Traits) -> bool:
    if t.share(S.BOOLEAN) < 0.8 or t.distinct > 6:
        return False
    numeric = t.words <= {"0", "1", "0.0", "1.0"}
    return t.distinct >= 2 or t.hints(S.BOOLEAN) or not numeric


def _by_number(t: Traits) -> tuple[S, float] | None:
    number = t.share(S.NUMBER)
    if number < 0.7:
        return None
    if t.hints(S.MONEY) and not t.zeros_first:
        return S.MONEY, number
    if t.hints(S.PERCENT):
        return S.PERCENT, number
    if t.hints(S.ID) and t.whole > 0.7:
        return (S.ID if t.unique_share > 0.5 else S.CODE), number
    if t.zeros_first > 0.01 or t.hints(S.CODE) or t.hints(S.PHONE):
        return S.CODE, number
    if t.whole > 0.99 and t.mean_length >= 7 and t.one_length > 0.95:
        return (S.ID if t.unique_share > 0.5 else S.CODE), number
    if t.unique_share >= 0.999 and t.whole > 0.99 and t.present >= 20 and t.mean_length >= 5:
        return S.ID, number
    return S.NUMBER, number


def _by_word(t: Traits) -> tuple[S, float]:
    for semantic in (S.LANGUAGE, S.COUNTRY):
        enough = 0.6 if t.hints(semantic) else 0.95
        if t.share(semantic) >= enough and t.distinct <= 300:
            return semantic, t.share(semantic)
    if t.share(S.CATEGORY_PATH) >= 0.6 and (t.first_steps < 0.6 or t.distinct <= 3):
        return S.CATEGORY_PATH, t.share(S.CATEGORY_PATH)
    code = t.share(S.CODE)
    if code >= 0.7 and t.unique_share >= 0.95 and t.present >= 5:
        return S.ID, code
    if code >= 0.7 and not t.spaced > 0.3:
        return S.CODE, code
    if _is_enumeration(t):
        return S.CATEGORY, 1.0
    return S.TEXT, 1.0


def _is_enumeration(t: Traits) -> bool:
    """Few values for its rows, and short ones."""
    few = t.distinct <= min(1000, 0.2 * t.present) or t.distinct <= min(12, t.present // 2)
    return few and t.mean_length <= 50


def _storage(t: Traits, semantic: S) -> tuple[StorageType, float]:
    if semantic is S.BOOLEAN:
        return StorageType.BOOLEAN, t.share(S.BOOLEAN)
    if semantic is S.DATE:
        return (StorageType.TIMESTAMP if t.clock > 0.5 else StorageType.DATE), t.share(S.DATE)
    number = t.share(S.NUMBER)
    if number < 0.7 or t.zeros_first > 0.01 or semantic in (S.GTIN, S.PHONE):
        return StorageType.TEXT, 1.0
    if t.whole >= 0.98 * number:
        return StorageType.INTEGER, t.whole
    return StorageType.NUMBER, number
