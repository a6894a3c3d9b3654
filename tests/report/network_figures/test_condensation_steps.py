import numpy as np
import pytest
from matplotlib.patches import Ellipse, FancyArrowPatch

from seisweave.condensation import CondensedCatalog, EventGaussians, condense
from seisweave.errors import InputError
from seisweave.report.network_figures import condensation_steps_figure, plot_condensation_step
from seisweave.report.network_figures.condensation_steps import densest_gaussian, draw_from_event


@pytest.fixture(scope="module")
def condensed() -> CondensedCatalog:
    """As in Figure 8: event 0 of two Gaussians, events 1 and 2 better located; event 3 far from all."""
    event, weight = np.array([0, 0, 1, 2, 3]), np.array([0.7, 0.3, 1.0, 1.0, 1.0])
    mean = np.array([[0.0, 0, 8], [2.0, 0.5, 8], [0.3, 0.2, 8], [2.2, 0.4, 8], [60.0, 0, 8]])
    sigma = np.array([1.0, 0.8, 0.3, 0.25, 0.5])
    return condense(EventGaussians(event, weight, mean, sigma[:, None, None] ** 2 * np.eye(3)))


def normal(x, mean, covariance):
    offset = x - mean
    return np.exp(-0.5 * offset @ np.linalg.solve(covariance, offset)) / np.sqrt(np.linalg.det(covariance))


def test_the_densest_gaussian_is_that_of_the_definition(condensed):
    points = np.random.default_rng(0).normal((1.0, 0.0, 8.0), (3.0, 2.0, 1.0), (50, 3))
    gaussians = condensed.gaussians
    each = list(zip(condensed.weight, gaussians.mean_km, gaussians.covariance_km2, strict=True))
    density = [[weight * normal(x, mean, covariance) for weight, mean, covariance in each] for x in points]
    assert densest_gaussian(condensed, points).tolist() == np.argmax(density, axis=1).tolist()


def test_points_are_drawn_from_the_events_density(condensed):
    points = draw_from_event(condensed, 0, n=40_000)
    mean = 0.7 * np.array([0.0, 0.0, 8.0]) + 0.3 * np.array([2.0, 0.5, 8.0])
    assert points.mean(axis=0) == pytest.approx(mean, abs=0.03)
    between = 0.7 * 0.3 * np.outer([2.0, 0.5, 0.0], [2.0, 0.5, 0.0])
    within = (0.7 * 1.0**2 + 0.3 * 0.8**2) * np.eye(3)
    assert np.cov(points.T) == pytest.approx(within + between, abs=0.04)


def test_votes_drawn_here_agree_with_those_of_the_run(condensed):
    for event in range(4):
        won = densest_gaussian(condensed, draw_from_event(condensed, event))
        assert np.bincount(won).argmax() == condensed.chosen[event]
        share = (won == condensed.chosen[event]).mean()
        assert share == pytest.approx(condensed.votes[event] / condensed.options.assign_samples, abs=0.07)


def test_arrows_are_the_moves(condensed):
    axes = plot_condensation_step(condensed, 0, "moved")
    moves, own = condensed.moves, condensed.gaussians.event[condensed.moves.source] == 0
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == own.sum() > 0
    drawn = {(*arrow._posA_posB[0], *arrow._posA_posB[1]) for arrow in arrows}
    mean = condensed.gaussians.mean_km[:, :2]
    expected = {(*mean[s], *mean[t]) for s, t in zip(moves.source[own], moves.target[own], strict=True)}
    assert drawn == expected
    assert f"gave {moves.amount[own].sum():.2g}, took 0" in axes.texts[0].get_text()


def test_ellipses_are_one_standard_deviation(condensed):
    axes = plot_condensation_step(condensed, 3)
    outline = next(patch for patch in axes.patches if isinstance(patch, Ellipse))
    assert outline.get_center() == (60.0, 0.0)
    assert (outline.width, outline.height) == pytest.approx((1.0, 1.0))


def test_an_event_that_nobody_meets_stays(condensed):
    axes = plot_condensation_step(condensed, 3, "assigned")
    assert not [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    votes = f"{condensed.votes[3]:,} of {condensed.options.assign_samples:,} votes"
    assert votes in axes.texts[0].get_text()


def test_four_steps_on_one_map(condensed):
    figure = condensation_steps_figure(condensed, 1)
    assert [axes.get_title(loc="left")[:3] for axes in figure.axes] == ["(a)", "(b)", "(c)", "(d)"]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1


def test_epicentres_have_steps_too():
    places, sigma_km = np.array([[0.0, 0.0], [0.4, 0.0]]), np.array([[0.3, 0.3], [1.0, 1.0]])
    flat = condense(EventGaussians.from_sigmas(places, sigma_km))
    assert len(condensation_steps_figure(flat, 1).axes) == 4


def test_what_is_not_there_is_one_clear_line(condensed, without_type_checks):
    with pytest.raises(InputError, match="number from 0 to 3"):
        plot_condensation_step(condensed, 4)
    with pytest.raises(InputError, match=r"before.*moved.*drawn.*assigned"):
        plot_condensation_step(condensed, 0, "after")
