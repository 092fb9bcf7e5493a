"""Which shop to lay out for an exam: its faults, who made them, since when.

A plan (a line of `floors.yaml`) says which faults; suppliers and months are drawn by the run's
seed, a different supplier for each fault. The trial only changes the shop's own seed, so that
the same questions are put about other rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from steward.shop import CategoryFault, Fault, ShopFaults, ShopSpec

SUPPLIERS = ("S01", "S02", "S03", "S04", "S05", "S06", "S07")
"""Those with enough rows to be found; the smaller ones stay healthy."""

CHINESE = ("S02", "S06")
"""Those whose text is Chinese, so that a wrong encoding shows in it."""

FAULT_COLUMNS = {
    "price_format": "price",
    "price_outlier": "price",
    "price_swapped": "price",
    "wrong_currency": "currency",
    "date_order": "updated_at",
    "mojibake": "title",
    "split_value": "weight_unit",
}
CAUSES = {
    "price_outlier": "outlier",
    "price_swapped": "swapped",
    "wrong_currency": "currency",
    "mojibake": "encoding",
    "split_value": "merged",
}
"""What a fault is called among the claims, where it is not its own name."""

NULLS = ("renamed", "full_width", "language", "encoding", "dropped", "merged")
"""Causes that leave cells empty."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A seeded fault with a slice: its cause as claims name it, column, supplier, first month.

    `column` is the English name in the sample shop, whatever the shop at hand calls it.
    """

    cause: str
    column: str
    supplier: str
    since: str

    @property
    def empties(self) -> bool:
        """Does it leave cells empty?"""
        return self.cause in NULLS and self.column != "title"


@dataclass(frozen=True, slots=True)
class Plan:
    """A shop to lay out.

    `resent` is the month delivered twice, '' for none; `applied` asks for one applied fix;
    `columns` are the store's names by English name; `others` those of the taxonomy and its table.
    """

    name: str
    schema: str
    table: str
    say: str
    spec: ShopSpec
    columns: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    resent: str = ""
    twins: bool = False
    one_batch: bool = False
    applied: bool = False
    noisy: bool = False


def draw_plan(floor: Mapping[str, Any], schema: Mapping[str, Any], seed: int, trial: int) -> Plan:
    """The plan of one floor under one schema.

    Args:
        floor: a line of `floors.yaml`.
        schema: a line of `schemas.yaml`.
        seed: draws suppliers and months.
        trial: with the seed, draws the rows.
    """
    random = Random(f"{seed}/{floor['name']}")
    months = _months(random, floor.get("months", 6))
    incidents = _incidents(floor, random, months)
    return Plan(
        name=floor["name"],
        schema=schema["name"],
        table=schema["table"],
        say=schema["say"],
        spec=_spec(floor, incidents, months, 1000 * seed + 100 * trial + len(floor["name"])),
        columns=_columns(schema),
        others=schema.get("taxonomy", {}),
        incidents=incidents,
        resent=random.choice(months[1:-1]) if floor.get("resent") else "",
        twins=bool(floor.get("twins")),
        one_batch=floor.get("one_batch", False),
        applied=floor.get("applied", False),
        noisy=bool(floor.get("noise")),
    )


def _spec(
    floor: Mapping[str, Any], incidents: Sequence[Incident], months: tuple[str, ...], seed: int
) -> ShopSpec:
    faults = ShopFaults().moved(months).scaled(floor.get("noise", 0.0))
    return ShopSpec(
        rows=floor.get("rows", 1500),
        seed=seed,
        months=months,
        languages=tuple(floor.get("languages", ("en", "zh", "mixed"))),
        faults=replace(faults, **_seeded(floor, incidents)),  # type: ignore[arg-type]
        queries=1,
        sessions=0,
    )


def _months(random: Random, count: int) -> tuple[str, ...]:
    first = random.randrange(2021 * 12, 2025 * 12)
    return tuple(f"{m // 12}-{m % 12 + 1:02d}" for m in range(first, first + count))


def _incidents(
    floor: Mapping[str, Any], random: Random, months: Sequence[str]
) -> tuple[Incident, ...]:
    """Nulls of categories first, then blank columns, then the others, each with its supplier."""
    named = [(floor["nulls"], "category_path")] if "nulls" in floor else []
    named += [("dropped", column) for column in floor.get("blank", ())]
    named += [(CAUSES.get(f, f), FAULT_COLUMNS[f]) for f in floor.get("faults", ())]
    left = random.sample(SUPPLIERS, len(SUPPLIERS))
    found = []
    for cause, column in named:
        able = [s for s in left if cause != "encoding" or s in CHINESE] or list(CHINESE)
        left = [s for s in left if s != able[0]]
        since = random.choice(months[2:-1])
        found.append(Incident(cause, column, able[0], since))
    return tuple(found)


def _seeded(floor: Mapping[str, Any], incidents: Sequence[Incident]) -> dict[str, Fault]:
    """The faults of the shop that make the incidents; blank columns are emptied when laid out."""
    found: dict[str, Fault] = {}
    if "nulls" in floor:
        first = incidents[0]
        found["category_null"] = CategoryFault(
            1.0, (first.supplier,), first.since, cause=first.cause
        )
    rates = floor.get("faults", {})
    for fault, one in zip(rates, incidents[len(incidents) - len(rates) :], strict=True):
        found[fault] = Fault(rates[fault], (one.supplier,), one.since)
    if floor.get("twins"):
        found["duplicate_product"] = Fault(floor["twins"])
    return found


def _columns(schema: Mapping[str, Any]) -> dict[str, str]:
    from steward.shop.render import ITEM_COLUMNS
    from steward.shop.schema import SCHEMAS

    base = dict(zip(ITEM_COLUMNS, SCHEMAS[schema.get("base", "english")], strict=True))
    return base | dict(schema.get("columns", {}))
