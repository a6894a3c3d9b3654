"""ETAS: the rate of earthquakes in time and space, each triggering others; fitted, and scored on later events."""

from seisweave.etas.events import EtasEvents
from seisweave.etas.features import Neighbourhood, Scale, neighbourhood
from seisweave.etas.fit import Fit, fit_form
from seisweave.etas.fitting import EtasOptions, fit_events
from seisweave.etas.forms import EtasForm, KernelForm, adaptive_form, full_form, standard_form
from seisweave.etas.model import EtasModel
from seisweave.etas.rate import Inputs, Rates, rate_at, rates, total_rate_at
from seisweave.etas.scores import EventScores, Sphere, score_events

__all__ = [
    "EtasEvents",
    "EtasForm",
    "EtasModel",
    "EtasOptions",
    "EventScores",
    "Fit",
    "Inputs",
    "KernelForm",
    "Neighbourhood",
    "Rates",
    "Scale",
    "Sphere",
    "adaptive_form",
    "fit_events",
    "fit_form",
    "full_form",
    "neighbourhood",
    "rate_at",
    "rates",
    "score_events",
    "standard_form",
    "total_rate_at",
]
