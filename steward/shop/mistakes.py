"""The mistakes themselves: a right value and a die go in, a wrong value comes out.

A function that can do nothing to a value gives it back unchanged; nothing is recorded then. A die
is a number drawn for the cell; what it chooses is fixed by it alone.
"""

from __future__ import annotations

from collections.abc import Callable

from steward.shop.vocabulary import Vocabulary

Mistake = Callable[[str, int], str]

NOTHING = ("N/A", "n/a", "-", "--", "unknown", "?", "none", "无", "暂无", "未知", "未填写", "NULL")
INVISIBLE = ("\u200b", "\ufeff", "\u200e", "\u00ad", "\t", "\u2028", "\x1f", "\x07")
WIDE = {sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)}
WIDE_DIGITS = {sign: sign + 0xFEE0 for sign in range(ord("0"), ord("9") + 1)}
WINDOWS = {b: ord(bytes([b]).decode("cp1252", "ignore") or chr(b)) for b in range(0x80, 0xA0)}
CONFUSED = {
    "色": "涩",
    "黑": "墨",
    "白": "百",
    "红": "虹",
    "蓝": "篮",
    "绿": "录",
    "灰": "恢",
    "银": "很",
    "金": "全",
    "粉": "份",
    "紫": "柴",
    "黄": "皇",
    "棕": "综",
    "米": "未",
    "天": "夭",
    "酒": "洒",
}
UNITS_ZH = {
    "ml": "毫升",
    "L": "升",
    "g": "克",
    "kg": "公斤",
    "cm": "厘米",
    "mm": "毫米",
    "in": "英寸",
    "W": "瓦",
    "pcs": "件",
    "EU": "码",
}
LARGER = {"ml": ("L", 1000), "g": ("kg", 1000), "mm": ("cm", 10), "cm": ("m", 100)}
SMALLER = {"L": ("ml", 1000), "kg": ("g", 1000), "cm": ("mm", 10)}


def disguised(value: str, die: int) -> str:
    """A word that says there is no value."""
    return NOTHING[die % len(NOTHING)]


def typo(value: str, die: int) -> str:
    """One slip: letters exchanged, one lost, one twice, one wrong; in Chinese a look-alike."""
    at = die // 8 % max(len(value) - 1, 1)
    if not value.isascii() and (hit := [i for i, c in enumerate(value) if c in CONFUSED]):
        at = hit[die // 8 % len(hit)]
        return value[:at] + CONFUSED[value[at]] + value[at + 1 :]
    if len(value) < 3:
        return value + value[-1:]
    a, b = value[at], value[at + 1]
    slips = (b + a, b, a + a + b, a + ("e" if b != "e" else "a"))
    return value[:at] + slips[die % 4] + value[at + 2 :]


def mojibake(value: str, die: int) -> str:
    """UTF-8 read as Windows-1252, the way browsers do (WHATWG: no byte is without a sign)."""
    return value.encode().decode("latin-1").translate(WINDOWS)


def misread(value: str, die: int) -> str:
    """Mojibake; of a plain ASCII text only a byte order mark shows that it was misread."""
    return "ï»¿" + value if value.isascii() else mojibake(value, die)


def full_width(value: str, die: int) -> str:
    """ASCII letters, digits and signs as wide as Chinese ones."""
    return value.translate(WIDE_DIGITS if die % 2 else WIDE)


def invisible(value: str, die: int) -> str:
    """A character that cannot be seen, somewhere inside or at the end."""
    at = 1 + die // 8 % len(value)
    return value[:at] + INVISIBLE[die % 8] + value[at:]


def date_order(value: str, die: int) -> str:
    """`2024-03-17` in another order; six in ten are day/month/year."""
    year, month, day = value.split("-")
    other = (
        f"{month}/{day}/{year}",
        f"{day}.{month}.{year}",
        f"{year}{month}{day}",
        f"{year}年{int(month)}月{int(day)}日",
    )
    return f"{day}/{month}/{year}" if die % 10 < 6 else other[die % 4]


def price_format(value: str, currency: str, die: int) -> str:
    """The same amount, as people of that currency write it."""
    amount = float(value)
    comma = f"{amount:,.2f}"
    short = f"{amount:.0f}" if value.endswith(".00") else value
    forms = {
        "USD": (f"${comma}", f"USD {short}", comma if amount >= 1000 else f"${value}"),
        "CNY": (f"{short}元", f"￥{comma.removesuffix('.00')}", f"¥{value}", full_width(value, 0)),
        "EUR": (comma.translate({44: 46, 46: 44}) + " €", f"EUR {short}", f"€{comma}"),
        "GBP": (f"£{comma}", f"GBP {short}", f"{short} GBP"),
    }[currency]
    return forms[die % len(forms)]


def price_outlier(value: str, die: int) -> str:
    """A hundred times too much, a lost decimal point, or a hundredth."""
    cents = int(value.replace(".", ""))
    if die % 5 == 0 and cents >= 100:
        return f"{cents // 100 // 100}.{cents // 100 % 100:02d}"
    return f"{cents}.00" if die % 2 else str(cents)


def unit_format(value: str, die: int) -> str:
    """The same quantity in another unit or spelling; what has no unit stays."""
    amount, _, unit = value.partition(" ")
    if unit not in UNITS_ZH and unit not in ("GB", "keys", "MP"):
        return value
    forms = [amount + unit, f"{amount} {unit.upper()}", f"{amount} {unit}."]
    if unit in UNITS_ZH:
        forms.append(amount + UNITS_ZH[unit])
    if unit in LARGER:
        forms.append(f"{float(amount) / LARGER[unit][1]:g} {LARGER[unit][0]}")
    if unit in SMALLER:
        forms.append(f"{float(amount) * SMALLER[unit][1]:g} {SMALLER[unit][0]}")
    others = [form for form in forms if form != value]
    return others[die % len(others)]


def gtin_digit(value: str, die: int) -> str:
    """One digit wrong, so that the check digit never fits."""
    at = die % 13
    wrong = (int(value[at]) + 1 + die // 13 % 9) % 10
    return f"{value[:at]}{wrong}{value[at + 1 :]}"


def other_of(values: tuple[str, ...]) -> Mistake:
    """A mistake that takes another of these values."""

    def choose(value: str, die: int) -> str:
        at = values.index(value)
        return values[(at + 1 + die % (len(values) - 1)) % len(values)]

    return choose


def renamed(words: Vocabulary) -> dict[str, str]:
    """Each leaf's name, in both languages, and what another firm would call it."""
    pairs = {leaf.path[-1]: leaf.alt for leaf in words.leaves}
    return pairs | {leaf.zh[-1]: leaf.alt_zh for leaf in words.leaves}


def other_language(words: Vocabulary) -> dict[str, str]:
    """Each leaf's name and its name in the other language."""
    pairs = {leaf.path[-1]: leaf.zh[-1] for leaf in words.leaves}
    return pairs | {zh: en for en, zh in pairs.items()}


def blurred(value: str, die: int) -> str:
    """Full-width letters, or an ideographic blank behind a name that has none."""
    return full_width(value, 0) if value.isascii() else value + "\u3000"
