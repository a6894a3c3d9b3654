"""A mixture of plates, halos and backgrounds, fitted to located events by expectation-maximisation.

Each step asks which events each part can hold and how densely (E), and fits every part better to its share of them (M):
plates as `_plates_numba` does, halos as Gaussians. A part that adds less than `_CUT` of the density at an event counts
as absent there. Numbers do not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults import _density_numba as gaussian
from seisweave.faults import _plates_numba as compiled
from seisweave.faults.held import Held, Reached
from seisweave.faults.location_errors import LocationErrors
from seisweave.faults.points import order_points
from seisweave.gaussians.mixture import Mixture

FEWEST = 6.0  # events that a plate must hold
_CUT = 1e-3
_BROADER = 0.1  # density of plates that begin, of what was there before
_ENOUGH = 1e-4  # a step that raises the log-likelihood by less than this an event is the last
_ROOM = 300_000  # events times classes of error, up to which densities by class are kept
_Done = TypeVar("_Done")


class PlateMixture:
    """Located events in k-d order, and the parts that are fitted to them.

    plates has a row a plate (see `_plates_numba`); halos are weight, mean and covariance. `total` is the density of the
    whole at every slot, `held` what each plate holds and `halo_held` each halo.
    """

    def __init__(
        self,
        xyz_km: Float[np.ndarray, "n 3"],
        errors: LocationErrors,
        background: Mixture,
        *,
        least_sigma_km: float,
        threads: int = 1,
    ) -> None:
        self.ordered, self.threads = order_points(xyz_km), threads
        self.xyz, self.n = self.ordered.xyz, len(xyz_km)
        alike = errors.origin == "estimated"  # one covariance for all, by its scales
        covariance = errors.covariance[:1] if alike else errors.covariance[self.ordered.order]
        self.error = np.ascontiguousarray(covariance.T)
        self.scale2, self.share = errors.scale**2, errors.share.copy()
        self.least_variance = least_sigma_km**2
        self.plates, self.mark = np.zeros((0, compiled.PLATE)), np.zeros(0, np.int64)
        self.halo_weight, self.halo_mean, self.halo_covariance = np.zeros(0), np.zeros((0, 3)), np.zeros((0, 3, 3))
        self.inside, self.relative = [], []
        for b in range(background.n_boxes):  # one at a time: there may be many, each as long as the catalog
            density = background.background_relative(b, self.xyz)
            self.inside.append(np.flatnonzero(density))
            self.relative.append(density[self.inside[-1]])
        self.box_weight = np.maximum(background.box_weight, 1.0 / self.n)
        self.box_volume = background.box_volume_km3
        self.box_parameters = background.n_parameters - 10 * background.n_gaussians + 1
        self.outside: float | None = None  # density outside all boxes, 1/km³; None: a trace
        self.held: list[Held] = []
        self.halo_held: list[Held] = []
        self.log_likelihood = -np.inf
        self.up_to_date = False  # whether densities are those of the parts as they are
        self.lowest = self.ordered.node.copy()
        self.node = np.column_stack([self.lowest, np.zeros(len(self.lowest))])
        self._largest_errors()
        self.base = self._base()
        self.total = self.base.copy()

    def begin(self, label: Int[np.ndarray, " n"], log_density: Float[np.ndarray, " n"] | None = None) -> None:
        """Give every group of events (labels from 0 on, in the order of the input; -1: of none) a plate.

        log_density, about that of the whole at every event, spares looking for what is much thinner there.
        """
        if log_density is not None:
            self.total = np.exp(log_density[self.ordered.order])
        label = label[self.ordered.order]
        order = np.argsort(label, kind="stable")
        edges = np.searchsorted(label[order], np.arange(label.max(initial=-1) + 2))
        groups = [order[a:b] for a, b in pairwise(edges) if b - a >= FEWEST]
        self.replace(np.array([self.first(np.sort(rows)) for rows in groups]).reshape(-1, compiled.PLATE))
        self.total = np.maximum(self.base, _BROADER * self.total)

    def rejoin(self, group: Int[np.ndarray, " f"]) -> None:
        """Give the events of plates of one group one plate together; all begin anew, which finds better ones."""
        part, _ = self.most_likely()
        on_plate = (part >= 0) & (part < len(group))
        self.begin(np.where(on_plate, group[np.where(on_plate, part, 0)], -1))

    def replace(self, plates: Float[np.ndarray, "f 18"], mark: Int[np.ndarray, " f"] | None = None) -> None:
        """Give the mixture other plates; a mark says which one each was before, -1 for none."""
        self.plates, self.up_to_date = plates, False
        self.mark = np.full(len(plates), -1) if mark is None else mark

    def add_halo(self, slots: Int[np.ndarray, " s"], share: Float[np.ndarray, " s"]) -> None:
        """Add a Gaussian with the moments of some events, weighted by their shares."""
        weight, mean, covariance = self._moments(slots, share)
        self.up_to_date = False
        self.halo_weight = np.append(self.halo_weight, weight)
        self.halo_mean = np.concatenate([self.halo_mean, mean[None]])
        self.halo_covariance = np.concatenate([self.halo_covariance, covariance[None]])

    def run(self, steps: int, pause: Callable[[], None] | None = None) -> float:
        """EM steps, fewer where they bring no more; returns the log-likelihood, with everything held up to date."""
        before = -np.inf
        for _ in range(steps):
            self.expect()
            if self.log_likelihood - before < _ENOUGH * self.n:
                break
            before = self.log_likelihood
            self.maximise()
            if pause is not None:
                pause()
        self.expect()
        return self.log_likelihood

    def expect(self) -> None:
        """E step: what each part holds, and the density of all parts together; nothing where that is known."""
        if self.up_to_date:
            return
        self._set_cut()
        self.log_share = np.log(np.maximum(self.share, 1e-9))
        self.held, self.halo_held = [], []  # the most that there is here: never two of it
        self.base = self._base()
        self.held = self.each(self._hold, self.plates)
        self.halo_held = self.each(self._hold_halo, range(len(self.halo_weight)))
        self.total = self.base.copy()
        for held in (*self.held, *self.halo_held):
            self.total[held.slot] += held.density
        self.log_likelihood = float(np.log(self.total).sum())
        self.up_to_date = True

    def maximise(self, among: np.ndarray | None = None) -> None:
        """M step: every part fitted to its share of the events; plates with too few are left out.

        `among` says which plates may change their shape; then only weights of all else change, and none is left out.
        """
        shape = self.plates[:, : compiled.LOG_WEIGHT].copy()
        done = self.each(self._fit, range(len(self.plates)))
        self.plates[:, compiled.LOG_WEIGHT] = np.log(np.maximum([d[0] for d in done], 1e-3) / self.n)
        if len(self.share) > 1 and done and among is None:
            classes = np.sum([d[1] for d in done], axis=0)
            self.share = np.maximum(classes / classes.sum(), 1e-6)
        for h, held in enumerate(self.halo_held):
            mine = held.density / self.total[held.slot]
            self.halo_weight[h], mean, covariance = self._moments(held.slot, mine)
            if among is None:
                self.halo_mean[h], self.halo_covariance[h] = mean, covariance
        for b, (inside, volume) in enumerate(zip(self.inside, self.box_volume, strict=True)):
            own = self.box_weight[b] / volume * self.relative[b]
            self.box_weight[b] = max((own / self.total[inside]).sum(), 1.0) / self.n
        if among is None:
            self.keep(np.array([weight >= FEWEST for weight, _ in done], dtype=bool))
        else:
            self.plates[~among, : compiled.LOG_WEIGHT] = shape[~among]
        self.up_to_date = False

    def keep(self, which: np.ndarray) -> None:
        """Leave only some of the plates."""
        if which.all():
            return
        self.replace(self.plates[which], self.mark[which])
        self.held = [held for held, kept in zip(self.held, which, strict=False) if kept]

    def shares(self, held: Held) -> Float[np.ndarray, "s k"]:
        """Probability that each event held is one of the part, by error class."""
        value = held.value
        if value is None and held.plate is not None:
            value = self._densities(held.plate, np.stack([held.slot, held.slot + 1], axis=1)).value
        value = held.density[:, None] if value is None else value
        return value / self.total[held.slot][:, None]

    def most_likely(self) -> tuple[Int[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        """Most likely part of each event, in the order of the input, and its probability: plates, halos; -1: boxes."""
        best, part = self.base.copy(), np.full(self.n, -1)
        for k, held in enumerate((*self.held, *self.halo_held)):
            more = held.density > best[held.slot]
            best[held.slot[more]], part[held.slot[more]] = held.density[more], k
        back = np.empty(self.n, np.int64)
        back[self.ordered.order] = np.arange(self.n)
        return part[back], (best / self.total)[back]

    def error_of(self, slots: Int[np.ndarray, " s"]) -> Float[np.ndarray, "6 s"]:
        """Covariances of the errors of some events, of scale one."""
        return self.error[:, slots] if self.error.shape[1] > 1 else np.repeat(self.error, len(slots), axis=1)

    @property
    def bic(self) -> float:
        """BIC in half form: ten numbers a part, as for Gaussians, and the shares of the error classes."""
        parameters = 10 * (len(self.plates) + len(self.halo_weight)) + self.box_parameters
        return float(0.5 * (parameters - 1 + len(self.share) - 1) * np.log(self.n) - self.log_likelihood)

    def describe(self) -> Float[np.ndarray, "f 17"]:
        """What the events of each plate tell of its plane; see `_plates_numba.describe`."""

        def one(k: int) -> np.ndarray:
            out, held = np.empty(17), self.held[k]
            compiled.describe(self.plates[k], self.xyz, self.error, self.scale2, held.slot, self.shares(held), out)
            return out

        return np.array(self.each(one, range(len(self.plates)))).reshape(-1, 17)

    def each(self, work: Callable[..., _Done], items: Iterable) -> list[_Done]:
        """The results of some work on each item, by threads, in order."""
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(work, items))

    def _largest_errors(self) -> None:
        xx, xy, xz, yy, yz, zz = np.abs(self.error)
        largest = np.max([xx + xy + xz, xy + yy + yz, xz + yz + zz], axis=0)  # no variance along any direction is more
        largest = np.broadcast_to(largest, self.n)
        leaves = len(self.node) // 2
        for leaf in range(leaves):
            here = largest[leaf * self.n // leaves : (leaf + 1) * self.n // leaves]
            self.node[leaves + leaf, 7] = here.max(initial=0.0)
        for k in range(leaves - 1, 0, -1):
            self.node[k, 7] = max(self.node[2 * k, 7], self.node[2 * k + 1, 7])

    def _base(self) -> Float[np.ndarray, " n"]:
        """Density of the backgrounds at every slot; a trace of it outside them."""
        height = self.box_weight / self.box_volume
        low = height.min() if len(height) else 1.0 / (self.n * np.prod(np.maximum(np.ptp(self.xyz, axis=1), 1e-3)))
        base = np.zeros(self.n)
        for inside, relative, here in zip(self.inside, self.relative, height, strict=True):
            base[inside] += here * relative
        return np.maximum(base, 1e-6 * low if self.outside is None else self.outside)

    def _set_cut(self) -> None:
        from seisweave.faults import _tree_numba as tree

        self.cut = _CUT * self.total
        log_cut = np.log(self.cut)
        self.log_trace = log_cut - np.log(len(self.share))
        tree.lowest_below(log_cut, self.lowest)
        self.node[:, 6] = self.lowest[:, 6]

    def _hold(self, plate: np.ndarray) -> Held:
        ranges = np.empty((len(self.node) // 2 + 1, 2), np.int64)
        count = compiled.reach_ranges(plate, self.node, self.n, self.scale2, self.log_share, ranges)
        reached = self._densities(plate, ranges[:count])
        value = reached.value.copy() if self.n * len(self.scale2) <= _ROOM else None
        return Held(reached.slot.copy(), reached.density.copy(), plate.copy(), value)

    def _densities(self, plate: np.ndarray, ranges: Int[np.ndarray, "r 2"]) -> Reached:
        most = int((ranges[:, 1] - ranges[:, 0]).sum())
        room = np.empty(most, np.int64), np.empty(most), np.empty((most, len(self.scale2)))
        limits = ranges, self.log_trace, self.cut
        found = compiled.densities(plate, self.xyz, self.error, self.scale2, self.log_share, *limits, *room)
        return Reached(*(column[:found] for column in room))

    def _hold_halo(self, h: int) -> Held:
        shape, c = np.empty(gaussian.SHAPE), self.halo_covariance[h]
        upper = np.array([c[0, 0], c[0, 1], c[0, 2], c[1, 1], c[1, 2], c[2, 2]])
        gaussian.shape_gaussian(self.halo_weight[h], self.halo_mean[h], upper, self.least_variance, shape)
        ranges, buffer = np.empty((len(self.node) // 2 + 1, 2), np.int64), np.empty(self.n)
        slot, density = np.empty(self.n, np.int32), np.empty(self.n)
        count = gaussian.list_support(shape, self.cut, self.xyz, self.lowest, ranges, buffer, slot, density)
        return Held(slot[:count].astype(np.int64), density[:count].copy())

    def _moments(self, slots: np.ndarray, share: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Weight, mean and covariance of events by their shares; no axis thinner than a plate may be."""
        weight, points = max(float(share.sum()), 1e-3), self.xyz[:, slots]
        mean = points @ share / weight
        offset = points - mean[:, None]
        values, vectors = np.linalg.eigh((offset * share) @ offset.T / weight)
        return weight / self.n, mean, (vectors * np.maximum(values, self.least_variance)) @ vectors.T

    def _fit(self, k: int) -> tuple[float, np.ndarray]:
        held = self.held[k]
        share = self.shares(held)
        room = np.empty((len(share), 5))
        weight = compiled.maximise(
            self.plates[k], self.xyz, self.error, self.scale2, self.least_variance, held.slot, share, room
        )
        return weight, share.sum(axis=0)

    def first(self, slots: np.ndarray) -> np.ndarray:
        """A first plate of some events: their principal axes, thinner by the typical error, edges at their extremes."""
        points, plate = self.xyz[:, slots], np.zeros(compiled.PLATE)
        centre = points.mean(axis=1)
        values, vectors = np.linalg.eigh(np.cov(points))
        plate[:3], plate[3:6], plate[6:9] = centre, vectors[:, 2], vectors[:, 1]
        compiled.lay_along_strike(plate, vectors[:, 0].copy())
        error = np.median(np.maximum(*self.error_of(slots)[[0, 5]])) * (self.scale2 @ self.share)
        plate[compiled.VARIANCE] = max(self.least_variance, values[0] - min(error, 0.75 * values[0]))
        for side in range(2):
            place = plate[3 + 3 * side : 6 + 3 * side] @ (points - centre[:, None])
            spread = max(1e-3 * np.ptp(place), np.sqrt(self.least_variance))
            low, high = np.quantile(place, [0.01, 0.99])
            plate[12 + 2 * side], plate[13 + 2 * side] = low - spread, high + spread
        plate[compiled.LOG_WEIGHT] = np.log(len(slots) / self.n)
        return plate
