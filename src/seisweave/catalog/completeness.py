"""Above which magnitude a catalog is complete, and the b-value of what is: each with an interval.

Maximum curvature: the magnitude of most events, and 0.2 above it (Wiemer & Wyss 2000, Bull. Seismol. Soc. Am. 90,
859-869; the 0.2 of Woessner & Wiemer 2005, Bull. Seismol. Soc. Am. 95, 684-698). Goodness of fit: the lowest magnitude
from which on a Gutenberg-Richter law explains 90 or 95 % of the cumulative numbers (Wiemer & Wyss 2000). Intervals are
percentiles of bootstrap resamples, in each of which the magnitude of completeness is found anew.

Magnitudes are counted in bins as wide as they are given to, 0.1 at least, and a bin is named by its lowest magnitude:
the events that `--min-magnitude Mc` selects are those the b-value rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.gutenberg_richter import Binned, BValue, binned, of_bins, positive_of_bins
from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.catalog.columns import Columns

FEWEST = 50  # events that a magnitude of completeness, or a fit, rests on
_HIGHER, _FAR_APART = 0.5, 2.576  # magnitudes above mc, and standard deviations that one b in a hundred is apart
_POSSIBLE = (-6.0, 11.0)  # magnitudes; others are fillers


@dataclass(frozen=True)
class CompletenessOptions:
    """How completeness is estimated.

    Errors: InputError for values out of range.

    >>> CompletenessOptions().correction
    0.2
    """

    bin_width: float | None = field(default=None, metadata={"help": "Width of the bins; found from the data."})
    correction: float = field(default=0.2, metadata={"help": "Added to the magnitude of most events."})
    resamples: int = field(default=200, metadata={"help": "Bootstrap resamples, for the intervals."})
    seed: int = field(default=1, metadata={"help": "Seed of the resamples."})

    def __post_init__(self) -> None:
        if self.bin_width is not None and not self.bin_width > 0:
            raise InputError(f"bin_width is {self.bin_width}; give a width above zero, like bin_width=0.1")
        if not self.correction >= 0:
            raise InputError(f"correction is {self.correction}; give zero or more")
        if self.resamples < 20:
            raise InputError(f"resamples is {self.resamples}; give 20 or more")


@dataclass(frozen=True)
class Interval:
    """A value with the interval that 95 % of the resamples lie in."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Completeness:
    """The magnitude above which a catalog is complete, by three methods, and the b-value of what is.

    n_events: with a magnitude of -6..11. given_to: width that magnitudes are given to, 0 where they lie on no grid.
    bin_width: of the bins they are counted in. mc: the one that b rests on, which is that of maximum curvature. A
    goodness of fit that is not reached from any magnitude with 50 events or more above it is None. b_interval includes
    what is unknown about mc; the standard error of b does not. b_above is that of the events half a unit above mc:
    where it differs, detection fades out too slowly for maximum curvature, and `doubt` says so.

    >>> from seisweave.synthetic import southern_california_like
    >>> found = estimate_completeness(southern_california_like(n_events=2000).catalog)
    >>> found.given_to, found.mc, round(found.b.value, 1)
    (0.0, 2.2, 1.0)
    """

    n_events: int
    given_to: float
    bin_width: float
    mc: float
    maximum_curvature: Interval
    goodness_of_fit_90: Interval | None
    goodness_of_fit_95: Interval | None
    b: BValue | None
    b_interval: Interval | None
    b_positive: BValue | None
    b_above: BValue | None
    options: CompletenessOptions

    @property
    def doubt(self) -> str:
        """Why the catalog is not complete from `mc` on: b-values that differ by more than their errors; or ""."""
        if self.b is None or self.b_above is None or self.b_above.error <= self.b.error:
            return ""
        apart = abs(self.b_above.value - self.b.value) / np.sqrt(self.b_above.error**2 - self.b.error**2)
        if apart < _FAR_APART:
            return ""
        return (
            f"b is {self.b.value:.2f} from Mc {self.mc:g} on and {self.b_above.value:.2f} from"
            f" {self.mc + _HIGHER:g} on: the catalog may not be complete there, or hold more than one population"
        )


def estimate_completeness(catalog: Columns, options: CompletenessOptions | None = None) -> Completeness:
    """Estimate the magnitude of completeness and the b-value of a catalog.

    One magnitude stands for all its years and places: where network or region have changed, select first. Events
    without magnitude count for nothing; b-positive takes those with a time, in its order.

    Errors: InputError for fewer than 50 events with a magnitude.

    >>> from seisweave.synthetic import southern_california_like
    >>> found = estimate_completeness(southern_california_like(n_events=2000).catalog)
    >>> found.maximum_curvature.low <= found.mc <= found.maximum_curvature.high
    True
    """
    options = options or CompletenessOptions()
    known = (catalog.magnitude >= _POSSIBLE[0]) & (catalog.magnitude <= _POSSIBLE[1])
    if int(known.sum()) < FEWEST:
        raise InputError(f"{int(known.sum())} events have a magnitude; its completeness needs {FEWEST} or more")
    groups = binned(catalog.magnitude[known], options.bin_width)
    lowest = int(groups.number.min())
    counts = np.bincount(groups.number - lowest)
    resampled = np.random.default_rng(options.seed).multinomial(
        int(counts.sum()), counts / counts.sum(), options.resamples
    )
    together = np.vstack([counts, resampled])
    shift = int(np.ceil(options.correction / groups.width - 1e-6))
    curved = together.argmax(axis=1) + shift
    levels = (90.0, 95.0)
    fits = goodness_of_fit(together)
    first = [_interval(first_at(fits, level), groups, lowest) for level in levels]
    mc = int(curved[0])
    order = np.argsort(catalog.times[known], kind="stable")
    timed = groups.number[order][~np.isnat(catalog.times[known][order])]
    curvature = _interval(curved.astype(float), groups, lowest)
    assert curvature is not None, "every resample has a bin of most events"
    return Completeness(
        n_events=int(known.sum()),
        given_to=groups.given_to,
        bin_width=groups.width,
        mc=groups.magnitude(lowest + mc),
        maximum_curvature=curvature,
        goodness_of_fit_90=first[0],
        goodness_of_fit_95=first[1],
        b=of_bins(groups.number - lowest - mc, groups.width),
        b_interval=_b_interval(together, curved, groups.width),
        b_positive=positive_of_bins(timed - lowest - mc, groups.width),
        b_above=of_bins(groups.number - lowest - mc - round(_HIGHER / groups.width), groups.width),
        options=options,
    )


def goodness_of_fit(counts: Int[np.ndarray, "r k"]) -> Float[np.ndarray, "r k"]:
    """How well a Gutenberg-Richter law explains the numbers from each bin on (r catalogs, k bins), in percent.

    100 - 100 Σ|B - S| / ΣB over the bins from there on, B the number of events in a bin and all above it, S that of the
    law of most likelihood; NaN where fewer than 50 events, or one bin only, are left.
    """
    fits = np.full(counts.shape, np.nan)
    observed = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1].astype(float)
    for first in range(counts.shape[1] - 1):
        above = observed[:, first:]
        n, steps = above[:, :1], np.arange(above.shape[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = above[:, 1:].sum(axis=1, keepdims=True) / n
            predicted = n * (mean / (1.0 + mean)) ** steps
            fit = 100.0 - 100.0 * np.abs(above - predicted).sum(axis=1) / above.sum(axis=1)
        fits[:, first] = np.where((n[:, 0] >= FEWEST) & (mean[:, 0] > 0), fit, np.nan)
    return fits


def first_at(fits: Float[np.ndarray, "r k"], level: float) -> Float[np.ndarray, " r"]:
    """The first bin whose fit reaches a level, for each catalog; NaN where none does."""
    reached = fits >= level
    return np.where(reached.any(axis=1), reached.argmax(axis=1), np.nan)


def _interval(found: Float[np.ndarray, " r"], groups: Binned, lowest: int) -> Interval | None:
    """The value of the catalog itself (the first) and the interval of its resamples; None where it has none."""
    rest = found[1:][~np.isnan(found[1:])]
    if np.isnan(found[0]) or 2 * len(rest) < len(found) - 1:
        return None
    low, high = np.percentile(rest, (2.5, 97.5), method="inverted_cdf")
    return Interval(*(groups.magnitude(lowest + int(each)) for each in (found[0], low, high)))


def _b_interval(counts: np.ndarray, first: np.ndarray, width: float) -> Interval | None:
    """b-value of the catalog, and the interval of its resamples, each from its own magnitude of completeness on."""
    steps = np.arange(counts.shape[1]) - first[:, None]
    above = np.where(steps >= 0, counts, 0)
    n = above.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        b = np.log10(1.0 + n / (above * steps).sum(axis=1)) / width
    b = np.where(np.isfinite(b), b, np.nan)
    rest = b[1:][~np.isnan(b[1:])]
    if np.isnan(b[0]) or 2 * len(rest) < len(b) - 1:
        return None
    return Interval(float(b[0]), *(float(each) for each in np.percentile(rest, (2.5, 97.5))))
