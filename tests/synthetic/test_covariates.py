"""A world that follows its covariate: as much as was planted, on the next day, and not once it is shuffled."""

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.synthetic import CovariateOptions, covariate_world


def counts_of(world):
    """Events by day and cell."""
    west, _, south, _ = world.options.box
    side, catalog = world.options.cell_deg, world.catalog[:-1]
    day = ((catalog.times - world.day[0]) // np.timedelta64(1, "D")).astype(int)
    n = np.zeros(world.covariate.shape)
    np.add.at(
        n, (day, ((catalog.latitude - south) // side).astype(int), ((catalog.longitude - west) // side).astype(int)), 1
    )
    return n


def test_events_follow_the_covariate_of_the_day_before():
    world = covariate_world(CovariateOptions(days=6000, events_per_day=4.0), seed=1)
    z, n = world.covariate, counts_of(world)
    assert (z.mean(), z.std()) == pytest.approx((0.0, 1.0), abs=0.06)
    assert n.sum() / 6000 == pytest.approx(4.0, rel=0.06)
    for covariate, wanted in ((z, 0.8), (world.shuffled(2).covariate, 0.0)):
        high, low = (n[1:][part].mean() for part in (covariate[:-1] > 0.5, covariate[:-1] < -0.5))
        assert np.log(high / low) == pytest.approx(wanted * 2 * 1.14, abs=0.15)  # E[z | z > 0.5] = 1.14


def test_its_file_says_when_each_value_was_known(tmp_path):
    world = covariate_world(CovariateOptions(days=30), seed=1)
    data = world.dataset("level")
    assert set(data.data_vars) == {"level", "known_from"}
    assert ((data["known_from"].values - data["time"].values) == np.timedelta64(1, "D")).all()
    assert np.allclose(data["level"].values, world.covariate, atol=1e-6)


def test_seeds_and_bounds():
    one, two, other = (covariate_world(CovariateOptions(days=50), seed=seed) for seed in (1, 1, 2))
    assert one.covariate.tobytes() == two.covariate.tobytes() != other.covariate.tobytes()
    for wrong in ({"days": 1}, {"memory": 1.0}, {"common": 1.5}, {"cell_deg": 0.0}):
        with pytest.raises(InputError, match="give"):
            CovariateOptions(**wrong)
