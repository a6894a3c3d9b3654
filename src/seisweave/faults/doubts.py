"""What a fault network cannot know of itself: one sentence each, with the number and what to do."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from seisweave.faults.network import FaultNetwork
from seisweave.faults.sureness import OFTEN

MOST = 0.5  # share of the events in the background, and in halos
MOST_CLOSE = 0.1  # share of the events that lie closer to another than the floor
MOST_LEFT_OUT = 0.25  # share of the proto-faults by branch; the simulated region has .12 to .19, a swarm .36 and more

LEAST_AGREEMENT = 0.8  # adjusted Rand index between a network and that of a resample, median
LEAST_OFTEN = 0.5  # share of the faults that come back in 70 % of the resamples


def doubts_of(network: FaultNetwork, xyz_km: Float[np.ndarray, "n 3"] | None = None) -> list[str]:
    """Say where a network stands on doubtful ground: too much background or halo, too high a floor, unlike densities.

    Arguments: `network`; `xyz_km`, the hypocentres it was made from, km (without them nothing is said of the floor).
    Returns a list of sentences, empty where there is nothing to say.

    >>> import seisweave as sw
    >>> points = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> doubts_of(sw.reconstruct_faults(points), points)
    []
    >>> doubts_of(sw.reconstruct_faults(points, sw.FaultOptions(min_sigma_km=1.0)), points)[-1][:62]
    '87 % of the events lie closer to another one than the smallest'
    """
    floor = None if xyz_km is None else _floor(network, xyz_km)
    found = [_background(network), _halos(network), floor, _densities(network), _shapes(network), unstable(network)]
    return [sentence for sentence in found if sentence]


def _background(network: FaultNetwork) -> str | None:
    share = float(((network.label < 0) & (network.faults.halo_of_event < 0)).mean())
    if share <= MOST:
        return None
    return (
        f"{share:.1%} of the events are background, on no fault: they may be too few, too badly located, or too"
        " scattered for faults, or the smallest σ too large for them; select better located events, or try more subsets"
    )


def _halos(network: FaultNetwork) -> str | None:
    share = float((network.faults.halo_of_event >= 0).mean())
    if share <= MOST:
        return None
    return (
        f"{share:.1%} of the events are in halos, which are no planes: the seismicity is diffuse, or too badly located"
        " for its planes"
    )


def _floor(network: FaultNetwork, xyz_km: np.ndarray) -> str | None:
    """Whether events are closer together than the floor; those at the very same place do not count."""
    places = np.unique(xyz_km, axis=0)
    if network.min_sigma_km <= 0.0 or len(places) < 2:
        return None
    nearest = np.asarray(KDTree(places).query(places, k=2)[0])[:, 1]
    close = float((nearest < network.min_sigma_km).mean())
    if close <= MOST_CLOSE:
        return None
    return (
        f"{100 * close:.0f} % of the events lie closer to another one than the smallest σ of a fault,"
        f" {length(network.min_sigma_km)}: what is smaller than that is not resolved; give a smaller min_sigma_km"
        f" (their median distance is {length(float(np.median(nearest)))}) if locations are that good"
    )


def _densities(network: FaultNetwork) -> str | None:
    atomized = network.atomized
    if atomized.left_out is None or atomized.left_out <= MOST_LEFT_OUT:
        return None
    start = (
        f"events are much denser in some places, as in a swarm, than on other faults: one cut of the tree leaves"
        f" {100 * atomized.left_out:.0f} % of the places where {_FEW} lie together to the background"
    )
    if atomized.by == "cut":
        return f"{start}; faults there may be missing, try atomize=branch, or more subsets"
    return f"{start}, so proto-faults were made by branch; look whether the densest fault is a plane at all"


def _shapes(network: FaultNetwork) -> str | None:
    """Whether backgrounds are boxes, or uncut, against the options: too few events, or in a plane."""
    asked, shapes, n = network.options.background, network.mixture.shapes, network.n_backgrounds
    if asked == "box" or not n:
        return None
    others = n if not shapes else sum(shape.kind != asked for shape in shapes)
    if not others:
        return None
    became = sorted({shape.kind for shape in shapes if shape.kind != asked} or {"box"})
    return (
        f"{others} of {n} backgrounds asked to be {asked} became {' or '.join(became)}: fewer than four events there"
        " are on no proto-fault, or all lie in a plane, on a line or at a point"
    )


def unstable(network: FaultNetwork) -> str | None:
    """Whether a network with other draws of its events would be another one; None where nobody has looked."""
    sure = network.sureness
    if sure is None:
        return None
    n, agreement = network.n_faults, sure.self_agreement
    if agreement >= LEAST_AGREEMENT and (n == 0 or sure.n_often >= LEAST_OFTEN * n):
        return None
    return (
        f"resamples give other faults: {sure.n_often} of {n} come back in {100 * OFTEN:.0f} % of"
        f" {len(sure.agreement)} resamples, the self-agreement is {agreement:.2f}; believe only the faults that come"
        " back (column comes_back), and take more, or better located, events"
    )


_FEW = "four events"


def length(km: float) -> str:
    """A length in words, in metres where it is below a kilometre."""
    return f"{km:.3g} km" if km >= 1.0 else f"{1000.0 * km:.3g} m"


def start_of(network: FaultNetwork) -> str:
    """How a network began: which proto-faults, what the other ones would have given, and the floor of σ.

    >>> import seisweave as sw
    >>> start_of(sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))))
    'proto-faults by one cut of the tree, smallest σ 50 m'
    """
    way = {"cut": "one cut of the tree", "branch": "branch"}
    atomized = network.atomized
    text = f"proto-faults by {way[atomized.by]}"
    others = {by: bic for by, bic in atomized.bic.items() if by != atomized.by}
    for by, bic in others.items():
        text += f" (BIC {network.bic:,.1f}; by {way[by]} {bic:,.1f})"
    floor = f", smallest σ {length(network.min_sigma_km)}" if network.min_sigma_km > 0.0 else ""
    return text + floor
