"""Clean tables of many shapes, made from a seed: ground to try a repair on.

None of them is modelled on a published benchmark; they differ in what a repair can lean on:
repeated entities, many sources for one entity, dependencies, width, size, language, or nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from steward.evaluate import words


class Table(NamedTuple):
    """Column names and rows of text, '' for null."""

    columns: tuple[str, ...]
    rows: list[list[str]]


Schema = Callable[[Random], Table]


def offers_panel(random: Random) -> Table:
    """Forty shops tell title, brand, price, weight and release day of the same 60 products."""
    facts = []
    makers = words.brands(15, random)
    for item in words.distinct("MP-####", 60, random):
        group, good = _good(random)
        title = f"{random.choice(words.ADJECTIVES)} {good} {random.choice(words.COLOURS)}"
        facts.append([item, title, random.choice(makers), group, _price(random),
                      f"{random.randint(1, 90) / 10:.1f}", _day(random)])  # fmt: skip
    shops = [f"{name.lower()}.example" for name in words.brands(40, random)]
    rows = [[shop, *fact] for fact in facts for shop in shops if random.random() < 0.75]
    random.shuffle(rows)
    header = ("shop", "model", "title", "brand", "category", "list_price", "weight", "released")
    return Table(header, rows)


def branches(random: Random) -> Table:
    """Seventy branches, each with a row for many of twenty measures: 1,200 rows, 16 columns."""
    measures = _measures(random)
    rows = []
    for branch in _addresses(70, random):
        kind = random.choice(("flagship", "outlet", "pop-up", "franchise"))
        owner = random.choice(("company owned", "franchise - family", "franchise - group"))
        for measure in random.sample(measures, random.randint(14, 20)):
            score = f"{random.randint(40, 100)}%"
            sample = f"{random.randint(10, 400)} orders"
            rows.append([*branch, kind, owner, random.choice(("yes", "no")), *measure, score,
                         sample, f"{branch[4]}_{measure[0]}"])  # fmt: skip
    header = ("branch_id", "branch", "address", "city", "state", "zip", "county", "phone", "type",
              "owner", "open_sunday", "measure_code", "measure", "topic", "score", "sample",
              "state_measure")  # fmt: skip
    return Table(header, rows)


def catalogue(random: Random) -> Table:
    """Nearly every row is a product of its own; only the makers repeat. 2,000 rows."""
    makers = [
        (str(n), f"{name} {random.choice(('Co.', 'Works', 'Trading Company', 'Ltd'))}", *place[:2])
        for n, (name, place) in enumerate(
            zip(words.brands(300, random), random.choices(words.PLACES, k=300), strict=True)
        )
    ]
    rows = []
    for number, sku in enumerate(words.distinct("@@###", 2000, random)):
        group, good = _good(random)
        title = f"{random.choice(words.ADJECTIVES)} {random.choice(words.MATERIALS)} {good}"
        rating = "" if random.random() < 0.4 else str(random.randint(20, 100))
        size = random.choice(("8.4", "12", "16", "19.2", "24", "32"))
        rows.append([str(number + 1), sku, title, group, size, f"{random.randint(30, 120) / 1000}",
                     rating, *random.choice(makers)])  # fmt: skip
    header = ("n", "sku", "title", "style", "ounces", "strength", "rating", "maker_id", "maker",
              "city", "state")  # fmt: skip
    return Table(header, rows)


def orders_wide(random: Random) -> Table:
    """Order lines joined with everything: 800 rows, 40 columns, some with one value only."""
    customers = [[*_person(random), *address[2:8]] for address in _addresses(90, random)]
    products = [[sku, *_good(random), _price(random), random.choice(words.COLOURS),
                 random.choice(words.MATERIALS), random.choice(("S", "M", "L", "XL"))]
                for sku in words.distinct("SKU-#####", 120, random)]  # fmt: skip
    depots = [[f"WH{n}", *place, f"zone {n % 3}"] for n, place in enumerate(words.PLACES[:9])]
    carriers = [
        ["UP", "Upward Post", "ground"],
        ["QX", "Quexpress", "air"],
        ["SL", "Slowboat", "sea"],
    ]
    rows = []
    for number in range(800):
        quantity, product = random.randint(1, 6), random.choice(products)
        total = f"{quantity * float(product[3]):.2f}"
        ordered, carrier = _day(random), random.choice(carriers)
        status = random.choice(("shipped", "open", "returned"))
        rows.append([f"O{number:06d}", ordered, status, *random.choice(customers), *product,
                     str(quantity), total, *random.choice(depots), *carrier, "USD", "web", "1",
                     random.choice(("gift", "", "", "")), random.choice(("0", "5", "10")),
                     random.choice(("card", "transfer", "voucher")), "en", "v2", ""])  # fmt: skip
    header = words.listed(
        "order ordered status customer_id first last email address city state zip county phone sku "
        "group good price colour material size quantity total depot depot_city depot_state "
        "depot_region depot_zip3 zone carrier carrier_name service currency channel version note "
        "discount payment language schema region"
    )
    return Table(tuple(header), rows)


def places_narrow(random: Random) -> Table:
    """Four columns that fix one another: postcode, city, state code, state. 1,000 rows."""
    zips = [(f"{place[3]}{n:02d}", *place[:3]) for place in words.PLACES for n in range(4)]
    return Table(("zip", "city", "state", "state_name"),
                 [list(random.choice(zips)) for _ in range(1000)])  # fmt: skip


def suppliers_small(random: Random) -> Table:
    """A hundred rows: fifteen suppliers and what they offer."""
    suppliers = [[name, *_person(random)[1:], *random.choice(words.PLACES)[:2]]
                 for name in words.brands(15, random)]  # fmt: skip
    rows = [[*random.choice(suppliers), *_good(random), _price(random)] for _ in range(100)]
    header = ("supplier", "first", "last", "email", "city", "state", "group", "good", "price")
    return Table(header, rows)


def rates_numeric(random: Random) -> Table:
    """Mostly numbers, with rules: tax by state, exemptions by marital status. 5,000 rows."""
    states = {
        p[1]: (f"{random.randint(0, 90) / 10}", str(random.randint(0, 40) * 100))
        for p in words.PLACES
    }
    rows = []
    for _ in range(5000):
        city, state, _, zip3 = random.choice(words.PLACES)
        rate, exempt = states[state]
        single, child = random.random() < 0.5, random.random() < 0.4
        person = _person(random)
        rows.append([person[1], person[2], random.choice("MF"), words.code("###-####", random),
                     city, state, f"{zip3}{random.randrange(6):02d}", "S" if single else "M",
                     "Y" if child else "N", str(random.randint(2, 20) * 5000), rate,
                     exempt if single else "0", "0" if single else str(2 * int(exempt)),
                     str(int(exempt) // 2) if child else "0"])  # fmt: skip
    header = ("first", "last", "sex", "phone", "city", "state", "zip", "status", "child", "salary",
              "rate", "single_exempt", "married_exempt", "child_exempt")  # fmt: skip
    return Table(header, rows)


def staff_registry(random: Random) -> Table:
    """People with one row or more each, several numbers that swap easily. 2,500 rows."""
    rows: list[list[str]] = []
    while len(rows) < 2500:
        code, first, last, _ = _person(random)
        org, licence = words.code("7#########", random), words.code("1#########", random)
        for address in _addresses(random.choice((1, 1, 2)), random):
            spot = f"{address[4]}{address[5]}{words.code('@@###', random)}"
            for _ in range(random.randint(1, 4)):
                rows.append([code, first.upper(), last.upper(), spot, address[2].upper(),
                             address[3].upper(), address[4], address[5], org,
                             words.code("##########", random), licence])  # fmt: skip
    header = ("staff_id", "first_nm", "last_nm", "spot_id", "street", "city", "st", "zip", "org_id",
              "phone", "licence")  # fmt: skip
    return Table(header, rows)


def articles(random: Random) -> Table:
    """Titles, journals, issues and days; free text, true blanks, names in lists. 1,000 rows."""
    journals = [[f"Journal of {random.choice(words.ADJECTIVES)} {name} Studies", f"J. {name} Stud.",
                 words.code("####-####", random)] for name in words.brands(50, random)]  # fmt: skip
    rows = []
    for number in range(1000):
        authors = ", ".join(
            f"{n} {random.choice('ABCDEJKLM')}." for n in random.sample(words.LAST, 3)
        )
        place = random.choice(words.PLACES)[0]
        topic = f"{random.choice(words.ADJECTIVES)} {_good(random)[1]} in {place}"
        pages = random.randint(1, 900)
        rows.append([str(1000 + number), f"A study of {topic}", *random.choice(journals),
                     str(random.randint(1, 40)), random.choice(("", "1", "2", "3", "4")),
                     f"{pages}-{pages + random.randint(3, 30)}", _day(random),
                     random.choice(("eng", "eng", "eng", "fre", "ger")), authors])  # fmt: skip
    header = ("id", "title", "journal", "abbreviation", "issn", "volume", "issue", "pages",
              "created", "language", "authors")  # fmt: skip
    return Table(header, rows)


def goods_zh(random: Random) -> Table:
    """A Chinese catalogue: brand, category, origin, specification, mixed with Latin text."""
    brands = {b: (*random.choice(words.ZH_PLACES), f"{b}旗舰店") for b in words.ZH_BRANDS}
    rows = []
    for number in range(1500):
        name, (city, province, region, shop) = random.choice(list(brands.items()))
        group = random.choice(list(words.ZH_GOODS))
        good = random.choice(words.ZH_GOODS[group].split())
        size = random.choice(("500ml", "1L", "2件装", "XL码", "128GB", "250g"))
        rows.append([f"SP{number:05d}", f"{name}{good} {size}", name, group, good, size,
                     random.choice(words.ZH_COLOURS), f"{random.randint(10, 900)}.00", city,
                     province, region, shop])  # fmt: skip
    header = (
        "编号",
        "标题",
        "品牌",
        "类目",
        "品名",
        "规格",
        "颜色",
        "价格",
        "城市",
        "省份",
        "大区",
        "店铺",
    )
    return Table(header, rows)


def timetable_panel(random: Random) -> Table:
    """Thirty sources tell four times a day for 70 lines: little text, much conflict."""
    sources = [name.lower() for name in words.brands(30, random)]
    rows = []
    for line in words.distinct("@@-####", 70, random):
        times = [_clock(random) for _ in range(4)]
        route = "-".join(words.code("@@@", random) for _ in range(2))
        rows += [[s, f"{line}-{route}", *times] for s in sources if random.random() < 0.9]
    random.shuffle(rows)
    header = ("src", "line", "sched_dep", "act_dep", "sched_arr", "act_arr")
    numbered = [[str(n + 1), *row] for n, row in enumerate(rows)]
    return Table(("n", *header), numbered)


SCHEMAS: Mapping[str, Schema] = {
    make.__name__: make
    for make in (
        offers_panel, branches, catalogue, orders_wide, places_narrow, suppliers_small,
        rates_numeric, staff_registry, articles, goods_zh, timetable_panel,
    )
}  # fmt: skip
"""Clean tables by name."""


def _good(random: Random) -> tuple[str, str]:
    group = random.choice(list(words.GOODS))
    return group, random.choice(words.GOODS[group].split())


def _price(random: Random) -> str:
    return f"{random.choice((5, 10, 20, 40, 80)) + random.randint(0, 4000) / 100:.2f}"


def _day(random: Random) -> str:
    return (dt.date(2021, 1, 1) + dt.timedelta(days=random.randrange(1500))).isoformat()


def _clock(random: Random) -> str:
    hour, minute = random.randint(1, 12), random.randrange(60)
    return f"{hour}:{minute:02d} {random.choice(('a.m.', 'p.m.'))}"


def _person(random: Random) -> list[str]:
    first, last = random.choice(words.FIRST), random.choice(words.LAST)
    return [words.code("4#######", random), first, last, f"{first}.{last}@mail.example".lower()]


def _addresses(number: int, random: Random) -> list[list[str]]:
    """Rows of id, name, street, city, state, zip, county, phone."""
    found = []
    for _ in range(number):
        city, state, _, zip3 = random.choice(words.PLACES)
        way = f"{random.choice(words.STREETS)} {random.choice(('St', 'Ave', 'Rd'))}"
        street = f"{random.randint(1, 2999)} {way}"
        name = f"{random.choice(words.LAST)} {random.choice(('Market', 'Store', 'House'))} {city}"
        found.append([words.code("1####", random), name, street, city, state,
                      f"{zip3}{random.randrange(100):02d}", f"{random.choice(words.LAST)} County",
                      words.code("##########", random)])  # fmt: skip
    return found


def _measures(random: Random) -> list[tuple[str, str, str]]:
    topics = ("delivery", "returns", "service", "stock")
    found = []
    for n in range(20):
        topic = topics[n % 4]
        text = (
            f"customers who rated {topic} {random.choice(('good', 'fast', 'fair'))} in week {n + 1}"
        )
        found.append((f"{topic[:3]}-{n + 1}", text, topic))
    return found
