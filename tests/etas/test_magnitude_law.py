"""The tapered Gutenberg-Richter law: what is drawn follows it, and what was planted is found."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chisquare, kstest

from seisweave import InputError
from seisweave.etas import EtasOptions, MagnitudeLaw, fit_etas, fit_magnitude_law
from seisweave.synthetic import southern_california_like

LAW = MagnitudeLaw(2.5, b=0.9, corner_magnitude=4.5)


def survival(m, law=LAW):
    """As Kagan writes it, in newton metres."""
    moment, least, corner = (10.0 ** (1.5 * each + 9.05) for each in (m, law.lowest, law.corner_magnitude))
    return (least / moment) ** (2.0 * law.b / 3.0) * math.exp((least - moment) / corner)


def test_survival_is_that_of_moments():
    for m in (2.5, 3.0, 4.5, 5.5):
        assert LAW.survival(np.array([m]))[0] == pytest.approx(survival(m), rel=1e-12)


def test_what_is_drawn_follows_the_law():
    drawn = LAW.sample(20_000, np.random.default_rng(1))
    assert kstest(drawn, lambda m: 1.0 - LAW.survival(np.asarray(m))).pvalue > 0.01
    assert drawn.min() >= 2.5


def test_steps_are_as_likely_as_the_law_between_their_edges():
    law = MagnitudeLaw(2.5, b=0.9, corner_magnitude=4.5, bin_width=0.1)
    drawn = law.sample(20_000, np.random.default_rng(2))
    step = np.rint((drawn - 2.5) / 0.1).astype(int)
    np.testing.assert_allclose(drawn, 2.5 + 0.1 * step, atol=1e-9)
    assert step.min() == 0
    edges = law.survival(2.45 + 0.1 * np.append(np.arange(15), 100))
    assert chisquare(np.bincount(np.minimum(step, 14)), 20_000 * -np.diff(edges)).pvalue > 0.01


@pytest.mark.parametrize("a", [0.0, 1.5, 2.2, 3.0])  # the last grows faster than the law without its taper falls
def test_means_of_exponentials_are_those_of_quadrature(a):
    bumps = {"points": [1.0, 2.0, 2.5, 3.0], "limit": 400, "epsabs": 0.0, "epsrel": 1e-12}
    want = 1.0 + a * quad(lambda u: math.exp(a * u) * survival(2.5 + u), 0.0, 4.0, **bumps)[0]  # by parts
    assert LAW.mean(lambda over: np.exp(a * over)) == pytest.approx(want, rel=1e-9)


def test_the_mean_of_steps_is_that_of_what_is_drawn():
    law = MagnitudeLaw(2.5, b=0.9, corner_magnitude=4.5, bin_width=0.2)
    drawn = np.exp(law.sample(200_000, np.random.default_rng(3)) - 2.5)
    error = drawn.std() / math.sqrt(len(drawn))
    assert law.mean(np.exp) == pytest.approx(drawn.mean(), abs=4 * error)


@pytest.mark.parametrize("width", [0.0, 0.1])
def test_what_was_planted_is_found(width):
    law = MagnitudeLaw(2.5, b=0.9, corner_magnitude=5.0, bin_width=width)
    found = fit_magnitude_law(law.sample(20_000, np.random.default_rng(4)), 2.5, width)
    assert found.b == pytest.approx(0.9, abs=0.03)
    assert found.corner_magnitude == pytest.approx(5.0, abs=0.3)
    assert found.corner_found


def test_a_corner_that_events_do_not_tell_is_given():
    drawn = MagnitudeLaw(2.5, b=1.0, corner_magnitude=9.5).sample(2000, np.random.default_rng(5))
    found = fit_magnitude_law(drawn, 2.5)
    assert (found.corner_magnitude, found.corner_found) == (8.0, False)
    assert found.b == pytest.approx(1.0, abs=0.08)
    assert fit_magnitude_law(np.append(drawn, 8.6), 2.5).corner_magnitude == 8.6
    assert fit_magnitude_law(drawn, 2.5, usual_corner=7.0).corner_magnitude == 7.0


def test_laws_that_are_none_are_refused():
    for arguments in ((2.5, 0.0, 8.0), (2.5, 1.0, 2.0), (2.5, 1.0, float("nan")), (2.5, 1.0, 8.0, -0.1)):
        with pytest.raises(InputError, match="give"):
            MagnitudeLaw(*arguments)
    with pytest.raises(InputError, match="too few"):
        fit_magnitude_law(np.full(30, 2.5), 2.5, 0.1)


@pytest.mark.slow_without_compiler
def test_the_law_is_that_of_the_events_that_are_fitted():
    """History may be complete from higher up only: it triggers, and says nothing of magnitudes."""
    catalog = southern_california_like(seed=1, n_events=900).catalog
    border = np.datetime64("2013-01-01", "us")
    known = catalog.take((catalog.times >= border) | (catalog.magnitude >= 3.0))
    options = EtasOptions("standard", completeness=2.0, fit_from="2013-01-01")
    law = fit_etas(known, options, jobs=1).fitted_to.magnitudes
    later = known.magnitude[known.times >= border]
    assert law.b == pytest.approx(fit_magnitude_law(later, 2.0, law.bin_width).b, rel=0.01)
    assert law.b > 1.05 * fit_magnitude_law(known.magnitude, 2.0, law.bin_width).b
