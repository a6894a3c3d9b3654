"""Covariates as the temporal network sees them: what is known of each step's channels at its first instant.

A region's nowcast is one number a step, so that maps are given as three: the mean, the highest and the lowest of their
standardised cells; and the share of cells without a value. A series of the whole region is given as it is. The
autoencoder does not see them: novelty stays that of the events.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from seisweave.nowcast.channels import LaidChannels, LearnedChannel


def n_series(learned: Sequence[LearnedChannel]) -> int:
    """How many series stand for some channels."""
    return sum(4 if each.spatial else 2 for each in learned)


def missing_series(learned: Sequence[LearnedChannel]) -> list[int]:
    """Which of these say what is missing: the last of each channel."""
    return [n_series(learned[: k + 1]) - 1 for k in range(len(learned))]


def covariate_series(laid: LaidChannels, learned: Sequence[LearnedChannel]) -> Float32[np.ndarray, "c t"]:
    """Series of some channels, a value for each of t steps, all of it known at the step's first instant."""
    maps = laid.standardised(learned)
    rows: list[np.ndarray] = []
    for k, each in enumerate(learned):
        values, missing = maps[:, 2 * k], maps[:, 2 * k + 1].mean(axis=(1, 2))
        means = values.mean(axis=(1, 2))
        rows += [means, values.max(axis=(1, 2)), values.min(axis=(1, 2))] if each.spatial else [means]
        rows.append(missing)
    return np.stack(rows).astype(np.float32)
