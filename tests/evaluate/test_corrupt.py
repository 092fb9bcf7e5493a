"""The generator of errors: a seed, a budget, and the truth kept beside."""

from collections import Counter
from random import Random

import pytest

from steward.evaluate import damage
from steward.evaluate.case import read_suite
from steward.evaluate.corrupt import KINDS, MIXES, Mix, corrupt
from steward.evaluate.schemas import SCHEMAS
from steward.evaluate.suite import make_suite


@pytest.fixture(scope="module")
def table():
    return SCHEMAS["goods_zh"](Random(3))


def test_the_same_seed_spoils_the_same_cells(table):
    once, again = (corrupt(*table, MIXES["everything"], seed=5) for _ in range(2))
    other = corrupt(*table, MIXES["everything"], seed=6)
    assert once.dirty == again.dirty and once.dirty != other.dirty


def test_every_spoilt_cell_is_labelled_and_no_other(table):
    done = corrupt(*table, MIXES["everything"], seed=1)
    for dirty, clean, kinds in zip(done.dirty, done.clean, done.kinds, strict=True):
        for before, truth, kind in zip(dirty, clean, kinds, strict=True):
            assert (before != truth) == bool(kind)


def test_the_clean_table_given_is_not_changed(table):
    rows = [list(row) for row in table.rows]
    corrupt(*table, MIXES["everything"], seed=1)
    assert table.rows == rows


@pytest.mark.parametrize("name", sorted(MIXES))
def test_a_mix_keeps_within_its_budget(name):
    table = SCHEMAS["timetable_panel"](Random(3))
    done = corrupt(*table, MIXES[name], seed=2)
    budget = MIXES[name].rate * len(table.rows) * len(table.columns)
    assert 0.5 * budget < done.errors <= 1.02 * budget + len(MIXES[name].weights)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_damage_happens_where_it_makes_sense(kind):
    made = [SCHEMAS[name](Random(1)) for name in ("goods_zh", "articles", "offers_panel")]
    done = [corrupt(*table, Mix(kind, 0.01, {kind: 1}), seed=1) for table in made]
    assert {k for d in done for row in d.kinds for k in row} == {"", kind}


def test_bad_sources_are_wrong_far_more_often_than_good_ones():
    table = SCHEMAS["timetable_panel"](Random(1))
    done = corrupt(*table, MIXES["panel"], seed=1)
    wrong = Counter(
        clean[1] for clean, kinds in zip(done.clean, done.kinds, strict=True) if "panel" in kinds
    )
    rows = Counter(clean[1] for clean in done.clean)
    rates = sorted(wrong[source] / rows[source] for source in rows)
    assert rates[0] < 0.2 and rates[-1] > 0.8


def test_a_chinese_typo_is_another_character_of_the_same_sound_or_shape():
    spoilt = {damage.typo("杭州市清河店", Random(n)) for n in range(40)}
    assert all(len(text) == 6 and text != "杭州市清河店" for text in spoilt)


def test_a_made_suite_reads_back_as_cases_and_repeats_byte_for_byte(tmp_path):
    for place in ("a", "b"):
        make_suite(tmp_path / place, 7, schemas=("suppliers_small",), mixes=("rows", "typos"))
    cases = read_suite(tmp_path / "a")
    assert [case.name for case in cases] == ["suppliers_small-rows", "suppliers_small-typos"]
    assert all(case.kinds and len(case.dirty) == len(case.clean) for case in cases)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.csv"))
    assert all(
        (tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files
    )


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_made_tables_are_rectangular_and_seeded(name):
    table = SCHEMAS[name](Random(9))
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert table == SCHEMAS[name](Random(9))
    assert len(set(table.columns)) == len(table.columns)
