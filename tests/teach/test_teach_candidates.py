"""Guesses for a person: each family finds what was planted, and nothing where nothing was."""

import random

from taught_tables import fix, table

from steward.teach.candidates import candidates
from steward.teach.slips import nearest


def guessed(columns, who, fixes=()):
    """(row, column) → new text of one family's guesses."""
    snapshot, profile = table(columns)
    return {
        (row, change.column): change.after
        for found in candidates(snapshot, profile, fixes)
        if found.provenance.corrector.startswith(who)
        for row in found.rows
        for change in found.changes
    }


def test_a_column_that_counts_its_rows_is_put_back_in_step():
    ids = [f"A{n:04d}" for n in range(1, 61)]
    ids[9], ids[19], ids[29] = "A0O10", None, "A9999"
    found = guessed({"id": ids, "x": ["a", "b"] * 30}, "guess_counting")
    assert found == {(10, "id"): "A0010", (20, "id"): "A0020", (30, "id"): "A0030"}


def test_two_values_in_one_cell_are_parted_where_the_other_cell_is_empty():
    cities, states = ["Reno", "Bend", "Gary"] * 12, ["NV", "OR", "IN"] * 12
    cities[3], states[3] = "Reno NV", None
    cities[7], states[7] = "Bend, OR", None
    found = guessed({"city": cities, "state": states}, "guess_merged")
    assert found == {
        (4, "city"): "Reno",
        (4, "state"): "NV",
        (8, "city"): "Bend",
        (8, "state"): "OR",
    }


def test_values_that_look_like_the_other_column_are_exchanged():
    random.seed(1)
    phones = [f"{random.randint(100, 999)}-{random.randint(1000, 9999)}" for _ in range(60)]
    pay = [str(random.randint(10, 99) * 1000) for _ in range(60)]
    for n in (5, 25):
        phones[n], pay[n] = pay[n], phones[n]
    found = guessed({"phone": phones, "pay": pay}, "guess_strayed")
    assert {row for row, _ in found} == {6, 26}
    assert found[6, "phone"] == pay[5]


def test_slips_of_short_values_and_of_words_are_found():
    values = ["eng", "ger", "fre"] * 20 + ["enng", "ger"]
    assert guessed({"language": values}, "guess_slip")[61, "language"] == "eng"
    titles = [f"A study of {w} in {n}" for w in ("jackets", "lamps", "tables") for n in "abcdefgh"]
    found = guessed({"title": [*titles, "A sutdy of lamps in z"]}, "guess_word_slip")
    assert found == {(25, "title"): "A study of lamps in z"}


def test_slips_in_chinese_are_found():
    values = ["加湿器", "充电器", "保温杯"] * 20 + ["佳湿器"]
    assert guessed({"品名": values}, "guess_slip") == {(61, "品名"): "加湿器"}


def test_where_established_values_look_alike_no_slip_is_guessed():
    assert nearest({**dict.fromkeys(("ALA", "ALK", "ALZ", "COL"), 30), "COX": 1}) == {}
    assert nearest({**dict.fromkeys(("ALA", "NEV", "UTH", "COL"), 30), "COX": 1}) == {"COX": "COL"}
    assert nearest({"100": 50, "200": 50, "101": 1}) == {}


def test_signs_and_powers_of_ten_are_put_right():
    sizes = [str(20 + n % 30) for n in range(120)]
    sizes[4], sizes[50] = "-24", "2500"
    assert guessed({"size": sizes}, "guess_sign") == {(5, "size"): "24"}
    assert guessed({"size": sizes}, "guess_scale") == {(51, "size"): "25"}


def test_what_is_proposed_anyway_is_not_guessed_again():
    values = ["eng", "ger", "fre"] * 20 + ["enng"]
    proposed = [fix("language", "enng", "eng", [61])]
    assert guessed({"language": values}, "guess_slip", proposed) == {}
