"""Grids, steps and thresholds of a table: as the paper has them unless given, and named for what they are."""

import pytest
from tests.nowcast.worlds import MAPS, precursor_world

from seisweave.errors import InputError
from seisweave.studies.eqpred.by_cell import without_cells
from seisweave.studies.eqpred.options import BOX, TableInput, TableOptions
from seisweave.studies.eqpred.paper import PaperTable
from seisweave.studies.eqpred.rows import TableRow
from seisweave.studies.eqpred.side_by_side import SideBySide
from seisweave.studies.eqpred.timetable import targets_of

GRID = {"box": (-118.0, -117.0, 34.0, 35.0), "cell_deg": 0.25}


@pytest.fixture(scope="module")
def world():
    return precursor_world(300)


def test_the_grid_of_the_paper_unless_another_is_given(world):
    maps = TableInput.of_catalog(world).maps
    assert (maps.box, maps.shape, maps.step_hours, maps.value) == (BOX, (40, 60), 24.0, "log_energy")
    given = TableInput.of_catalog(world, TableOptions(**GRID, step_hours=12.0, value="count")).maps
    assert (given.box, given.cell_deg, given.step_hours, given.value) == (MAPS.box, 0.25, 12.0, "count")
    assert TableInput.simulated(TableOptions(cell_deg=0.5)).maps.shape == (6, 8)
    with pytest.raises(InputError, match="east of the box is"):
        TableInput.of_catalog(world, TableOptions(box=(-118.0, -117.05, 34.0, 35.0)))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"thresholds": "4.5"}, "give two or more magnitudes, or --threshold"),
        ({"thresholds": "4.5,4.50"}, "give two or more"),
        ({"thresholds": "4,x"}, "give magnitudes from -5 to 10, like 4.0,4.2,4.5"),
        ({"thresholds": "4,nan"}, "give magnitudes from -5 to 10"),
        ({"thresholds": "4,4.5", "threshold": 4.0}, "give one of them"),
    ],
)
def test_thresholds_that_cannot_be(given, said):
    with pytest.raises(InputError, match=said):
        TableOptions(**given)


def test_several_thresholds_are_one_after_the_other(world):
    given = TableInput.of_catalog(world, TableOptions(thresholds="4, 4.2,4.5"))
    assert given.options.threshold is None
    assert [given.with_threshold(m).options.threshold for m in given.options.side_by_side] == [4.0, 4.2, 4.5]


@pytest.mark.parametrize(
    ("hours", "named"), [(24.0, ("day", "7 days")), (12.0, ("12 hours", "84 hours")), (168.0, ("7 days", "49 days"))]
)
def test_targets_are_named_for_the_time_they_take(hours, named):
    assert [str(target).partition("next ")[2] for target in targets_of(4.5, hours)[:2]] == list(named)


def test_no_rows_by_cell_where_cells_or_days_do_not_fit(world):
    assert without_cells(TableInput.of_catalog(world, TableOptions(**GRID))) == ""
    narrow = TableOptions(box=(-118.0, -117.3, 34.0, 35.0))
    assert "cells of 0.5° away" in without_cells(TableInput.of_catalog(world, narrow))


def test_thresholds_side_by_side():
    """A column a score and threshold; the printed figures stand once."""
    tables = {
        m: PaperTable("table4", [TableRow("EQPRED", "joint", {0: {"f1": f1, "nse": 0.9}})], None, {})
        for m, f1 in ((4.0, 0.25), (4.5, 0.75))
    }
    made = SideBySide("table4", tables)
    assert made.complete
    assert made.markdown().splitlines()[-1] == "| EQPRED | 0.250 | 0.750 | 0.900 | 0.900 | 0.9251 | 0.9323 |"
