import numpy as np
import pytest

from seisweave.forecast import Volume
from seisweave.synthetic import southern_california_like


@pytest.fixture(scope="session")
def volume():
    return Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))


@pytest.fixture(scope="session")
def small():
    """A volume of some 40 km, so that many kernels reach over its faces."""
    return Volume((-117.3, -116.9, 33.8, 34.2), (0.0, 15.0))


@pytest.fixture(scope="session")
def past():
    """Earthquakes of a simulated catalog, without blasts."""
    catalog = southern_california_like(seed=3, n_events=1500).catalog.with_depth()
    return catalog[catalog.event_type == "eq"]


@pytest.fixture(scope="session")
def even():
    """Integrate a density over a volume from evenly spread places: the mean, times the volume, and its error."""

    def integrate(forecast, n=20_000, seed=5):
        places = forecast.volume.sample(n, seed)
        density = np.exp(forecast.log_density(*places.T)) * forecast.volume.km3
        return density.mean(), density.std() / np.sqrt(n)

    return integrate
