"""Plates cut at the surface, against shapely in the plate's own plane."""

import numpy as np
import shapely
from tests.faults.exports.networks import axes_of

from seisweave.faults.exports.rates import area_km2
from seisweave.faults.geometry import clipped_corners


def test_what_is_in_the_ground_stays_as_it_is():
    corners = np.array([[[0.0, -5, 1], [0, 5, 0], [0, 5, 6], [0, -5, 6]]])
    assert np.array_equal(clipped_corners(corners)[0], corners[0])


def test_a_plate_in_the_air_has_no_corners():
    assert clipped_corners(np.array([[[0.0, -5, -9], [0, 5, -9], [0, 5, -1], [0, -5, -1]]]))[0].shape == (0, 3)


def test_level_plates_keep_their_order():
    """The two upper ones first."""
    corners = np.array([[[1.0, -5, -2], [1, 5, -2], [5, 5, 2], [5, -5, 2]]])
    assert clipped_corners(corners)[0].tolist() == [[3, -5, 0], [3, 5, 0], [5, 5, 2], [5, -5, 2]]


def test_turned_plates_are_cut_as_polygons_are():
    rng = np.random.default_rng(1)
    sizes = set()
    for _ in range(200):
        axes = axes_of(rng.uniform(0, 360), rng.uniform(5, 90), rng.uniform(-90, 90))
        half, centre = rng.uniform(1, 10, 2), np.array([*rng.uniform(-50, 50, 2), rng.uniform(-6, 6)])
        flat = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
        (cut,) = clipped_corners((centre + flat @ axes[:2])[None])
        slope = axes[:2, 2]  # how depth grows along the axes: half of the plane lies where centre + slope . uv > 0
        far = 1e3 * np.array([[-slope[1], slope[0]], [slope[1], -slope[0]]]) / np.linalg.norm(slope)
        foot, down = -centre[2] * slope / (slope @ slope), 1e3 * slope / np.linalg.norm(slope)
        ground = shapely.Polygon([foot + far[0], foot + far[1], foot + far[1] + down, foot + far[0] + down])
        wanted = shapely.Polygon(flat).intersection(ground)
        sizes.add(len(cut))
        if not len(cut):
            assert wanted.area == 0
            continue
        found = shapely.Polygon((cut - centre) @ axes[:2].T)
        assert found.symmetric_difference(wanted).area < 1e-6
        assert abs(area_km2(cut) - wanted.area) < 1e-6
        assert np.abs((cut - centre) @ axes[2]).max() < 1e-9
        assert cut[:, 2].min() >= 0
    assert sizes == {0, 3, 4, 5}
