"""Backgrounds that do not move: Gaussians on the plane, such as the faults of a network seen from above."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError
from seisweave.etas import _mixture_numba as compiled

FAULTS = "faults"
WIDTHS = ("0.2", "1", "4")  # of its backgrounds, in units of the mixture
_ROUNDS = 20
_PRIOR = 0.5  # events that every part has beside its own
_ROWS = 1024


@dataclass(frozen=True, eq=False)
class PlaneMixture:
    """Gaussians (k of them) that backgrounds named `kind-width` are made of, each with the width added.

    Arguments:
        weight: shares of the background, their sum is 1.
        mean_km: places on the plane of the events, x and y.
        covariance_km2: how far each reaches.
        unit_km: what a width of 1 is, such as the usual distance between neighbours.
        kind: what the Gaussians are, a word.
        group: number of the whole that each is a piece of, such as a fault; each its own where not given.
        effect: logarithm of how productive the events of each are, where that is known.

    Errors: InputError for weights that are no shares, or covariances that are none.

    >>> square = np.array([[[4.0, 0.0], [0.0, 1.0]]])
    >>> one = PlaneMixture(np.ones(1), np.zeros((1, 2)), square, unit_km=1.0)
    >>> one.names
    ('faults-0.2', 'faults-1', 'faults-4')
    >>> float(one.density("faults-1", np.zeros(1), np.zeros(1))[0].round(4))  # 1 / (2 pi sqrt(5 * 2))
    0.0503
    """

    weight: Float[np.ndarray, " k"]
    mean_km: Float[np.ndarray, "k 2"]
    covariance_km2: Float[np.ndarray, "k 2 2"]
    unit_km: float
    kind: str = FAULTS
    group: Int[np.ndarray, " k"] | None = None
    effect: Float[np.ndarray, " k"] | None = None

    def __post_init__(self) -> None:
        weight, square = self.weight, self.covariance_km2
        if not len(weight) or not (weight >= 0.0).all() or not abs(weight.sum() - 1.0) < 1e-6:
            raise InputError(f"weights of {len(weight)} Gaussians whose sum is {weight.sum():g}; give shares of 1")
        determinant = square[:, 0, 0] * square[:, 1, 1] - square[:, 0, 1] * square[:, 1, 0]
        if not ((square[:, 0, 0] >= 0.0) & (square[:, 1, 1] >= 0.0) & (determinant >= -1e-9)).all():
            raise InputError("a covariance is not positive; give those of Gaussians")
        if self.group is not None and (self.group.shape != weight.shape or not (self.group >= 0).all()):
            raise InputError("groups must be numbers from 0 on, one for each Gaussian")
        if self.effect is not None and self.effect.shape != weight.shape:
            raise InputError(f"effects of {len(self.effect)} of {len(weight)} Gaussians; give one for each")
        if not 0.0 < self.unit_km < np.inf:
            raise InputError(f"unit_km is {self.unit_km:g}; give a length above 0")

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def groups(self) -> Int[np.ndarray, " k"]:
        """The number of each Gaussian's whole."""
        return np.arange(len(self)) if self.group is None else self.group

    @property
    def names(self) -> tuple[str, ...]:
        """The backgrounds it makes."""
        return tuple(f"{self.kind}-{width}" for width in WIDTHS)

    def width_km(self, name: str) -> float:
        """The width of a background of it. Errors: InputError for another's name."""
        if name not in self.names:
            raise InputError(f"background {name!r} is not among {', '.join(self.names)}")
        return self.unit_km * float(name.removeprefix(f"{self.kind}-"))

    def density(
        self, name: str, x_km: Float[np.ndarray, " m"], y_km: Float[np.ndarray, " m"], *, jobs: int = 1
    ) -> Float[np.ndarray, " m"]:
        """Density (1/km², its integral over the plane 1) of a background of it at places."""
        rows, total = self.rows(self.width_km(name)), np.zeros(len(x_km))

        def part(first: int) -> None:
            some = slice(first, first + _ROWS)
            compiled.sum_densities(x_km[some], y_km[some], rows, total[some])

        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(part, range(0, len(x_km), _ROWS)))
        return total

    def weighted_by(
        self,
        x_km: Float[np.ndarray, " n"],
        y_km: Float[np.ndarray, " n"],
        weight: Float[np.ndarray, " n"],
        area_km2: float,
    ) -> PlaneMixture:
        """The same Gaussians, weighted as events of given weights are spread over them and their surroundings.

        Expectation-maximisation of the weights alone, with a uniform density beside the Gaussians for events that are
        of none; each Gaussian has half an event beside its own, so that none is gone for good.

        >>> two = PlaneMixture(np.full(2, 0.5), np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([np.eye(2)] * 2), 1.0)
        >>> x = np.array([0.1, -0.5, 0.7, 29.0, 500.0])
        >>> found = two.weighted_by(x, np.zeros(5), np.array([1.0, 1.0, 1.0, 0.5, 9.0]), 1e6)
        >>> found.weight.round(2).tolist()  # 3.5 and 1 of 4.5; the last event is of neither
        [0.78, 0.22]
        """
        share, spread, found = self.weight, 0.1, self
        for _ in range(_ROUNDS):
            found = replace(self, weight=share)
            count, each = np.zeros(len(self)), np.empty(len(self))
            rows = found.rows(self.unit_km)
            rows[compiled.LOG_AMPLITUDE] += np.log1p(-spread)
            apart = compiled.count_events(x_km, y_km, weight, rows, spread / area_km2, each, count)
            share = (count + _PRIOR) / (count + _PRIOR).sum()
            spread = (apart + _PRIOR) / (apart + count.sum() + 2.0 * _PRIOR)
        return replace(self, weight=share)

    def likeliest(self, x_km: Float[np.ndarray, " n"], y_km: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
        """The Gaussian, a width of 1 added, that each place belongs to; far from all of them, the nearest.

        >>> two = PlaneMixture(np.full(2, 0.5), np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([np.eye(2)] * 2), 1.0)
        >>> two.likeliest(np.array([1.0, 29.0, 900.0]), np.zeros(3)).tolist()
        [0, 1, 1]
        """
        found = np.empty(len(x_km), np.int64)
        compiled.likeliest_of_all(x_km, y_km, self.rows(self.unit_km), found)
        return found

    @property
    def strike(self) -> Float[np.ndarray, " k"]:
        """Direction of each one's long axis, radians from x towards y."""
        return strike_of(self.covariance_km2)

    @property
    def log_ratio(self) -> Float[np.ndarray, " k"]:
        """Logarithm of how many times as long as wide each whole is, a width of 1 added."""
        least, most = np.linalg.eigvalsh(self.wholes + self.unit_km**2 * np.eye(2)).T
        return 0.5 * np.log(most / least)[self.groups]

    @property
    def wholes(self) -> Float[np.ndarray, "g 2 2"]:
        """Covariances of the wholes that the Gaussians are pieces of."""
        n, weight = int(self.groups.max()) + 1, self.weight + 1e-12
        total = np.bincount(self.groups, weight, n)
        mean = np.array([np.bincount(self.groups, weight * axis, n) / total for axis in self.mean_km.T])
        off = self.mean_km - mean[:, self.groups].T
        square = np.zeros((n, 2, 2))
        np.add.at(square, self.groups, weight[:, None, None] * (self.covariance_km2 + off[:, :, None] * off[:, None]))
        return square / total[:, None, None]

    @property
    def root_km(self) -> Float[np.ndarray, "k 2 2"]:
        """Lower triangles whose squares are the covariances; a line has one too."""
        xx, xy, yy = self.covariance_km2[:, 0, 0], self.covariance_km2[:, 0, 1], self.covariance_km2[:, 1, 1]
        root = np.zeros_like(self.covariance_km2)
        root[:, 0, 0] = np.sqrt(xx)
        root[:, 1, 0] = np.divide(xy, root[:, 0, 0], out=np.zeros_like(xy), where=xx > 0.0)
        root[:, 1, 1] = np.sqrt(np.maximum(yy - root[:, 1, 0] ** 2, 0.0))
        return root

    def rows(self, width_km: float) -> Float[np.ndarray, "6 k"]:
        """The Gaussians as `_mixture_numba` wants them."""
        square = self.covariance_km2 + width_km**2 * np.eye(2)
        inverse = np.linalg.inv(square)
        with np.errstate(divide="ignore"):
            log_amplitude = np.log(self.weight) - np.log(2.0 * np.pi) - 0.5 * np.log(np.linalg.det(square))
        rows = (*self.mean_km.T, inverse[:, 0, 0], inverse[:, 0, 1], inverse[:, 1, 1], log_amplitude)
        return np.array(rows)


def strike_of(square: Float[np.ndarray, "k 2 2"]) -> Float[np.ndarray, " k"]:
    """Direction of the long axis of covariances, radians from x towards y."""
    return 0.5 * np.arctan2(2.0 * square[:, 0, 1], square[:, 0, 0] - square[:, 1, 1])
