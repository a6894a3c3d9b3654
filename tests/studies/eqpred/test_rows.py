"""The rows of a table in the paper's protocol, and what the paper itself prints."""

import numpy as np
import pytest

from seisweave.studies.eqpred.published import PUBLISHED, outside
from seisweave.studies.eqpred.rows import TableRow, moving_average
from seisweave.studies.eqpred.write import cell


def test_cells_say_mean_spread_and_what_is_missing():
    row = TableRow("x", "joint", {0: {"f1": 0.5, "mse": 0.1234}, 1: {"f1": 0.7}})
    assert cell(row, "f1", 0.9) == "0.600 ± 0.141 (0.9000)"
    assert cell(row, "mse") == "0.123"
    assert cell(row, "nse") == "-"
    assert cell(TableRow("x", "joint", {}, (0, 1)), "f1", 0.9) == "missing (0.9000)"
    assert cell(TableRow("x", "joint", failed="the loss is nan"), "f1") == "failed"


def test_printed_figures_that_cannot_be():
    """Six of twelve F1 lie outside [precision, recall]; recomputed, Conv2D+Conv1D is as good as EQPRED."""
    assert len(outside()) == 6
    f1 = {n: 2 * r["precision"] * r["recall"] / (r["precision"] + r["recall"]) for n, r in PUBLISHED["table1"].items()}
    assert f1["Conv2D+Conv1D"] == pytest.approx(0.9265, abs=1e-4)
    assert f1["EQPRED"] == pytest.approx(0.9281, abs=1e-4)


def test_a_moving_average_by_hand():
    assert moving_average(np.array([1.0, 3.0, 3.0]), 1e9)[1:] == pytest.approx([1.0, 2.0])
