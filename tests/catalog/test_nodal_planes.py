import numpy as np
import pytest

from seisweave.catalog.nodal_planes import NodalPlanes, angles_between, planes_of


def _planes(n=300, seed=0):
    rng = np.random.default_rng(seed)
    return NodalPlanes(rng.uniform(0, 360, n), rng.uniform(0.5, 89.5, n), rng.uniform(-180, 180, n))


def _turn(one, other):
    return np.abs((one - other + 180.0) % 360.0 - 180.0)


def test_auxiliary_planes_are_those_of_obspy():
    beachball = pytest.importorskip("obspy.imaging.beachball")
    planes = _planes()
    other = planes.auxiliary
    theirs = np.array([beachball.aux_plane(*row) for row in zip(*vars(planes).values(), strict=True)])
    for ours, column in zip(vars(other).values(), theirs.T, strict=True):
        assert _turn(ours, column).max() < 1e-6


def test_the_auxiliary_of_the_auxiliary_is_the_plane_itself():
    planes = _planes(seed=1)
    again = planes.auxiliary.auxiliary
    for ours, theirs in zip(vars(again).values(), vars(planes).values(), strict=True):
        assert _turn(ours, theirs).max() < 1e-6


def test_pole_and_slip_are_unit_vectors_at_right_angles_and_poles_point_up():
    planes = _planes(seed=2)
    for vector in (planes.pole, planes.slip):
        assert np.allclose(np.linalg.norm(vector, axis=1), 1.0)
    assert np.abs((planes.pole * planes.slip).sum(axis=1)).max() < 1e-12
    assert (planes.pole[:, 2] <= 0).all()
    assert (planes.auxiliary.pole[:, 2] <= 0).all()


def test_senses_of_slip():
    """A plane that strikes north and dips 30 degrees to the east: thrust moves its upper side up and to the west."""
    thrust, normal, left = (NodalPlanes(*np.array([[0.0], [30.0], [rake]])).slip[0] for rake in (90.0, -90.0, 0.0))
    assert np.allclose(thrust, (-np.cos(np.pi / 6), 0.0, -0.5))
    assert np.allclose(normal, -thrust)
    assert np.allclose(left, (0.0, 1.0, 0.0))  # the side on the right, which is the upper one, moves to the north


def test_global_cmt_gives_both_planes_to_a_degree():
    """Event C200604092050A of the Global CMT catalog: 49/30/106 and 211/61/81, rounded to degrees."""
    other = NodalPlanes(*np.array([[49.0], [30.0], [106.0]])).auxiliary
    for ours, theirs in zip(vars(other).values(), (211.0, 61.0, 81.0), strict=True):
        assert _turn(ours[0], theirs) < 1.5


def test_level_planes_keep_the_direction_of_their_slip():
    made = planes_of(np.array([[0.0, 0.0, -1.0]]), np.array([[1.0, 0.0, 0.0]]))
    assert (made.strike_deg[0], made.dip_deg[0]) == (0.0, 0.0)
    assert np.allclose(made.slip, [[1.0, 0.0, 0.0]])


def test_angles_do_not_mind_which_way_poles_point():
    one, other = _planes(seed=3).pole, _planes(seed=4).pole
    assert np.allclose(angles_between(one, other), angles_between(-one, other))
    assert angles_between(one, one).max() < 1e-5
    assert np.allclose(angles_between(np.eye(3), np.roll(np.eye(3), 1, axis=0)), 90.0)
