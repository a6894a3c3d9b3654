"""Events whose truth is known: planted faults, whole catalogs, and worlds of many kinds."""

from seisweave.synthetic.aftershocks import AftershockOptions
from seisweave.synthetic.california import CaliforniaOptions, SyntheticCatalog, southern_california_like
from seisweave.synthetic.ceilings import ceiling
from seisweave.synthetic.covariates import CovariateOptions, CovariateWorld, covariate_world
from seisweave.synthetic.etas import EtasOptions, EtasWorld, etas_world
from seisweave.synthetic.mechanisms import plant_mechanisms
from seisweave.synthetic.planted_faults import (
    PlantedFaults,
    PlantedOptions,
    plant_faults,
    sensitivity_study,
)
from seisweave.synthetic.rectangles import FaultRectangles
from seisweave.synthetic.world import World
from seisweave.synthetic.world_options import WorldOptions
from seisweave.synthetic.worlds import make_world

__all__ = [
    "AftershockOptions",
    "CaliforniaOptions",
    "CovariateOptions",
    "CovariateWorld",
    "EtasOptions",
    "EtasWorld",
    "FaultRectangles",
    "PlantedFaults",
    "PlantedOptions",
    "SyntheticCatalog",
    "World",
    "WorldOptions",
    "ceiling",
    "covariate_world",
    "etas_world",
    "make_world",
    "plant_faults",
    "plant_mechanisms",
    "sensitivity_study",
    "southern_california_like",
]
