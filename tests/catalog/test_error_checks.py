"""Errors of a whole catalog that cannot be: told on reading, and not condensed unless they are trusted."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.catalog import Catalog, LocationUncertainty, read_catalog
from seisweave.catalog.error_checks import implausible_errors
from seisweave.condensation import CondensationOptions, condense
from seisweave.errors import InputError


def network(horizontal_km, vertical_km, *, n=60, extent_deg=0.5, centre=(10.0, 46.0), decimals=4):
    rng = np.random.default_rng(1)
    longitude, latitude = (np.round(at + rng.uniform(-extent_deg, extent_deg, n) / 2, decimals) for at in centre)
    spread = rng.uniform(0.5, 1.5, n)
    return Catalog(
        times=np.datetime64("2020-01-01", "us") + np.arange(n).astype("m8[h]"),
        longitude=(longitude + 180) % 360 - 180,
        latitude=latitude,
        depth_km=rng.uniform(1, 12, n),
        magnitude=rng.uniform(0, 3, n),
        ids=np.arange(n).astype(str),
        uncertainty=LocationUncertainty(horizontal_km * spread, vertical_km * spread),
    )


@pytest.mark.parametrize(
    "catalog",
    [
        network(0.3, 0.7),
        network(0.02, 0.03, extent_deg=0.02),  # a mine, or a relocated swarm
        network(5.0, 9.0, extent_deg=5.0),
        network(25.0, 30.0, extent_deg=40.0, decimals=2),  # the globe
        network(0.3, 0.7, centre=(180.0, -30.0)),
        network(0.3, 0.7, n=1),
        network(0.3, 0.7, n=2, extent_deg=0.001),
        replace(network(1, 1), uncertainty=None),
        replace(network(1, 1), uncertainty=LocationUncertainty(np.full(60, np.nan), np.full(60, np.nan))),
    ],
)
def test_errors_of_networks_are_plausible(catalog):
    assert implausible_errors(catalog) == []


@pytest.mark.parametrize(
    ("catalog", "told"),
    [
        (network(320.0, 700.0), "median horizontal error is"),
        (network(19.2, 32.1, extent_deg=0.02), "above a tenth of the catalog's extent"),
        (network(19.2, 32.1, extent_deg=0.02, n=6), "above the catalog's extent"),
        (network(8.0, 9.0, centre=(180.0, -30.0)), "above a tenth"),  # an extent of 0.5 degree, not of 360
        (network(3.0, 0.02), "km horizontally and"),
        (network(0.002, 0.7), "km horizontally and"),
        (network(0.0003, 0.0007, decimals=2), "a thousand times below the last decimal"),
        (network(30.0, 700.0, extent_deg=40.0), "median depth error"),
    ],
)
def test_errors_in_another_unit_are_told(catalog, told, tmp_path):
    assert told in "; ".join(implausible_errors(catalog))
    catalog.write(tmp_path / "catalog.csv")
    read = read_catalog(tmp_path / "catalog.csv")
    assert any(told in note for note in read.rejected.notes)
    with pytest.raises(InputError, match="trust-errors") as refused:
        condense(read)
    assert "\n" not in str(refused.value)


def test_errors_that_are_trusted_are_condensed():
    catalog = network(19.2, 32.1, extent_deg=0.02)
    trusted = condense(catalog, CondensationOptions(trust_errors=True, samples=10, assign_samples=10))
    assert trusted.weight.sum() == pytest.approx(len(catalog))
