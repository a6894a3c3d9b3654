"""Events whose truth is known: planted faults, and a whole catalog like that of Southern California."""

from seisweave.synthetic.aftershocks import AftershockOptions
from seisweave.synthetic.california import CaliforniaOptions, SyntheticCatalog, southern_california_like
from seisweave.synthetic.etas import EtasOptions, EtasWorld, etas_world
from seisweave.synthetic.planted_faults import (
    PlantedFaults,
    PlantedOptions,
    plant_faults,
    sensitivity_study,
)
from seisweave.synthetic.rectangles import FaultRectangles

__all__ = [
    "AftershockOptions",
    "CaliforniaOptions",
    "EtasOptions",
    "EtasWorld",
    "FaultRectangles",
    "PlantedFaults",
    "PlantedOptions",
    "SyntheticCatalog",
    "etas_world",
    "plant_faults",
    "sensitivity_study",
    "southern_california_like",
]
