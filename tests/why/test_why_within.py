"""Faults that no check of a whole column sees: scale, order and dependency within groups."""

import random
from collections.abc import Callable, Mapping

import pytest
from stored_shops import assert_proved

from steward import why
from steward.answers import Explanation, Finding, Verdict
from steward.store import Store

KINDS = {"lamp": 40, "desk": 300, "mug": 8, "sofa": 900, "book": 15}
MONEY = {"S1": "CNY", "S2": "EUR", "S3": "CNY", "S4": "GBP"}
Row = dict[str, str]
Change = Callable[[Row, random.Random], Mapping[str, str]]


def deliveries(change: Change, *, since: int = 3, rows: int = 160, rate: float = 0.5) -> list[str]:
    """Five deliveries; from one on, a share of the rows of supplier S3 is changed."""
    draw = random.Random(11)
    texts = []
    for batch in range(1, 6):
        lines = []
        for number in range(rows):
            kind, supplier = draw.choice(list(KINDS)), f"S{number % 4 + 1}"
            listed = KINDS[kind] * draw.lognormvariate(0, 0.4)
            row = {
                "ref": f"{batch}-{number}",
                "sort": kind,
                "vendor": supplier,
                "cost": f"{listed * draw.choice([0.7, 0.8, 0.9, 1.0]):.2f}",
                "full": f"{listed:.2f}",
                "cur": MONEY[supplier],
                "weight": str(draw.randint(20, 900)),
                "unit": draw.choice(["g", "kg"]),
            }
            if supplier == "S3" and batch >= since and draw.random() < rate:
                row |= change(row, draw)
            lines.append(",".join(row.values()))
        texts.append("\n".join([",".join(row), *lines]) + "\n")
    return texts


def scaled(factor: float) -> Change:
    return lambda row, _: {"cost": f"{float(row['cost']) * factor:.2f}"}


def swapped(row: Row, _: random.Random) -> Row:
    return {"cost": row["full"], "full": row["cost"]}


def foreign(row: Row, _: random.Random) -> Row:
    return {"cur": "USD"}


def moved(row: Row, _: random.Random) -> Row:
    return {"weight": f"{row['weight']} {row['unit']}", "unit": ""}


def same(row: Row, _: random.Random) -> Row:
    return {}


def one(found: Explanation, kind: str) -> Finding:
    return next(f for f in found.causes if f.kind == kind)


def assert_from_s3_since_3(store: Store, found: Explanation) -> None:
    where = dict(one(found, "slice").where)
    assert where == {"vendor": "S3", "_steward_batch": "3–5"}
    assert found.since is not None and found.since.batch == 3
    assert_proved(store, found)


@pytest.mark.parametrize(("factor", "told"), [(100, "×100"), (0.01, "×0.01")])
def test_a_lost_decimal_point_is_found_within_kinds(
    tables: Callable[..., Store], factor: float, told: str
) -> None:
    store = tables(goods=deliveries(scaled(factor)))
    found = why.explain_wrong(store, "goods", "cost")
    assert found.causes[0].kind == "wrong_scale"
    assert found.causes[0].facts["factor"] == told
    assert found.causes[0].facts["group"] == "cur + sort"
    assert 0.35 < found.causes[0].covered / found.causes[0].rows < 0.65
    assert_from_s3_since_3(store, found)


def test_prices_written_with_signs_are_read_alike(tables: Callable[..., Store]) -> None:
    texts = deliveries(lambda row, _: {"cost": f"{float(row['cost']) * 100:.2f}"})
    signed = [
        "\n".join(
            line if n == 0 else ",".join([*line.split(",")[:3], f"£{line.split(',')[3]}",
                                          *line.split(",")[4:]])
            for n, line in enumerate(text.splitlines())
        )
        + "\n"
        for text in texts
    ]  # fmt: skip
    store = tables(goods=signed)
    found = why.explain_wrong(store, "goods", "cost")
    assert "wrong_scale" in [f.kind for f in found.causes]
    assert_from_s3_since_3(store, found)


@pytest.mark.parametrize("column", ["cost", pytest.param("full", marks=pytest.mark.slow)])
def test_two_amounts_that_changed_places_are_found_by_their_order(
    tables: Callable[..., Store], column: str
) -> None:
    store = tables(goods=deliveries(swapped, rate=0.9))
    found = why.explain_wrong(store, "goods", column)
    order = found.causes[0]
    assert order.kind == "wrong_order"
    assert (order.facts["low"], order.facts["high"]) == ("cost", "full")
    assert_from_s3_since_3(store, found)


@pytest.mark.slow
@pytest.mark.parametrize(("column", "kind"), [("cost", "wrong_broken_beside"), ("cur", None)])
def test_another_currency_than_the_supplier_always_had_is_found(
    tables: Callable[..., Store], column: str, kind: str | None
) -> None:
    store = tables(goods=deliveries(foreign, rate=0.8))
    found = why.explain_wrong(store, "goods", column)
    broken = one(found, kind or "wrong_broken")
    assert broken.facts["key"] == "vendor" and "CNY → USD" in broken.facts["shown"]
    assert_from_s3_since_3(store, found)


@pytest.mark.parametrize("column", ["cost", "cur", "weight"])
def test_within_groups_nothing_is_found_where_all_is_well(
    tables: Callable[..., Store], column: str
) -> None:
    found = why.explain_wrong(tables(goods=deliveries(same)), "goods", column)
    assert found.verdict is Verdict.HEALTHY, found.causes
    assert [f.kind for f in found.ruled_out] == ["not_within"]


@pytest.mark.slow
@pytest.mark.parametrize("text", [False, True])
def test_content_that_moved_into_another_column_is_found_there(
    tables: Callable[..., Store], text: bool
) -> None:
    def codes(row: Row, draw: random.Random) -> Row:
        return {"weight": f"{row['weight']} / {row['ref']}", "ref": ""}

    store = tables(goods=deliveries(codes if text else moved, rate=1.0))
    column = "ref" if text else "unit"
    found = why.explain_missing(store, "goods", column)
    assert found.causes[0].kind == "moved"
    assert found.causes[0].facts["other"] == "weight"
    assert found.causes[0].covered == found.affected
    assert_from_s3_since_3(store, found)


def test_content_that_is_gone_is_not_said_to_have_moved(tables: Callable[..., Store]) -> None:
    store = tables(goods=deliveries(lambda row, _: {"unit": ""}, rate=1.0))
    found = why.explain_missing(store, "goods", "unit")
    assert "moved" not in [f.kind for f in found.causes]
    assert_from_s3_since_3(store, found)


def test_missing_values_are_told_before_other_differences(tables: Callable[..., Store]) -> None:
    def poor(row: Row, draw: random.Random) -> Row:
        return {
            "cost": f"{float(row['cost']) * 30:.2f}",
            "full": f"{float(row['full']) * 30:.2f}",
            "weight": f"{float(row['weight']) * 30:.0f}",
            "cur": "" if draw.random() < 0.3 else "USD",
            "unit": "lb",
        }

    store = tables(goods=deliveries(poor, since=1, rate=1.0))
    found = why.compare_slices(store, "goods", "vendor = 'S3'")
    assert (found.causes[0].kind, found.causes[0].facts["column"]) == ("missing_differs", "cur")
    assert len(found.causes) > 4


def test_a_fault_of_all_rows_since_a_delivery_names_no_part(tables: Callable[..., Store]) -> None:
    texts = deliveries(same)
    bare = [line.rsplit(",", 1)[0] + "," for line in texts[3].splitlines()[1:]]
    texts[3] = "\n".join([texts[3].splitlines()[0], *bare]) + "\n"
    found = why.explain_missing(tables(goods=texts), "goods", "unit")
    told = next(f.text for f in found.causes if f.kind == "between_batches")
    assert told.endswith("to batch 4: 100 % of all rows, against 0 % otherwise.")


def test_a_beginning_is_named_though_little_is_known_of_the_time_before(
    tables: Callable[..., Store],
) -> None:
    texts = deliveries(scaled(100), since=2, rate=0.4)
    first = texts[0].splitlines()
    texts[0] = "\n".join([*first[:45], *(r for r in first[45:] if ",S3," not in r)]) + "\n"
    found = why.explain_wrong(tables(goods=texts), "goods", "cost")
    assert found.causes[0].kind == "wrong_scale"
    assert dict(one(found, "slice").where) == {"vendor": "S3", "_steward_batch": "2–5"}


def test_the_unit_of_another_amount_says_nothing_of_this_one(
    tables: Callable[..., Store],
) -> None:
    store = tables(goods=deliveries(lambda row, _: {"unit": "lb"}, rate=0.9))
    found = why.explain_wrong(store, "goods", "cost")
    assert found.verdict is Verdict.HEALTHY
