"""Codes of a column: changed cells give what encoding the changed column anew would give."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine import Codes

TEXTS = st.sampled_from(["", "a", "b", "bb", "zz", "é", "白", None])


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, max_size=12), st.dictionaries(st.integers(0, 11), TEXTS, max_size=4))
def test_changed_cells_are_encoded_as_the_whole_column_would_be(
    column: list[str | None], cells: dict[int, str | None]
) -> None:
    cells = {at: text for at, text in cells.items() if at < len(column)}
    changed = Codes.of(pa.array(column, pa.string())).with_cells(cells)
    anew = [cells.get(at, text) for at, text in enumerate(column)]
    twin = Codes.of(pa.array(anew, pa.string()))
    assert changed.values == twin.values
    assert np.array_equal(changed.codes, twin.codes)
    assert np.array_equal(changed.counts, twin.counts)
    assert changed.decode().to_pylist() == anew
