"""How planes are likely to lie at a place: the orientations of a network's faults by their probability there.

An earthquake at a place lies on each fault with the probability of its density there over that of all, halos and
background among them. Poles of planes have no sense, so their mean is that of axes: the first eigenvector of the
orientation matrix Σ p n nᵀ, and 1 - λ₁, its first eigenvalue, is the mean squared sine of the angle between a pole and
the mean (Fisher, Lewis & Embleton 1987, Statistical analysis of spherical data, sections 3.2.4, 3.4). A fault's own
pole is as uncertain as `plane_errors` says, which counts as spread: with the variances a, b of its tilt towards length
l and width w it gives (1 - a - b) n nᵀ + a l lᵀ + b w wᵀ.

Beyond the boxes of the background its density is taken to go on as that of the thinnest box: else a place outside them
would lie on a fault, however far that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError
from seisweave.faults.plane_errors import plate_errors, segment_errors
from seisweave.gaussians.mixture import Mixture
from seisweave.gaussians.orientation import FaultPlanes, strike_and_dip, strike_axes

Level = Literal["faults", "segments"]
_LEAST = 1e-300
_ANY = 1.0 / 3.0  # variance of the tilt of a pole of which nothing is known


@dataclass(frozen=True, eq=False)
class OrientationAt:
    """What a network of f faults (or segments) says of planes at m places.

    probability is that of each fault, halo that of all halos together (of segments: of those on no fault), background
    that of the background; they sum to one, or are all zero where the network has no density at all. plane_strike_deg
    and plane_dip_deg are the orientations of the faults, strike_deg and dip_deg their mean, weighted by probability,
    spread_deg the angle whose sine is the root mean square of that between a pole and the mean: 0 where all agree,
    54.7 where every direction is as likely. NaN where no fault has any density. Strikes are from true north at the
    place, or from the y axis for places in local km.
    """

    probability: Float[np.ndarray, "m f"]
    halo: Float[np.ndarray, " m"]
    background: Float[np.ndarray, " m"]
    strike_deg: Float[np.ndarray, " m"]
    dip_deg: Float[np.ndarray, " m"]
    spread_deg: Float[np.ndarray, " m"]
    plane_strike_deg: Float[np.ndarray, "m f"]
    plane_dip_deg: Float[np.ndarray, " f"]

    @property
    def most_likely(self) -> Int[np.ndarray, " m"]:
        """The fault of the highest probability; -1 where none has any."""
        if not self.probability.shape[1]:
            return np.full(len(self.halo), -1)
        return np.where(self.probability.max(axis=1) > 0.0, self.probability.argmax(axis=1), -1)


def orientation_at(
    network: Any, xyz_km: Float[np.ndarray, "m 3"], *, of: Level, north_deg: Float[np.ndarray, " m"]
) -> OrientationAt:
    """What a `FaultNetwork` says of places in local km, whose y axis points to north_deg (0: strikes are from it).

    Errors: InputError for places that are no numbers, and another level than faults or segments.
    """
    if of not in get_args(Level):
        raise InputError(f"of is {of!r}; choose faults or segments")
    if xyz_km.ndim != 2 or xyz_km.shape[1] != 3 or not np.isfinite(xyz_km).all():
        raise InputError(f"places have the shape {xyz_km.shape} or are not finite; give x, y and depth of each, km")
    on_faults = of == "faults"
    planes = network.planes if on_faults else network.segment_planes
    n_events = network.mixture.weight * network.n_events
    tilt = (plate_errors(network.faults) if on_faults else segment_errors(planes, n_events)).tilt
    own, halo, background = _plate_densities(network, xyz_km) if on_faults else _segment_densities(network, xyz_km)
    total = np.maximum(own.sum(axis=1) + halo + background, _LEAST)
    strike, dip, spread = _mean(own, _matrices(planes, tilt))
    return OrientationAt(
        probability=own / total[:, None],
        halo=halo / total,
        background=background / total,
        strike_deg=np.mod(strike + north_deg, 360.0),
        dip_deg=dip,
        spread_deg=spread,
        plane_strike_deg=np.mod(planes.strike_deg + north_deg[:, None], 360.0),
        plane_dip_deg=planes.dip_deg,
    )


def places_of(network: Any, longitude: object, latitude: object, depth_km: object) -> Float[np.ndarray, "m 3"]:
    """Places in degrees and km of depth, numbers or arrays, as local km of a `FaultNetwork`.

    Errors: InputError for a network without projection, for places not on Earth, and arrays of unlike lengths.
    """
    if network.projection is None:
        raise InputError("the network is in local km, without longitudes; ask orientation_at_km(xyz_km)")
    try:
        given = [np.atleast_1d(np.asarray(each, dtype=float)) for each in (longitude, latitude, depth_km)]
        lon, lat, depth = np.broadcast_arrays(*given)
    except (TypeError, ValueError):
        raise InputError(
            "longitude, latitude and depth_km are no numbers, or not as many of each; give one of each"
        ) from None
    if lon.ndim != 1 or not (np.isfinite(depth) & (np.abs(lon) <= 360.0) & (np.abs(lat) <= 90.0)).all():
        raise InputError("a place is not on Earth; give longitude and latitude in degrees, depth in km")
    return np.stack([*network.projection.to_local(lon, lat), depth], axis=1)


def _plate_densities(network: Any, xyz_km: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted densities of plates (m, f), of halos and of the background; the boxes share the weight that is left."""
    faults, boxes = network.faults, network.mixture
    left = max(0.0, 1.0 - float(faults.plates.weight.sum() + faults.halo_weight.sum()))
    weight = boxes.box_weight * left / max(float(boxes.box_weight.sum()), _LEAST)
    shape = boxes.box_centre_km, boxes.box_axes, boxes.box_half_km
    rest = Mixture(faults.halo_weight, faults.halo_mean_km, faults.halo_covariance_km2, weight, *shape)
    other = rest.part_densities(xyz_km)
    own = faults.plates.part_densities(xyz_km, faults.error_km, faults.error_share)
    return own, other[:, : faults.n_halos].sum(axis=1), _background(rest, other[:, faults.n_halos :])


def _segment_densities(network: Any, xyz_km: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    density, g = network.mixture.part_densities(xyz_km), network.n_segments
    on_fault = network.faults.fault_of_segment >= 0
    own = density[:, :g]
    return np.where(on_fault, own, 0.0), own[:, ~on_fault].sum(axis=1), _background(network.mixture, density[:, g:])


def _background(mixture: Mixture, boxes: Float[np.ndarray, "m b"]) -> Float[np.ndarray, " m"]:
    thinnest = (mixture.box_weight / mixture.box_volume_km3).min(initial=np.inf)
    return np.maximum(boxes.sum(axis=1), thinnest if mixture.n_boxes else 0.0)


def _matrices(planes: FaultPlanes, tilt: Float[np.ndarray, "f 2"]) -> Float[np.ndarray, "f 3 3"]:
    """Mean of n nᵀ of every plane, with what its pole is uncertain by."""
    along, down = strike_axes(planes.strike_deg, planes.dip_deg)
    turn = np.radians(planes.turn_deg)[:, None]
    length, width = np.cos(turn) * along + np.sin(turn) * down, np.cos(turn) * down - np.sin(turn) * along
    axes = np.stack([np.cross(along, down), length, width], axis=1)
    a, b = np.minimum(tilt**2, _ANY).T
    return np.einsum("fr,fri,frj->fij", np.stack([1.0 - a - b, a, b], axis=1), axes, axes)


def _mean(
    own: Float[np.ndarray, "m f"], matrices: Float[np.ndarray, "f 3 3"]
) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"], Float[np.ndarray, " m"]]:
    """Strike, dip and spread of the mean pole at every place."""
    strike, dip, spread = np.full((3, len(own)), np.nan)
    known = own.sum(axis=1) > 0.0
    share = own[known] / own[known].sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(np.einsum("mf,fij->mij", share, matrices))
    angles = np.array([strike_and_dip(pole) for pole in vectors[:, :, 2]]).reshape(-1, 2)
    strike[known], dip[known] = angles.T
    spread[known] = np.degrees(np.arcsin(np.sqrt(np.clip(1.0 - values[:, 2], 0.0, 1.0))))
    return strike, dip, spread
