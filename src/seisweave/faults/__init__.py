"""Fault networks from hypocentres: Ward tree, atomization, merging by BIC gain, refinement."""

from typing import TYPE_CHECKING

from seisweave.faults.assign import assign_events
from seisweave.faults.history import MergeHistory
from seisweave.faults.matching import match_networks
from seisweave.faults.network import FaultNetwork, open_network
from seisweave.faults.options import FaultOptions, ResampleOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.faults.resample import resample_faults
from seisweave.faults.sureness import Sureness
from seisweave.faults.update import update_faults
from seisweave.faults.update_options import UpdateOptions
from seisweave.faults.ward import ward_linkage
from seisweave.faults.world_like import world_like
from seisweave.renamed import renamed_names

__all__ = [
    "FaultNetwork",
    "FaultOptions",
    "MergeHistory",
    "ResampleOptions",
    "Sureness",
    "UpdateOptions",
    "assign_events",
    "match_networks",
    "open_network",
    "reconstruct_faults",
    "resample_faults",
    "update_faults",
    "ward_linkage",
    "world_like",
]

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)
