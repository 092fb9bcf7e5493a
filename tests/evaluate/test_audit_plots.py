"""What audits draw: well-formed, the same bytes again, and true to the figures."""

from xml.etree import ElementTree

import numpy as np
import pytest

from steward.evaluate.audit_plots import augment_audit_svg, found_along, label_audit_svg
from steward.label.errors import Unseen, doubt_labels
from steward.label.votes import Votes
from steward.store.augmented import Origin

SVG = "{http://www.w3.org/2000/svg}"


def labelled(n: int) -> Unseen:
    """Labels that one function tells all but exactly."""
    pairs = tuple((f"q{k // 10}", f"i{k}") for k in range(n))
    right = np.arange(n) % 10 < 5
    votes = Votes(pairs, ("a",), ("lexical",), right.astype(float)[:, None])
    return doubt_labels(votes, dict(zip(pairs, np.where(right, 3.0, 0.0).tolist(), strict=True)))


def test_kept_and_dropped_rows_are_drawn_as_long_as_they_are_many() -> None:
    filters = ["", "", "", "", "a<b", "a<b", "near"]
    made = [Origin(n, "lamp", f"lmap {n}", "typo", dropped_by=f) for n, f in enumerate(filters)]
    drawing = augment_audit_svg(made)
    root = ElementTree.fromstring(drawing)
    assert [float(bar.get("width", "")) for bar in root.iter(f"{SVG}rect")] == [320, 160, 80]
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words[0] == "7 rows made, 57 % kept" and "dropped: a<b" in words
    assert augment_audit_svg(made[::-1]) == drawing


def test_labels_too_few_to_learn_from_are_drawn_all_the_same() -> None:
    drawing = label_audit_svg(labelled(10))
    root = ElementTree.fromstring(drawing)
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert words[0].startswith("10 labels") and any(w.startswith("0 in doubt") for w in words)
    assert len(list(root.iter(f"{SVG}circle"))) == 1


@pytest.mark.slow
def test_planted_wrong_labels_are_found_along_the_queue() -> None:
    unseen = labelled(120)
    shares = found_along(unseen)
    planted = round(1 / min(share for share in shares if share))
    assert 5 <= planted <= 25
    assert shares == sorted(shares) and 0.8 < shares[-1] <= 1
    assert shares[planted // 2 - 1] >= 0.4
