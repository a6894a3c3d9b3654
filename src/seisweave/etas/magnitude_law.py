"""How magnitudes share out: the Gutenberg-Richter law, tapered where moments exceed a corner.

The share of events at or above a magnitude m is, by their seismic moments M and with beta = 2 b / 3,

    S(m) = (M_min / M)^beta exp((M_min - M) / M_c)

so that a moment is the smaller one of a Pareto number and a shifted exponential one, which is how it is drawn.
Source: Kagan (2002), Geophys. J. Int. 148, 520-541. Magnitudes given in steps of a width stand for all within half of
it: the law begins half a step below the smallest, and what is drawn from it is given in steps as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize_scalar

from seisweave.catalog.gutenberg_richter import b_value
from seisweave.errors import InputError

USUAL_CORNER = 8.0  # of continental transform faults: Bird & Kagan (2004), BSSA 94, 2380-2399, table 5
_LARGEST_CORNER = 10.0
_NO_TAPER = 14.0
_SURELY = 1.92  # nats: half of the 95 % quantile of chi-squared with one degree of freedom
_DECADES = 1.5 * log(10.0)  # natural logarithm of moment by magnitude
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_PANEL = 0.1  # of magnitude, with all nodes
_NOTHING = 1e-300  # share of events that no sum asks for


@dataclass(frozen=True)
class MagnitudeLaw:
    """Magnitudes from `min_magnitude` on, with slope b, tapered beyond the corner magnitude.

    bin_width: of the steps they are given in, 0 for none; corner_found: whether events told the corner, or it is given.
    Errors: InputError for b that is not positive, or a corner not above the smallest magnitude.

    >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
    >>> law.survival(np.array([2.5, 3.5, 8.0, 9.0])).round(9).tolist()
    [1.0, 0.099999983, 1.163e-06, 0.0]
    """

    min_magnitude: float
    b: float
    corner_magnitude: float
    bin_width: float = 0.0
    corner_found: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.b < 20.0:
            raise InputError(f"b is {self.b:g}; give a positive one, about 1")
        if not self.min_magnitude < self.corner_magnitude <= 20.0:
            raise InputError(
                f"corner magnitude is {self.corner_magnitude:g}; give one above {self.min_magnitude:g}, and up to 20"
            )
        if not 0.0 <= self.bin_width <= 1.0:
            raise InputError(f"bin width is {self.bin_width:g}; give a step of magnitudes, or 0 for none")

    @property
    def lowest(self) -> float:
        """Where the law begins: half a step below the smallest magnitude."""
        return self.min_magnitude - 0.5 * self.bin_width

    @property
    def slope(self) -> float:
        """Of the logarithm of the survival function by magnitude: b ln 10."""
        return self.b * log(10.0)

    @property
    def taper(self) -> float:
        """The smallest moment in units of the corner's."""
        return 10.0 ** (1.5 * (self.lowest - self.corner_magnitude))

    def survival(self, magnitude: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Share of events at or above each magnitude, before they are given in steps."""
        return np.exp(_log_survival(magnitude - self.lowest, self.slope, self.taper))

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, " n"]:
        """Draw n magnitudes."""
        pareto = rng.standard_exponential(n) / self.slope
        tapered = np.log1p(rng.standard_exponential(n) / self.taper) / _DECADES
        over = np.minimum(pareto, tapered)
        if self.bin_width:
            return np.round(self.min_magnitude + self.bin_width * np.floor(over / self.bin_width), 6)
        return self.min_magnitude + over

    def mean(self, of: Callable[[Float[np.ndarray, " k"]], Float[np.ndarray, " k"]]) -> float:
        """Mean over the law of a function of the magnitude over the smallest, which may grow exponentially.

        In steps a sum, else Gauss-Legendre quadrature by panels of 0.1; within 1e-9 of adaptive quadrature for
        exponentials.

        >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
        >>> round(law.mean(lambda over: np.exp(1.5 * over)), 4)  # 2.8691 without the taper
        2.8418
        """
        if self.bin_width:
            edge = self.bin_width * np.arange(int(self._reach() / self.bin_width) + 2)
            share = -np.diff(np.exp(_log_survival(edge, self.slope, self.taper)))
            return float(share @ of(edge[:-1]))
        panels = int(self._reach() / _PANEL) + 1
        over = (_PANEL * (np.arange(panels)[:, None] + 0.5 * (1.0 + _NODES))).ravel()
        weight = np.tile(0.5 * _PANEL * _WEIGHTS, panels)
        return float((weight * np.exp(_log_density(over, self.slope, self.taper))) @ of(over))

    def _reach(self) -> float:
        """Magnitudes over the smallest beyond which there is nothing."""
        return float(np.log1p(-log(_NOTHING) / self.taper) / _DECADES)


def fit_magnitude_law(
    magnitude: Float[np.ndarray, " n"],
    min_magnitude: float,
    bin_width: float = 0.0,
    *,
    usual_corner: float = USUAL_CORNER,
) -> MagnitudeLaw:
    """Fit the law to the magnitudes from `min_magnitude` on by maximum likelihood, exact for those given in steps.

    The corner is found where a taper is 1.92 nats likelier than none (95 %). Elsewhere it is given: `usual_corner`, or
    the largest magnitude there is where that is larger, and `corner_found` is False.

    Errors: InputError for too few magnitudes, or all of them the same.

    >>> drawn = MagnitudeLaw(2.0, b=1.0, corner_magnitude=4.0, bin_width=0.1).sample(20_000, np.random.default_rng(1))
    >>> law = fit_magnitude_law(drawn, 2.0, 0.1)
    >>> round(law.b, 2), round(law.corner_magnitude, 1), law.corner_found
    (1.0, 4.0, True)
    """
    lowest = min_magnitude - 0.5 * bin_width
    used = magnitude[magnitude >= lowest - 1e-9]
    about = b_value(used, min_magnitude, bin_width or None).value
    over = np.maximum(used - lowest, 0.0)
    if bin_width:
        over = bin_width * np.floor(over / bin_width + 1e-6)  # lower edges of bins
    value, count = np.unique(over, return_counts=True)

    def likeliest(corner: float) -> tuple[float, float]:
        """Logarithm of the likelihood at the best b, and that b."""
        taper = 10.0 ** (1.5 * (lowest - corner))

        def unlikely(b: float) -> float:
            slope = b * log(10.0)
            if not bin_width:
                return -float(count @ _log_density(value, slope, taper))
            low, high = (_log_survival(value + step, slope, taper) for step in (0.0, bin_width))
            return -float(count @ (low + np.log(-np.expm1(high - low))))

        found = minimize_scalar(unlikely, bounds=(about / 5.0, about * 2.0), method="bounded")
        return -float(found.fun), float(found.x)

    search: Any = minimize_scalar(
        lambda corner: -likeliest(corner)[0], bounds=(lowest + 0.1, _LARGEST_CORNER), method="bounded"
    )
    found = bool(-search.fun > likeliest(_NO_TAPER)[0] + _SURELY)
    corner = float(search.x) if found else max(usual_corner, float(used.max()))
    return MagnitudeLaw(min_magnitude, likeliest(corner)[1], corner, bin_width, found)


def _log_survival(over: np.ndarray, slope: float, taper: float) -> np.ndarray:
    return -slope * over - taper * np.expm1(_DECADES * over)


def _log_density(over: np.ndarray, slope: float, taper: float) -> np.ndarray:
    return _log_survival(over, slope, taper) + np.log(slope + taper * _DECADES * np.exp(_DECADES * over))
