"""Rows made of a table's texts: noise mined from the shop, or a model's words; then the filters.

Texts are dealt out to train, valid and test as queries are everywhere in steward; only those of
train are taken, and nothing that comes near to one of the others is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from steward.augment.filters import (
    Cap,
    Different,
    Filter,
    Length,
    Overlap,
    RoundTrip,
    SameLanguage,
    Sifted,
    sift,
)
from steward.augment.guard import AttributeGuard, Names, mine_names
from steward.augment.made import Made
from steward.augment.noise import ADVERSARIAL, KINDS, NOISE, Mined, mine, vary
from steward.augment.synonyms import Synonyms, from_columns
from steward.engine import Snapshot
from steward.errors import UsageError
from steward.profile import profile_table
from steward.retrieval.item_text import default_item_text
from steward.retrieval.split import Split, split_queries
from steward.retrieval.vectors import Encoder
from steward.store import Store
from steward.store.augmented import Origin, Place, Rows, keep_augmented, made_tables, origins
from steward.types import Profile, RowId, SemanticType

MOST = 20_000
"""Different texts that are compared with each other to keep near ones on one side of the split."""

SUFFIX = "_augmented"
OF_ITEMS = "doc2query"
"""The method that makes queries of items; `extend_training` keeps them off held-out queries."""

LINEAGE = ("made_from", "made_by", "made_detail", "made_seed")
Step = Callable[[str], None]
Maker = Callable[[Sequence[tuple[RowId, str]]], list[Made]]
"""Makes texts of texts by a model: see `steward.job.augmenting_model`."""


@dataclass(frozen=True, slots=True)
class AugmentSettings:
    """What to make.

    Attributes:
        method: a kind of noise (`noise` for all of them), or one that a model carries out.
        column: of the texts; the wordiest when empty.
        items: the table of the catalogue, to mine; the wordiest other table when empty.
        count: rows made of one source, at most.
        seed: of the noise and of the split.
    """

    method: str = "noise"
    column: str = ""
    items: str = ""
    count: int = 2
    seed: int = 0


@dataclass(frozen=True)
class Augmentation:
    """What was made, what was kept, and why the rest was not.

    `sources` texts were of train; `held` were not, and nothing was made of them.
    """

    place: Place
    method: str
    sifted: tuple[Sifted, ...]
    sources: int
    held: int
    mined: Mapping[str, int] = field(default_factory=dict)
    written: int = 0

    @property
    def kept(self) -> list[Made]:
        """The rows that passed every filter."""
        return [s.made for s in self.sifted if not s.dropped_by]

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many each filter dropped."""
        return Counter(s.dropped_by for s in self.sifted if s.dropped_by)


def augment_table(
    store: Store,
    table: str,
    settings: AugmentSettings,
    *,
    maker: Maker | None = None,
    encoder: Encoder | None = None,
    dry_run: bool = False,
    step: Step = lambda _: None,
) -> Augmentation:
    """Make rows of the texts of a table, sift them, and write what is kept into a table beside it.

    Args:
        store: open for writing, unless `dry_run`.
        table: whose texts; never one that was itself made.
        settings: what to make.
        maker: makes the texts; the noise of `settings.method` when None.
        encoder: for the round-trip filter; without one the filter does not run.
        dry_run: make and sift, write nothing.
        step: is told what is being done.

    Raises:
        UsageError: the table was made, or has too many texts.
    """
    _refuse_made(store, table)
    step("reading")
    snapshot = store.snapshot(table)
    column = settings.column or default_item_text(snapshot).columns[0]
    of_items = settings.method == OF_ITEMS
    rows = _texts(snapshot, column, of_items=of_items)
    split = _split(rows, settings)
    sources = _of_training(rows, split)
    catalogue = snapshot if of_items else _catalogue(store, table, settings.items)
    step("mining")
    mined, names = _mined(snapshot, column, catalogue)
    step("making")
    made = maker(sources) if maker else vary(
        sources, mined, method=settings.method, count=settings.count, seed=settings.seed
    )  # fmt: skip
    step("filtering")
    there = frozenset([*rows, *(o.text for o in origins(store, table, kept=True))])
    different = Different(there, {"valid": split.valid, "test": split.test})
    sifted = sift(made, filters(names, different, encoder, settings.count))
    found = Augmentation(
        Place(table, column, table + SUFFIX), settings.method, tuple(sifted),
        len(sources), len(rows) - len(sources), _counts(mined, names),
    )  # fmt: skip
    return found if dry_run else _written(store, found)


def _refuse_made(store: Store, table: str) -> None:
    place = made_tables(store).get(table)
    if place is not None:
        raise UsageError(
            f"Table {table} was made of another; rows are made of what people wrote.",
            hint=f"--table {place.table}",
        )


def _of_training(rows: Mapping[str, RowId], split: Split) -> list[tuple[RowId, str]]:
    train = set(split.train)
    return [(row, text) for text, row in rows.items() if text in train]


def filters(
    names: Names, different: Different, encoder: Encoder | None, count: int
) -> list[Filter]:
    """The filters in their order, the cheap ones first."""
    chosen: list[Filter] = [Overlap(), SameLanguage(), Length()]
    chosen.append(AttributeGuard(names, frozenset((*NOISE, *ADVERSARIAL))))
    if encoder is not None:
        chosen.append(RoundTrip(encoder))
    return [*chosen, different, Cap(count)]


def _texts(snapshot: Snapshot, column: str, *, of_items: bool = False) -> dict[str, RowId]:
    """Each different text with the first row that holds it; of items the text that search reads.

    Raises:
        UsageError: there are too many.
    """
    from steward.errors import UnknownColumn

    if column not in snapshot.columns:
        raise UnknownColumn(
            f"Table {snapshot.name} has no column {column}.",
            hint=f"Columns: {', '.join(snapshot.columns)}",
        )
    found: dict[str, RowId] = {}
    texts = default_item_text(snapshot).of(snapshot) if of_items else None
    held = texts or snapshot.column(column).to_pylist()
    for row, text in zip(snapshot.row_ids, held, strict=True):
        if text and text.strip():
            found.setdefault(text, int(row))
    if len(found) > MOST:
        raise UsageError(
            f"Column {column} of {snapshot.name} holds {len(found):,} different texts; "
            f"at most {MOST:,} can be kept apart.",
            hint="Put those that matter into a table of their own: steward query, steward ingest.",
        )
    return found


def _split(texts: Mapping[str, RowId], settings: AugmentSettings) -> Split:
    """Deal texts out as queries are; items are all of training, since queries are what is held."""
    if settings.method == OF_ITEMS:
        return Split(tuple(texts), (), (), len(texts))
    return split_queries(list(texts), seed=settings.seed)


def _catalogue(store: Store, table: str, items: str) -> Snapshot | None:
    """The table to mine beside this one: the one named, else the one with most words in a row."""
    if items:
        return store.snapshot(store.table(items).name)
    made = made_tables(store)
    others = [t.name for t in store.tables()
              if t.side_of is None and t.name != table and t.name not in made]  # fmt: skip
    found = [(len(p), s) for name in others for s in (store.snapshot(name),) if (p := _wordy(s))]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _wordy(snapshot: Snapshot) -> tuple[str, ...]:
    try:
        return default_item_text(snapshot).columns
    except UsageError:
        return ()


def _mined(snapshot: Snapshot, column: str, catalogue: Snapshot | None) -> tuple[Mined, Names]:
    texts = [t for t in snapshot.column(column).to_pylist() if t]
    if catalogue is None:
        return mine(texts), Names()
    profile = profile_table(catalogue)
    words = default_item_text(catalogue, profile)
    found = mine([*texts, *words.of(catalogue)], _bilingual(catalogue, profile))
    return found, mine_names(catalogue, profile)


def _bilingual(snapshot: Snapshot, profile: Profile) -> Synonyms:
    """Words that two columns of names pair, as a column in Chinese and one in English do."""
    names = [c.name for c in profile.columns if c.semantic is SemanticType.CATEGORY]
    held = {name: snapshot.column(name).to_pylist() for name in names}
    found: dict[str, tuple[str, ...]] = {}
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if _chinese(held[one]) != _chinese(held[other]):
                found |= from_columns(held[one], held[other])
    return found


def _chinese(values: Sequence[str | None]) -> bool:
    held = [v for v in values[:: max(1, len(values) // 500)] if v]
    return sum(any("一" <= c <= "鿿" for c in v) for v in held) * 2 > len(held)


def _counts(mined: Mined, names: Names) -> dict[str, int]:
    return {
        "slips": sum(map(len, mined.slips.of.values())),
        "synonyms": len(mined.synonyms),
        "sounds": len(mined.sounds.of),
        "names": len(names.column_of),
    }


def _written(store: Store, found: Augmentation) -> Augmentation:
    from dataclasses import replace

    rows = Rows(
        (found.place.column, *LINEAGE),
        [(m.text, str(m.row), m.method, m.detail, str(m.seed)) for m in found.kept],
    )
    told = [
        Origin(s.made.row, s.made.source, s.made.text, s.made.method, s.made.detail, s.made.seed,
               s.dropped_by, s.why)
        for s in found.sifted
    ]  # fmt: skip
    keep_augmented(store, found.place, rows, told)
    return replace(found, written=len(rows.cells))


def made_rows(store: Store, table: str | None = None) -> list[Made]:
    """The rows that were made of a table and kept, for training."""
    return [
        Made(o.text, o.source, o.row, o.method, o.detail, o.seed)
        for o in origins(store, table, kept=True)
    ]


METHODS = tuple(KINDS)
"""Methods that need no model."""
