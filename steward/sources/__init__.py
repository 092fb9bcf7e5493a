"""Deliveries in, exports out: every cell is the text that was delivered."""

from steward.sources.delivery import Chunk, Delivery
from steward.sources.open import FORMATS, open_delivery
from steward.sources.write import WRITTEN, Content, write_table, written_format

__all__ = [
    "FORMATS",
    "WRITTEN",
    "Chunk",
    "Content",
    "Delivery",
    "open_delivery",
    "write_table",
    "written_format",
]
