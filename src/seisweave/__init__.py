"""From an earthquake catalog to its fault network: a mixture of Gaussian faults and uniform backgrounds.

>>> import seisweave as sw
>>> from seisweave.synthetic import plant_faults, PlantedOptions
>>> planted = plant_faults(PlantedOptions(n_faults=5, density_per_km2=0.3))
>>> network = sw.reconstruct_faults(planted.xyz_km, sw.FaultOptions(criterion="global"))
>>> network.n_faults
5
>>> sw.adjusted_rand_index(planted.fault, network.label) > 0.9
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from seisweave.version import __version__ as __version__

if TYPE_CHECKING:
    from seisweave.catalog import Catalog, read_catalog, write_catalog
    from seisweave.errors import InputError
    from seisweave.evaluation import adjusted_rand_index, rand_index
    from seisweave.faults import (
        FaultNetwork,
        FaultOptions,
        open_network,
        reconstruct_faults,
        ward_linkage,
    )


_HOME = {
    "Catalog": "catalog",
    "FaultNetwork": "faults",
    "FaultOptions": "faults",
    "InputError": "errors",
    "adjusted_rand_index": "evaluation",
    "open_network": "faults",
    "rand_index": "evaluation",
    "read_catalog": "catalog",
    "reconstruct_faults": "faults",
    "ward_linkage": "faults",
    "write_catalog": "catalog",
}

__all__ = [
    "Catalog",
    "FaultNetwork",
    "FaultOptions",
    "InputError",
    "adjusted_rand_index",
    "open_network",
    "rand_index",
    "read_catalog",
    "reconstruct_faults",
    "ward_linkage",
    "write_catalog",
]


def __getattr__(name: str):  # names are loaded when first used, so that the import itself stays light
    if name not in _HOME:
        raise AttributeError(f"module 'seisweave' has no attribute {name!r}")
    return getattr(import_module(f"seisweave.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
