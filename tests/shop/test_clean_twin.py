import duckdb
import pyarrow.compute as pc
import pytest
from stdnum import ean

from steward.shop import ShopSpec, make_shop


def pairs(table, left, right):
    return set(zip(table[left].to_pylist(), table[right].to_pylist(), strict=True))


def test_every_gtin_has_its_check_digit_and_is_used_once(clean):
    codes = clean["gtin"].to_pylist()
    assert all(ean.is_valid(code) and len(code) == 13 for code in codes)
    assert len(set(codes)) == len(codes)


def test_item_ids_are_unique(clean):
    assert pc.count_distinct(clean["item_id"]).as_py() == len(clean)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("brand", "manufacturer_country"),
        ("category_path", "category_path_zh"),
        ("category_path_zh", "category_path"),
        ("supplier", "currency"),
    ],
)
def test_one_column_fixes_the_other(clean, left, right):
    found = pairs(clean, left, right)
    assert len(found) == len({a for a, _ in found}) > 5


def test_a_gtin_begins_with_the_company_prefix_of_its_brand(clean):
    prefixes = {(brand, gtin[:5]) for brand, gtin in pairs(clean, "brand", "gtin")}
    assert len(prefixes) == len({b for b, _ in prefixes}) == len({p for _, p in prefixes})


def test_prices_are_never_above_list_prices(clean):
    rows = zip(clean["price"].to_pylist(), clean["list_price"].to_pylist(), strict=True)
    assert all(0 < float(price) <= float(listed) for price, listed in rows)


def test_a_title_holds_the_brand(clean):
    rows = zip(clean["title"].to_pylist(), clean["brand"].to_pylist(), strict=True)
    assert all(brand in title for title, brand in rows)


def test_titles_come_in_english_chinese_and_mixed(clean):
    titles = clean["title"].to_pylist()
    ascii_share = sum(t.isascii() for t in titles) / len(titles)
    assert 0.3 < ascii_share < 0.7
    assert any("（" in t for t in titles) and any("黑色" in t and "128GB" in t for t in titles)


def test_an_english_shop_has_no_chinese_but_the_twin_column():
    made = make_shop(ShopSpec(rows=2_000, languages=("en",), sessions=0)).clean_items()
    for column in set(made.column_names) - {"category_path_zh"}:
        text = "".join(value or "" for value in made[column].to_pylist())
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text), column


def test_the_vocabulary_is_broad(shop):
    words = shop.words
    assert len(words.brands) >= 60 and len(words.leaves) >= 40
    assert len({b.name for b in words.brands}) == len(words.brands) < 100
    assert sum(b.country == "CN" for b in words.brands) >= 20


def test_another_firms_name_for_a_category_joins_nothing(shop):
    nodes = shop.taxonomy().to_pylist()
    names = {n["name_en"] for n in nodes} | {n["name_zh"] for n in nodes}
    for leaf in shop.words.leaves:
        assert leaf.alt not in names and leaf.alt_zh not in names


def test_the_category_is_what_joining_the_suppliers_word_to_the_taxonomy_gives(shop):
    made = make_shop(ShopSpec(rows=8_000, faults=shop.spec.faults.only("category_null")))
    query = """
        select count(*), count(*) filter (where i.category_path is null),
               count(*) filter (where i.category_path is distinct from t.path_en)
        from items i join suppliers s on s.supplier_id = i.supplier
        left join taxonomy t
          on i.supplier_category = case s.category_language when 'en' then name_en else name_zh end
    """
    with duckdb.connect() as db:
        for name in ("items", "taxonomy", "suppliers"):
            db.register(name, getattr(made, name)())
        rows, nulls, differ = db.execute(query).fetchone()
    assert (rows, differ) == (8_000, 0)
    assert nulls > 400
