"""What tables and the netCDF file say of the planes of a network, by name, each name with its unit."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from seisweave.faults.geometry import depth_range, planarity, true_strikes
from seisweave.faults.plane_errors import PlaneErrors, plate_errors, segment_errors
from seisweave.gaussians.orientation import FaultPlanes

KINDS = ("plane", "halo", "background")


def plate_columns(network: Any) -> dict[str, Float[np.ndarray, " f"]]:
    """Of the plates of a `FaultNetwork`: orientation, sides, their errors, planarity, depths below the surface.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> columns = plate_columns(network)
    >>> columns["turn_deg"].tolist(), columns["planarity"].round(2).tolist()
    ([0.0], [1.0])
    """
    plates = network.faults.plates
    flat = planarity(np.stack([plates.length_km**2 / 12, plates.width_km**2 / 12, plates.sigma_km**2], axis=1))
    return _columns(network, plates.centre_km, network.planes, plate_errors(network.faults)) | {"planarity": flat}


def segment_columns(network: Any) -> dict[str, Float[np.ndarray, " g"]]:
    """The same of the segments, as their Gaussians say."""
    planes = network.segment_planes
    sides = np.stack([planes.length_km, planes.width_km, planes.thickness_km], axis=1)
    made = _columns(
        network, network.mixture.mean_km, planes, segment_errors(planes, network.mixture.weight * network.n_events)
    )
    return made | {"planarity": planarity(sides**2)}


def segment_kinds(network: Any) -> Shaped[np.ndarray, " g"]:
    """Number in `KINDS` of what most events of each segment lie on: planes of faults, or else halos or background."""
    segment, halo = network.segment, network.faults.halo_of_event
    in_halos = np.bincount(segment[(segment >= 0) & (halo >= 0)], minlength=network.n_segments)
    on_none = np.bincount(segment[(segment >= 0) & (halo < 0) & (network.label < 0)], minlength=network.n_segments)
    return np.where(network.faults.fault_of_segment >= 0, 0, np.where(in_halos >= on_none, 1, 2))


def _columns(network: Any, centre_km: np.ndarray, planes: FaultPlanes, errors: PlaneErrors) -> dict[str, Any]:
    top, bottom = depth_range(planes.corners_km).T
    true = true_strikes(network.projection, centre_km, planes.strike_deg)
    return {
        "strike_deg": planes.strike_deg,
        **({} if network.projection is None else {"strike_true_deg": true}),
        "dip_deg": planes.dip_deg,
        "turn_deg": planes.turn_deg,
        "length_km": planes.length_km,
        "width_km": planes.width_km,
        "thickness_km": planes.thickness_km,
        "top_km": top,
        "bottom_km": bottom,
        "strike_error_deg": errors.strike_deg,
        "dip_error_deg": errors.dip_deg,
        "length_error_km": errors.length_km,
        "width_error_km": errors.width_km,
    }
