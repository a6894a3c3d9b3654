"""A fault network as a forecast.

Source: Kamer, Ouillon & Sornette (2020), section 4.4: the network is used as it is, except that all its backgrounds
become one cuboid over the volume of interest, with the sum of their weights.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.levels import Faults
from seisweave.faults.network import FaultNetwork
from seisweave.forecast.forecast import Forecast, forecast_of
from seisweave.forecast.gaussian_parts import Boxes, Gaussians
from seisweave.forecast.options import Density
from seisweave.forecast.plate_parts import PlateParts
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume
from seisweave.gaussians.backgrounds import Box
from seisweave.gaussians.mixture import Mixture

_STEP_KM = 0.5


def from_faults(
    network: FaultNetwork,
    volume: Volume,
    *,
    density: Density = "segments",
    pool_background: bool = True,
    name: str = "faults",
) -> Forecast:
    """The density of a fault network, that of its segments and backgrounds, cut off at the volume.

    With the density "plates" it is that of the plates of its faults, of its halos and backgrounds; places on a plate
    are blurred by errors of location like those of the network's own events.

    With `pool_background` all backgrounds become one uniform density over the volume that keeps their weights (the
    paper's change); without, boxes and other shapes stay as they are, and a volume reaches places of no density at all.

    Errors: InputError for a network made from local km (its place on Earth is unknown), or one outside the volume.

    >>> from seisweave.faults import reconstruct_faults
    >>> from seisweave.synthetic import southern_california_like
    >>> network = reconstruct_faults(southern_california_like(n_events=150).catalog)
    >>> forecast = from_faults(network, Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)))
    >>> forecast.told["n_segments"] == network.n_segments, 0.0 < forecast.uniform_share < 1.0
    (True, True)
    """
    if network.projection is None:
        raise InputError("this network was made from local km, so it has no place on Earth; make it from a catalog")
    mixture = moved(_of_level(network, density), network.projection, volume.projection)
    parts, shares = [], []
    if density == "plates" and network.n_faults:
        shares.append(float(network.faults.plates.weight.sum()))
        parts.append(_plates(network.faults, network.projection, volume.projection))
    if mixture.n_gaussians:
        total = float(mixture.weight.sum())
        shares.append(total)
        parts.append(Gaussians(mixture.weight / total, mixture.mean_km, mixture.covariance_km2))
    share = float(mixture.box_weight.sum())
    if share > 0:
        boxes = Boxes.of(
            mixture.box_weight, mixture.box_centre_km, mixture.box_axes, mixture.box_half_km, shapes=mixture.shapes
        )
        shares.append(share)
        parts.append(Uniform(volume) if pool_background else boxes)
    forecast = forecast_of(name, volume, parts, shares)
    inside = any(isinstance(part, Gaussians | PlateParts) for part in forecast.parts)
    if not inside and (mixture.n_gaussians or network.n_faults):
        raise InputError(f"no part of the network lies inside the volume {volume.describe()}; give a volume around it")
    told = {"n_segments": network.n_segments, "n_faults": network.n_faults, "n_events": network.n_events}
    return forecast.named(name, **told, density=density, background_weight=share)


def _of_level(network: FaultNetwork, density: Density) -> Mixture:
    """The Gaussians and boxes of a level: segments, or the halos beside plates; boxes share what is left."""
    if density == "segments":
        return network.mixture
    faults, boxes = network.faults, network.mixture
    left = max(0.0, 1.0 - float(faults.plates.weight.sum() + faults.halo_weight.sum()))
    weight = boxes.box_weight * left / max(float(boxes.box_weight.sum()), 1e-300)
    gaussians = faults.halo_weight, faults.halo_mean_km, faults.halo_covariance_km2
    return Mixture(*gaussians, weight, boxes.box_centre_km, boxes.box_axes, boxes.box_half_km, boxes.shapes)


def _plates(faults: Faults, old: LocalProjection, new: LocalProjection) -> PlateParts:
    """The plates of a network in another local projection, with the errors of its events."""
    plates = faults.plates
    places, turns = _moved_places(plates.centre_km, old, new), _turns(plates.centre_km, old, new)
    axes = np.einsum("fij,frj->fri", turns, plates.axes)
    axes /= np.linalg.norm(axes, axis=2, keepdims=True)
    shares = faults.error_share / faults.error_share.sum()
    weight = plates.weight / plates.weight.sum()
    return PlateParts(replace(plates, weight=weight, centre_km=places, axes=axes), faults.error_km, shares)


def moved(mixture: Mixture, old: LocalProjection, new: LocalProjection) -> Mixture:
    """The same mixture in another local projection: places move, shapes turn (and stretch by the scales' ratio)."""
    if old == new:
        return mixture
    centres = np.concatenate([mixture.mean_km, mixture.box_centre_km])
    places, turns = _moved_places(centres, old, new), _turns(centres, old, new)
    g = mixture.n_gaussians
    covariance = np.einsum("gij,gjk,glk->gil", turns[:g], mixture.covariance_km2, turns[:g])
    axes = np.einsum("bij,bkj->bki", turns[g:], mixture.box_axes)
    axes /= np.linalg.norm(axes, axis=2, keepdims=True)
    boxes = places[g:], axes, mixture.box_half_km
    shapes = tuple(
        shape.moved(lambda xyz_km: _moved_places(xyz_km, old, new), Box(*box))
        for shape, *box in zip(mixture.shapes, *boxes, strict=False)
    )
    return Mixture(mixture.weight, places[:g], covariance, mixture.box_weight, *boxes, shapes)


def _moved_places(xyz_km: np.ndarray, old: LocalProjection, new: LocalProjection) -> np.ndarray:
    x_km, y_km = new.to_local(*old.to_geographic(xyz_km[:, 0], xyz_km[:, 1]))
    return np.stack([x_km, y_km, xyz_km[:, 2]], axis=1)


def _turns(xyz_km: Float[np.ndarray, "n 3"], old: LocalProjection, new: LocalProjection) -> Float[np.ndarray, "n 3 3"]:
    """Derivative of the new coordinates with respect to the old ones, by central differences."""
    turns = np.zeros((len(xyz_km), 3, 3))
    turns[:, 2, 2] = 1.0
    for axis in range(2):
        step = np.zeros(3)
        step[axis] = _STEP_KM
        ahead, behind = (_moved_places(xyz_km + sign * step, old, new) for sign in (1, -1))
        turns[:, :2, axis] = (ahead - behind)[:, :2] / (2 * _STEP_KM)
    return turns
