"""A catalogue of a shop in any schema, and questions understood against it without a store."""

import re
from collections.abc import Iterator
from pathlib import Path

from steward.agent.planner.catalogue import Catalogue, Column, Table
from steward.agent.planner.question import Question, Understood
from steward.agent.planner.slots import Hit
from steward.agent.planner.understand import Known, understand
from steward.shop.render import ITEM_COLUMNS
from steward.shop.schema import SCHEMAS

OWN = (
    *("listing_ref", "headline", "maker_label", "made_in", "dept_path", "dept_path_cn", "shade"),
    *("fabric", "dimensions", "mass", "mass_uom", "asking_price", "was_price", "money_code"),
    *("ean_code", "units_left", "vendor_no", "vendor_dept", "vendor_part", "refreshed_on"),
    "page_url",
)
CAMEL = (
    *("listingId", "itemTitle", "brandName", "originCountry", "categoryTrail", "categoryTrailZh"),
    *("colourName", "mainMaterial", "sizeText", "netWeight", "weightUnit", "salePrice"),
    *("listPrice", "currencyCode", "eanCode", "stockLevel", "vendorId", "vendorCategory"),
    *("vendorSku", "lastUpdated", "productUrl"),
)
NAMES = {**SCHEMAS, "own": OWN, "camel": CAMEL}
OTHERS = {
    "suppliers": ("supplier_id", "name", "country", "currency", "category_language", "email"),
    "taxonomy": ("node_id", "parent_id", "name_en", "name_zh", "path_en", "path_zh"),
    "queries": ("query_id", "query", "locale"),
}
ABOUT = {"price": "money", "list_price": "money", "updated_at": "date", "gtin": "gtin"}
ABOUT |= {"category_path": "category_path", "category_path_zh": "category_path", "url": "url"}
NUMBERS = ("price", "list_price", "weight", "stock")


def catalogue(schema: str) -> Catalogue:
    """What the tools tell of a shop whose columns are named by this schema."""
    columns = tuple(
        Column("items", name, "number" if plain in NUMBERS else "text", ABOUT.get(plain, "text"), 9)
        for plain, name in zip(ITEM_COLUMNS, NAMES[schema], strict=True)
    )
    others = [
        Table(name, 10, len(named), tuple(Column(name, one) for one in named), True)
        for name, named in OTHERS.items()
    ]
    return Catalogue((Table("items", 3000, len(columns), columns, True), *others), True)


def column(schema: str, plain: str) -> str:
    """The name of a column of the sample shop in this schema."""
    plain = {"country": "manufacturer_country"}.get(plain, plain)
    return NAMES[schema][ITEM_COLUMNS.index(plain)]


def understood(text: str, schema: str, prior: Question | None = None) -> Understood:
    """A question understood; words like S04 are found among the suppliers, others nowhere."""
    hits: dict[str, list[Hit]] = {}
    for _ in range(4):
        known = Known(catalogue(schema), hits, prior=prior, tools=frozenset({"search_values"}))
        found = understand(text, known)
        if not isinstance(found, tuple):
            return found
        for step in found:
            word = str(step.arguments["text"])
            supplier = re.fullmatch(r"[sS]\d\d", word)
            hit = Hit(word, "items", column(schema, "supplier"), word.upper(), 9)
            hits[word] = [hit] if supplier else []
    raise AssertionError(f"{text!r} is looked up without end")


def cases(name: str) -> Iterator[tuple[str, list[str], str]]:
    """The intent, the columns, and the text of each question of a file."""
    for line in (Path(__file__).parent / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split("|", 2)]
            intent, columns, text = parts if len(parts) == 3 else ("", "-", line)
            yield intent, [] if columns == "-" else columns.split(","), text


def right(found: Understood, intent: str, wanted: list[str]) -> bool:
    """Is a question understood with this intent, and about these columns?"""
    if not isinstance(found, Question) or found.intent != intent:
        return False
    named = [*found.columns, found.group, *(f.column for f in found.filters)]
    named += [f.column for one in found.slices for f in one]
    first = not wanted or not found.columns or found.columns[0] == wanted[0]
    return first and set(wanted) <= set(named)
