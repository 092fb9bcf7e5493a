"""Could a difference between two groups of rows be chance? Exact where few, asymptotic where many.

The likelihood-ratio statistic G is compared with chi-square of one degree of freedom when every
expected count is 5 or more; otherwise the tail of the hypergeometric distribution (Fisher, 1922) is
summed, twice the smaller side. Callers multiply by the number of tests they made (Bonferroni).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from steward.profile.shift import chi_square_tail

LEVEL = 0.01
"""A corrected p-value above this is no evidence."""

SMALLEST = 1e-300
LEAST_EXPECTED = 5.0
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def p_value(hits: int, rows: int, all_hits: int, all_rows: int) -> float:
    """Probability of so uneven a share by chance: `hits` of `rows`, inside `all_hits` of all."""
    rest = all_rows - rows
    if not rows or not rest or not all_hits or all_hits == all_rows:
        return 1.0
    least = min(all_hits, all_rows - all_hits) * min(rows, rest) / all_rows
    if least >= LEAST_EXPECTED:
        g = float(likelihood_ratio(np.array([hits]), np.array([rows]), all_hits, all_rows)[0])
        return max(chi_square_tail(g, 1), SMALLEST)
    return max(_exact(hits, rows, all_hits, all_rows), SMALLEST)


def likelihood_ratio(hits: Integers, rows: Integers, all_hits: int, all_rows: int) -> Floats:
    """Statistic G of each slice (`hits` of `rows`) against the rest of the rows."""
    others, outside = all_hits - hits, all_rows - rows
    split = log_likelihood(hits, rows) + log_likelihood(others, outside)
    whole = float(log_likelihood(np.array([all_hits]), np.array([all_rows]))[0])
    return np.maximum(2 * (split - whole), 0.0)


def log_likelihood(hits: Integers, rows: Integers) -> Floats:
    """Binomial log-likelihood at its maximum, without the constant."""
    return _times_log(hits, rows) + _times_log(rows - hits, rows)


def correct(p: float, tests: int) -> float:
    """Bonferroni's correction, to three digits."""
    log = math.log10(p) + math.log10(max(tests, 1)) if p > 0 else -math.inf
    return 1.0 if log >= 0 else float(f"{10**log:.3g}")


def _times_log(part: Integers, whole: Integers) -> Floats:
    share = np.divide(part, whole, out=np.ones(len(part), float), where=(part > 0) & (whole > 0))
    return np.asarray(part * np.log(share), np.float64)


def _exact(hits: int, rows: int, all_hits: int, all_rows: int) -> float:
    low, high = max(0, rows - (all_rows - all_hits)), min(rows, all_hits)
    total = _log_choose(all_rows, rows)
    logs = [
        _log_choose(all_hits, k) + _log_choose(all_rows - all_hits, rows - k) - total
        for k in range(low, high + 1)
    ]
    upper = math.fsum(math.exp(x) for x in logs[hits - low :])
    lower = math.fsum(math.exp(x) for x in logs[: hits - low + 1])
    return min(1.0, 2 * min(upper, lower))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
