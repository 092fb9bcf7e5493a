"""Amounts with a unit: `12 oz`, `500ml`, `1.5kg`, `500克`, `2件`, `6 x 330 ml`.

pint was tried: it reads `500ml` and `12 oz`, but takes `5 M` for molar, does not know `件`, and is
slow to import. A column of quantities needs a short list of the units of trade.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from steward.profile.number import NUMBER, decimal_of, fold


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a canonical unit (`ml`, `kg`, `piece`), `count` times (`6 x 330 ml`)."""

    amount: Decimal
    unit: str
    count: int = 1


UNITS: Mapping[str, str] = {
    "mg": "mg milligram milligrams 毫克",
    "g": "g gr gm gms gram grams gramme grammes 克",
    "kg": "kg kgs kilo kilos kilogram kilograms 千克 公斤",
    "jin": "斤 市斤",
    "liang": "两",
    "t": "tonne tonnes 吨",
    "oz": "oz oz. ounce ounces oz.alu ozs 盎司",
    "lb": "lb lbs lb. lbs. pound pounds 磅",
    "ml": "ml mls millilitre milliliter milliliters millilitres cc 毫升",
    "cl": "cl centilitre centiliter",
    "l": "l lt ltr ltrs litre liter litres liters 升",
    "fl oz": "floz fl.oz fl.oz. fluidounce fluidounces 液盎司",
    "gal": "gal gallon gallons 加仑",
    "pt": "pint pints",
    "qt": "qt quart quarts 夸脱",
    "mm": "mm millimetre millimeter millimeters 毫米",
    "cm": "cm cms centimetre centimeter centimeters 厘米 公分",
    "m": "m mtr metre meter metres meters 米",
    "km": "km kilometre kilometer kilometers kilometres 公里 千米",
    "in": "in in. inch inches \" '' 英寸 寸",
    "ft": "ft ft. foot feet ' 英尺",
    "yd": "yd yds yard yards 码",
    "m²": "m2 sqm 平方米 平米",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "tb": "tb terabyte terabytes",
    "w": "w watt watts 瓦",
    "kw": "kw kilowatt kilowatts 千瓦",
    "v": "v volt volts 伏",
    "a": "amp amps 安",
    "mah": "mah 毫安时 毫安",
    "hz": "hz hertz 赫兹",
    "ghz": "ghz",
    "mhz": "mhz",
    "mp": "mp megapixel megapixels 万像素",
    "ms": "ms millisecond milliseconds 毫秒",
    "s": "s sec secs second seconds 秒",
    "min": "min mins minute minutes 分钟",
    "h": "h hr hrs hour hours 小时",
    "day": "day days 天 日",
    "month": "month months 个月",
    "year": "year years yr yrs 年",
    "kcal": "kcal cal calories 千卡 大卡",
    "°c": "°c ℃ 摄氏度",
    "piece": "pc pcs pc. pcs. piece pieces ct count ea each unit units 件 个 只 枚 颗 粒 片 张",
    "pack": "pk pks pack packs pkt packet packets 包 袋",
    "box": "box boxes 盒",
    "case": "case cases carton cartons 箱",
    "bottle": "bottle bottles btl 瓶",
    "can": "can cans tin tins 罐 听",
    "pair": "pair pairs pr prs 双 对 副",
    "set": "set sets 套 组",
    "dozen": "dozen dz 打",
    "roll": "roll rolls 卷",
    "bag": "bag bags",
    "sheet": "sheet sheets",
    "tablet": "tablet tablets capsule capsules tabs caps",
    "item": "台 部 支 条 根 本 把 块 辆 棵 株 朵 顶 床",
}
"""Canonical unit → the ways to write it (lower case, no space inside)."""

_TIMES = r"(?:x|\*|×)"
_UNIT = r"([^\d\s.,+\-][^\d+,]{0,15}[²2]?)"
_AMOUNT = re.compile(rf"(?:(\d{{1,4}})\s*{_TIMES}\s*)?([+-]?)({NUMBER})\s*-?\s*{_UNIT}")
_MULTIPLE = re.compile(rf"(.+?)\s*{_TIMES}\s*(\d{{1,4}})\s*\D{{0,6}}")


@cache
def unit_names() -> Mapping[str, str]:
    """Each way to write a unit (lower case, without spaces) → its canonical name."""
    return {alias: unit for unit, aliases in UNITS.items() for alias in aliases.split()}


def canonical_unit(text: str) -> str | None:
    """The canonical name of a unit as written (`Oz.`, `公斤`, `fl oz`); None if it is none."""
    return _lookup(fold(text))


def parse_quantity(text: str) -> Quantity | None:
    """Read a text that is an amount and a unit and nothing else."""
    folded = fold(text)
    if len(folded) > 40:
        return None
    found = _AMOUNT.fullmatch(folded)
    if found:
        return _quantity(found[1], found[2], found[3], found[4])
    multiple = _MULTIPLE.fullmatch(folded)
    inner = _AMOUNT.fullmatch(multiple[1]) if multiple else None
    if multiple and inner and not inner[1]:
        return _quantity(multiple[2], inner[2], inner[3], inner[4])
    return None


def _quantity(count: str | None, sign: str, number: str, unit: str) -> Quantity | None:
    name = _lookup(unit)
    amount = decimal_of(number) if name else None
    if name is None or amount is None:
        return None
    return Quantity(-amount if sign == "-" else amount, name, int(count) if count else 1)


def _lookup(text: str) -> str | None:
    names = unit_names()
    squeezed = text.lower().replace(" ", "")
    return names.get(squeezed) or names.get(squeezed.rstrip("."))
