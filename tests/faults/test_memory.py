"""Memory: nothing is held for each event times each background, and what plates hold is there once."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from tests.faults.plate_sets import LEAST, on_plate, segments_of

from seisweave.faults import plate_mixture
from seisweave.faults.location_errors import estimated_errors
from seisweave.faults.plate_mixture import PlateMixture
from seisweave.faults.plate_moves import _Reach, give_back
from seisweave.faults.points import order_points
from seisweave.faults.refine import drop_faults
from seisweave.faults.workspace import Background, Gaussians, Workspace
from seisweave.gaussians.backgrounds import Box

N, BOXES = 6000, 200
DENSE = 8 * N * BOXES  # bytes of the density of every background at every event


def peak_bytes(work):
    """Most that some work takes beyond what is there already; and what it gives, still held."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        made = work()
        return tracemalloc.get_traced_memory()[1] - before, made
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def everywhere():
    return np.random.default_rng(0).uniform([0, 0, 0], [200, 10, 10], (N, 3))


@pytest.fixture(scope="module")
def boxes():
    """Side by side, each with a two-hundredth of all events."""
    return tuple(Box(np.array([x + 0.5, 5.0, 5.0]), np.eye(3), np.array([0.5, 5.0, 5.0])) for x in range(BOXES))


@pytest.fixture
def workspace(everywhere, boxes):
    """A Gaussian that nothing needs in every tenth box."""
    mean = np.array([box.centre_km for box in boxes[::10]])
    gaussians = Gaussians(np.full(len(mean), 1e-4), mean, np.tile([1.0, 0, 0, 1, 0, 1], (len(mean), 1)))
    background = Background(np.full(BOXES, (1.0 - gaussians.weight.sum()) / BOXES), boxes)
    made = Workspace(order_points(everywhere), gaussians, background, min_sigma_km=LEAST, local=False)
    made.list_supports()
    return made


@pytest.mark.slow_without_compiler
def test_many_backgrounds_take_the_room_of_the_events_in_them(everywhere, boxes):
    def work():
        nothing = Gaussians(np.zeros(0), np.zeros((0, 3)), np.zeros((0, 6)))
        background = Background(np.full(BOXES, 1.0 / BOXES), boxes)
        return Workspace(order_points(everywhere), nothing, background, min_sigma_km=LEAST, local=False)

    peak, made = peak_bytes(work)
    assert sum(map(len, made.inside)) >= N
    assert peak < 0.5 * DENSE


def test_dropping_looks_at_one_background_at_a_time(workspace):
    dropped = []
    peak, count = peak_bytes(lambda: drop_faults(workspace, dropped))
    assert count == len(dropped) > 5
    assert peak < 0.25 * DENSE


def test_what_is_above_zero_of_a_background_is_all_of_it(workspace):
    for b in (0, 7, BOXES - 1):
        above, dense = workspace.box_above(b), np.zeros(N)
        dense[above.slot] = above.density
        np.testing.assert_array_equal(dense, workspace.box_density(b))
        assert (above.density > 0).all()
        assert (np.diff(above.slot) > 0).all()


def plates_at_one_place(n, copies):
    """Events on one plate, and so many plates that hold them all."""
    xyz = on_plate(np.random.default_rng(3), n)
    mixture = PlateMixture(
        xyz, estimated_errors(n, 0.2), segments_of(xyz, np.zeros(n, int)).mixture, least_sigma_km=LEAST
    )
    mixture.begin(np.zeros(n, int))
    mixture.replace(np.repeat(mixture.plates, copies, axis=0))
    mixture.plates[:, 17] -= np.log(copies)
    return mixture


def bytes_held(mixture):
    return sum(held.slot.nbytes + held.density.nbytes for held in mixture.held)


@pytest.fixture
def large(monkeypatch):
    """Any catalog counts as a large one."""
    monkeypatch.setattr(plate_mixture, "_ROOM", 0)


def test_shares_of_a_large_catalog_are_those_of_a_small_one_to_the_bit(monkeypatch):
    mixture = plates_at_one_place(100, 2)
    mixture.expect()
    small = [mixture.shares(held) for held in mixture.held]
    monkeypatch.setattr(plate_mixture, "_ROOM", 0)
    again = plates_at_one_place(100, 2)
    again.expect()
    assert all(held.value is None for held in again.held)
    for here, there in zip(small, again.held, strict=True):
        np.testing.assert_array_equal(here, again.shares(there))


@pytest.mark.slow_without_compiler
@pytest.mark.usefixtures("large")
def test_what_plates_hold_is_there_once():
    mixture = plates_at_one_place(2000, 30)
    mixture.expect()
    least = bytes_held(mixture)

    def twice():
        for _ in range(2):
            mixture.up_to_date = False
            mixture.expect()

    mixture.held = []
    peak, _ = peak_bytes(twice)
    assert bytes_held(mixture) == least > 30 * 1000 * 16
    assert peak < 1.6 * least


@pytest.mark.slow_without_compiler
def test_plates_with_many_backgrounds_take_the_room_of_the_events_in_them(everywhere, boxes):
    background = replace(
        segments_of(everywhere, np.full(N, -1)).mixture,
        box_weight=np.full(BOXES, 1.0 / BOXES),
        box_centre_km=np.array([box.centre_km for box in boxes]),
        box_axes=np.array([box.axes for box in boxes]),
        box_half_km=np.array([box.half_km for box in boxes]),
    )
    errors = estimated_errors(N, 0.2)
    peak, made = peak_bytes(lambda: PlateMixture(everywhere, errors, background, least_sigma_km=LEAST))
    assert sum(map(len, made.inside)) >= N
    assert peak < 0.5 * DENSE


def test_plates_that_hold_events_of_another_are_found():
    mixture = plates_at_one_place(60, 4)
    mixture.plates[2, 0] += 500.0  # far from all events
    mixture.plates[3, 13] = mixture.plates[3, 12] + 3.0
    mixture.expect()
    slots = [set(held.slot.tolist()) for held in mixture.held]
    assert not slots[2]
    assert 0 < len(slots[3]) < len(slots[0])
    reach = _Reach(mixture)
    for k in (0, 1, 3):
        near = [j for j in range(4) if j != k and len(slots[j] & slots[k]) >= max(1.0, 0.02 * len(slots[k]))]
        assert reach.near(k).tolist() == near


def test_giving_back_leaves_one_of_equal_plates():
    mixture = plates_at_one_place(200, 3)
    mixture.expect()
    assert give_back(mixture) == 2
