"""A world of fourteen years, and a nowcaster that knows the first nine; never changed."""

import pytest
from tests.nowcast.place.worlds import BOX, PLACE, SMALL

from seisweave.nowcast.place.nowcaster import train_place_nowcaster
from seisweave.nowcast.place.options import (
    PlaceSettings,
)
from seisweave.synthetic import EtasOptions, etas_world


@pytest.fixture(scope="session")
def world():
    return etas_world(EtasOptions(box=BOX, days=5114, background_per_day=0.5), seed=4)


@pytest.fixture(scope="session")
def fitted(world):
    return train_place_nowcaster(world.catalog, PlaceSettings(PLACE, SMALL, end="1999-01-01"))
