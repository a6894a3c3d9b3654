"""A small forecast on record, for examples and tests."""

from __future__ import annotations

import numpy as np

from seisweave.issued.record import IssuedForecast


def example_issued(now: str = "2019-07-06T04:00", *, first: float = 0.6, seed: int = 1) -> IssuedForecast:
    """A small forecast of two windows, two magnitudes and two by three cells, for examples and tests.

    >>> example_issued().inside.shape
    (2, 3)
    """
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.ones(6)).reshape(2, 3)
    rate = -np.log1p(-first) * np.array([[1.0, 0.1], [7.0, 0.7]])
    usual = rate / 10.0
    start = np.datetime64(now, "us")
    levels = np.array([0.025, 0.5, 0.975])
    spread = np.stack([np.zeros((2, 2)), np.floor(rate), np.ceil(rate) + 2.0], axis=-1)
    cells = rate[..., None, None] * share
    return IssuedForecast(
        model="etas", now=start, issued=start + np.timedelta64(20, "s"), model_digest="a" * 64,
        inputs={"catalog": "b" * 64}, version="0", horizon_days=np.array([1.0, 7.0]), magnitudes=np.array([3.0, 4.0]),
        lon_edges=np.array([-118.5, -118.0, -117.5, -117.0]), lat_edges=np.array([35.0, 35.5, 36.0]),
        inside=np.ones((2, 3), bool), chance=-np.expm1(-rate).round(12), expected=rate, levels=levels,
        quantiles=spread, cell_chance=-np.expm1(-cells), cell_expected=cells, long_term_chance=-np.expm1(-usual),
        long_term_expected=usual, long_term_cell_expected=usual[..., None, None] * share, long_term="an example",
    )  # fmt: skip
