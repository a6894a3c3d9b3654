"""From an earthquake catalog to its fault network, and to forecasts and nowcasts that are scored.

A catalog comes in; every stage is a verb that takes it, and options, and gives a record that can be written.

>>> import seisweave as sw
>>> from seisweave.synthetic import plant_faults, PlantedOptions
>>> planted = plant_faults(PlantedOptions(n_faults=5, density_per_km2=0.3))
>>> network = sw.reconstruct_faults(planted.xyz_km, sw.FaultOptions(criterion="global"))
>>> network.n_faults
5
>>> sw.evaluation.adjusted_rand_index(planted.fault, network.label) > 0.9
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names
from seisweave.renamed import install as find_renamed_modules
from seisweave.version import __version__ as __version__

if TYPE_CHECKING:
    from seisweave import catalog as catalog
    from seisweave import condensation as condensation
    from seisweave import evaluation as evaluation
    from seisweave import faults as faults
    from seisweave import forecast as forecast
    from seisweave import gaussians as gaussians
    from seisweave import nowcast as nowcast
    from seisweave import report as report
    from seisweave import studies as studies
    from seisweave import synthetic as synthetic
    from seisweave.catalog import Catalog, read_catalog
    from seisweave.condensation import CondensationOptions, condense
    from seisweave.errors import InputError
    from seisweave.faults import FaultOptions, reconstruct_faults
    from seisweave.forecast import ForecastOptions, make_forecast, score_forecasts
    from seisweave.nowcast import train_nowcaster
    from seisweave.report import open_result, write_page, write_result

__all__ = [
    "Catalog",
    "CondensationOptions",
    "FaultOptions",
    "ForecastOptions",
    "InputError",
    "condense",
    "make_forecast",
    "open_result",
    "read_catalog",
    "reconstruct_faults",
    "score_forecasts",
    "train_nowcaster",
    "write_page",
    "write_result",
]
find_renamed_modules()
_FOLDERS = (
    *("catalog", "condensation", "etas", "evaluation", "faults", "forecast"),
    *("gaussians", "nowcast", "report", "studies", "synthetic"),
)

# names are loaded when first used, so that the import itself stays light
__getattr__ = lazy_names(
    __name__,
    {
        **dict.fromkeys(_FOLDERS, ""),
        "Catalog": "catalog",
        "CondensationOptions": "condensation",
        "FaultOptions": "faults",
        "ForecastOptions": "forecast",
        "InputError": "errors",
        "condense": "condensation",
        "make_forecast": "forecast",
        "open_result": "report",
        "read_catalog": "catalog",
        "reconstruct_faults": "faults",
        "score_forecasts": "forecast",
        "train_nowcaster": "nowcast",
        "write_page": "report",
        "write_result": "report",
    },
    renamed={
        "FaultNetwork": "seisweave.faults:FaultNetwork",
        "adjusted_rand_index": "seisweave.evaluation:adjusted_rand_index",
        "open_network": "seisweave.faults:open_network",
        "rand_index": "seisweave.evaluation:rand_index",
        "ward_linkage": "seisweave.faults:ward_linkage",
        "write_catalog": "seisweave.catalog:write_catalog",
    },
)


def __dir__() -> list[str]:
    return sorted([*__all__, *_FOLDERS, "__version__"])
