"""The plates, halos and boxes of a network laid over events, its own or others, as a mixture that can go on."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.faults import _plates_numba as compiled
from seisweave.faults.location_errors import LocationErrors
from seisweave.faults.network import FaultNetwork
from seisweave.faults.plate_mixture import PlateMixture
from seisweave.gaussians.mixture import Mixture


def lay_out(
    network: FaultNetwork,
    xyz_km: Float[np.ndarray, "n 3"],
    errors: LocationErrors,
    *,
    background: Mixture | None = None,
    share: float = 1.0,
    threads: int = 1,
) -> PlateMixture:
    """A network's faults and halos over n events, with the marks 0 .. f-1; their weights are the network's by `share`.

    background holds the boxes, by default the network's, which have what the weights of faults and halos leave of one:
    a network does not say how its boxes share that among its plates, and their weights among its segments do instead.
    """
    faults, boxes = network.faults, background or network.mixture
    mixture = PlateMixture(xyz_km, errors, boxes, least_sigma_km=network.min_sigma_km or 1e-3, threads=threads)
    rows = faults.plates.rows()
    rows[:, compiled.LOG_WEIGHT] += np.log(share)
    mixture.halo_weight = share * faults.halo_weight
    mixture.halo_mean, mixture.halo_covariance = faults.halo_mean_km.copy(), faults.halo_covariance_km2.copy()
    mixture.replace(rows, np.arange(len(rows)))
    left = max(1.0 - share * (faults.plates.weight.sum() + faults.halo_weight.sum()), 1.0 / network.n_events)
    total = boxes.box_weight.sum()
    if total > 0:
        mixture.box_weight = boxes.box_weight * (left / total)
    return mixture


def outside_density(network: FaultNetwork) -> float:
    """Density of the background outside all boxes of a network, 1/km³: as thin as within the thinnest.

    A network without a box has one event over the volume of its Gaussians.
    """
    mixture = network.mixture
    if mixture.n_boxes:
        return float((mixture.box_weight / mixture.box_volume_km3).min())
    low, high = region_of(network)
    return float(1.0 / (network.n_events * np.prod(np.maximum(high - low, 1e-3))))


def region_of(network: FaultNetwork) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Lowest and highest coordinates of a network: of its boxes, and of three standard deviations of its Gaussians."""
    mixture = network.mixture
    reach = 3.0 * np.sqrt(np.maximum(np.diagonal(mixture.covariance_km2, axis1=1, axis2=2), 0.0))
    half = (np.abs(mixture.box_axes) * mixture.box_half_km[:, :, None]).sum(axis=1)
    low = np.concatenate([mixture.mean_km - reach, mixture.box_centre_km - half])
    high = np.concatenate([mixture.mean_km + reach, mixture.box_centre_km + half])
    return low.min(axis=0), high.max(axis=0)
