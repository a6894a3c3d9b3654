"""Spatial forecasts: probability densities of where earthquakes happen, over a stated volume; and CSEP's view."""

from seisweave.forecast.build import make_forecast
from seisweave.forecast.cells import CellGrid, cell_masses
from seisweave.forecast.csep_format import read_dat, write_csep_catalog, write_dat
from seisweave.forecast.csep_tests import CsepVerdict, csep_tests
from seisweave.forecast.forecast import Forecast, fit_shares, mix, uniform
from seisweave.forecast.from_faults import from_faults
from seisweave.forecast.gridded import GriddedRates, expected_events, grid_forecast
from seisweave.forecast.magnitudes import GutenbergRichter, fit_gutenberg_richter
from seisweave.forecast.options import EvaluationOptions, ForecastOptions, GridOptions
from seisweave.forecast.scores import ForecastScores, score_forecasts
from seisweave.forecast.smoothed import adaptive, choose_adaptive, choose_bandwidth, triples
from seisweave.forecast.storage import open_forecast, write_forecast
from seisweave.forecast.volume import Volume

__all__ = [
    "CellGrid",
    "CsepVerdict",
    "EvaluationOptions",
    "Forecast",
    "ForecastOptions",
    "ForecastScores",
    "GridOptions",
    "GriddedRates",
    "GutenbergRichter",
    "Volume",
    "adaptive",
    "cell_masses",
    "choose_adaptive",
    "choose_bandwidth",
    "csep_tests",
    "expected_events",
    "fit_gutenberg_richter",
    "fit_shares",
    "from_faults",
    "grid_forecast",
    "make_forecast",
    "mix",
    "open_forecast",
    "read_dat",
    "score_forecasts",
    "triples",
    "uniform",
    "write_csep_catalog",
    "write_dat",
    "write_forecast",
]
