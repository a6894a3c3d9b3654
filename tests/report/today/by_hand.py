"""Forecasts on record whose every number is given by hand, and catalogs of a few events."""

from dataclasses import replace

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.issued import IssuedForecast
from seisweave.issued.example import example_issued

NOW = "2019-07-06T04:00"
WINDOWS, MAGNITUDES = (1.0, 7.0, 30.0), (3.0, 5.0)


def forecast(
    now: str = NOW,
    chance: float = 0.63,
    usual: float = 0.0033,
    *,
    model: str = "etas",
    flat: bool = False,
    numbers: bool = True,
    days: tuple[float, ...] = WINDOWS,
    **changed,
) -> IssuedForecast:
    """A chance of M 5 or more in the first window, and a usual one, over 3 rows and 4 columns of 0.2°.

    The south-western corner is at 33.8° N 117.2° W. Rates grow with the window's length; M 3 has ten times that of M 5.
    The cell in row 2, column 1 has half of it (one twelfth where `flat`), the others the rest in equal parts.
    """
    start = np.datetime64(now, "us")
    share = np.full((3, 4), 1.0 / 12.0 if flat else 0.5 / 11.0)
    share[2, 1] = share[2, 1] if flat else 0.5
    h = np.array(days) / days[0]
    rate, rate_usual = (-np.log1p(-p) * h[:, None] * np.array([10.0, 1.0]) for p in (chance, usual))
    cells, cells_usual = rate[..., None, None] * share, rate_usual[..., None, None] / 12.0 * np.ones((3, 4))
    unknown = 1.0 if numbers else np.nan
    quantiles = np.stack([np.floor(rate / 3), np.floor(rate), np.ceil(2 * rate) + 1], axis=-1)
    return replace(
        example_issued(now),
        model=model,
        now=start,
        issued=changed.pop("issued", start + np.timedelta64(20, "s")),
        horizon_days=np.array(days),
        magnitudes=np.array(MAGNITUDES),
        lon_edges=np.linspace(-117.2, -116.4, 5),
        lat_edges=np.linspace(33.8, 34.4, 4),
        inside=np.ones((3, 4), bool),
        chance=-np.expm1(-rate),
        expected=rate * unknown,
        quantiles=quantiles * unknown,
        cell_chance=-np.expm1(-cells),
        cell_expected=cells * unknown,
        long_term_chance=-np.expm1(-rate_usual),
        long_term_expected=rate_usual,
        long_term_cell_expected=cells_usual,
        **changed,
    )


def events(*rows: tuple[str, float], place: tuple[float, float, float] = (-116.9, 34.3, 8.0)) -> Catalog:
    """Events of (time, magnitude) at one place (longitude, latitude, depth)."""
    n = len(rows)
    return Catalog(
        times=np.array([row[0] for row in rows], "datetime64[us]"),
        longitude=np.full(n, place[0]),
        latitude=np.full(n, place[1]),
        depth_km=np.full(n, place[2]),
        magnitude=np.array([row[1] for row in rows], float),
        ids=np.array([f"e{k}" for k in range(n)]),
    )
