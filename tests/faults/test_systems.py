"""Corners of plates, and chains of faults that meet and bend into each other."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests.faults.plate_sets import axes_of

from seisweave.faults.plates import Plates
from seisweave.faults.systems import links_of, systems_of


def system_numbers(plates):
    return systems_of(links_of(plates), len(plates))


def plates_of(rows, sigma=0.1):
    """Plates of (strike, dip, centre, length, width) each."""
    n = len(rows)
    return Plates(
        weight=np.full(n, 1 / max(n, 1)),
        centre_km=np.array([row[2] for row in rows], dtype=float).reshape(-1, 3),
        axes=np.array([axes_of(*row[:2]) for row in rows]).reshape(-1, 3, 3),
        length_km=np.array([row[3] for row in rows], dtype=float),
        width_km=np.array([row[4] for row in rows], dtype=float),
        sigma_km=np.full(n, sigma),
    )


def chain(strikes, length=20.0, dip=90.0, gap=0.0):
    """Plates end to end."""
    rows, at = [], np.array([0.0, 0.0, 8.0])
    for strike in strikes:
        step = np.array([np.sin(np.radians(strike)), np.cos(np.radians(strike)), 0.0])
        rows.append((strike, dip, at + 0.5 * length * step, length, 10.0))
        at = at + (length + gap) * step
    return rows


def turned(plates, angle):
    turn = Rotation.from_euler("z", angle, degrees=True).as_matrix()
    return Plates(**{**vars(plates), "centre_km": plates.centre_km @ turn.T, "axes": plates.axes @ turn.T})


# ---------------------------------------------------------------- systems


@pytest.mark.parametrize(
    ("rows", "systems"),
    [
        ([], []),
        ([(30, 80, (0, 0, 8), 20, 10)], [0]),
        (chain([0, 15, 30, 40]), [0, 0, 0, 0]),
        (chain([0, 60]), [0, 1]),
        (chain([0, 0], gap=6.0), [0, 1]),
        ([(0, 90, (0, 0, 8), 30, 12), (90, 90, (0, 0, 8), 30, 12)], [0, 1]),
        ([(0, 90, (0, 0, 8), 30, 12), (30, 90, (0, 0, 8), 30, 12)], [0, 1]),
        ([(0, 90, (0, 0, 8), 30, 12), (0, 90, (5, 0, 8), 30, 12)], [0, 1]),
        ([(0, 80, (0, 0, 5), 30, 10), (0, 50, (4.08, 0, 13.76), 30, 10)], [0, 0]),
        ([*chain([0, 20]), (0, 90, (500, 0, 8), 20, 10)], [0, 0, 1]),
        ([chain([0, 20])[0], (0, 90, (500, 0, 8), 20, 10), chain([0, 20])[1]], [0, 1, 0]),
    ],
    ids=["none", "one", "bend", "corner", "gap", "cross", "narrow cross", "parallel", "listric", "far", "numbering"],
)
def test_faults_that_meet_and_bend_are_one_system(rows, systems):
    assert system_numbers(plates_of(rows)).tolist() == systems


@pytest.mark.parametrize("seed", range(3))
def test_systems_do_not_depend_on_order_turn_shift_and_unit(seed):
    rng = np.random.default_rng(seed)
    rows = chain([10, 25, 50]) + [
        (360 * rng.random(), rng.uniform(30, 90), rng.uniform(-40, 40, 3), *rng.uniform(5, 30, 2)) for _ in range(20)
    ]
    plates = plates_of(rows)
    system = system_numbers(plates)
    assert system[:3].tolist() == [0, 0, 0]
    np.testing.assert_array_equal(system_numbers(turned(plates, 77.0)), system)
    moved = Plates(**{**vars(plates), "centre_km": plates.centre_km + np.array([300.0, -200.0, 5.0])})
    np.testing.assert_array_equal(system_numbers(moved), system)
    lengths = ("centre_km", "length_km", "width_km", "sigma_km")
    scaled = Plates(**{**vars(plates), **{name: 1e-3 * getattr(plates, name) for name in lengths}})
    np.testing.assert_array_equal(system_numbers(scaled), system)
    order = rng.permutation(len(plates))
    mixed = system_numbers(Plates(**{name: values[order] for name, values in vars(plates).items()}))
    same = system[order][:, None] == system[order]
    np.testing.assert_array_equal(mixed[:, None] == mixed, same)


def test_a_plate_turned_round_meets_the_same():
    plates = plates_of(chain([0, 20]))
    axes = plates.axes.copy()
    axes[1] = -axes[1]
    assert system_numbers(Plates(**{**vars(plates), "axes": axes})).tolist() == [0, 0]


# ---------------------------------------------------------------- planes and corners


@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, -1), (1, -1, -1), (-1, -1, 1)])
@pytest.mark.parametrize("angles", [(0.0, 90.0), (30.0, 70.0), (250.0, 20.0), (355.0, 45.0)])
def test_corners_and_angles_of_a_plate_whichever_way_its_axes_point(angles, signs):
    plates = plates_of([(*angles, (3.0, -2.0, 8.0), 20.0, 6.0)])
    plates = Plates(**{**vars(plates), "axes": plates.axes * np.array(signs, dtype=float)[:, None]})
    planes = plates.planes
    if angles[1] < 90:
        np.testing.assert_allclose(planes.strike_deg, angles[0], atol=1e-6)
    np.testing.assert_allclose(np.sin(np.radians(planes.strike_deg - angles[0])), 0, atol=1e-9)
    np.testing.assert_allclose(planes.dip_deg, angles[1], atol=1e-6)
    np.testing.assert_allclose(planes.thickness_km, np.sqrt(12) * 0.1)
    (corners,) = planes.corners_km
    np.testing.assert_allclose(corners.mean(axis=0), [3.0, -2.0, 8.0], atol=1e-9)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    np.testing.assert_allclose(sides, [20.0, 6.0, 20.0, 6.0])
    np.testing.assert_allclose((corners - [3.0, -2.0, 8.0]) @ axes_of(*angles)[2], 0, atol=1e-9)
    down = 3.0 * np.sin(np.radians(angles[1]))
    np.testing.assert_allclose(corners[:, 2], 8.0 + np.array([-down, -down, down, down]), atol=1e-9)


def test_no_plates_have_no_planes():
    planes = plates_of([]).planes
    assert planes.corners_km.shape == (0, 4, 3)
    assert planes.strike_deg.shape == (0,)


def test_links_are_the_pairs_that_meet_and_make_the_systems():
    links = np.array([[0, 2], [1, 3], [2, 4]])
    assert systems_of(links, 6).tolist() == [0, 1, 0, 1, 0, 2]
    assert systems_of(np.zeros((0, 2), int), 2).tolist() == [0, 1]
