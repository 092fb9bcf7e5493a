"""Reports are whole in one file, and say what the run found."""

import re
from xml.dom import minidom

import pytest
from test_task import CASE, TASK, run

from steward.evaluate import (
    Case,
    Settings,
    compare,
    comparison_html,
    comparison_markdown,
    html,
    markdown,
    run_task,
)


@pytest.fixture(scope="module")
def page():
    return html(run("half"))


def test_the_page_needs_no_other_file(page):
    assert not re.search(r"(src|href)=", page) and "<script" not in page


def test_every_plot_is_well_formed(page):
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 4
    for drawing in drawings:
        minidom.parseString(drawing)


def test_names_from_a_table_cannot_become_markup():
    case = Case("<b>x</b>", ("<i>a|b</i>",), [["1"]], [["2"]])
    record = run_task(TASK, [case], Settings("oracle"))
    assert "<b>x" not in html(record) and "<i>" not in html(record)
    assert r"a\|b" in markdown(record)


def test_markdown_tells_the_same_numbers(page):
    text = markdown(run("half"))
    for shown in ("0.500", "-2.000", "0.460", "typo"):
        assert shown in text and shown in page


def test_two_runs_side_by_side_show_both_and_their_interval():
    a, b = run("half"), run_task(TASK, [CASE], Settings("oracle"))
    found = compare(a, b)
    assert "95 % interval" in comparison_markdown(a, b, found)
    assert "<svg" in comparison_html(a, b, found)
