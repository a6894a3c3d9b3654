"""A world with a planted precursor, and a nowcaster of each protocol; never changed."""

import pytest
from tests.nowcast.worlds import precursor_world, small_settings

from seisweave.nowcast.region.nowcaster import train_nowcaster

DAYS = 2400


@pytest.fixture(scope="session")
def world():
    return precursor_world(DAYS)


@pytest.fixture(scope="session")
def prospective(world):
    return train_nowcaster(world, small_settings())


@pytest.fixture(scope="session")
def paper(world):
    settings = small_settings("paper", span=5)
    return train_nowcaster(world, settings)
