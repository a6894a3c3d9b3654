"""ETAS whose nodes are faults: an event triggers others on its own fault and on its neighbours, wherever on them.

The proposal of Kamer, Ouillon & Sornette (2020), section 5: kernels of distance are replaced by the faults' own
densities. With f(j) the fault of event j and phi_f the density of fault f (its Gaussians, with a width added),

    lambda(t, x | H) = mu_0 / A + sum_w mu_w U_w(x) + sum_j g(t - t_j) exp(alpha m_j) sum_c K_c S_c(x | f(j))
    S_c: phi_f(j)(x), narrow and wide;  sum_f B(f, f(j)) phi_f(x), narrow and wide

B is shrunk to what is near and alike: exp(-d / reach) (1/4 + 3/4 cos² of the angle between the faults), over all others
within six reaches, normalised. g is the time kernel of `forms`. All parts have an integral of 1 over the plane.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import exp, log
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError
from seisweave.etas._nodes_numba import sum_pairs
from seisweave.etas.climb import Summit, climb
from seisweave.etas.events import EtasEvents
from seisweave.etas.forms import UNIFORM, EtasForm, KernelForm
from seisweave.etas.mixture import PlaneMixture, strike_of
from seisweave.etas.priors import Prior
from seisweave.etas.rate import Rates
from seisweave.etas.scores import EventScores, score_events
from seisweave.etas.sources import Inputs
from seisweave.etas.time_integrals import time_integrals

CHANNELS = ("own-narrow", "own-wide", "near-narrow", "near-wide")
_WIDTHS = (1.0, 6.0)  # of the channels, in units of the mixture
_TIME = ("magnitude", "delay", "omega", "tau")
_FARTHEST = 6.0  # reaches beyond which a fault is no neighbour
_ROWS = 256


@dataclass(frozen=True, eq=False)
class FaultNodes:
    """Faults as nodes, seen by the events of a catalog.

    Arguments:
        mixture: the faults; its weights and names are those of the background.
        reach_km: how fast triggering fades from fault to fault.

    >>> two = PlaneMixture(np.full(2, 0.5), np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([np.eye(2)] * 2), 1.0)
    >>> FaultNodes(two, 10.0).neighbours.round(2).tolist()  # each has one neighbour
    [[0.0, 1.0], [1.0, 0.0]]
    """

    mixture: PlaneMixture
    reach_km: float

    @property
    def n_nodes(self) -> int:
        """How many faults."""
        return int(self.mixture.groups.max()) + 1

    @property
    def neighbours(self) -> Float[np.ndarray, "f f"]:
        """B(f, g): where what is triggered from fault g falls, a column each; one without a neighbour keeps its own."""
        mixture, n = self.mixture, self.n_nodes
        angle = strike_of(mixture.wholes)
        between = np.full((n, n), np.inf)
        for k in range(len(mixture)):
            away = np.hypot(*(mixture.mean_km - mixture.mean_km[k]).T)
            np.minimum.at(between[mixture.groups[k]], mixture.groups, away)
        near = np.exp(-between / self.reach_km) * (0.25 + 0.75 * np.cos(angle[:, None] - angle) ** 2)
        near[(between > _FARTHEST * self.reach_km) | np.eye(n, dtype=bool)] = 0.0
        total = near.sum(axis=0)
        return np.where(total > 0.0, near / np.where(total > 0.0, total, 1.0), np.eye(n))

    def densities(
        self, x_km: Float[np.ndarray, " m"], y_km: Float[np.ndarray, " m"], width_km: float
    ) -> Float[np.ndarray, "m f"]:
        """Density of every fault at places, 1/km², its Gaussians widened and weighted within the fault."""
        mixture, n = self.mixture, self.n_nodes
        square = mixture.covariance_km2 + width_km**2 * np.eye(2)
        inverse, determinant = np.linalg.inv(square), np.linalg.det(square)
        whole = np.bincount(mixture.groups, mixture.weight, n)
        amplitude = mixture.weight / whole[mixture.groups] / (2.0 * np.pi * np.sqrt(determinant))
        found = np.zeros((len(x_km), n))
        for k, group in enumerate(mixture.groups):
            dx, dy = x_km - mixture.mean_km[k, 0], y_km - mixture.mean_km[k, 1]
            one = inverse[k, 0, 0] * dx * dx + 2.0 * inverse[k, 0, 1] * dx * dy + inverse[k, 1, 1] * dy * dy
            found[:, group] += amplitude[k] * np.exp(-0.5 * one)
        return found

    def node_of(self, x_km: Float[np.ndarray, " n"], y_km: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
        """The most likely fault of every event; far from all of them, the nearest."""
        share = np.bincount(self.mixture.groups, self.mixture.weight, self.n_nodes)
        found = np.empty(len(x_km), np.int64)
        for first in range(0, len(x_km), _ROWS):
            some = slice(first, first + _ROWS)
            x, y = x_km[some], y_km[some]
            dense = self.densities(x, y, _WIDTHS[1] * self.mixture.unit_km) * share
            away = np.hypot(x[:, None] - self.mixture.mean_km[:, 0], y[:, None] - self.mixture.mean_km[:, 1])
            nearest = self.mixture.groups[away.argmin(axis=1)]
            found[some] = np.where(dense.max(axis=1) > 0.0, dense.argmax(axis=1), nearest)
        return found

    def shares(self, x_km: Float[np.ndarray, " m"], y_km: Float[np.ndarray, " m"]) -> Float[np.ndarray, "m f 4"]:
        """Density at places of what each fault triggers, by channel."""
        near, own = self.neighbours, [self.densities(x_km, y_km, w * self.mixture.unit_km) for w in _WIDTHS]
        return np.stack([*own, *(each @ near for each in own)], axis=2)


@dataclass(frozen=True, eq=False)
class NodeModel:
    """What was fitted: nodes, and the parameters by name, logarithms but for `magnitude` and `omega`."""

    nodes: FaultNodes
    value: dict[str, float]
    summit: Summit

    def score(
        self, events: EtasEvents, *, convention: Literal["exact", "benchmark"] = "exact", jobs: int = 1
    ) -> EventScores:
        """Score the targets among events, see `score_events`."""
        pairs = _Pairs.of(self.nodes, events, events.targets, jobs)
        log_rate = pairs.rates(np.array(list(self.value.values()))).log_rate
        form, value = self._in_time
        nowhere = {UNIFORM: np.full(len(events.targets), 1.0 / events.area_km2)}
        inputs = Inputs(events, {"magnitude": events.over_min}, nowhere, events.targets)
        when = score_events(form, value, inputs, convention=convention, jobs=jobs)
        return replace(when, sll=log_rate - when.log_total_rate, log_rate=log_rate)

    @property
    def _in_time(self) -> tuple[EtasForm, dict[str, float]]:
        """The form whose rate over the plane is the same."""
        amplitude = {name: exp(value) for name, value in self.value.items() if name not in _TIME}
        spread = sum(value for name, value in amplitude.items() if name.startswith("background"))
        value = {
            "background.uniform": log(spread),
            "main.productivity": log(sum(amplitude[name] for name in CHANNELS)),
            "main.productivity.magnitude": self.value["magnitude"],
            "main.width": 0.0,
            "main.rho": 0.0,
            **{f"main.{name}": self.value[name] for name in ("delay", "omega", "tau")},
        }
        return EtasForm((KernelForm("main", productivity=("magnitude",)),)), value


def fit_nodes(
    events: EtasEvents,
    nodes: FaultNodes,
    targets: Int[np.ndarray, " m"] | None = None,
    *,
    share: float = 1.0,
    jobs: int = 1,
    progress: Callable[[int, float], None] | None = None,
) -> NodeModel:
    """Fit ETAS on faults to the targets among events, or to some of them, each then standing for 1 / share.

    Errors: InputError for no target.

    >>> two = PlaneMixture(np.full(2, 0.5), np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([np.eye(2)] * 2), 1.0)
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> x, y = rng.normal(30.0 * rng.integers(0, 2, 60), 1.0), rng.normal(0.0, 1.0, 60)
    >>> model = fit_nodes(EtasEvents(t, x, y, magnitude, 10.0, 100.0, 1600.0, 2.5), FaultNodes(two, 10.0))
    >>> model.summit.converged, len(model.value)
    (True, 12)
    """
    chosen = events.targets if targets is None else targets
    if len(chosen) == 0:
        raise InputError("no event lies in the span and region of the targets; choose others")
    pairs = _Pairs.of(nodes, events, chosen, jobs)
    prior = pairs.prior(len(chosen) / share)
    summit = climb(pairs.rates, share, prior, prior.mean, progress=progress)
    return NodeModel(nodes, dict(zip(pairs.names, summit.theta.tolist(), strict=True)), summit)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Everything but the parameters: m targets of the events, the node of each event, densities at the targets."""

    events: EtasEvents
    targets: Int[np.ndarray, " m"]
    node: Int[np.ndarray, " n"]
    share: Float[np.ndarray, "m f 4"]
    background: Float[np.ndarray, "m b"]
    names: tuple[str, ...]
    jobs: int

    @classmethod
    def of(cls, nodes: FaultNodes, events: EtasEvents, targets: Int[np.ndarray, " m"], jobs: int) -> _Pairs:
        """Of some targets among events."""
        x, y = events.x_km[targets], events.y_km[targets]
        smooth = [nodes.mixture.density(name, x, y, jobs=jobs) for name in nodes.mixture.names]
        background = np.array([np.full(len(targets), 1.0 / events.area_km2), *smooth]).T
        names = [f"background.{name}" for name in ("uniform", *nodes.mixture.names)]
        node = nodes.node_of(events.x_km, events.y_km)
        return cls(events, targets, node, nodes.shares(x, y), background, (*names, *CHANNELS, *_TIME), jobs)

    def prior(self, n: float) -> Prior:
        """Wide; of n targets, two fifths are background, the rest shared out among the channels."""
        days = self.events.end - self.events.start
        spread = [log(0.4 * (n + 1.0) / days / self.background.shape[1])] * self.background.shape[1]
        mean = [*spread, *[log(0.15 / 4.0 / 7.0)] * len(CHANNELS), 1.5, log(0.003), 0.0, log(1000.0)]
        return Prior(np.array(mean), np.array([*[3.0] * (len(mean) - 4), 1.0, 2.0, 0.5, 2.0]))

    def rates(self, theta: Float[np.ndarray, " P"]) -> Rates:
        """Rates at the targets with all derivatives, and the expected number with its own."""
        n_background, n = self.background.shape[1], len(CHANNELS)
        mu, k = np.exp(theta[:n_background]), np.exp(theta[n_background : n_background + n])
        alpha, log_c, omega, log_tau = theta[-4:].tolist()
        c, tau = exp(log_c), exp(log_tau)
        events, over = self.events, self.events.over_min
        when = events.t_days[self.targets]
        before = np.searchsorted(events.t_days, when, side="left")
        sums, number = np.zeros((len(when), n + 4)), np.array([*k, c, 1.0 + omega, 1.0 / tau])

        def part(first: int) -> None:
            some = slice(first, first + _ROWS)
            sum_pairs(when[some], before[some], events.t_days, alpha * over, over, self.node, self.share[some], number,
                      sums[some])  # fmt: skip

        with ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(part, range(0, len(when), _ROWS)))
        by_magnitude, by_c, by_omega, by_decay = sums[:, n:].T
        columns = [*(mu * self.background).T, *(k * sums[:, :n]).T]
        rate = np.sum(columns, axis=0)
        columns += [by_magnitude, -(1.0 + omega) * c * by_c, -by_omega, by_decay / tau]
        expected, expected_by = self._expected(mu, k, alpha, c, omega, tau)
        return Rates(np.log(rate), np.array(columns).T / rate[:, None], expected, expected_by)

    def _expected(
        self, mu: np.ndarray, k: np.ndarray, alpha: float, c: float, omega: float, tau: float
    ) -> tuple[float, Float[np.ndarray, " P"]]:
        events = self.events
        past = events.t_days < events.end
        low, high = (np.maximum(each - events.t_days[past], 0.0) for each in (events.start, events.end))
        found = time_integrals(np.full(int(past.sum()), c), low, high, omega, tau)
        each = np.exp(alpha * events.over_min[past])
        spread, one = mu * (events.end - events.start), float(each @ found.value)
        slopes = [each * found.value @ events.over_min[past], each @ found.by_log_c, each @ found.by_omega]
        by_time = k.sum() * np.array([*slopes, each @ found.by_log_tau])
        return float(spread.sum() + k.sum() * one), np.array([*spread, *(k * one), *by_time])
