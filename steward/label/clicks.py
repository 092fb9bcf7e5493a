"""Labels from clicks: how attractive an item is for a query, corrected for its position."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steward.errors import UsageError
from steward.label import click_dbn, position_bias
from steward.label.click_columns import ClickColumns
from steward.label.click_log import ClickLog
from steward.label.click_reading import read_clicks
from steward.label.position_bias import GRID, Attractions, Floats, looked_at

__all__ = ["ClickColumns", "ClickLog", "Estimate", "looked_at", "raw_rates", "read_clicks"]
__all__ += ["CLICK_MODELS", "relevance", "satisfaction"]

CLICK_MODELS = ("position", "dbn")
"""What a click that did not happen means: see `position_bias` and `click_dbn`."""

SURE = 0.95
"""The share of belief between `lower` and `upper`."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How often an item would be clicked if it were looked at, 0 to 1.

    `lower` and `upper` bound it with a chance of 95 %; `impressions` and `clicks` were counted:
    every one shown by the position model, those taken as looked at by `dbn`.
    """

    value: float
    lower: float
    upper: float
    impressions: int
    clicks: int


def relevance(
    log: ClickLog, *, model: str = "position", looks: Floats | None = None, least: int = 1
) -> dict[str, dict[str, Estimate]]:
    """Estimate the attraction of every pair that was shown: query to item to estimate.

    An item rarely shown leans on what is usual for its query and for the log.

    Args:
        log: what was shown and clicked.
        model: one of `CLICK_MODELS`.
        looks: the chance that each position is looked at, from the first on, where an experiment
            told it; learnt from the log when left out. Of the position model alone.
        least: impressions below which nothing is said of a pair.

    Raises:
        UsageError: there is no such model, or it has no use for `looks`.
    """
    if model not in CLICK_MODELS:
        known = ", ".join(CLICK_MODELS)
        raise UsageError(f"There is no click model {model}.", hint=f"One of: {known}")
    if looks is not None and model != "position":
        raise UsageError(f"The click model {model} takes no looks.", hint="Use the model position.")
    if model == "dbn":
        fitted = click_dbn.attraction(log)
    elif looks is None:
        fitted = position_bias.fit(log)
    else:
        fitted = position_bias.attractions(log, looks)
    return _estimates(log, fitted, least)


def satisfaction(log: ClickLog, *, least: int = 1) -> dict[str, dict[str, Estimate]]:
    """Estimate how likely a click on a pair ends the search: query to item to estimate.

    Of the `dbn` reading. `impressions` of an estimate are clicks, its `clicks` the last ones.

    Args:
        log: what was shown and clicked.
        least: clicks below which nothing is said of a pair.

    Raises:
        InputError: nothing was clicked.
    """
    return _estimates(log, click_dbn.satisfaction(log), least)


def raw_rates(log: ClickLog) -> dict[str, dict[str, float]]:
    """Clicks by impressions, uncorrected: what `relevance` is compared with."""
    cells = position_bias.count(log, 1)
    rates: dict[str, dict[str, float]] = {}
    for query, item, shown, clicks in zip(
        cells.pair_query, cells.pair_item, cells.shown, cells.clicks, strict=True
    ):
        rates.setdefault(log.queries[query], {})[log.items[item]] = float(clicks / shown)
    return rates


def _estimates(log: ClickLog, believed: Attractions, least: int) -> dict[str, dict[str, Estimate]]:
    cells = believed.cells
    value = believed.chance @ GRID
    below = np.cumsum(believed.chance, axis=1)
    lower = GRID[(below >= (1 - SURE) / 2).argmax(axis=1)]
    upper = GRID[(below >= (1 + SURE) / 2 - 1e-9).argmax(axis=1)]
    shown = np.bincount(cells.pair, weights=cells.shown).astype(int)
    clicks = np.bincount(cells.pair, weights=cells.clicks).astype(int)
    found: dict[str, dict[str, Estimate]] = {}
    for n in np.flatnonzero(shown >= least):
        query, item = log.queries[cells.pair_query[n]], log.items[cells.pair_item[n]]
        found.setdefault(query, {})[item] = Estimate(
            float(value[n]), float(lower[n]), float(upper[n]), int(shown[n]), int(clicks[n])
        )
    return found
