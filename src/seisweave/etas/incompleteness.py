"""What a network misses after large events, and how many small ones that are.

So many days t after an event of magnitude M, a catalog is complete from

    Mc(t) = M - a - b log10(t)

on (Helmstetter, Kagan & Jackson 2006, Bull. Seismol. Soc. Am. 96, 90-106: a = 4.5 and b = 0.75 in southern California),
the largest of all earlier events' having its way. Events below it are *hidden*, whether the catalog holds them or not:
they are neither targets nor sources, so that what is left is complete above a limit that is known, whatever the network
did. It holds in the whole region, since codas and the load of an aftershock sequence hide events elsewhere too.

Who fits rates to what is left
    integrates the rate of seen events alone: of a rate, the share 10^(-b_GR (Mc - M_min)) is seen (`Recorded`, `missed`);
    lets each seen event trigger for the hidden ones beside it too. To one seen event come 10^(b_GR (Mc - m)) b_GR ln 10
    dm unseen ones of a magnitude within dm (Helmstetter et al. 2006; as Mizrahi, Nandan & Wiemer 2021, J. Geophys. Res.
    126, e2020JB021345, whose number of unseen events for each seen one is the integral of that).
"""  # noqa: E501

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError

SHORTEST = 1.0 / 1440.0  # days: events that hide others for less than a minute hide none
_SOON = 1e-4  # days, from which on logarithms of time space the nodes of integrals
_FEWEST, _MOST = 3, 8  # nodes between two events
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)  # of magnitude, below Mc
_DAY, _EPOCH = np.timedelta64(86_400_000_000, "us"), np.datetime64("1970-01-01", "us")


@dataclass(frozen=True)
class ShortTerm:
    """Constants of Mc(t), and the b-value that tells how many events lie below it.

    Errors: InputError for values out of range.

    >>> round(float(ShortTerm().after(7.2, 0.1)), 2), round(ShortTerm().lasts(7.2, 2.5), 2)  # magnitude; days
    (3.45, 1.85)
    """

    a: float = 4.5
    b: float = 0.75
    b_value: float = 1.0

    def __post_init__(self) -> None:
        for name, low, high in (("a", 0.0, 10.0), ("b", 0.1, 3.0), ("b_value", 0.2, 3.0)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(f"{name} of short-term incompleteness is {value:g}; give {low:g} to {high:g}")

    @property
    def slope(self) -> float:
        """Of the logarithm of numbers by magnitude: b ln 10."""
        return self.b_value * log(10.0)

    def after(self, magnitude, days):
        """Mc so many days after an event; never above its own magnitude, no event hides a larger one."""
        return np.minimum(magnitude - self.a - self.b * np.log10(days), magnitude)

    def lasts(self, magnitude, least: float):
        """Days until Mc falls to a magnitude."""
        return 10.0 ** ((magnitude - self.a - least) / self.b)


HELMSTETTER = ShortTerm()  # of southern California


@dataclass(frozen=True, eq=False)
class WithHidden:
    """What hidden events make of the productivity of n seen ones.

    added: to its natural logarithm; effective: the magnitude over the smallest that stands for all of them, which is
    the derivative of that logarithm by its slope on magnitude.
    """

    added: Float[np.ndarray, " n"]
    effective: Float[np.ndarray, " n"]


@dataclass(frozen=True, eq=False)
class Recorded:
    """How completely n events were recorded, and when others were not.

    Arguments:
        over: Mc at each event over the smallest magnitude that counts; 0 where the catalog is complete.
        slope: of the logarithm of numbers by magnitude.
        t_days, missed_days: nodes of a quadrature over the span, and for each the days it stands for times the share of
            events that is hidden then. The sum of a rate over it is the number of events that is missed.

    >>> made = recorded(HELMSTETTER, np.array([0.0, 0.1]), np.array([6.5, 3.5]), (0.0, 9.0), 2.5)
    >>> made.over.round(2).tolist()
    [0.0, 0.25]
    >>> round(float(made.missed_days.sum()), 2)  # of the first 0.22 days after the first event
    0.09
    """

    over: Float[np.ndarray, " n"]
    slope: float
    t_days: Float[np.ndarray, " q"]
    missed_days: Float[np.ndarray, " q"]

    def first(self, n: int) -> Recorded:
        """That of the first n events."""
        return replace(self, over=self.over[:n])

    def productivity(self, by_magnitude: float, over_min: Float[np.ndarray, " n"]) -> WithHidden:
        """What the hidden events beside each seen one add, by the slope of log productivity on magnitude.

        >>> made = Recorded(np.array([0.0, 1.0]), np.log(10.0), np.zeros(0), np.zeros(0))
        >>> found = made.productivity(0.0, np.array([2.0, 2.0]))
        >>> np.exp(found.added).round(6).tolist()  # one in ten is seen, and all trigger alike
        [1.0, 10.0]
        """
        added, effective = np.zeros(len(self.over)), over_min.astype(float).copy()
        some = self.over > 0.0
        limit = self.over[some, None]
        below = 0.5 * limit * (1.0 + _NODES)
        hidden = 0.5 * limit * _WEIGHTS * self.slope * np.exp(self.slope * (limit - below))
        one, own = hidden * np.exp(by_magnitude * (below - over_min[some, None])), over_min[some]
        total = one.sum(axis=1)
        added[some] = np.log1p(total)
        effective[some] = (own + (one * below).sum(axis=1)) / (1.0 + total)
        return WithHidden(added, effective)


def thin_as_recorded(catalog: CatalogLike, short: ShortTerm = HELMSTETTER, floor: float = 2.0) -> Catalog:
    """The events that a network would have recorded at once: of magnitude `floor` and Mc or above, in order of time.

    For replays from catalogs that were completed later: they are pseudo-prospective, as magnitudes and places are still
    those of later. Events without a time or magnitude are left out.

    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=3000).catalog
    >>> len(catalog), len(thin_as_recorded(catalog))
    (3000, 2978)
    """
    catalog = as_catalog(catalog)
    known = catalog.take(~np.isnat(catalog.times) & (catalog.magnitude >= floor - 1e-9))
    known = known.take(np.argsort(known.times, kind="stable"))
    return known.take(~hidden(short, (known.times - _EPOCH) / _DAY, known.magnitude, floor))


def hidden(
    short: ShortTerm, t_days: Float[np.ndarray, " n"], magnitude: Float[np.ndarray, " n"], least: float
) -> Bool[np.ndarray, " n"]:
    """Which of events in order of time lie below Mc; those that do hide none.

    >>> hidden(HELMSTETTER, np.array([0.0, 0.01, 0.02]), np.array([6.5, 3.4, 3.6]), 2.5).tolist()
    [False, True, False]
    """
    return magnitude < completeness_at(short, t_days, magnitude, t_days, least) - 1e-9


def completeness_at(
    short: ShortTerm,
    t_days: Float[np.ndarray, " n"],
    magnitude: Float[np.ndarray, " n"],
    when: Float[np.ndarray, " k"],
    least: float,
) -> Float[np.ndarray, " k"]:
    """Mc at instants in order of time, from all events before each (days): `least` or more.

    >>> completeness_at(HELMSTETTER, np.array([0.0]), np.array([7.2]), np.array([0.0, 0.1, 9.0]), 2.5).round(2).tolist()
    [2.5, 3.45, 2.5]
    """
    mc, own = np.full(len(when), least), np.full(len(t_days), least)
    lasts = short.lasts(magnitude, least)
    for j in np.flatnonzero(lasts >= SHORTEST).tolist():
        if magnitude[j] < own[j] - 1e-9:
            continue
        for times, limit in ((t_days, own), (when, mc)):
            rows = slice(
                int(np.searchsorted(times, t_days[j], "right")), int(np.searchsorted(times, t_days[j] + lasts[j]))
            )
            limit[rows] = np.maximum(limit[rows], short.after(magnitude[j], times[rows] - t_days[j]))
    return mc


def in_steps(over: Float[np.ndarray, " n"], width: float) -> Float[np.ndarray, " n"]:
    """Limits over the smallest magnitude, up to whole steps where magnitudes are given in steps; 0 for none.

    >>> in_steps(np.array([0.05, 0.31, 0.4]), 0.1).round(6).tolist()
    [0.1, 0.4, 0.4]
    """
    return width * np.ceil(over / width - 1e-6) if width else over


def recorded(
    short: ShortTerm,
    t_days: Float[np.ndarray, " n"],
    magnitude: Float[np.ndarray, " n"],
    span: tuple[float, float],
    least: float,
    bin_width: float = 0.0,
) -> Recorded:
    """How completely events were recorded, none of which is hidden, and what is missed within a span (days).

    Between one event and the next the rate fades smoothly, and so does Mc: Gauss-Legendre quadrature in the logarithm
    of time since the first of them.
    """

    def over(when: Float[np.ndarray, " k"]) -> Float[np.ndarray, " k"]:
        return in_steps(completeness_at(short, t_days, magnitude, when, least) - least, bin_width)

    start, end = span
    first = t_days[(lasts := short.lasts(magnitude, least)) >= SHORTEST]
    last = first + lasts[lasts >= SHORTEST]
    edges = np.unique(np.clip(np.concatenate([t_days, last, [start, end]]), start, end))
    middle = 0.5 * (edges[1:] + edges[:-1])
    begun = np.searchsorted(first, middle)
    until = np.maximum.accumulate(np.append(-np.inf, last))[begun]
    some = middle < until
    t, days = _nodes(edges[:-1][some], np.diff(edges)[some])
    return Recorded(over(t_days), short.slope, t, days * -np.expm1(-short.slope * over(t)))


def _nodes(begin: np.ndarray, length: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes within spans of time, in order, and the days each stands for."""
    reach = np.log1p(length / _SOON)
    count = np.clip(2.0 + np.ceil(0.6 * reach), _FEWEST, _MOST).astype(int)
    t, days = [np.zeros(0)], [np.zeros(0)]
    for n in np.unique(count).tolist():
        node, weight = np.polynomial.legendre.leggauss(n)
        half = 0.5 * reach[count == n, None]
        since = _SOON * np.expm1(half * (1.0 + node))
        t.append((begin[count == n, None] + since).ravel())
        days.append((half * weight * (since + _SOON)).ravel())
    order = np.argsort(np.concatenate(t), kind="stable")
    return np.concatenate(t)[order], np.concatenate(days)[order]
