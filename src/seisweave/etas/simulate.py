"""Simulate what may come after an instant: catalogs of an ETAS model that go on from the events there were.

Every event of the past and of a catalog triggers a Poisson number of others, their delays after the tapered Omori law,
their distances after the power law of its kernel; background events come at a constant rate. Source: Ogata (1998), Ann.
Inst. Stat. Math. 50, 379-402, as the branching process of Zhuang, Ogata & Vere-Jones (2004), J. Geophys. Res. 109,
B05301. Nothing is approximate: catalogs are drawn in order of time, so that spacing, strike, rates and smoothed
backgrounds of each event follow from all events before it, those of its own catalog too; rates over the past are sums
in single precision, as in fits. Events live on the whole plane: those that fall outside the region trigger others as
the rest, and are kept. `seisweave.catalog.polygon.inside` tells which lie in the region.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float, Int64

from seisweave.errors import InputError
from seisweave.etas._simulate_numba import simulate_catalogs
from seisweave.etas.continuation import Continuation, as_loops
from seisweave.etas.events import EtasEvents
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step

_PART = 100  # catalogs that share a generator


@dataclass(frozen=True)
class SimulateOptions:
    """How many catalogs are simulated, and where one that runs away ends.

    Errors: InputError for values out of range.

    >>> SimulateOptions(n_catalogs=100).seed
    1
    """

    n_catalogs: int = field(default=10_000, metadata={"help": "Catalogs."})
    seed: int = field(default=1, metadata={"help": "Seed of all draws."})
    max_events: int = field(
        default=1_000_000,
        metadata={"help": "Events that a catalog may hold, with those still to come; larger ones are cut and told."},
    )

    def __post_init__(self) -> None:
        for name in ("n_catalogs", "max_events"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")


@dataclass(frozen=True, eq=False)
class Simulated:
    """n events of many catalogs, by catalog and in order of time.

    Arguments:
        catalog: 0 .. options.n_catalogs - 1 of each event.
        t_days, x_km, y_km, magnitude: as those of the past; all of them after the instant, on the whole plane.
        parent: the row of the event that triggered it; -1 for a background event, -2 - j for event j of the past.
        cut: catalogs that reached `max_events` and end before the others. Each is whole until its last event.
        setup, options: that it was made from.

    >>> from seisweave.etas.forms import standard_form
    >>> from seisweave.etas.magnitude_law import MagnitudeLaw
    >>> from seisweave.etas.model import describe
    >>> value = {name: 0.0 for name in standard_form().parameters()} | {"main.productivity": -5.0}
    >>> none = EtasEvents(*np.zeros((4, 0)), start=0.0, end=10.0, area_km2=100.0, min_magnitude=2.5)
    >>> square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    >>> plain = describe(standard_form(), none, value)
    >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
    >>> setup = Continuation(standard_form(), value, value, plain.scales(), plain, law, square)
    >>> found = simulate(setup, SimulateOptions(1000))
    >>> bool(10.0 < found.numbers.mean() < 10.5), bool(found.cut.any())  # 10 of the background
    (True, False)
    """

    catalog: Int64[np.ndarray, " n"]
    t_days: Float[np.ndarray, " n"]
    x_km: Float[np.ndarray, " n"]
    y_km: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    parent: Int64[np.ndarray, " n"]
    cut: Bool[np.ndarray, " c"]
    setup: Continuation
    options: SimulateOptions

    @property
    def numbers(self) -> Int64[np.ndarray, " c"]:
        """Events of each catalog."""
        return np.bincount(self.catalog, minlength=self.options.n_catalogs)

    def joined(self, catalog: int) -> EtasEvents:
        """The past and one of the catalogs, its events as the targets."""
        rows = slice(*np.searchsorted(self.catalog, [catalog, catalog + 1]))
        past = self.setup.past.events
        columns = {
            name: np.concatenate([getattr(past, name), getattr(self, name)[rows]])
            for name in ("t_days", "x_km", "y_km", "magnitude")
        }
        return replace(past, **columns, in_region=None, recorded=None)


def simulate(
    setup: Continuation,
    options: SimulateOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Simulate catalogs from the instant to the end of a `Continuation`.

    Arguments:
        setup: model, past, law of magnitudes, region.
        options: number of catalogs, seed, cut.
        jobs: threads; all cores by default. Results do not depend on it.
        progress: called with a `Step` after every hundred catalogs.

    A model whose branching ratio is above 1 ends in catalogs that are `cut` sooner or later; look at it.

    >>> from seisweave.etas.forms import standard_form
    >>> from seisweave.etas.magnitude_law import MagnitudeLaw
    >>> from seisweave.etas.model import describe
    >>> value = {name: 0.0 for name in standard_form().parameters()} | {"background.uniform": -20.0, "main.omega": 1.0}
    >>> one = EtasEvents(*np.array([[0.0], [5.0], [5.0], [2.5]]), 0.001, 1.0, 100.0, 2.5)
    >>> square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    >>> plain = describe(standard_form(), one, value)
    >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
    >>> found = simulate(Continuation(standard_form(), value, value, plain.scales(), plain, law, square))
    >>> direct = int((found.parent == -2).sum())
    >>> bool(3300 < direct < 3750)  # 10,000 times 0.3517, the integral of (s + 1)^-2 exp(-s)
    True
    """
    options, jobs = options or SimulateOptions(), jobs or available_cores()
    given, parts = as_loops(setup), -(-options.n_catalogs // _PART)
    seeds = np.random.SeedSequence(options.seed).spawn(parts)

    def part(k: int) -> tuple[np.ndarray, np.ndarray]:
        last = np.zeros(min(_PART, options.n_catalogs - k * _PART), np.int64)
        return simulate_catalogs(np.random.default_rng(seeds[k]), last, options.max_events, *given), last

    found = []
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for each in pool.map(part, range(parts)):
                found.append(each)
                if progress is not None:
                    progress(Step("simulation", len(found) / parts))
        except BaseException:  # an interrupt waits for the parts at work, and for no others
            pool.shutdown(cancel_futures=True)
            raise
    return _joined(found, setup, options)


def _joined(found: list[tuple[np.ndarray, np.ndarray]], setup: Continuation, options: SimulateOptions) -> Simulated:
    """All parts as one record."""
    last = np.concatenate([each for _, each in found])
    ends = [np.where(each < 0, -1 - each, each) for _, each in found]
    numbers = np.concatenate([np.diff(each, prepend=0) for each in ends])
    t, x, y, over, code = np.concatenate([rows for rows, _ in found], axis=1)
    first, parent = np.repeat(np.cumsum(numbers) - numbers, numbers), code.astype(np.int64)
    backgrounds, start = len(setup.form.backgrounds), setup.described.events.start
    parent = np.where(code >= 0, parent + first, np.where(code >= -backgrounds, -1, parent + backgrounds - 1))
    return Simulated(
        np.repeat(np.arange(options.n_catalogs), numbers),
        start + t,
        x,
        y,
        np.round(setup.magnitudes.min_magnitude + over, 9),
        parent,
        last < 0,
        setup,
        options,
    )
