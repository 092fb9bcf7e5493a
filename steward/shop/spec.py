"""What to make: how many rows, in which languages and names, and which faults since when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from steward.errors import UsageError

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06")

CAUSES = ("renamed", "full_width", "language", "dropped", "encoding")
"""Why a supplier's categories may become null: see `CategoryFault.cause`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How often an error happens among the rows of its slice.

    `rate` is a share of the rows in the slice; `suppliers` empty means all of them; `since` and
    `until` are months (`2024-03`), both included, empty for no bound.
    """

    rate: float = 0.0
    suppliers: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        """Refuse a rate that is no share."""
        if not 0.0 <= self.rate <= 1.0:
            raise UsageError(f"A fault's rate is a share, 0 to 1; {self.rate} is not.")


@dataclass(frozen=True, slots=True)
class CategoryFault(Fault):
    """One supplier's category paths are null since a batch, because of `cause`.

    `renamed`: its category names changed, and join no node of the taxonomy. `full_width`: the
    names arrive in full-width letters or with blanks. `language`: it writes the names in its other
    language, and the join looks in one. `dropped`: it stopped sending names. `encoding`: the names
    arrive as mojibake. `top` limits it to one top category (English name), empty for all.
    """

    cause: str = "renamed"
    top: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown cause."""
        Fault.__post_init__(self)
        if self.cause not in CAUSES:
            raise UsageError(f"Unknown cause {self.cause!r}.", hint=f"One of {', '.join(CAUSES)}.")


@dataclass(frozen=True, slots=True)
class ShopFaults:
    """One field a kind of error; its name is the kind that the truth tables record."""

    category_null: CategoryFault = CategoryFault(1.0, ("S04",), "2024-04")
    columns_swapped: Fault = Fault(0.7, ("S06",), "2024-03", "2024-03")
    date_order: Fault = Fault(0.6, ("S05",), "2024-03", "2024-05")
    brand_missing: Fault = Fault(0.02)
    disguised_missing: Fault = Fault(0.03)
    typo: Fault = Fault(0.02)
    price_format: Fault = Fault(0.03)
    price_swapped: Fault = Fault(0.008)
    price_outlier: Fault = Fault(0.006)
    unit_format: Fault = Fault(0.05)
    split_value: Fault = Fault(0.3, ("S09",), "2024-02")
    mojibake: Fault = Fault(0.15, ("S02",), "2024-05")
    full_width: Fault = Fault(0.01)
    control_character: Fault = Fault(0.008)
    wrong_country: Fault = Fault(0.008)
    wrong_currency: Fault = Fault(0.008)
    wrong_gtin_prefix: Fault = Fault(0.006)
    gtin_digit: Fault = Fault(0.01)
    wrong_category: Fault = Fault(0.01)
    duplicate_product: Fault = Fault(0.02)
    duplicate_exact: Fault = Fault(0.005)
    orphan_reference: Fault = Fault(0.01)

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Every kind of error there is."""
        return tuple(f.name for f in fields(cls))

    @classmethod
    def none(cls) -> ShopFaults:
        """A healthy shop."""
        return cls().only()

    def only(self, *kinds: str) -> ShopFaults:
        """These faults with every kind but the named ones turned off; `UsageError` if unknown."""
        if unknown := sorted(set(kinds) - set(self.kinds())):
            raise UsageError(f"Unknown fault {unknown[0]!r}.", hint=", ".join(self.kinds()))
        off = {k: replace(getattr(self, k), rate=0.0) for k in self.kinds() if k not in kinds}
        return replace(self, **off)

    def scaled(self, factor: float) -> ShopFaults:
        """These faults with every rate multiplied, at most 1."""
        scaled = {k: getattr(self, k) for k in self.kinds()}
        return replace(
            self, **{k: replace(f, rate=min(1.0, f.rate * factor)) for k, f in scaled.items()}
        )

    def moved(self, months: tuple[str, ...]) -> ShopFaults:
        """These faults with each month of the default calendar replaced by the one at its place.

        A place beyond the last of `months` becomes the last.
        """
        place = {m: months[min(i, len(months) - 1)] for i, m in enumerate(MONTHS)}
        faults = {k: getattr(self, k) for k in self.kinds()}
        return replace(
            self,
            **{
                k: replace(f, since=place.get(f.since, f.since), until=place.get(f.until, f.until))
                for k, f in faults.items()
            },
        )


@dataclass(frozen=True, slots=True)
class ShopSpec:
    """A shop to make; the same spec gives the same bytes.

    `rows` counts the items before duplicates are added. `months` are the deliveries. `languages`
    are the title languages of the suppliers: `en`, `zh`, `mixed`. `schema` names the columns:
    `english`, `chinese` or `terse`, or a mapping `table.column` to name over the English one.
    `drop` leaves columns of items out. `sessions` defaults to a fifth of the rows, at most 100,000.
    """

    rows: int = 10_000
    seed: int = 7
    months: tuple[str, ...] = MONTHS
    languages: tuple[str, ...] = ("en", "zh", "mixed")
    faults: ShopFaults = field(default_factory=ShopFaults)
    schema: str | Mapping[str, str] = "english"
    drop: tuple[str, ...] = ()
    queries: int = 200
    sessions: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        if not 1 <= self.rows <= 10_000_000:
            raise UsageError(f"A shop has 1 to 10,000,000 rows; {self.rows} is not.")
        if self.seed < 0:
            raise UsageError(f"A seed is 0 or more; {self.seed} is not.")
        if not self.months or sorted(set(self.months)) != list(self.months):
            raise UsageError("A shop needs months, each once and in order (2024-01, 2024-02, …).")
        if any(not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) for month in self.months):
            raise UsageError(f"A month is written 2024-03; one of {self.months} is not.")
        if not self.languages or set(self.languages) - {"en", "zh", "mixed"}:
            raise UsageError(f"Unknown languages {self.languages}.", hint="Of en, zh, mixed.")
        if self.queries < 1 or (self.sessions is not None and self.sessions < 0):
            raise UsageError("A shop needs at least one query and no negative number of sessions.")

    @property
    def session_count(self) -> int:
        """How many search sessions to make."""
        return min(self.rows // 5, 100_000) if self.sessions is None else self.sessions
