"""Tables that stay readable in a pipe, and values that show what they are."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.report.machine import as_json, plain
from steward.report.terminal import NARROWEST, Head, console, grid, share, shown
from steward.types import Change, Quality, Safety, ValueCount


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ("", "“”"),
        ("null", "“null”"),
        (" a", "“ a”"),
        ("a\u200bb", "a\\u200bb"),
        ("a\tb\n", "“a\\tb\\n”"),
        ("品牌：华星", "品牌：华星"),
    ],
)
def test_a_cell_shows_what_it_is(value: str | None, text: str) -> None:
    assert shown(value) == text


@given(st.text())
def test_a_shown_cell_never_breaks_a_line_or_colours_it(value: str) -> None:
    text = shown(value)
    assert text.isprintable()
    assert len(text) <= 60


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0 %"), (0.0001, "<0.1 %"), (0.5, "50.0 %"), (0.9999, ">99.9 %"), (1.0, "100.0 %")],
)
def test_a_share_is_only_nothing_or_all_when_it_is(value: float, text: str) -> None:
    assert share(value) == text


def test_a_table_in_a_pipe_has_no_escape_and_keeps_its_width() -> None:
    page = io.StringIO()
    heads = [Head("id", right=True), Head("why", fold=True)]
    console(page).print(grid(heads, [("1234567", "because " * 40), ("2", "[red]x[/red]")]))
    lines = page.getvalue().splitlines()
    assert max(map(len, lines)) <= 120
    assert "\x1b" not in page.getvalue()
    assert any("1234567" in line for line in lines)
    assert "[red]x[/red]" in page.getvalue(), "cells are never markup"


def test_the_width_follows_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    page = io.StringIO()
    console(page).print(grid([Head("why", fold=True)], [("word " * 30,)]))
    assert max(map(len, page.getvalue().splitlines())) <= 90


def test_no_table_is_drawn_narrower_than_it_can_be_read(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    assert console(io.StringIO()).width == NARROWEST


def test_nouns_become_plain_json() -> None:
    document = json.loads(
        as_json("x", {"q": Quality("a", float("nan"), 0, 0, ""), "s": Safety.SAFE})
    )
    assert document == {
        "steward": 1,
        "command": "x",
        "q": {"dimension": "a", "score": None, "failed": 0, "tested": 0, "how": ""},
        "s": "safe",
    }


def test_text_stays_text_in_json() -> None:
    assert "华星" in as_json("x", {"c": (Change("品牌", None, "华星"),)})
    assert plain((ValueCount("a", 2),)) == [{"value": "a", "rows": 2}]
