"""Which background a subset gets: the shape that is asked for, or a box where its events cannot carry it."""

import numpy as np
import pytest

from seisweave.faults.background import minimum_volume_box
from seisweave.faults.background_shapes.choose import cut_into_cells, shape_of

KINDS = ["hull", "alpha", "sphere", "gaussian", "voronoi"]
EVENTS = np.random.default_rng(1).normal(size=(40, 3)) * [9.0, 4.0, 2.0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_shape_is_that_of_events_left_over(kind):
    left_over = np.arange(40) % 2 == 0
    shape = shape_of(kind, EVENTS, left_over, thinnest_km=0.1)
    again = shape_of(kind, EVENTS[left_over], np.ones(20, bool), thinnest_km=0.1)
    assert shape.kind == ("hull" if kind == "voronoi" else kind)
    if kind == "voronoi":  # the hull of all events, until it is cut
        assert shape.volume_km3 > again.volume_km3
        assert shape.relative_density(EVENTS.T).all()
    else:
        assert shape.volume_km3 == again.volume_km3


def test_a_box_is_that_of_all_events():
    shape = shape_of("box", EVENTS, np.arange(40) < 10, thinnest_km=0.1)
    assert shape.volume_km3 == minimum_volume_box(EVENTS, thinnest_km=0.1).volume_km3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_fewer_than_four_events_get_the_box_of_all(kind, count):
    points = EVENTS[:3] if kind == "voronoi" else EVENTS
    shape = shape_of(kind, points, np.arange(len(points)) < count, thinnest_km=0.1)
    assert shape.kind == "box"


FLAT = {
    "a plane": (EVENTS * [1, 1, 0], ["hull", "alpha", "voronoi"]),
    "nearly a plane": (EVENTS * [1, 1, 1e-3], ["hull", "alpha", "voronoi"]),
    "a line": (EVENTS * [1, 0, 0], ["hull", "alpha", "voronoi"]),
    "a point": (EVENTS * 0.0 + 7.0, KINDS),
    "nearly a point": (EVENTS * 1e-4 + 7.0, KINDS),
}


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize("kind", KINDS)
def test_events_without_volume_get_the_box_of_all(name, kind):
    points, boxed = FLAT[name]
    left_over = np.ones(len(points), bool)
    shape = shape_of(kind, points, left_over, thinnest_km=0.1)
    assert shape.kind == ("box" if kind in boxed else kind)  # spheres and Gaussians need no volume of the events
    assert shape.volume_km3 > 0.0
    assert shape.relative_density(points.T).all()


@pytest.mark.parametrize("name", FLAT)
def test_where_there_can_be_no_cells_backgrounds_stay(name):
    points, _ = FLAT[name]
    boxes = (minimum_volume_box(points), minimum_volume_box(points))
    sites = np.array([points[:20].mean(axis=0), points[20:].mean(axis=0)])
    made = cut_into_cells(boxes, points, sites)
    assert made == boxes or name.startswith("nearly")
    assert all(shape.volume_km3 > 0.0 for shape in made)


def test_one_site_twice_or_on_the_hull_leaves_backgrounds_as_they_are():
    boxes = (minimum_volume_box(EVENTS),) * 2
    corner = EVENTS[EVENTS[:, 0].argmax()]
    assert cut_into_cells(boxes, EVENTS, np.array([corner, EVENTS.mean(axis=0)])) == boxes
    assert cut_into_cells(boxes, EVENTS, np.array([EVENTS.mean(axis=0)] * 2)) == boxes
