"""Events whose truth is known: planted faults, and a whole catalog like that of Southern California."""

from seisweave.synthetic.planted_faults import (
    PlantedFaults,
    PlantedOptions,
    plant_faults,
    sensitivity_study,
)
from seisweave.synthetic.rectangles import FaultRectangles

__all__ = ["FaultRectangles", "PlantedFaults", "PlantedOptions", "plant_faults", "sensitivity_study"]
