"""The slope of the Gutenberg-Richter law: b-value of binned magnitudes, and b-positive, each with its error.

Magnitudes given to some decimal are grouped, and a group is an integer: the estimate and its error are those of the
geometric distribution, exact for any width (Tinti & Mulargia 1987, Bull. Seismol. Soc. Am. 77, 2125-2134). b-positive
looks at differences of successive magnitudes where they grow (van der Elst 2021, J. Geophys. Res. Solid Earth 126,
e2020JB021027): small events that are missed for a while after a large one do not lower it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError

_WIDTHS = (1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001)
_ON_GRID = 0.99  # share of the magnitudes that must lie on multiples of a width
_TOLERANCE = 1e-3  # of a width: magnitudes may have been kept in single precision
_MANY = 10  # different magnitudes, before one of them is taken for the origin of the grid
_NARROWEST = 0.1  # bins that magnitudes are counted in: narrower ones are mostly noise


@dataclass(frozen=True)
class BValue:
    """A b-value: its value, its standard error, and the number of events (or pairs) it rests on.

    >>> b_value(np.array([0, 0, 1, 1, 1, 2, 3, 2, 3, 5, 6, 7.0]), 1.0, 1.0).n
    10
    """

    value: float
    error: float
    n: int


@dataclass(frozen=True, eq=False)
class Binned:
    """Magnitudes (n) in bins: `number` of each, where bin k holds those from `origin` + k·`width` up to the next.

    `given_to` is the width found in the data: 0 where they lie on no grid.
    """

    number: Int[np.ndarray, " n"]
    origin: float
    width: float
    given_to: float

    def magnitude(self, number: int) -> float:
        """The lowest magnitude in a bin."""
        return round(self.origin + self.width * number, 6)

    def bin_of(self, magnitude: float) -> int:
        """The first bin that holds nothing below a magnitude."""
        return math.ceil((magnitude - self.origin) / self.width - 1e-6)


def bin_width(magnitude: Float[np.ndarray, " n"]) -> float:
    """The width that magnitudes (n, NaN where unknown) are given to, 0.1 or 0.01 mostly; 0.0 where there is none.

    It is the widest of 1, 0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01 and 0.001 that 99 % of them are multiples of, counted
    from zero or, among ten or more different magnitudes, from the most frequent one.

    >>> bin_width(np.array([2.0, 2.1, 2.4, 3.1])), bin_width(np.array([2.0, 2.13, 2.4])), bin_width(np.sqrt([2, 3, 5]))
    (0.1, 0.01, 0.0)
    """
    return _grid(magnitude[np.isfinite(magnitude)])[0]


def binned(magnitude: Float[np.ndarray, " n"], width: float | None = None) -> Binned:
    """Put magnitudes (n, none unknown) into bins as wide as they are given to, or 0.1 where that is narrower.

    Errors: InputError for a `width` that is not above zero.
    """
    if width is not None and not width > 0:
        raise InputError(f"bin_width is {width}; give a width above zero, like bin_width=0.1")
    given_to, origin = _grid(magnitude)
    wide = width if width is not None else max(given_to, _NARROWEST)
    step = given_to if given_to > 0 else wide
    ratio = wide / step
    if abs(ratio - round(ratio)) < 1e-6 and given_to > 0:  # whole numbers: 1.95 is never 1.9499999
        number = np.rint((magnitude - origin) / step).astype(np.int64) // round(ratio)
    else:
        number = np.floor((magnitude - origin) / wide + 1e-9).astype(np.int64)
    return Binned(number, origin, wide, given_to)


def _grid(magnitude: np.ndarray) -> tuple[float, float]:
    """The widest width that holds, and where its multiples are counted from; width 0 for none."""
    if not len(magnitude):
        return 0.0, 0.0
    values, count = np.unique(magnitude, return_counts=True)
    share = count / count.sum()
    origins = (0.0, float(values[count.argmax()])) if len(values) >= _MANY else (0.0,)
    for width in _WIDTHS if len(values) > 1 else _WIDTHS[_WIDTHS.index(_NARROWEST) :]:
        for origin in origins:
            steps = (values - origin) / width
            if share[np.abs(steps - np.rint(steps)) < _TOLERANCE].sum() >= _ON_GRID:
                return width, origin - width * math.floor(origin / width + 0.5) if origin else 0.0
    return 0.0, 0.0


def b_value(magnitude: Float[np.ndarray, " n"], completeness: float, width: float | None = None) -> BValue:
    """The b-value of the magnitudes (n) at or above the completeness magnitude, with its standard error.

    b = log10(1 + 1/k) / width, where k is the mean number of bins above the first one; the error is that of the maximum
    likelihood at many events, (p - 1) / (ln(10) width √(n p)) with p = 1 + 1/k (Tinti & Mulargia 1987). Unknown
    magnitudes count for nothing; `width` is found from the data where it is not given, see `bin_width`.

    Errors: InputError for fewer than two events, or all of them in one bin.

    >>> round(b_value(np.array([0, 0, 1, 1, 1, 2, 3, 2, 3, 5, 6, 7.0]), 1.0, 1.0).value, 3)
    0.169
    """
    groups = binned(magnitude[np.isfinite(magnitude)], width)
    return _needed(of_bins(groups.number - groups.bin_of(completeness), groups.width), completeness)


def b_positive(magnitude: Float[np.ndarray, " n"], completeness: float, width: float | None = None) -> BValue:
    """The b-value from the differences of successive magnitudes (n, in order of time) that are a bin or more.

    Events below the completeness magnitude are left out first. Given that they grow, the differences are as independent
    and as exponential as the magnitudes, so that the error is that of `b_value`; its `n` counts pairs.

    Errors: InputError for fewer than two such pairs, or all differences of one bin.

    >>> round(b_positive(np.array([0, 0, 1, 1, 1, 2, 3, 2, 3, 5, 6, 7.0]), 1.0, 1.0).value, 3)
    0.845
    """
    groups = binned(magnitude[np.isfinite(magnitude)], width)
    return _needed(positive_of_bins(groups.number - groups.bin_of(completeness), groups.width), completeness)


def of_bins(above: Int[np.ndarray, " n"], width: float) -> BValue | None:
    """The b-value of events by their number of bins above the first (below zero: left out); None for too few."""
    above = above[above >= 0]
    if len(above) < 2 or not above.any():
        return None
    p = 1.0 + 1.0 / float(above.mean())
    error = (p - 1.0) / (math.log(10.0) * width * math.sqrt(len(above) * p))
    return BValue(math.log10(p) / width, error, len(above))


def positive_of_bins(above: Int[np.ndarray, " n"], width: float) -> BValue | None:
    """b-positive of events in order of time, by their number of bins above the first; None for too few."""
    return of_bins(np.diff(above[above >= 0]) - 1, width)


def _needed(found: BValue | None, completeness: float) -> BValue:
    if found is None:
        raise InputError(
            f"too few magnitudes at or above {completeness:g} for a b-value, or all of them the same;"
            " give more events, or a lower completeness"
        )
    return found
