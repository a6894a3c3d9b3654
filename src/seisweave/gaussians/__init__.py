"""Mixtures of 3-D Gaussians and uniform boxes, and the fault planes read off them."""

from seisweave.gaussians.mixture import Mixture
from seisweave.gaussians.orientation import FaultPlanes, fault_planes

__all__ = ["FaultPlanes", "Mixture", "fault_planes"]
