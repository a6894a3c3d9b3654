import numpy as np
import pytest

from seisweave.report.network_figures import plot_gain_matrix


def matrix() -> np.ndarray:
    gain = np.array([[np.nan, 12.0, -400.0], [12.0, np.nan, -3.0], [-400.0, -3.0, np.nan]])
    return gain


def test_the_matrix_is_drawn_as_it_is():
    axes = plot_gain_matrix(matrix(), what="proto-fault")
    drawn = axes.images[0]
    shown = np.ma.filled(drawn.get_array(), np.nan)
    assert np.array_equal(shown, matrix(), equal_nan=True)
    assert axes.yaxis_inverted()
    assert drawn.norm(0.0) == pytest.approx(0.5)
    assert drawn.norm(12.0) + drawn.norm(-12.0) == pytest.approx(1.0)
    assert axes.get_title(loc="left") == "Gains: one merge would gain"
    assert axes.get_ylabel() == "proto-fault"


def test_titles_count_pairs_once():
    assert "no merge" in plot_gain_matrix(-np.abs(matrix())).get_title(loc="left")
    assert "3 merges" in plot_gain_matrix(np.abs(matrix())).get_title(loc="left")


def test_one_and_none():
    assert "no merge" in plot_gain_matrix(np.full((1, 1), np.nan)).get_title(loc="left")
    assert plot_gain_matrix(np.zeros((0, 0))).texts[0].get_text() == "no segments"
