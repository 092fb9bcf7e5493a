"""How Chinese is mistyped: another character of the same sound, of a like shape, another script.

Sounds come from pypinyin, the two scripts from OpenCC. The characters that stand in are those
that the shop's own texts use, the frequent ones more often.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from steward.errors import MissingExtra

HAN = re.compile("[\u3400-\u9fff]")

ALIKE = (
    "己已巳 未末 人入八 土士 日曰 戊戌戍 侯候 晴睛 折拆析 钓钩 拨拔 免兔 天夭 刀力 午牛 贝见 乌鸟 "
    "辩辨辫 裤库 袜妹 清请情 杯怀 帽冒 瓶屏 壶壹 享亨 风凤 仑仓 治冶 准淮 洒酒 竞竟 微徽 "
    "暖缓 蓝篮 锅祸 线钱 抢枪 包句 白自 大太 千干于 木本 今令 没设 氏低 冈网 崇祟 祖租 活话"
)
"""Characters that are taken for each other by their shape, in groups."""


@dataclass(frozen=True)
class Sounds:
    """Characters of the shop's texts by their sound (pinyin without tone), with their counts."""

    of: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def mine_sounds(texts: Iterable[str]) -> Sounds:
    """Gather the characters of texts by sound.

    Raises:
        MissingExtra: the texts hold Chinese and pypinyin is not installed.
    """
    counts = Counter(c for text in texts for c in HAN.findall(text))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for character in sorted(counts):
        found[sound_of(character)][character] = counts[character]
    return Sounds(dict(found))


@lru_cache(maxsize=50_000)
def sound_of(character: str) -> str:
    """The usual sound of a character: pinyin without its tone."""
    try:
        from pypinyin import lazy_pinyin
    except ImportError:
        raise MissingExtra("Noise for Chinese", "augment") from None
    return str(lazy_pinyin(character)[0])


def homophone(random: np.random.Generator, text: str, sounds: Sounds) -> str | None:
    """One character replaced by another of its sound; None where the shop knows no other."""
    places = [i for i, c in enumerate(text) if HAN.match(c)]
    others = {i: _others(text[i], sounds) for i in places}
    able = [i for i in places if others[i]]
    if not able:
        return None
    at = able[int(random.integers(len(able)))]
    names = sorted(others[at])
    weights = np.sqrt([others[at][name] for name in names])
    chosen = names[int(random.choice(len(names), p=weights / weights.sum()))]
    return text[:at] + chosen + text[at + 1 :]


def _others(character: str, sounds: Sounds) -> dict[str, int]:
    same = sounds.of.get(sound_of(character), {})
    return {c: n for c, n in same.items() if c != character}


@lru_cache(maxsize=1)
def _shapes() -> dict[str, str]:
    return {c: group.replace(c, "") for group in ALIKE.split() for c in group}


def look_alike(random: np.random.Generator, text: str) -> str | None:
    """One character replaced by one of a like shape."""
    places = [i for i, c in enumerate(text) if c in _shapes()]
    if not places:
        return None
    at = places[int(random.integers(len(places)))]
    others = _shapes()[text[at]]
    return text[:at] + others[int(random.integers(len(others)))] + text[at + 1 :]


def other_script(text: str) -> str | None:
    """Simplified Chinese in traditional characters, or the other way; None when both are one."""
    if not HAN.search(text):
        return None
    for way in ("s2t", "t2s"):
        made = str(_converter(way).convert(text))
        if made != text:
            return made
    return None


@lru_cache(maxsize=2)
def _converter(way: str) -> Any:
    try:
        import opencc
    except ImportError:
        raise MissingExtra("Noise for Chinese", "augment") from None
    return opencc.OpenCC(way)
