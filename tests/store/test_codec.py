"""Nouns survive JSON."""

import json
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.store import codec
from steward.types import Backtest, Evidence, Fix, Issue, Profile, Status

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)


def values(hint):
    """A strategy for a field's type, so that a new field is covered without a change here."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return st.one_of(*(values(part) for part in inside))
    if origin is tuple and inside[-1] is Ellipsis:
        return st.lists(values(inside[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(part) for part in inside))
    if origin is not None:
        return st.dictionaries(text, st.integers() | text | st.booleans(), max_size=2)
    if is_dataclass(hint):
        return nouns(hint)
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    plain = {bool: st.booleans(), int: st.integers(), float: st.floats(allow_nan=False), str: text}
    return st.none() if hint is type(None) else plain[hint]


def nouns(kind):
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})


@pytest.mark.parametrize("kind", [Fix, Evidence, Issue, Profile])
def test_a_noun_comes_back_from_its_json(kind):
    @settings(max_examples=40, deadline=None)
    @given(nouns(kind))
    def there_and_back(noun):
        written = codec.to_json(noun)
        assert codec.from_json(kind, written) == noun
        assert codec.to_json(codec.from_json(kind, written)) == written
        assert list(json.loads(written)) == [field.name for field in fields(kind)]

    there_and_back()


def test_a_number_that_is_no_json_comes_back():
    noun = Backtest(0, 0, float("nan"), float("inf"))
    back = codec.from_json(Backtest, codec.to_json(noun))
    assert back.lower != back.lower
    assert back.upper == float("inf")
    assert "NaN" not in codec.to_json(noun)


def test_a_saved_fix_comes_back_whole(store, fix):
    evidence = Evidence("votes", "select 1", ("zip",), 3, 1, ("typo",), Backtest(9, 10, 0.6, 0.98))
    (saved,) = store.save_fixes("items", [replace(fix([1], ("size", "", "中")), evidence=evidence)])
    assert store.fix(saved.id) == saved
    assert saved.status is Status.PROPOSED


def test_profiles_and_issues_are_kept_by_content(store, deliver):
    @settings(max_examples=5, deadline=None)
    @given(nouns(Profile), nouns(Issue))
    def kept(profile, issue):
        held = replace(profile, table="items", content_hash=store.content_hash("items"))
        store.save_profile(held)
        assert store.load_profile("items") == held
        store.save_issues("items", [issue, issue])
        assert store.issues("items") == [issue, issue]

    kept()
    deliver(store, "id,size,name\n8,,x\n")
    assert store.load_profile("items") is None


def test_settings_are_kept(store):
    assert store.setting("bar") is None
    store.set_setting("bar", "0.95")
    assert store.setting("bar") == "0.95"
