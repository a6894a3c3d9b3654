"""The events that a network was made of, once more: its hypocentres and their errors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.local_xyz import LocalPoints
from seisweave.errors import InputError
from seisweave.faults.export import network_events
from seisweave.faults.hypocentres import Inputs, check_hypocentres
from seisweave.faults.location_errors import LocationErrors, catalog_errors, known_errors
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    import pandas as pd

AXES = ["x_km", "y_km", "depth_km"]


@dataclass(frozen=True, eq=False)
class OwnEvents:
    """The n events of a network as a table, their hypocentres in its local km, and the covariances of their errors.

    covariance_km2 (xx, xy, xz, yy, yz, zz) is None where the network has estimated the errors.
    """

    table: pd.DataFrame
    xyz_km: Float[np.ndarray, "n 3"]
    covariance_km2: Float[np.ndarray, "n 6"] | None


def own_events(network: FaultNetwork) -> OwnEvents:
    """The events of a network. Errors: InputError where it does not hold them, or others."""
    _check(network)
    table = network_events(network)
    assert table is not None
    known = network.faults.errors == "catalog"
    xyz_km = np.array(table[AXES], dtype=float, order="C")  # a copy: compiled loops want to write
    return OwnEvents(table, xyz_km, errors_of(table) if known else None)


def own_inputs(network: FaultNetwork) -> Inputs:
    """What the network was made from, once more.

    Errors: InputError where the network does not hold that.
    """
    import pandas as pd

    _check(network)
    source, covariance = network.source, None
    if isinstance(source, pd.DataFrame):
        covariance = errors_of(source) if network.faults.errors == "catalog" else None
        source = source[AXES].to_numpy(dtype=float)
    inputs = check_hypocentres(source.xyz_km if isinstance(source, LocalPoints) else source, network.options, 1)
    return inputs if covariance is None else replace(inputs, location_errors=covariance)


def errors_of(table: pd.DataFrame) -> Float[np.ndarray, "n 6"]:
    """Errors of location from a table of events that had some."""
    covariance = catalog_errors(Catalog.from_pandas(table))
    if covariance is None:
        raise InputError("the network knows the errors of its events, its table of events does not; give the catalog")
    return covariance


def errors_like(network: FaultNetwork, covariance: Float[np.ndarray, "n 6"] | None, n: int) -> LocationErrors:
    """The errors of n events as a network's plates want them: their own, or the classes that the network has."""
    if covariance is not None:
        return known_errors(covariance)
    unit = np.tile([1.0, 0.0, 0.0, 1.0, 0.0, 1.0], (n, 1))
    return LocationErrors(unit, network.faults.error_km, network.faults.error_share.copy(), "estimated")


def _check(network: FaultNetwork) -> None:
    source = network.source
    if source is None:
        raise InputError("the network does not hold its events; open the whole result folder with sw.open_result")
    if len(source) != network.n_events:
        raise InputError(
            f"the network has {network.n_events} events, its source {len(source)}; give the network its own"
        )
