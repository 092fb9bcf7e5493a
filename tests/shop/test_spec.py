import ast
from pathlib import Path

import pytest

import steward.shop
from steward.errors import UsageError
from steward.shop import CAUSES, CategoryFault, Fault, ShopFaults, ShopSpec, demo_shop, make_shop

ROOM = Path(steward.shop.__file__).parent


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_the_generator_knows_nothing_of_the_rooms_that_look_for_errors():
    names = {name for path in ROOM.rglob("*.py") for name in imported(path)}
    ours = {name for name in names if name.startswith("steward")}
    assert all(n == "steward.errors" or n.startswith("steward.shop") for n in ours)


def test_the_rooms_that_look_for_errors_know_nothing_of_the_generator():
    rooms = ("profile", "checks", "fixes", "match", "engine", "store", "sources")
    for room in rooms:
        for path in (ROOM.parent / room).rglob("*.py"):
            assert not any(n.startswith("steward.shop") for n in imported(path)), path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ShopSpec(rows=0), "1 to 10,000,000"),
        (lambda: ShopSpec(rows=10_000_001), "1 to 10,000,000"),
        (lambda: ShopSpec(seed=-1), "seed"),
        (lambda: ShopSpec(months=()), "months"),
        (lambda: ShopSpec(months=("2024-02", "2024-01")), "in order"),
        (lambda: ShopSpec(months=("2024-13",)), "2024-03"),
        (lambda: ShopSpec(languages=("fr",)), "languages"),
        (lambda: ShopSpec(queries=0), "query"),
        (lambda: Fault(1.5), "share"),
        (lambda: CategoryFault(1.0, cause="gremlins"), "gremlins"),
        (lambda: ShopFaults().only("gremlins"), "gremlins"),
        (lambda: make_shop(ShopSpec(schema="dutch")), "dutch"),
        (lambda: make_shop(ShopSpec(schema={"items.brand": "title"})), "same name"),
        (lambda: make_shop(ShopSpec(drop=("item_id",))), "item_id"),
        (lambda: make_shop(ShopSpec(drop=("nonesuch",))), "nonesuch"),
        (lambda: make_shop(ShopSpec(faults=ShopFaults(typo=Fault(0.1, ("S99",))))), "S99"),
        (
            lambda: make_shop(ShopSpec(faults=ShopFaults(category_null=CategoryFault(1, top="X")))),
            "top category",
        ),
        (lambda: make_shop(ShopSpec(months=("2023-01",))), "after the last month"),
    ],
)
def test_a_spec_that_makes_no_sense_is_refused_in_plain_words(make, says):
    with pytest.raises(UsageError, match=says):
        make()


def test_the_demo_takes_faults_by_name(tmp_path):
    none = demo_shop(tmp_path / "none", rows=200, faults="none")
    some = demo_shop(tmp_path / "some", rows=2_000, faults="typo, price_format")
    assert not none.errors and set(some.errors) == {"typo", "price_format"}
    with pytest.raises(UsageError, match="gremlins"):
        demo_shop(tmp_path / "bad", rows=10, faults="gremlins")


def test_scaling_keeps_rates_shares():
    faults = ShopFaults().scaled(100.0)
    assert faults.typo.rate == 1.0 and faults.category_null.cause == "renamed"
    assert ShopFaults.none().scaled(5.0) == ShopFaults.none()


def test_the_docs_name_every_kind_and_every_cause():
    page = (ROOM.parents[1] / "docs/sample-shop.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in (*ShopFaults.kinds(), *CAUSES))
