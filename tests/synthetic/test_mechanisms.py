import numpy as np
import pytest

from seisweave.catalog.nodal_planes import NodalPlanes, angles_between
from seisweave.errors import InputError
from seisweave.synthetic import plant_mechanisms


@pytest.mark.parametrize("error_deg", [5.0, 15.0])
def test_poles_are_off_by_the_error_asked_for(error_deg):
    rng = np.random.default_rng(0)
    slipped = NodalPlanes(rng.uniform(0, 360, 4000), rng.uniform(20, 90, 4000), rng.uniform(-180, 180, 4000))
    made = plant_mechanisms(slipped, error_deg=error_deg, seed=3)
    true = np.where(made.listed_slipped[:, None], made.listed.pole, made.listed.auxiliary.pole)
    other = np.where(made.listed_slipped[:, None], made.listed.auxiliary.pole, made.listed.pole)
    for ours, planted in ((true, slipped.pole), (other, slipped.auxiliary.pole)):
        off = np.sqrt((angles_between(ours, planted) ** 2).mean())
        assert off == pytest.approx(error_deg, rel=0.04)
    assert made.listed_slipped.mean() == pytest.approx(0.5, abs=0.03)


def test_the_same_seed_makes_the_same_mechanisms_and_errors_must_be_possible():
    slipped = NodalPlanes(np.full(5, 10.0), np.full(5, 60.0), np.full(5, -90.0))
    one, same, other = (plant_mechanisms(slipped, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.listed.strike_deg, same.listed.strike_deg)
    assert not np.array_equal(one.listed.strike_deg, other.listed.strike_deg)
    with pytest.raises(InputError, match="error_deg is -1"):
        plant_mechanisms(slipped, error_deg=-1.0)
