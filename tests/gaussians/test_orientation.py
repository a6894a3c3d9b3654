import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from seisweave.gaussians.orientation import fault_planes


def plate(strike_deg, dip_deg, length, width, thickness):
    """Covariance of a plate by the right-hand rule (east, north, down): it dips to the right of its strike."""
    strike, dip = np.radians([strike_deg, dip_deg])
    along = np.array([np.sin(strike), np.cos(strike), 0.0])
    right = np.array([np.cos(strike), -np.sin(strike), 0.0])  # strike + 90°
    down_dip = np.cos(dip) * right + np.sin(dip) * np.array([0.0, 0.0, 1.0])
    normal = np.cross(along, down_dip)
    sides = np.array([length, width, thickness])
    axes = np.stack([along, down_dip, normal])
    return (axes.T * sides**2 / 12) @ axes


def read(strike, dip, length=30.0, width=10.0, thickness=1.0, centre=(0.0, 0.0, 8.0)):
    return fault_planes(np.array([centre]), plate(strike, dip, length, width, thickness)[None])


@pytest.mark.parametrize("dip", [20.0, 45.0, 70.0, 89.0])
@pytest.mark.parametrize("strike", [0.5, 37.0, 90.0, 135.0, 180.0, 250.0, 359.0])
def test_strike_dip_and_sides_are_read_back(strike, dip):
    planes = read(strike, dip)
    np.testing.assert_allclose(planes.strike_deg, strike, atol=1e-6)
    np.testing.assert_allclose(planes.dip_deg, dip, atol=1e-6)
    np.testing.assert_allclose([planes.length_km, planes.width_km, planes.thickness_km], [[30], [10], [1]], rtol=1e-9)


def test_a_vertical_north_south_plane():
    planes = fault_planes(np.zeros((1, 3)), np.diag([0.01, 100.0, 25.0])[None])
    np.testing.assert_allclose(planes.dip_deg, 90.0)
    np.testing.assert_allclose(planes.strike_deg % 180, 0.0, atol=1e-9)
    np.testing.assert_allclose(planes.length_km, np.sqrt(1200))
    np.testing.assert_allclose(planes.width_km, np.sqrt(300))


def test_a_thrust_that_dips_45_degrees_to_the_east_strikes_north():
    # points (x, y, depth) with depth = x: the deeper, the further east
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-5, 5, 5000), rng.uniform(-20, 20, 5000)
    points = np.column_stack([x, y, x + rng.normal(scale=1e-3, size=5000)])
    planes = fault_planes(points.mean(axis=0)[None], np.cov(points.T)[None])
    np.testing.assert_allclose(planes.dip_deg, 45.0, atol=0.1)
    assert min(planes.strike_deg[0], 360 - planes.strike_deg[0]) < 1.0
    np.testing.assert_allclose(planes.length_km, 40.0, rtol=0.02)
    np.testing.assert_allclose(planes.width_km, 10 * np.sqrt(2), rtol=0.02)


def test_a_horizontal_plane_dips_nowhere():
    planes = fault_planes(np.zeros((1, 3)), np.diag([9.0, 4.0, 0.01])[None])
    assert planes.dip_deg[0] == 0.0
    assert 0 <= planes.strike_deg[0] < 360


def test_length_is_the_side_nearer_to_horizontal_even_when_it_is_the_shorter():
    planes = read(40.0, 80.0, length=5.0, width=25.0)
    np.testing.assert_allclose([planes.length_km[0], planes.width_km[0]], [5.0, 25.0])


@pytest.mark.parametrize("strike", [10.0, 200.0])
def test_corners_are_those_of_the_plate_the_upper_ones_first(strike):
    planes = read(strike, 60.0)
    corners = planes.corners_km[0]
    np.testing.assert_allclose(corners.mean(axis=0), [0, 0, 8], atol=1e-9)
    drop = 0.5 * 10 * np.sin(np.radians(60))
    np.testing.assert_allclose(corners[:, 2], [8 - drop, 8 - drop, 8 + drop, 8 + drop])
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    np.testing.assert_allclose(sides, [30, 10, 30, 10])


def test_turning_the_ground_turns_the_strike_and_nothing_else():
    covariance = plate(30.0, 50.0, 30.0, 10.0, 1.0)
    turn = Rotation.from_euler("z", -25, degrees=True).as_matrix()  # clockwise seen from above: strike grows
    before, after = (fault_planes(np.zeros((1, 3)), c[None]) for c in (covariance, turn @ covariance @ turn.T))
    np.testing.assert_allclose(after.strike_deg, before.strike_deg + 25.0)
    np.testing.assert_allclose(after.dip_deg, before.dip_deg)


def test_no_gaussians_have_no_planes():
    planes = fault_planes(np.zeros((0, 3)), np.zeros((0, 3, 3)))
    assert planes.strike_deg.shape == (0,)
    assert planes.corners_km.shape == (0, 4, 3)


def test_a_round_or_singular_gaussian_has_finite_numbers():
    planes = fault_planes(np.zeros((2, 3)), np.stack([np.eye(3), np.zeros((3, 3))]))
    for values in vars(planes).values():
        assert np.isfinite(values).all()
