"""How much of a nowcast's score is smoothing: nowcasts without any skill, on the series and on its days shuffled.

Smoothed values of neighbouring days share most of what they are made of, so that "tomorrow equals today" and a linear
function of the last values nowcast them well whatever the days hold. Where the days are shuffled, nothing else is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.evaluation.alarms import decide
from seisweave.evaluation.series import nash_sutcliffe, persistence

SPANS = (1, 3, 5, 7, 9, 11, 15, 21)  # odd, for a middle
LAGS = 20  # steps that the linear nowcast looks back
ALARM_SHARE, TEST_SHARE = 0.05, 0.2


def growth(series: Float[np.ndarray, " t"], seed: int = 0) -> list[dict[str, Any]]:
    """NSE and F1 of nowcasts without any skill, by span, kind of smoothing, and whether the days were shuffled.

    Persistence, and a linear function of the last 20 smoothed values fitted on the first 80 % of the days; scored on
    the rest, alarms above what 5 % of the first days exceed.

    >>> rows = growth(np.random.default_rng(0).normal(size=400))  # days that know nothing of each other
    >>> wide = next(row for row in rows if row["span"] == 11 and row["smoothing"] == "centred")
    >>> rows[0]["linear_nse"] < 0.1 < 0.8 < wide["linear_nse"]
    True
    """
    from seisweave.nowcast.region.novelty import smooth  # which loads torch

    known = np.flatnonzero(~np.isnan(series))
    shuffled = series.copy()
    shuffled[known] = np.random.default_rng(seed).permutation(series[known])
    rows = []
    for days, raw in (("as they are", series), ("shuffled", shuffled)):
        for smoothing in ("centred", "causal"):
            for span in SPANS:
                smoothed = smooth(raw, span, centred=smoothing == "centred")
                row = {"days": days, "smoothing": smoothing, "span": span}
                for name, nowcast in (("persistence", persistence(smoothed)), ("linear", _linear(smoothed))):
                    row |= {f"{name}_{score}": value for score, value in _scores(nowcast, smoothed).items()}
                rows.append(row)
    return rows


def _linear(series: np.ndarray) -> np.ndarray:
    """The next value from the last ones, by least squares; NaN where one of them is unknown."""
    windows = np.full((len(series), LAGS), np.nan)
    windows[LAGS:] = np.lib.stride_tricks.sliding_window_view(series[:-1], LAGS)
    inputs = np.column_stack([np.ones(len(series)), windows])
    early = np.arange(len(series)) < round((1 - TEST_SHARE) * len(series))
    fitted = early & ~np.isnan(inputs).any(axis=1) & ~np.isnan(series)
    return inputs @ np.linalg.lstsq(inputs[fitted], series[fitted], rcond=None)[0]


def _scores(nowcast: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    border = round((1 - TEST_SHARE) * len(truth))
    level = float(np.nanquantile(truth[:border], 1 - ALARM_SHARE))
    judged = np.arange(len(truth)) >= border
    judged &= ~np.isnan(nowcast) & ~np.isnan(truth)
    decisions = decide(nowcast[judged], truth[judged] >= level, level)
    return {"nse": nash_sutcliffe(nowcast[judged], truth[judged]), "f1": decisions.f()}
