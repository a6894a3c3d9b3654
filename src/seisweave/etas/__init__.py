"""ETAS: the rate of earthquakes in time and space, each triggering others; fitted, and scored on later events."""

from seisweave.etas.chosen import ChosenEtas, choose_etas
from seisweave.etas.declustering import Parents, decluster_stochastically, draw_parents, parent_probability
from seisweave.etas.domain import EtasDomain, FittedTo
from seisweave.etas.events import EtasEvents
from seisweave.etas.features import Neighbourhood, Scale, neighbourhood
from seisweave.etas.fit import Fit, fit_form
from seisweave.etas.fitting import fit_etas, fit_events
from seisweave.etas.forms import EtasForm, KernelForm, adaptive_form, full_form, standard_form
from seisweave.etas.model import EtasModel, open_etas
from seisweave.etas.options import EtasOptions
from seisweave.etas.rate import Inputs, Rates, rate_at, rates, total_rate_at
from seisweave.etas.scores import EventScores, Sphere, score_events

__all__ = [
    "ChosenEtas",
    "EtasDomain",
    "EtasEvents",
    "EtasForm",
    "EtasModel",
    "EtasOptions",
    "EventScores",
    "Fit",
    "FittedTo",
    "Inputs",
    "KernelForm",
    "Neighbourhood",
    "Parents",
    "Rates",
    "Scale",
    "Sphere",
    "adaptive_form",
    "choose_etas",
    "decluster_stochastically",
    "draw_parents",
    "fit_etas",
    "fit_events",
    "fit_form",
    "full_form",
    "neighbourhood",
    "open_etas",
    "parent_probability",
    "rate_at",
    "rates",
    "score_events",
    "standard_form",
    "total_rate_at",
]
