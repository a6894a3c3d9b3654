"""Figures 1 to 3 of Feng & Fox (2021): counts by hand, the networks as they are, panels that say what they show."""

import numpy as np
import pytest
from tests.nowcast.worlds import make_catalog

from seisweave.errors import InputError
from seisweave.nowcast.map_options import MapOptions
from seisweave.report.eqpred_figures import magnitudes_figure, networks_figure, places_figure
from seisweave.studies.eqpred.figures import PRINTED, FigureOptions, architecture_of, eqpred_figures

OPTIONS = FigureOptions(start="2000-01-01", end="2003-01-01", box=(-118.0, -117.0, 34.0, 35.0), cell_deg=0.25)


@pytest.fixture(scope="module")
def made():
    """Events from the first day of 2000 on: five in 2000, one in 2001, two in 2002, one too late, one too far."""
    day = [0, 1, 2, 3, 4, 400, 800, 900, 1200, 500]
    magnitude = [-0.5, 0.0, 2.5, 3.4, 4.5, 2.6, 3.5, 5.0, 6.0, 7.0]
    longitude = np.full(10, -117.5)
    longitude[-1] = -116.9
    catalog = make_catalog(day, magnitude, longitude, np.full(10, 34.5))
    return eqpred_figures(catalog, OPTIONS)


def test_counts_by_hand(made):
    counts = made.counts().set_index("magnitude")
    assert counts.columns.tolist() == ["printed", "before 2003-01-01", "before 2002-01-01"]
    assert counts["before 2003-01-01"].tolist() == [7, 6, 3, 2]
    assert counts["before 2002-01-01"].tolist() == [5, 4, 1, 1]
    assert counts["printed"].to_dict() == PRINTED
    assert made.markdown().splitlines()[-1] == "| M ≥ 4.5 | 237 | 2 (-99.2%) | 1 (-99.6%) |"


def test_the_networks_are_those_that_are_trained():
    made = architecture_of((40, 60))
    names = [stage.name for stage in made.stages]
    assert names == ["map", *["down"] * 4, "bottleneck", *["up"] * 4]
    assert [stage.filters for stage in made.stages[1:5]] == [4, 16, 32, 64], "as the paper has them"
    assert made.stages[4].high * made.stages[4].wide == 5 * 8
    assert made.stages[5].filters == 16
    sizes = [(stage.filters, stage.high, stage.wide) for stage in made.stages]
    assert sizes[1:4] == sizes[8:5:-1], "long skips join stages of one size"


def test_panels_say_what_they_show(made):
    maps = MapOptions(box=OPTIONS.box, cell_deg=OPTIONS.cell_deg)
    titles = [axes.get_title(loc="left") for axes in magnitudes_figure(made.events, maps, PRINTED).axes]
    assert titles[3] == "(d) M ≥ 4.5: 2 events (printed 237, -99.2%)"
    first = places_figure(made.events, maps).axes
    assert first[0].get_title(loc="left") == "(a) 8 events, 2 of M ≥ 4.5"
    assert first[1].images[0].get_array().sum() == 8, "every event is in a cell"
    network = architecture_of((4, 4))
    weights = {"autoencoder_weights": network.autoencoder_weights, "temporal_weights": network.temporal_weights}
    drawn = networks_figure(network.stages, network.temporal, weights)
    assert "weights" in drawn.axes[0].get_title(loc="left")
    assert len(drawn.axes[0].patches) == len(network.stages)


@pytest.mark.parametrize(
    ("given", "said"),
    [({"start": "2021-01-01"}, "is not before end"), ({"box": (-118.0, -117.03, 34.0, 35.0)}, "give a whole number")],
)
def test_options_that_cannot_be(given, said):
    with pytest.raises(InputError, match=said):
        FigureOptions(**given)


def test_no_event_there():
    with pytest.raises(InputError, match="no event is within start="):
        eqpred_figures(make_catalog([1.0], [3.0]), FigureOptions(start="2010-01-01"))
