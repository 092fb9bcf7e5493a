"""Which results were looked at, read off the last click of each result list.

The simplified dynamic Bayesian network (Chapelle and Zhang, 2009, section 5): a shopper goes down
the list until an item satisfies. So everything down to the last click was looked at, nothing below
it; a list without a click was looked at whole. Attraction is then clicks by looks, satisfaction
last clicks by clicks: both are counted, none is fitted by EM. The counts are smoothed as those of
the position model are, so both models give intervals that mean the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from steward.label import position_bias
from steward.label.click_log import ClickLog, Ints, Mask
from steward.label.position_bias import Attractions

ALWAYS = np.ones(1)
"""The looks of impressions that were all looked at."""


def attraction(log: ClickLog) -> Attractions:
    """How likely a result is clicked when the last click says it was looked at."""
    return position_bias.attractions(log.where(looked_at_by_last_click(log)), ALWAYS)


def satisfaction(log: ClickLog) -> Attractions:
    """How likely a click is the last of its list.

    Raises:
        InputError: nothing was clicked.
    """
    last = last_clicks(log)
    return position_bias.attractions(replace(log, clicked=last).where(log.clicked), ALWAYS)


def looked_at_by_last_click(log: ClickLog) -> Mask:
    """Whether each impression (bool) stands at or above the last click, or in a clickless list."""
    lists, last = _last_positions(log)
    return np.asarray((last[lists] == 0) | (log.position <= last[lists]))


def last_clicks(log: ClickLog) -> Mask:
    """Whether each impression (bool) is the lowest click of its list."""
    lists, last = _last_positions(log)
    return np.asarray(log.clicked & (log.position == last[lists]))


def _last_positions(log: ClickLog) -> tuple[Ints, Ints]:
    """The list of each impression, from 0, and the position of each list's last click or 0."""
    names, lists = np.unique(log.list_of, return_inverse=True)
    last = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(last, lists, np.where(log.clicked, log.position, 0))
    return lists, last
