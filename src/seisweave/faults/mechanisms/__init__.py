"""Focal mechanisms: read, put on the faults of a network, and compared with them."""

from seisweave.faults.mechanisms.compare import MechanismComparison, compare_mechanisms
from seisweave.faults.mechanisms.mechanisms import Mechanisms
from seisweave.faults.mechanisms.options import MechanismOptions
from seisweave.faults.mechanisms.read import read_mechanisms

__all__ = ["MechanismComparison", "MechanismOptions", "Mechanisms", "compare_mechanisms", "read_mechanisms"]
