"""The parsers that other rooms share: one text in, a value or None out; nothing is guessed."""

from steward.profile.dates import ParsedDate, date_order, parse_date
from steward.profile.money import Money, parse_money
from steward.profile.number import fold, parse_number
from steward.profile.quantity import Quantity, canonical_unit, parse_quantity

__all__ = [
    "Money",
    "ParsedDate",
    "Quantity",
    "canonical_unit",
    "date_order",
    "fold",
    "parse_date",
    "parse_money",
    "parse_number",
    "parse_quantity",
]
