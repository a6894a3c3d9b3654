"""ETAS: the rate of earthquakes in time and space, each triggering others; fitted, and scored on later events."""

from seisweave.etas.backtesting import EtasBacktest, EtasBacktestOptions, backtest_etas
from seisweave.etas.branching import branching_interval, branching_ratio
from seisweave.etas.by_cell import ExpectedByCell, expected_by_cell
from seisweave.etas.cell_mass import CellGrid
from seisweave.etas.chosen import ChosenEtas, choose_etas
from seisweave.etas.compare import EtasComparison, compare_models
from seisweave.etas.consistency import (
    Calibration,
    ConsistencyTest,
    calibration,
    cells_in,
    consistency_tests,
    expected_rates,
)
from seisweave.etas.continuation import Continuation
from seisweave.etas.csep_catalogs import ForecastCatalogs, catalogs_of, read_catalogs, write_catalogs
from seisweave.etas.declustering import Parents, decluster_stochastically, draw_parents, parent_probability
from seisweave.etas.diagnostics import Aftershocks, Residuals, aftershocks, residuals
from seisweave.etas.domain import EtasDomain, FittedTo
from seisweave.etas.events import EtasEvents
from seisweave.etas.fault_background import faults_as_background, mixture_of_network
from seisweave.etas.features import Neighbourhood, Scale, neighbourhood
from seisweave.etas.fit import Fit, fit_form
from seisweave.etas.fitting import fit_etas, fit_events
from seisweave.etas.forms import EtasForm, KernelForm, adaptive_form, full_form, standard_form
from seisweave.etas.incompleteness import HELMSTETTER, ShortTerm, thin_as_recorded
from seisweave.etas.issued import EtasForecast, forecast_etas
from seisweave.etas.magnitude_law import MagnitudeLaw, fit_magnitude_law
from seisweave.etas.mixture import PlaneMixture
from seisweave.etas.model import EtasModel, open_etas
from seisweave.etas.options import EtasOptions
from seisweave.etas.rate import Rates, rate_at, rates, total_rate_at
from seisweave.etas.scores import EventScores, Sphere, score_events
from seisweave.etas.simulate import Simulated, SimulateOptions, simulate
from seisweave.etas.sources import Inputs

__all__ = [
    "HELMSTETTER",
    "Aftershocks",
    "Calibration",
    "CellGrid",
    "ChosenEtas",
    "ConsistencyTest",
    "Continuation",
    "EtasBacktest",
    "EtasBacktestOptions",
    "EtasComparison",
    "EtasDomain",
    "EtasEvents",
    "EtasForecast",
    "EtasForm",
    "EtasModel",
    "EtasOptions",
    "EventScores",
    "ExpectedByCell",
    "Fit",
    "FittedTo",
    "ForecastCatalogs",
    "Inputs",
    "KernelForm",
    "MagnitudeLaw",
    "Neighbourhood",
    "Parents",
    "PlaneMixture",
    "Rates",
    "Residuals",
    "Scale",
    "ShortTerm",
    "SimulateOptions",
    "Simulated",
    "Sphere",
    "adaptive_form",
    "aftershocks",
    "backtest_etas",
    "branching_interval",
    "branching_ratio",
    "calibration",
    "catalogs_of",
    "cells_in",
    "choose_etas",
    "compare_models",
    "consistency_tests",
    "decluster_stochastically",
    "draw_parents",
    "expected_by_cell",
    "expected_rates",
    "faults_as_background",
    "fit_etas",
    "fit_events",
    "fit_form",
    "fit_magnitude_law",
    "forecast_etas",
    "full_form",
    "mixture_of_network",
    "neighbourhood",
    "open_etas",
    "parent_probability",
    "rate_at",
    "rates",
    "read_catalogs",
    "residuals",
    "score_events",
    "simulate",
    "standard_form",
    "thin_as_recorded",
    "total_rate_at",
    "write_catalogs",
]
