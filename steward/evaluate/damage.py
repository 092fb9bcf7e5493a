"""Ways to spoil one value, as people, keyboards, spreadsheets and exports do.

Each takes a value and a random generator and returns the spoilt text, or None where this damage
makes no sense. Nothing here is shared with the correctors or their backtest: what measures must not
be made of what is measured.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from random import Random

Damage = Callable[[str, Random], str | None]

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%Y年%m月%d日")

LOOKALIKES = (
    "己已巳 未末 土士 日曰 干千于 人入八 大太犬 天夫 王玉主 田由甲申 目自 白百 牛午 木本术 折拆 "
    "洒酒 侯候 崇祟 兵乒 鸟乌 治冶 晴睛 清请情 密蜜 杨扬 洲州 厂广 海梅 凉京 河何 中申 永水 "
    "衣农 机肌 净静 奶妈 蓝篮 裤库 板版 苹萍 莱菜 茶荼 鞋鞍 杯坏 棉绵"
)
"""Characters that are easily taken for one another, by their shape."""

SAME_SOUND = (
    "的得地 在再 做作 象像 和合何 是事市式 长常场 公工供 城成诚程 京经精 州周洲 安按 明名 华花化 "
    "丽利立力 新心欣 小晓 美每 家佳加 海嗨 白百 红宏洪 青清轻 黄皇 金今 银引 香相 包宝保 机基 "
    "电店 器气 水睡 油由游 米迷 面棉 茶查 酒九 鞋协 衣一医 裤库 帽冒 书舒 江姜 苏素 深身 南男 广光"
)
"""Characters that an input method offers for the same keys."""


def typo(value: str, random: Random) -> str | None:
    """One slip: a neighbouring key, a letter added, dropped, doubled, or two exchanged."""
    places = [i for i, c in enumerate(value) if c.isalnum()]
    if len(places) < 3:
        return None
    at = random.choice(places)
    if ord(value[at]) > 0x2E80:
        return _confuse(value, at, random)
    slip = random.choice((_neighbour, _insert, _delete, _double, _transpose, _neighbour))
    return slip(value, at, random)


def mask(value: str, random: Random) -> str | None:
    """One or two characters overwritten with x."""
    places = [i for i, c in enumerate(value) if c.isalnum() and c != "x"]
    if len(places) < 2:
        return None
    spoilt = list(value)
    for at in random.sample(places, min(len(places), random.choice((1, 1, 2)))):
        spoilt[at] = "x"
    return "".join(spoilt)


def letter_case(value: str, random: Random) -> str | None:
    """The same text in another case."""
    return random.choice((value.upper(), value.lower(), value.title(), value.swapcase()))


def white_space(value: str, random: Random) -> str | None:
    """A blank before, after, or doubled within."""
    if " " in value and random.random() < 0.4:
        return value.replace(" ", random.choice(("  ", "\u00a0", "\t")), 1)
    return random.choice((" {}", "{} ", "  {}", "{}\u3000")).format(value)


def full_width(value: str, random: Random) -> str | None:
    """ASCII written as full-width forms, as Chinese keyboards do."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)
    return wide if wide != value else None


def mojibake(value: str, random: Random) -> str | None:
    """UTF-8 read as another encoding."""
    if value.isascii():
        return None
    try:
        return value.encode().decode(random.choice(("latin-1", "cp1252")))
    except UnicodeDecodeError:
        return value.encode().decode("latin-1")


def truncate(value: str, random: Random) -> str | None:
    """The end of a long text cut off."""
    return value[: random.randint(len(value) // 2, len(value) - 3)] if len(value) >= 12 else None


def number_format(value: str, random: Random) -> str | None:
    """The same number with other marks: decimals, thousands, comma, currency, percent."""
    if not _NUMBER.fullmatch(value):
        return None
    number = float(value)
    ways = [f"{number:.2f}", f"{number:,.2f}", f"${value}", value.replace(".", ","), f"{value}.0"]
    if 0 < abs(number) < 1:
        ways.append(f"{number * 100:.1f}%")
    ways = [w for w in ways if w != value and w.count(".") <= 1]
    return random.choice(ways) if ways else None


def outlier(value: str, random: Random) -> str | None:
    """A number off by a power of ten, or of the wrong sign."""
    if not _NUMBER.fullmatch(value) or float(value) == 0:
        return None
    factor = random.choice((10, 100, 1000, -1))
    return f"{float(value) * factor:.6f}".rstrip("0").rstrip(".")


def date_format(value: str, random: Random) -> str | None:
    """The same day written another way."""
    for known in _DATE_FORMATS:
        try:
            day = dt.datetime.strptime(value, known)
        except ValueError:
            continue
        return day.strftime(random.choice([f for f in _DATE_FORMATS if f != known]))
    return None


def with_unit(unit: str) -> Damage:
    """Damage that writes a unit behind a plain number, in one of four manners."""

    def spoil(value: str, random: Random) -> str | None:
        if not _NUMBER.fullmatch(value):
            return None
        manner = random.choice(("{} {}", "{}{}", "{} {}.", "{}.0 {}"))
        return (
            manner.format(value.removesuffix(".0"), unit) if "." not in value else f"{value} {unit}"
        )

    return spoil


UNITS = ("oz", "kg", "g", "ml", "cm", "inch", "lb", "件", "元", "克")

BLANK_WORDS = (
    "N/A",
    "-",
    "unknown",
    "?",
    "null",
    "none",
    "NULL",
    "n.a.",
    "999",
    "无",
    "暂无",
    "未知",
)


def _neighbour(value: str, at: int, random: Random) -> str | None:
    char = value[at]
    for row, keys in enumerate(_ROWS):
        place = keys.find(char.lower())
        if place < 0:
            continue
        near = [keys[p] for p in (place - 1, place + 1) if 0 <= p < len(keys)]
        near += [
            other[place]
            for other in _ROWS[max(row - 1, 1) : row + 2]
            if other != keys and place < len(other) and row > 0
        ]
        new = random.choice(near)
        return value[:at] + (new.upper() if char.isupper() else new) + value[at + 1 :]
    return None


def _insert(value: str, at: int, random: Random) -> str | None:
    alphabet = "0123456789" if value[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    return value[:at] + random.choice(alphabet) + value[at:]


def _delete(value: str, at: int, random: Random) -> str | None:
    return value[:at] + value[at + 1 :]


def _double(value: str, at: int, random: Random) -> str | None:
    return value[:at] + value[at] + value[at:]


def _transpose(value: str, at: int, random: Random) -> str | None:
    if at + 1 >= len(value) or value[at] == value[at + 1]:
        return None
    return value[:at] + value[at + 1] + value[at] + value[at + 2 :]


def _confuse(value: str, at: int, random: Random) -> str | None:
    places = [i for i, c in enumerate(value) if any(c in group for group in _CONFUSABLE)]
    if not places:
        return _delete(value, at, random) if len(value) > 3 else None
    at = random.choice(places)
    group = random.choice([g for g in _CONFUSABLE if value[at] in g])
    others = [c for c in group if c != value[at]]
    return value[:at] + random.choice(others) + value[at + 1 :]


_CONFUSABLE = tuple(f"{LOOKALIKES} {SAME_SOUND}".split())
