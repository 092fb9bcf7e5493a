import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine import Snapshot
from steward.profile import profile_table
from steward.profile.counts import Counts, bottom, top
from steward.types import Batch, SemanticType, StorageType

S = SemanticType
N = 200


def one(values, name="x"):
    return profile_table(Snapshot.from_columns("t", {name: list(values)})).column(name)


def cycle(*values, rows=N):
    return [values[i % len(values)] for i in range(rows)]


@pytest.mark.parametrize(
    ("name", "values", "semantic"),
    [
        ("price", [f"${n}.99" for n in range(N)], S.MONEY),
        ("价格", [f"{n}" for n in range(5, 5 + N)], S.MONEY),
        ("p", [f"{n}元" for n in range(N)], S.MONEY),
        ("size", cycle("500ml", "1.5 l", "330 ml"), S.QUANTITY),
        ("规格", cycle("500克", "2件", "1公斤"), S.QUANTITY),
        ("off", [f"{n % 90}%" for n in range(N)], S.PERCENT),
        ("d", [f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/2023" for n in range(N)], S.DATE),
        ("日期", [f"2024年{n % 12 + 1}月{n % 28 + 1}日" for n in range(N)], S.DATE),
        ("u", [f"https://a.example/{n}" for n in range(N)], S.URL),
        ("mail", [f"u{n}@shop.example" for n in range(N)], S.EMAIL),
        ("tel", [f"+1 202-555-{n:04d}" for n in range(100, 100 + N)], S.PHONE),
        ("手机号", [f"138{n:08d}" for n in range(N)], S.PHONE),
        ("origin", cycle("China", "Germany", "中国", "日本"), S.COUNTRY),
        ("country", cycle("CN", "DE", "NA", "US"), S.COUNTRY),
        ("lang", cycle("en", "zh-CN", "de"), S.LANGUAGE),
        ("active", cycle("Y", "N"), S.BOOLEAN),
        ("在售", cycle("是", "否"), S.BOOLEAN),
        ("类目", cycle("家电 > 手机", "家电 > 电视", "服装 > 鞋"), S.CATEGORY_PATH),
        ("cat", cycle("A/B/C", "A/B/D", "A/E/F"), S.CATEGORY_PATH),
        ("colour", cycle("red", "blue", "green"), S.CATEGORY),
        ("sku", [f"AB-{n:05d}" for n in range(N)], S.ID),
        ("zip", [f"{n % 40:05d}" for n in range(N)], S.CODE),
        ("stock", [str(n * 7 % 90) for n in range(N)], S.NUMBER),
        ("title", [f"steel bottle number {n} with a lid" for n in range(N)], S.TEXT),
        ("nothing", [None, "", "N/A"] * 9, S.EMPTY),
    ],
)  # fmt: skip
def test_the_meaning_of_a_column_is_recognised(name, values, semantic):
    assert one(values, name).semantic is semantic


def test_barcodes_are_told_from_numbers_by_their_check_digit():
    def ean(n):
        digits = f"69{n:010d}"
        odd = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
        return digits + str(-odd % 10)

    assert one([ean(n) for n in range(N)], "barcode").semantic is S.GTIN
    assert one([f"69{n:011d}" for n in range(N)], "n").semantic is not S.GTIN


def test_leading_zeros_keep_a_column_text():
    assert one([f"{n:05d}" for n in range(N)], "zip").type is StorageType.TEXT
    assert one([str(n) for n in range(N)], "n").type is StorageType.INTEGER


def test_missing_disguised_and_present_add_up_to_the_rows():
    column = one(["red"] * 30 + ["blue"] * 30 + [None] * 5 + [""] * 4 + ["N/A"] * 3 + ["暂无"] * 2)
    assert (column.missing, column.present, column.distinct) == (9, 60, 2)
    assert {d.value: d.rows for d in column.disguised} == {"N/A": 3, "暂无": 2}


def test_keys_and_near_keys_are_told_apart():
    assert one([f"k{n}" for n in range(N)]).is_key
    near = one([f"k{n}" for n in range(N - 1)] + ["k0"])
    assert near.near_key and not near.is_key


def test_fences_are_three_iqr_and_on_the_log_scale_for_skewed_prices():
    prices = np.round(np.exp(np.random.default_rng(1).normal(3, 1, 2000)), 2)
    numbers = one([str(p) for p in prices] + ["900000"], "price").numbers
    assert numbers is not None
    assert numbers.lower_fence > 0
    assert numbers.outside == 1
    flat = one([str(n) for n in range(100)] + ["1000"], "n").numbers
    assert flat is not None
    assert (flat.p25, flat.p75, flat.upper_fence) == (25, 75, 225)
    assert flat.outside == 1


def test_histogram_counts_every_number_once():
    numbers = one([str(n**2) for n in range(N)] + ["-7", "99999999"], "n").numbers
    assert numbers is not None
    assert sum(n for _, _, n in numbers.histogram) == N + 2


def test_masks_give_the_shape_with_its_rows_and_an_example():
    masks = one(["AB-12"] * 3 + ["CD-34"] * 2 + ["x1"], "sku").masks
    assert [(m.mask, m.rows, m.example) for m in masks] == [("AA-99", 5, "AB-12"), ("a9", 1, "x1")]


def test_a_broken_copy_shows_its_dependency_with_its_error():
    brand = [f"b{n % 20}" for n in range(400)]
    supplier = [f"s{n % 20 // 2}" for n in range(400)]
    supplier[:8] = ["zz"] * 8
    noise = [str(n * 7919 % 13) for n in range(400)]
    table = {
        "brand": brand,
        "supplier": supplier,
        "noise": noise,
        "key": [str(n) for n in range(400)],
    }
    found = profile_table(Snapshot.from_columns("t", table)).dependencies
    single = [(d.determinant, d.dependent, d.error) for d in found if len(d.determinant) == 1]
    assert single == [(("brand",), "supplier", 0.02)]


def test_two_columns_that_decide_a_third_are_found_together():
    rng = np.random.default_rng(3)
    state, child = rng.integers(0, 12, 3000), rng.integers(0, 2, 3000)
    table = {"state": state, "child": child, "exemption": state * 37 % 11 * 100 + child * 50}
    snapshot = Snapshot.from_columns("t", {k: [str(x) for x in v] for k, v in table.items()})
    found = {(d.determinant, d.dependent): d.error for d in profile_table(snapshot).dependencies}
    assert found[(("state", "child"), "exemption")] == 0


def test_columns_that_have_nothing_to_do_with_each_other_show_no_dependency():
    rng = np.random.default_rng(4)
    table = {f"c{i}": [str(x) for x in rng.integers(0, 5 + 40 * i, 1500)] for i in range(6)}
    table["nearly"] = ["a"] * 1490 + ["b"] * 10
    assert profile_table(Snapshot.from_columns("t", table)).dependencies == ()


def test_a_reference_to_another_table_is_found_with_its_unmatched_rows():
    tree = Snapshot.from_columns("categories", {"name": [f"cat {n}" for n in range(20)]})
    items = {
        "category": [f"cat {n % 20}" for n in range(95)] + ["Cat?"] * 5,
        "n": cycle("1", rows=100),
    }
    snapshot = Snapshot.from_columns("items", items)
    snapshot.beside["categories"] = tree
    (key,) = profile_table(snapshot).foreign_keys
    assert (key.column, key.other_table, key.matched, key.unmatched) == (
        "category",
        "categories",
        95,
        5,
    )


def batched(columns, sizes):
    rows = sum(sizes)
    batch = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    arrays = {"_steward_row": pa.array(np.arange(1, rows + 1)), "_steward_batch": pa.array(batch)}
    arrays |= {name: pa.array(values, pa.string()) for name, values in columns.items()}
    batches = [
        Batch(i + 1, "t", f"f{i}.csv", f"2026-0{i + 1}-01T00:00:00", n, "")
        for i, n in enumerate(sizes)
    ]
    return Snapshot("t", pa.table(arrays), batches=batches)


def test_a_batch_that_lost_a_column_is_named_and_an_even_one_is_not():
    rng = np.random.default_rng(2)
    category = [f"c{n}" for n in rng.integers(0, 5, 900)]
    category[600:850] = [None] * 250
    price = np.concatenate([rng.normal(10, 2, 600), rng.normal(30, 2, 300)])
    table = {
        "category": category,
        "price": [f"{p:.2f}" for p in price],
        "even": cycle("a", "b", rows=900),
    }
    shifts = profile_table(batched(table, [300, 300, 300])).shifts
    assert {(s.column, s.measure, s.batch) for s in shifts} == {
        ("category", "missing", 3),
        ("price", "median", 3),
    }
    (lost,) = [s for s in shifts if s.measure == "missing"]
    assert (lost.before, round(lost.after, 3)) == (0, 0.833)
    assert lost.p_value < 1e-10


def test_what_chance_moves_in_many_small_batches_is_no_shift():
    rng = np.random.default_rng(8)
    table = {f"c{i}": [str(x) for x in rng.integers(0, 3, 300)] for i in range(20)}
    table |= {f"m{i}": [None if x else "v" for x in rng.integers(0, 2, 300)] for i in range(9)}
    assert profile_table(batched(table, [60] * 5)).shifts == ()


def test_a_certain_but_tiny_change_is_no_shift():
    cells = [None if i % 100 < share else "v" for share in (10, 13) for i in range(20_000)]
    assert profile_table(batched({"a": cells}, [20_000, 20_000])).shifts == ()


def test_values_never_seen_before_and_a_new_format_are_shifts():
    values = cycle("S-01", "S-02", "S-03", rows=200) + cycle("sup 7", "sup 8", rows=100)
    shifts = profile_table(batched({"supplier": values}, [100, 100, 100])).shifts
    assert {(s.measure, s.batch) for s in shifts} == {("format", 3), ("new_values", 3)}


def test_a_file_and_a_table_in_memory_give_the_same_profile(tmp_path):
    columns = {"a": [f"v{n % 37}" for n in range(500)], "b": [str(n) for n in range(500)]}
    memory = Snapshot.from_columns("t", columns)
    path = tmp_path / "t.parquet"
    pq.write_table(memory.arrow, path, row_group_size=120)
    assert profile_table(Snapshot("t", path)) == profile_table(memory)


def test_an_empty_table_and_an_empty_column_have_a_profile():
    assert profile_table(Snapshot.from_columns("t", {"a": []})).column("a").semantic is S.EMPTY
    assert profile_table(Snapshot.from_columns("t", {"a": [None, ""]})).column("a").present == 0


def test_progress_names_each_column_in_order():
    seen = []
    profile_table(Snapshot.from_columns("t", {c: ["1"] for c in "xyz"}), progress=seen.append)
    assert seen == ["x", "y", "z"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.text(max_size=12), min_size=1, max_size=40))
def test_any_column_has_a_profile_whose_counts_add_up(cells):
    try:
        "".join(c or "" for c in cells).encode()
    except UnicodeEncodeError:
        return
    column = one(cells)
    assert column.rows == len(cells)
    assert column.missing == sum(not c for c in cells)
    assert column.present == sum(column.rows for column in column.top) or column.distinct > 20
    assert sum(m.rows for m in column.masks) == column.present or len(column.masks) == 20
    assert column.unique <= column.distinct <= column.present


def test_top_and_rare_values_break_ties_by_code_point():
    counts = Counts.of(pa.array(["b", "a", "c", "c", "d"]))
    assert [v.value for v in top(counts, 3)] == ["c", "a", "b"]
    assert [v.value for v in bottom(counts, 2)] == ["a", "b"]
