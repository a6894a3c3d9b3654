"""Which steps train, which choose, which judge."""

import numpy as np
from tests.nowcast.worlds import make_catalog

from seisweave.nowcast.maps import MapOptions, lay_steps
from seisweave.nowcast.region.split import split_steps


def test_the_split_follows_the_calendar():
    steps = lay_steps(make_catalog([0, 99], [1, 1]), MapOptions())
    split = split_steps(steps, "2000-03-01", "2000-03-31", embargo=5)
    assert np.flatnonzero(split.train).tolist() == list(range(60))
    assert np.flatnonzero(split.validation).tolist() == list(range(65, 90))
    assert np.flatnonzero(split.test).tolist() == list(range(95, 100))
    default = split_steps(steps, None, None, embargo=0)
    assert [part.sum() for part in (default.train, default.validation, default.test)] == [70, 10, 20]
