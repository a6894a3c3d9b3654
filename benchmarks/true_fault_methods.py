"""Ways to find faults, each as `method(world, state) -> Answer`; `true_faults.py` scores them.

Ours by level comes from two reconstructions: of the catalog, whose standard errors are known, and of the hypocentres
alone. Peers get what favours them: those that want a size have it chosen on the truth (HDBSCAN, planes of neighbours),
those that want a number have it by BIC over a grid; Gaussians may be as thin as ours. `state` is the random state of
what starts at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from time import process_time

import numpy as np

import seisweave as sw
from seisweave.evaluation import adjusted_rand_index
from seisweave.synthetic import World, ceiling

GRID = (10, 14, 20, 28, 40, 57, 80)  # Gaussians
AT_MOST = (28, 57)  # of a Dirichlet process
SMALLEST_CLUSTER = (5, 10, 20, 40, 80)  # events
NEIGHBOURS = (20, 40)  # of an event, for its plane
AGREE_DEG = (10.0, 20.0)  # normals of events of one plane
AGREE_SIGMA = (1.0, 2.0)  # how far a neighbour may be off an event's plane, in standard deviations across it
THINNEST_KM = 0.05
FEWEST = 10  # events of a group that counts


@dataclass(frozen=True, eq=False)
class Answer:
    """Group of each event (n; -1 for none), its system, and a normal for each group; CPU seconds if told."""

    label: np.ndarray
    normal: np.ndarray
    system: np.ndarray | None = None
    note: str = ""
    seconds: float | None = None


def by_segments(world: World, _: int) -> Answer:
    network, seconds = _network(world, False)
    label = network.segment
    axes = np.linalg.eigh(network.mixture.covariance_km2)[1]
    return Answer(label, axes[:, :, 0], seconds=seconds)


def by_groups(world: World, _: int) -> Answer:
    """Every event on the fault of its segment: the second level without its plates' own events."""
    network, seconds = _network(world, False)
    label = np.append(network.faults.fault_of_segment, -1)[network.segment]
    return Answer(label, _normals(world.xyz_km, label), seconds=seconds)


def by_plates(world: World, _: int, *, known: bool) -> Answer:
    network, seconds = _network(world, known)
    system = np.append(network.faults.system, -1)[network.label]
    return Answer(network.label, _plate_normals(world, network), system, seconds=seconds)


def by_gaussian_mixture(world: World, state: int) -> Answer:
    from sklearn.mixture import GaussianMixture

    def fit(k: int) -> tuple[float, np.ndarray, int]:
        model = GaussianMixture(k, reg_covar=_thinnest(world) ** 2, random_state=state).fit(world.xyz_km)
        return model.bic(world.xyz_km), model.predict(world.xyz_km), k

    return _of_lowest(world, fit, GRID)


def by_dirichlet_mixture(world: World, state: int) -> Answer:
    from sklearn.mixture import BayesianGaussianMixture

    def fit(k: int) -> tuple[float, np.ndarray, int]:
        model = BayesianGaussianMixture(n_components=k, reg_covar=_thinnest(world) ** 2, random_state=state)
        label = model.fit_predict(world.xyz_km)
        n_used = int(np.sum(model.weights_ * len(world) >= 4))
        bic = (10 * n_used - 1) * np.log(len(world)) - 2 * model.score_samples(world.xyz_km).sum()
        return bic, label, k

    return _of_lowest(world, fit, AT_MOST)


def by_hdbscan(world: World, _: int) -> Answer:
    from sklearn.cluster import HDBSCAN

    labels = {f"{k} events": HDBSCAN(min_cluster_size=k).fit_predict(world.xyz_km) for k in SMALLEST_CLUSTER}
    return _best_on_truth(world, labels)


def by_planes_of_neighbours(world: World, _: int) -> Answer:
    """A plane through each event's nearest neighbours; neighbours whose planes agree are of one fault."""
    labels = {}
    for k in NEIGHBOURS:
        near, normal, sigma = _neighbour_planes(world.xyz_km, k)
        for degrees, factor in product(AGREE_DEG, AGREE_SIGMA):
            label = _linked(world.xyz_km, (near, normal, factor * sigma), degrees)
            labels[f"{k} neighbours, {degrees:g}°, {factor:g} σ"] = label
    return _best_on_truth(world, labels)


def by_ceiling(world: World, _: int, *, errors: str) -> Answer:
    label = ceiling(world, errors)
    return Answer(label, world.planes.axes[:, 2], world.systems_of(label))


@lru_cache(maxsize=2)
def _network(world: World, known: bool) -> tuple[sw.FaultNetwork, float]:
    _warm()
    start = process_time()
    network = sw.reconstruct_faults(world.catalog if known else world.xyz_km, jobs=1)
    return network, process_time() - start


@cache
def _warm() -> None:
    """Fetch the compiled loops."""
    sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (300, 3)))


def _plate_normals(world: World, network: sw.FaultNetwork) -> np.ndarray:
    """Normals in the world's own km: those of a catalog's network are in another projection."""
    plates = network.faults.plates
    if network.projection is None:
        return plates.axes[:, 2]
    points = [plates.centre_km, *(plates.centre_km + plates.axes[:, k] for k in range(2))]
    there = []
    for point in points:
        x, y = world.projection.to_local(*network.to_geographic(point))
        there.append(np.column_stack([x, y, point[:, 2]]))
    normal = np.cross(there[1] - there[0], there[2] - there[0])
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def _normals(xyz_km: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Direction in which the events of each group spread least."""
    normal = np.zeros((label.max(initial=-1) + 1, 3))
    for k in range(len(normal)):
        own = xyz_km[label == k]
        if len(own) >= 4:
            normal[k] = np.linalg.eigh(np.cov(own.T))[1][:, 0]
    return normal


def _thinnest(world: World) -> float:
    """As thin as ours, or in a mine as much thinner as it is smaller."""
    return THINNEST_KM * min(1.0, float(np.ptp(world.xyz_km, axis=0).max()) / 100.0)


def _of_lowest(world: World, fit: Callable[[int], tuple[float, np.ndarray, int]], grid: Iterable[int]) -> Answer:
    """The labels of the lowest BIC; stops after two in a row that are no better."""
    best, lowest, chosen, worse = np.zeros(0, int), np.inf, 0, 0
    for k in grid:
        bic, label, _ = fit(k)
        worse = 0 if bic < lowest else worse + 1
        if bic < lowest:
            best, lowest, chosen = label, bic, k
        if worse == 2:
            break
    return Answer(best, _normals(world.xyz_km, best), note=str(chosen))


def _best_on_truth(world: World, labels: dict[str, np.ndarray]) -> Answer:
    index = {note: adjusted_rand_index(world.fault, label) for note, label in labels.items()}
    note = max(index, key=lambda key: index[key])
    return Answer(labels[note], _normals(world.xyz_km, labels[note]), note=note)


def _neighbour_planes(xyz_km: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from scipy.spatial import cKDTree

    near = cKDTree(xyz_km).query(xyz_km, k + 1)[1][:, 1:]
    away = xyz_km[near] - xyz_km[near].mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(np.einsum("nki,nkj->nij", away, away) / k)
    return near, vectors[:, :, 0], np.sqrt(np.maximum(values[:, 0], 0.0))


def _linked(xyz_km: np.ndarray, planes: tuple[np.ndarray, np.ndarray, np.ndarray], degrees: float) -> np.ndarray:
    """Groups of events linked by planes that agree in direction and place; small ones are none."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    near, normal, allowed = planes
    first, second = np.repeat(np.arange(len(near)), near.shape[1]), near.ravel()
    along = np.abs(np.sum(normal[first] * normal[second], axis=1)) > np.cos(np.radians(degrees))
    way = xyz_km[second] - xyz_km[first]
    off = [np.abs(np.sum(way * normal[each], axis=1)) < allowed[each] for each in (first, second)]
    kept = along & off[0] & off[1]
    graph = coo_array((np.ones(kept.sum()), (first[kept], second[kept])), shape=(len(near), len(near)))
    label = connected_components(graph, directed=False)[1]
    large = np.flatnonzero(np.bincount(label) >= FEWEST)
    number = np.full(label.max() + 1, -1)
    number[large] = np.arange(len(large))
    return number[label]


def _plates_known(world: World, state: int) -> Answer:
    return by_plates(world, state, known=True)


def _plates_unknown(world: World, state: int) -> Answer:
    return by_plates(world, state, known=False)


def _ceiling_known(world: World, state: int) -> Answer:
    return by_ceiling(world, state, errors="known")


def _ceiling_unknown(world: World, state: int) -> Answer:
    return by_ceiling(world, state, errors="distribution")


METHODS: dict[str, Callable[[World, int], Answer]] = {
    "ours, segments": by_segments,
    "ours, groups": by_groups,
    "ours, plates, errors unknown": _plates_unknown,
    "ours, plates, errors known": _plates_known,
    "GaussianMixture by BIC": by_gaussian_mixture,
    "BayesianGaussianMixture by BIC": by_dirichlet_mixture,
    "HDBSCAN, size chosen on the truth": by_hdbscan,
    "planes of neighbours, chosen on the truth": by_planes_of_neighbours,
    "ceiling, errors unknown": _ceiling_unknown,
    "ceiling, errors known": _ceiling_known,
}
AT_RANDOM = ("GaussianMixture by BIC", "BayesianGaussianMixture by BIC")  # more than one state is worth a look
PEERS = tuple(name for name in METHODS if not name.startswith(("ours", "ceiling")))
