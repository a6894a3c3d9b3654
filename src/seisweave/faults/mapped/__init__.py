"""Mapped faults beside a network: surfaces and traces read, agreement measured against chance."""

from seisweave.faults.mapped.compare import MappedComparison, compare_with_mapped
from seisweave.faults.mapped.mapped_faults import MappedFaults
from seisweave.faults.mapped.names import with_names
from seisweave.faults.mapped.options import MappedOptions
from seisweave.faults.mapped.read import read_mapped_faults

__all__ = [
    "MappedComparison",
    "MappedFaults",
    "MappedOptions",
    "compare_with_mapped",
    "read_mapped_faults",
    "with_names",
]
