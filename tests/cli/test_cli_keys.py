"""Single keys on a real terminal."""

import os
import pty
import sys

import pytest

from steward.cli.keys import read_key


@pytest.fixture
def terminal(monkeypatch):
    """Types on a terminal that the program reads as its own."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "r", encoding="utf-8") as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        yield lambda typed: os.write(master, typed)
    os.close(master)


def test_one_key_is_read_as_it_is_pressed(terminal):
    terminal(b"a")
    assert read_key("") == "a"


def test_keys_typed_ahead_are_not_lost(terminal):
    terminal(b"ar")
    assert [read_key(""), read_key("")] == ["a", "r"]


@pytest.mark.parametrize("arrow", [b"\x1b[A", b"\x1b[1;5l", b"\x1bOa"])
def test_an_arrow_is_one_key_and_decides_nothing(terminal, arrow):
    terminal(arrow)
    assert read_key("") == "\x1b"
    terminal(b"s")
    assert read_key("") == "s"


def test_a_chinese_letter_is_one_key(terminal):
    terminal("是".encode())
    assert read_key("") == "是"
