"""Prices as people write them: `$1,299.00`, `￥1299`, `1299元`, `USD 12`, `1.299,00 €`.

price-parser was tried: it finds a price inside any text (`iPhone 12` is 12), which cannot decide
the type of a column. Here the whole text must be a price.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from steward.profile.number import NUMBER, SCALES, decimal_of, fold
from steward.profile.words import words


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its ISO 4217 currency; None where the text names none."""

    amount: Decimal
    currency: str | None


CURRENCIES = {
    "US$": "USD", "HK$": "HKD", "NT$": "TWD", "CA$": "CAD", "AU$": "AUD", "NZ$": "NZD",
    "A$": "AUD", "C$": "CAD", "S$": "SGD", "R$": "BRL", "MX$": "MXN",
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₹": "INR", "₩": "KRW", "₽": "RUB",
    "฿": "THB", "₫": "VND", "₺": "TRY", "₱": "PHP", "₪": "ILS", "₴": "UAH", "RS.": "INR",
    "RS": "INR", "RM": "MYR", "RMB": "CNY", "人民币": "CNY", "元": "CNY", "块": "CNY",
    "圆": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY",
    "円": "JPY", "港币": "HKD", "港元": "HKD", "台币": "TWD", "新台币": "TWD", "韩元": "KRW",
    "EURO": "EUR", "EUROS": "EUR", "DOLLARS": "USD", "KR": "SEK", "ZŁ": "PLN", "KČ": "CZK",
}  # fmt: skip
"""Signs and words for currencies (upper case). `$` alone is read as USD and `¥` as CNY."""

ISO = words(
    "AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY "
    "KES KRW KWD KZT LKR MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB "
    "TRY TWD UAH USD VND ZAR"
)

_SIGN = "|".join(
    re.escape(sign) for sign in sorted({*CURRENCIES, *ISO}, key=lambda s: (-len(s), s))
)
_MONEY = re.compile(
    rf"(?P<open>\()?(?P<minus>[+-])?\s*(?P<before>{_SIGN})?\s*(?P<inner>-)?\s*(?P<number>{NUMBER})"
    rf"(?P<round>,-|\.-)?\s*(?P<scale>[千万亿])?\s*(?P<after>{_SIGN})?(?P<close>\))?\s*起?",
    re.IGNORECASE,
)


def parse_money(text: str) -> Money | None:
    """Read a text that is a price and nothing else; a bare number has no currency."""
    found = _MONEY.fullmatch(fold(text))
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    number = found["number"]
    if found["round"] and re.fullmatch(r"\d{1,3}\.\d{3}", number):
        number = number.replace(".", "")  # `1.299,-`: the dash says that the comma is decimal
    amount = decimal_of(number)
    if amount is None:
        return None
    amount *= SCALES.get(found["scale"] or "", 1)
    negative = found["minus"] == "-" or found["inner"] or found["open"]
    return Money(-amount if negative else amount, _currency(found["before"], found["after"]))


def _currency(before: str | None, after: str | None) -> str | None:
    """The more exact of two signs: `$12 CAD` is Canadian."""
    signs = [sign.upper() for sign in (after, before) if sign]
    for sign in signs:
        if sign in ISO:
            return sign
    return CURRENCIES[signs[0]] if signs else None
