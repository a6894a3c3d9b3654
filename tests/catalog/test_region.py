"""The region of a catalog: whole across the date line, without strays, rounded outwards."""

import numpy as np
import pytest

from seisweave.catalog import Catalog
from seisweave.catalog.region import around, near_others, range_about, region_about, span_of
from seisweave.errors import InputError


def outside_of(box, longitude, latitude):
    """How many events a box leaves out, as a selection counts."""
    n = len(longitude)
    blank = np.full(n, np.nan)
    catalog = Catalog(np.full(n, "NaT", "M8[us]"), longitude, latitude, blank, blank, np.arange(n).astype(str))
    return n - len(catalog.select(box=box))


@pytest.mark.parametrize(
    ("middle", "box"),
    [
        ((13.0, 42.5), (12.5, 13.6, 42.0, 43.1)),
        ((-71.0, -33.0), (-71.5, -70.4, -33.5, -32.4)),
        ((180.0, -30.5), (179.5, -179.4, -31.0, -29.9)),
        ((0.0, 0.0), (-0.5, 0.6, -0.5, 0.6)),
    ],
)
def test_a_box_holds_its_events_wherever_it_is(middle, box):
    along = np.linspace(-0.5, 0.5, 51)
    longitude, latitude = middle[0] + along, middle[1] - along
    longitude = np.where(longitude > 180.0, longitude - 360.0, longitude)
    region = region_about(longitude, latitude, 0.1)
    assert region.box == pytest.approx(box)
    assert (region.n_events, region.n_strays) == (51, 0)
    assert outside_of(region.box, longitude, latitude) == 0


def test_events_round_a_pole_have_all_longitudes():
    longitude = np.linspace(-179.0, 179.0, 90)
    region = region_about(longitude, np.full(90, 89.97), 0.5)
    assert region.box == (-180.0, 180.0, 89.5, 90.0)
    assert outside_of(region.box, longitude, np.full(90, 90.0)) == 0


def test_a_stray_is_left_out_and_a_swarm_hides_nothing():
    rng = np.random.default_rng(1)
    longitude, latitude = rng.uniform(140.0, 145.0, 300), rng.uniform(35.0, 40.0, 300)
    far = region_about(np.append(longitude, [0.0, 0.0]), np.append(latitude, [0.0, 0.0]))
    assert far.box == region_about(longitude, latitude).box
    assert far.n_strays == 2
    swarm = np.append(longitude, rng.normal(142.0, 0.01, 30_000)), np.append(latitude, rng.normal(37.0, 0.01, 30_000))
    assert region_about(*swarm).box == far.box
    assert not near_others(np.append(np.linspace(0, 1, 20), 9.0), 0.5)[-1]
    assert near_others(np.array([0.0, 9.0]), 0.5).all()  # two events are no crowd and no stray


def test_depths_are_those_of_the_data():
    assert range_about(np.array([1.0, 17.0, 30.0])) == (0.0, 30.0, 0)
    assert range_about(np.array([-2.4, 0.2, 3.1])) == (-3.0, 4.0, 0)
    assert range_about(np.concatenate([np.linspace(0, 15, 99), [650.0]])) == (0.0, 15.0, 1)
    assert range_about(np.append(np.linspace(0.1, 15.0, 400), [-8.0, -7.0])) == (0.0, 15.0, 0)
    slab = np.concatenate([np.linspace(0, 60, 80), np.linspace(80, 640, 20)])
    assert range_about(slab) == (0.0, 640.0, 0)
    with pytest.raises(InputError, match="no event has a depth"):
        range_about(np.array([np.nan]))


def test_turning_leaves_what_is_near_as_it_is():
    values = np.random.default_rng(2).uniform(-180, 180, 1000)
    assert np.array_equal(around(values, 0.0), values)
    assert around(np.array([-179.0]), 180.0).tolist() == [181.0]


def test_no_events_no_region():
    with pytest.raises(InputError, match="without events"):
        region_about(np.zeros(0), np.zeros(0))


def test_a_swarm_does_not_turn_a_wide_region_round_the_earth():
    rng = np.random.default_rng(5)
    longitude = np.concatenate([rng.uniform(5, 6, 900), rng.uniform(60, 178, 80), rng.uniform(-178, -165, 20)])
    west, east, _, _ = region_about(longitude, rng.uniform(30, 40, 1000), 1.0).box
    assert west == 5
    assert -167 < east < -163
    assert span_of(longitude) == (longitude[:900].min(), longitude[980:].max())
