"""The sentences of an investigation: for each kind the English and the Chinese one."""

from __future__ import annotations

from steward.why.sentences import (
    actions,
    duplicates,
    fitness,
    found,
    groups,
    hidden,
    lineage,
    proofs,
    ruled_out,
    wrong,
)

SENTENCES: dict[str, tuple[str, str]] = {
    **actions.SENTENCES,
    **duplicates.SENTENCES,
    **fitness.SENTENCES,
    **found.SENTENCES,
    **groups.SENTENCES,
    **hidden.SENTENCES,
    **lineage.SENTENCES,
    **proofs.SENTENCES,
    **ruled_out.SENTENCES,
    **wrong.SENTENCES,
}
