"""Novelty of a day, and its smoothing."""

import numpy as np
from tests.naive_nowcast import causal_loess as naive_loess

from seisweave.nowcast.region.autoencoder import Autoencoder
from seisweave.nowcast.region.novelty import causal_loess, centred_loess, novelty, reconstruct, smooth
from seisweave.nowcast.region.options import AutoencoderOptions
from seisweave.nowcast.seeding import seeded


def autoencoder(shape=(9, 13), seed=0, kind=Autoencoder, **options):
    with seeded(seed):
        return kind(shape, AutoencoderOptions(**({"bottleneck": 4} | options)))


def test_novelty_does_not_depend_on_the_other_days():
    network, maps = autoencoder().eval(), np.random.default_rng(1).random((300, 9, 13), np.float32)
    whole = novelty(network, maps)
    assert np.array_equal(novelty(network, maps[137:142]), whole[137:142])
    maps[140:] += 1.0
    maps[3] = np.nan
    again = novelty(network, maps)
    assert np.array_equal(np.delete(again[:140], 3), np.delete(whole[:140], 3))
    assert np.isnan(again[3])
    assert np.isnan(reconstruct(network, maps)[3]).all()


def test_causal_loess_is_that_of_one_step_at_a_time():
    rng = np.random.default_rng(2)
    series = rng.gamma(2.0, size=120)
    series[[0, 7, 8, 9, 50]] = np.nan
    for span in (1, 2, 5, 11, 200):
        np.testing.assert_allclose(smooth(series, span, centred=False), naive_loess(series, span), rtol=1e-9)
    line = 3.0 + 0.5 * np.arange(30)
    np.testing.assert_allclose(causal_loess(line, 7), line, rtol=1e-12)


def test_only_centred_smoothing_sees_the_future():
    series = np.random.default_rng(3).gamma(2.0, size=200)
    other = series.copy()
    other[100:] = 9.0
    assert causal_loess(other, 9)[:100].tobytes() == causal_loess(series, 9)[:100].tobytes()
    moved = np.flatnonzero(centred_loess(other, 9)[:100] != centred_loess(series, 9)[:100])
    assert len(moved)
    assert moved.min() >= 95
    assert moved.max() == 99


def test_centred_loess_by_hand():
    """Of the five nearest the outer two have no weight, and the line is level: a weighted mean of three."""
    series = np.array([0.0, 0, 0, 1, 0, 0, 0, 0])
    side = (1 - 0.5**3) ** 3
    np.testing.assert_allclose(centred_loess(series, 5)[2:5], np.array([side, 1, side]) / (1 + 2 * side), rtol=1e-6)
