"""Compile all loops before the tests, so that workers of pytest-xdist that begin at once do not each do so.

`python -m tests.compiled` fills numba's cache, by two processes; where it is full already this takes seconds.
"""

from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context

import numpy as np

from seisweave.catalog import DeclusterOptions, decluster
from seisweave.condensation import CondensationOptions, condense
from seisweave.etas import EtasEvents, EtasOptions, draw_parents, fit_events
from seisweave.faults import FaultOptions, merge, reconstruct_faults
from seisweave.faults.mapped.nearest import NearestTree
from seisweave.faults.mapped.rectangles import Rectangles, beside
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like
from tests.condensation.point_sets import single
from tests.faults.test_find_faults import faults_of, first_level


def faults() -> None:
    """The first level, the evaluation of gains by threads too, and what is left then of the second."""
    points = plant_faults(PlantedOptions(n_faults=4, density_per_km2=0.3, seed=3)).xyz_km
    reconstruct_faults(points, FaultOptions(subsets=2), jobs=1)
    merge._THREADS_PAY = 0
    reconstruct_faults(points, jobs=2)


def condensation_and_planes() -> None:
    """Condensation, the second level, and the sums of a forecast."""
    events = single(np.random.default_rng(3), 3)
    for vote in ("current", "reference"):
        condense(events, CondensationOptions(samples=5, assign_samples=5, vote=vote), jobs=1)
    for loops in ("forecast._kernel_sum_numba", "forecast._cells_numba", "faults.background_shapes._solids_numba"):
        import_module(f"seisweave.{loops}")  # of fixed types: compiled when imported
    segments, covariance, _ = first_level()
    faults_of(segments, covariance)


def etas() -> None:
    """Sums over pairs, integrals and neighbours of ETAS."""
    events = EtasEvents(np.arange(40.0), *np.zeros((2, 40)), np.full(40, 3.0), 0.0, 50.0, 100.0, 2.5)
    model = fit_events(events, EtasOptions("adaptive"))
    scores = model.score(events)
    assert len(draw_parents(model, events).parent) == 40
    assert np.isfinite(scores.log_rate).all()


def declustering() -> None:
    """Windows, links and nearest neighbours of a catalog."""
    catalog = southern_california_like(n_events=60).catalog
    for method in ("gardner-knopoff", "reasenberg", "zaliapin-ben-zion"):
        assert len(decluster(catalog, DeclusterOptions(method, eta_threshold=-5.0))) == 60


def mapped_faults() -> None:
    """The nearest mapped fault."""
    tree = NearestTree.of(np.arange(9.0).reshape(1, 3, 3) ** 2, np.zeros(1, np.int64))
    assert len(beside(Rectangles.of(np.arange(12.0).reshape(1, 4, 3) ** 2), tree).nearest) == 1
    assert len(tree.nearest(np.zeros((1, 3)))[0]) == 1


def main() -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for job in [
            pool.submit(condensation_and_planes),
            pool.submit(faults),
            pool.submit(etas),
            pool.submit(declustering),
            pool.submit(mapped_faults),
        ]:
            job.result()


if __name__ == "__main__":
    main()
