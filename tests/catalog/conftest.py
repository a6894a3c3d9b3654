"""Shared by the tests of catalogs: real data where it is at hand, and small catalogs made on the spot."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from seisweave.catalog import Catalog, LocationUncertainty


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).parents[2] / "../shared/data"
    if not folder.is_dir():
        pytest.skip("needs the real catalogs of ../shared/data, which are not part of the project")
    return folder


@pytest.fixture(scope="session")
def obspy():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its import uses what newer Pythons deprecate
        return pytest.importorskip("obspy", reason="needs the extra obspy")


@pytest.fixture
def make_catalog():
    """A catalog of n events around a point, some without time, depth or magnitude."""

    def make(n: int = 40, seed: int = 1, errors: str = "sigma", centre=(-116.5, 34.2)) -> Catalog:
        rng = np.random.default_rng(seed)
        times = np.datetime64("1992-06-28T11:57:34", "us") + np.sort(rng.integers(0, 10**13, n)).astype("m8[us]")
        depth_km, magnitude = rng.uniform(-1, 18, n), rng.exponential(0.8, n) + 1
        depth_km[n // 3], magnitude[n // 4], times[n // 5] = np.nan, np.nan, "NaT"
        longitude = (centre[0] + rng.normal(0, 0.3, n) + 180) % 360 - 180
        return Catalog(
            times=times,
            longitude=longitude,
            latitude=centre[1] + rng.normal(0, 0.2, n),
            depth_km=depth_km,
            magnitude=magnitude,
            ids=np.array([f"ci{i}" for i in rng.permutation(n)]),
            uncertainty=_errors(errors, n, rng),
            quality=rng.choice(["A", "B", ""], n),
            event_type=rng.choice(["earthquake", "quarry blast", ""], n),
            n_phases=rng.integers(4, 90, n).astype(float),
        )

    return make


def _errors(kind: str, n: int, rng: np.random.Generator) -> LocationUncertainty | None:
    root = rng.normal(size=(3 * n, 3, 3))
    covariance = root @ root.transpose(0, 2, 1)
    covariance = (covariance + covariance.transpose(0, 2, 1)) / 2
    if kind == "sigma":
        horizontal, vertical = rng.uniform(0.1, 2, (2, n))
        horizontal[::7], vertical[::5] = np.nan, np.nan
        return LocationUncertainty(horizontal_km=horizontal, vertical_km=vertical)
    if kind == "covariance":
        covariance[3] = np.nan
        return LocationUncertainty(covariance_km2=covariance[:n])
    if kind == "mixture":
        count = rng.integers(0, 4, n)
        count[-1] += 3 * n - count.sum() if count.sum() < 3 * n else 0
        offsets = np.concatenate([[0], np.cumsum(count)])
        m = int(offsets[-1])
        return LocationUncertainty(
            covariance_km2=np.resize(covariance, (m, 3, 3)),
            offsets=offsets,
            weight=rng.uniform(0.1, 1, m),
            mean_offset_km=rng.normal(size=(m, 3)),
        )
    return None


@pytest.fixture
def same_catalog():
    """Assert that two catalogs hold identical events."""

    def same(one: Catalog, other: Catalog) -> None:
        for name in COLUMNS:
            a, b = getattr(one, name), getattr(other, name)
            assert (a is None) == (b is None), name
            if a is not None:
                np.testing.assert_array_equal(a, b, err_msg=name)
        assert (one.uncertainty is None) == (other.uncertainty is None)
        if one.uncertainty is not None and other.uncertainty is not None:
            for name in ERRORS:
                a, b = getattr(one.uncertainty, name), getattr(other.uncertainty, name)
                assert (a is None) == (b is None), name
                if a is not None:
                    np.testing.assert_array_equal(a, b, err_msg=name)

    return same


COLUMNS = (
    "times",
    "longitude",
    "latitude",
    "depth_km",
    "magnitude",
    "ids",
    "quality",
    "event_type",
    "n_phases",
)
ERRORS = ("horizontal_km", "vertical_km", "covariance_km2", "offsets", "weight", "mean_offset_km")
