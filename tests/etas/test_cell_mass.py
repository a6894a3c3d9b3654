"""Shares of cells, widths after several steps, kernels as exponentials: against quadrature and slow sums."""

import numpy as np
import pytest
from tests import naive_etas

from seisweave import InputError
from seisweave.etas.cell_mass import CellGrid, GeographicPlaces, cell_masses
from seisweave.etas.exponentials import Exponentials
from seisweave.etas.families import EventsToCome, families_with, with_descendants
from seisweave.etas.widths import Widths

GRID = CellGrid(np.array([-117.5, -117.0, -116.5, -116.0]), np.array([33.5, 34.0, 34.5]))


@pytest.mark.parametrize("stretch", [1.0, 2.5, 0.4])
@pytest.mark.parametrize("z", [4.0, 400.0])
def test_shares_of_cells_are_those_of_quadrature(stretch, z):
    longitude, latitude, strike = np.array([-117.07]), np.array([34.05]), np.array([0.5])
    widths = Widths.down_to(z)
    shares = widths.of_power_law(np.array([z]), 0.7)[None]
    place = GeographicPlaces(longitude, latitude, strike)
    found = cell_masses(GRID, place, widths, shares, np.full((1, 1), stretch))[0, 0]
    wanted = naive_etas.cell_shares(GRID, longitude[0], latitude[0], strike[0], z, 0.7, stretch)
    np.testing.assert_allclose(found, wanted, rtol=5e-3, atol=2e-5)


def test_compiled_shares_and_steps_equal_the_slow_ones():
    rng = np.random.default_rng(1)
    widths = Widths.down_to(0.5)
    one, step = rng.dirichlet(np.ones(len(widths.u)), (2, 3))
    found = widths.spread_on(one, step, 0.3)
    for row in range(3):
        np.testing.assert_allclose(found[row], naive_etas.spread_on(one[row], step[row], 0.3, 0.7, 4), rtol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-9)
    place = GeographicPlaces(rng.uniform(-117.6, -115.9, 3), rng.uniform(33.4, 34.6, 3), rng.uniform(0.0, 3.0, 3))
    stretch = np.array([[1.0, 3.0, 0.2]])
    made = cell_masses(GRID, place, widths, one[None], stretch)[0]
    for row in range(3):
        wanted = naive_etas.mixture_shares(
            GRID, place.longitude[row], place.latitude[row], place.strike[row], widths.u, one[row], stretch[0, row]
        )
        np.testing.assert_allclose(made[row], wanted, atol=1e-12)


def test_two_steps_of_a_power_law_are_wide_as_they_should_be():
    """Draws of one step on another, and the mixture that is to stand for them: shares within so many km."""
    rng, z, rho, n = np.random.default_rng(2), 4.0, 0.8, 200_000
    step = np.sqrt(z * (rng.random((2, n)) ** (-1.0 / rho) - 1.0))
    turn = rng.uniform(0.0, 2.0 * np.pi, (2, n))
    far = np.abs((step * np.exp(1j * turn)).sum(axis=0))
    widths = Widths.down_to(z)
    law = widths.of_power_law(np.array([z]), rho)
    found = widths.spread_on(law, law, 0.0)[0]
    for km in (1.0, 3.0, 10.0, 30.0):
        within = float(found @ -np.expm1(-widths.u * km**2))
        assert within == pytest.approx((far < km).mean(), abs=0.012)


def test_cells_are_found_across_the_date_line():
    grid = CellGrid.of_box((179.0, -179.0, -31.0, -30.0), 0.5)
    row, column = grid.cell_of(np.array([-179.2, 179.2, 178.9]), np.array([-30.2, -30.8, -30.5]))
    assert (row.tolist(), column.tolist()) == ([1, 0, -1], [3, 0, -1])
    widths = Widths.down_to(1.0)
    shares = widths.of_power_law(np.ones(2), 1.0)[None]
    place = GeographicPlaces(np.array([-179.25, 180.75]), np.full(2, -30.25))
    one, two = cell_masses(grid, place, widths, shares)[0]
    np.testing.assert_allclose(one, two, rtol=1e-12)
    assert one[1, 3] > 0.95
    with pytest.raises(InputError, match="give two or more that grow"):
        CellGrid(np.array([1.0, 1.0]), np.array([0.0, 1.0]))


@pytest.mark.parametrize("omega", [-1.6, -1.0, -0.5, 0.0, 0.4])
def test_exponentials_are_the_kernel(omega):
    kernel = Exponentials.of(omega, 300.0, shortest_c=0.003, longest=20_000.0)
    age = np.array([0.0, 1e-3, 0.1, 3.0, 100.0, 3000.0])
    for c in (0.003, 0.5):
        found = np.exp(-np.outer(age, kernel.decay)) @ kernel.weight(np.array([c]))[0]
        np.testing.assert_allclose(found, (age + c) ** -(1.0 + omega) * np.exp(-age / 300.0), rtol=1e-5)
    with pytest.raises(InputError, match="omega is -2"):
        Exponentials.of(-2.0, 300.0, shortest_c=0.003, longest=20_000.0)


def test_families_of_a_branching_process_whose_law_is_known():
    """All at once: an event has a Poisson number of offspring, 0.5 in the mean; one in ten is large."""
    decay, mean = np.array([1e4]), 0.5
    coming = EventsToCome(np.array([0.0, 1.0, 2.0]), np.array([0.9, 0.1]), np.full((2, 1), mean * 1e4))
    chance = 0.0
    for _ in range(200):
        chance = 1.0 - 0.9 * np.exp(-mean * chance)
    found = families_with(decay, coming, 1.0, 1.0)
    assert found.background == pytest.approx(chance, rel=1e-3)
    assert found.background < 0.1 * with_descendants(decay, coming, 1.0).background == pytest.approx(0.2, rel=1e-3)
    assert families_with(decay, coming, 0.0, 1.0).background == pytest.approx(1.0)
