"""Planes and halos apart: what is no plane becomes a Gaussian halo again.

A plate is no plane where it is thicker than half its shorter side, freed of location errors; where its events do not
tell its dip or strike to `_ANGLE` degrees; or where it is hardly denser than its surroundings, or less than half as
dense as all events together are over their whole volume. Before plates are joined the surroundings are not looked at:
pieces of one fault overlap, each as dense as the others. A plate that is nearly flat has to stand out more: hypocentres
gather in flat sheets where the layers of a velocity model meet, and flat faults in the crust are rare. Halos stay in
the mixture and in the density, and are counted apart.
"""

from __future__ import annotations

import numpy as np

from seisweave.faults import _plates_numba as compiled
from seisweave.faults.patches import patches_of
from seisweave.faults.plate_mixture import PlateMixture

_THICK, _THICK_BEFORE_JOINING = 0.5, 1.5  # thickness over shorter side
_ANGLE = 15.0  # degrees, standard error
_THIN = 0.5  # events a volume of a plate, over those of all events
_DENSER = 2.0  # density of a plate over that of all else, median over its events
_FLAT, _DENSER_FLAT = 20.0, 5.0  # a plate of less dip (degrees) has to be that much denser


def give_to_halos(mixture: PlateMixture, *, at_last: bool, among: np.ndarray | None = None) -> int:
    """Turn plates that are no planes into halos; how many. Before joining only those that cannot be part of one.

    `among` says which plates may become one (all, unless given).
    """
    if not len(mixture.plates):
        return 0
    no_plane = _too_thick(mixture, _THICK if at_last else _THICK_BEFORE_JOINING)
    no_plane |= _thin_all_over(mixture)
    if at_last:
        no_plane |= _hardly_denser(mixture) | _unresolved(mixture)
    if among is not None:
        no_plane &= among
    for k in np.flatnonzero(no_plane):
        held = mixture.held[k]
        mixture.add_halo(held.slot, mixture.shares(held).sum(axis=1))
    mixture.keep(~no_plane)
    return int(no_plane.sum())


def _too_thick(mixture: PlateMixture, most: float) -> np.ndarray:
    rows = mixture.plates
    shorter = np.minimum(rows[:, 13] - rows[:, 12], rows[:, 15] - rows[:, 14])
    return np.sqrt(12.0 * rows[:, compiled.VARIANCE]) > most * shorter


def _thin_all_over(mixture: PlateMixture) -> np.ndarray:
    """Whether a plate holds far fewer events a volume than the whole does: the background, taken for a slab."""
    low, high = np.quantile(mixture.xyz, [0.01, 0.99], axis=1)
    whole_km3 = np.prod(np.maximum(high - low, np.sqrt(12.0 * mixture.least_variance)))
    rows = mixture.plates
    sides = (rows[:, 13] - rows[:, 12]) * (rows[:, 15] - rows[:, 14])
    return (
        np.exp(rows[:, compiled.LOG_WEIGHT]) / (sides * np.sqrt(12.0 * rows[:, compiled.VARIANCE])) < _THIN / whole_km3
    )


def _unresolved(mixture: PlateMixture) -> np.ndarray:
    patches, _ = patches_of(mixture)
    return np.sqrt(patches.slope_variance).max(axis=1) > np.tan(np.radians(_ANGLE))


def _hardly_denser(mixture: PlateMixture) -> np.ndarray:
    denser = []
    for held in mixture.held:
        own = held.density
        mine = own > 0.5 * mixture.total[held.slot]
        rest = np.maximum(mixture.total[held.slot] - own, mixture.base[held.slot])
        denser.append(np.median(own[mine] / rest[mine]) if mine.any() else 0.0)
    flat = np.abs(mixture.plates[:, 11]) > np.cos(np.radians(_FLAT))
    return np.array(denser) < np.where(flat, _DENSER_FLAT, _DENSER)
