import numpy as np
import pytest
from tests.report.network_figures.conftest import with_planes, without_faults

from seisweave.errors import InputError
from seisweave.report.network_figures import plot_distribution
from seisweave.report.network_figures.distributions import bin_edges


def heights(axes) -> np.ndarray:
    return np.array([bar.get_height() for bar in axes.patches])


@pytest.mark.parametrize("of", ["length", "width", "thickness", "dip"])
def test_every_fault_is_counted_and_has_a_tick(network, of):
    axes = plot_distribution(network, of)
    assert heights(axes).sum() == network.n_faults
    values = getattr(network.planes, f"{of}_{'deg' if of == 'dip' else 'km'}")
    assert np.array_equal(axes.lines[0].get_xdata(), values)
    assert axes.lines[1].get_xdata()[0] == np.median(values)
    assert of in axes.get_xlabel()


def test_dips_are_binned_by_ten_degrees(network):
    turned = with_planes(network, np.zeros(6), [0.5, 9.5, 10.5, 45.0, 88.0, 90.0])
    assert heights(plot_distribution(turned, "dip")).tolist() == [2, 1, 0, 0, 1, 0, 0, 0, 2]


@pytest.mark.parametrize("seed", range(20))
def test_bins_hold_all(seed):
    rng = np.random.default_rng(seed)
    values = np.exp(rng.normal(0.0, rng.uniform(0.01, 3.0), rng.integers(1, 400)))
    edges = bin_edges(values, "length")
    assert (np.diff(edges) > 0).all()
    assert np.histogram(values, edges)[0].sum() == len(values)


def test_wide_ranges_are_logarithmic(network):
    narrow, wide = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0], [1.0, 3.0, 10.0, 30.0, 100.0, 300.0]
    for lengths, scale in ((narrow, "linear"), (wide, "log")):
        turned = with_planes(network, np.zeros(6), np.full(6, 60.0), length_km=lengths)
        assert plot_distribution(turned, "length").get_xscale() == scale


def test_equal_values_have_one_bin(network):
    turned = with_planes(network, np.zeros(6), np.full(6, 60.0), sigma_km=np.full(6, 0.1))
    assert heights(plot_distribution(turned, "thickness")).tolist() == [6]


def test_no_faults_and_no_such_quantity(network, without_type_checks):
    assert plot_distribution(without_faults(network)).texts[0].get_text() == "no faults"
    with pytest.raises(InputError, match=r"length.*width.*thickness.*dip"):
        plot_distribution(network, "rake")
