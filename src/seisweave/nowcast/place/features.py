"""What is known of every cell at the start of a day: what earlier events should set off there, by several rules.

A nowcast is about the days to come, one by default (`PlaceOptions.days`).

All of it comes from events before the day's first instant, and their age counts to the second. Each feature is a
logarithm, so that a network that adds features multiplies rates.

    aftershocks  ln(ε + Σ_i 10^(α (M_i - m)) F_i ∫ g), over events of at least m - ½ or m - 1, with m the lowest
                 threshold, F_i the share of the event's surroundings that lies in the cell, and ∫ g the Omori-Utsu
                 density over the days to come (c = 0.02 days, p = 1.15): the rate of a textbook ETAS model
    long term    ln(ε + events of at least m a year since the first day), blurred by 5 and by 15 km

α runs from ½, where many small events count for much, to 1, where the largest decide. Surroundings are normal, with
σ = 2 km + half the rupture's length (near), or 15 km (wide). Daily counts, energies and exponential averages of single
spans were tried beside these, and made nowcasts of unseen years worse (docs/concepts/place.md): they hold little that
the sums above do not, and invite a network to learn single sequences by heart. Counts below m - 1 are not used at all:
how many small events a catalog holds depends on the network that recorded it.

Sources: Ogata (1998, Ann. Inst. Statist. Math. 50, 379-402) for triggering; Wells & Coppersmith (1994, BSSA 84,
974-1002, Table 2A) for half the length of a rupture, ½ 10^(0.59 M - 2.44) km.

The Omori-Utsu integral is taken as a sum of 20 exponentials of the age, within 1 % of it from an age of a minute to
thirty years; every feature is so a running sum, and time grows with events plus days.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import gamma
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from seisweave.catalog.catalog import Catalog
from seisweave.nowcast.maps import Steps, select_events
from seisweave.nowcast.place.options import PlaceOptions
from seisweave.nowcast.times import ahead

OMORI_C_DAYS, OMORI_P = 0.02, 1.15
KM_PER_DEGREE = 111.195

_LEAST_AFTERSHOCKS, _LEAST_A_YEAR = 3e-4, 0.02
_LEAST_SHARE = 1e-6  # of an event's surroundings; less than that in a cell is nothing
_AROUND = 2  # cells beyond the grid whose events count


@dataclass(frozen=True)
class _Rule:
    """One way to count aftershocks: from which excess over m, with which productivity α, spread how far."""

    name: str
    least: float
    alpha: float
    surroundings: Literal["near", "wide"]


_RULES = (
    _Rule("aftershocks near", -0.5, 0.8, "near"),
    _Rule("aftershocks wide", -0.5, 0.8, "wide"),
    _Rule("aftershocks of large events", -0.5, 1.0, "near"),
    _Rule("aftershocks of many events", -0.5, 0.5, "near"),
    _Rule("aftershocks of many small events", -1.0, 0.5, "near"),
    _Rule("aftershocks of many events wide", -0.5, 0.5, "wide"),
)


@dataclass(frozen=True, eq=False)
class _Events:
    """Events in order of time: day (number of its step), time left of it (days), M - m, flat cell (-1 off), place."""

    day: Int[np.ndarray, " n"]
    left: Float[np.ndarray, " n"]
    excess: Float[np.ndarray, " n"]
    cell: Int[np.ndarray, " n"]
    longitude: Float[np.ndarray, " n"]
    latitude: Float[np.ndarray, " n"]

    def take(self, rows: np.ndarray) -> _Events:
        """Some of the events."""
        return _Events(*(getattr(self, name)[rows] for name in self.__annotations__))


@dataclass(frozen=True, eq=False)
class _Shares:
    """What lies where, without the zeros: share of the surroundings of an event (row) in a flat cell."""

    event: Int[np.ndarray, " k"]
    cell: Int[np.ndarray, " k"]
    share: Float[np.ndarray, " k"]


def feature_names() -> tuple[str, ...]:
    """Names of the features, in order."""
    return (*(rule.name for rule in _RULES), "long term near", "long term wide")


def place_features(catalog: Catalog, options: PlaceOptions, steps: Steps) -> Float32[np.ndarray, "t f rows columns"]:
    """Features of every cell at the start of every step; f as `feature_names`.

    Events off the grid count where they lie near it. Steps must be days, and begin where the catalog does: what came
    before the first of them is not used.
    """
    events, shape = _events(catalog, options, steps), (len(steps), *options.maps.shape)
    values = np.empty((len(steps), len(feature_names()), *options.maps.shape), np.float32)
    for k, rule in enumerate(_RULES):
        chosen = events.take(events.excess >= rule.least)
        shares = _shares(chosen, _sigma_km(chosen, rule, options), options)
        children, flat = 10.0 ** (rule.alpha * chosen.excess), (len(steps), shape[1] * shape[2])
        rate = _aftershocks(chosen, shares, children, flat, options.days)
        values[:, k] = np.log(rate + options.days * _LEAST_AFTERSHOCKS).reshape(shape)
    large = events.take(events.excess >= 0.0)
    for k, sigma_km in ((len(_RULES), 5.0), (len(_RULES) + 1, 15.0)):
        shares = _shares(large, np.full(len(large.day), sigma_km), options)
        a_year = _long_term(large, shares, (len(steps), shape[1] * shape[2]))
        values[:, k] = np.log(a_year + _LEAST_A_YEAR).reshape(shape)
    return values


def place_targets(catalog: Catalog, options: PlaceOptions, steps: Steps) -> Bool[np.ndarray, "t m rows columns"]:
    """Whether an event of at least each magnitude came in each cell within the days from each step on.

    False where nobody watched one of these days, or the last of them is not there.
    """
    events = _events(catalog, options, steps)
    events = events.take((events.cell >= 0) & (events.day < len(steps)))
    shape = options.maps.shape
    happened = np.zeros((len(steps), len(options.thresholds), shape[0] * shape[1]), bool)
    for k, magnitude in enumerate(options.thresholds):
        large = events.excess >= round(magnitude - options.thresholds[0], 9)
        happened[events.day[large], k, events.cell[large]] = True
    happened = ahead(happened, options.days, np.logical_or)
    happened[~all_watched(steps, options.days)] = False
    return happened.reshape(len(steps), len(options.thresholds), *shape)


def all_watched(steps: Steps, days: int) -> Bool[np.ndarray, " t"]:
    """Whether somebody watched all of the days from each step on."""
    return ahead(steps.observed, days, np.logical_and)


def daily_counts(catalog: Catalog, options: PlaceOptions, steps: Steps) -> Float[np.ndarray, "t rows columns"]:
    """Events of at least m - 1 in each cell during the step before each step: what the neuron sees."""
    events, shape = _events(catalog, options, steps), options.maps.shape
    came = events.take((events.cell >= 0) & (events.day < len(steps) - 1))
    flat = (came.day + 1) * shape[0] * shape[1] + came.cell
    return np.bincount(flat, minlength=len(steps) * shape[0] * shape[1]).reshape(len(steps), *shape).astype(np.float64)


def _events(catalog: Catalog, options: PlaceOptions, steps: Steps) -> _Events:
    """Events of at least m - 1 on and around the grid, in order of time."""
    chosen = select_events(catalog, options.maps)
    west, _, south, _ = options.maps.edges
    rows, columns = options.maps.shape
    excess = np.round(chosen.magnitude - options.thresholds[0], 9)
    east = _east_of_the_edge(chosen.longitude, options)
    column = np.floor(east / options.maps.side_deg + 1e-9).astype(np.int64)
    row = np.floor((chosen.latitude - south) / options.maps.side_deg + 1e-9).astype(np.int64)
    near_rows = (row >= -_AROUND) & (row < rows + _AROUND)
    near_columns = (column >= -_AROUND) & (column < columns + _AROUND)
    kept = np.flatnonzero((excess >= -1.0) & near_rows & near_columns & (chosen.times >= steps.start[0]))
    kept = kept[np.argsort(chosen.times[kept], kind="stable")]
    age = (chosen.times[kept] - steps.start[0]) / steps.step
    day = np.floor_divide(chosen.times[kept] - steps.start[0], steps.step).astype(np.int64)
    on = ((row >= 0) & (row < rows) & (column >= 0) & (column < columns))[kept]
    return _Events(
        day=day,
        left=day + 1 - age,
        excess=excess[kept],
        cell=np.where(on, row[kept] * columns + column[kept], -1),
        longitude=west + east[kept],
        latitude=chosen.latitude[kept],
    )


def _east_of_the_edge(longitude: np.ndarray, options: PlaceOptions) -> np.ndarray:
    """Degrees east of the western edge, negative to the west of it; across the date line too."""
    west, east, _, _ = options.maps.edges
    half = 0.5 * ((east - west) % 360 or 360.0)
    return np.mod(longitude - west - half + 180.0, 360.0) - 180.0 + half


def _sigma_km(events: _Events, rule: _Rule, options: PlaceOptions) -> Float[np.ndarray, " n"]:
    """How far the surroundings of each event reach."""
    if rule.surroundings == "wide":
        return np.full(len(events.day), 15.0)
    return 2.0 + 0.5 * 10.0 ** (0.59 * (events.excess + options.thresholds[0]) - 2.44)


def _shares(events: _Events, sigma_km: np.ndarray, options: PlaceOptions) -> _Shares:
    """Shares of a round normal around each event in each cell."""
    from scipy.special import ndtr

    west, _, south, north = options.maps.edges
    rows, columns = options.maps.shape
    km = KM_PER_DEGREE / sigma_km[:, None]
    km_east = km * np.cos(np.radians(0.5 * (south + north)))
    edges_x = west + options.maps.side_deg * np.arange(columns + 1)
    edges_y = south + options.maps.side_deg * np.arange(rows + 1)
    along = np.diff(ndtr((edges_x - events.longitude[:, None]) * km_east), axis=1)
    across = np.diff(ndtr((edges_y - events.latitude[:, None]) * km), axis=1)
    shares = (across[:, :, None] * along[:, None, :]).reshape(len(along), rows * columns)
    event, cell = np.nonzero(shares > _LEAST_SHARE)
    return _Shares(event, cell, shares[event, cell])


def _before_each_step(
    events: _Events, shares: _Shares, amount: np.ndarray, shape: tuple[int, int]
) -> Float[np.ndarray, "t cells"]:
    """Sums over the events of the step before each step; what comes in the last step is nobody's past."""
    came = np.flatnonzero(events.day[shares.event] < shape[0] - 1)
    event = shares.event[came]
    flat = (events.day[event] + 1) * shape[1] + shares.cell[came]
    total = np.bincount(flat, amount[event] * shares.share[came], minlength=shape[0] * shape[1])
    return total.reshape(shape).astype(np.float64, copy=False)  # without events they are whole numbers


def _aftershocks(
    events: _Events, shares: _Shares, children: np.ndarray, shape: tuple[int, int], days: int
) -> Float[np.ndarray, "t cells"]:
    """Σ children F ∫ g over the days to come, as running sums of exponentials of the age."""
    from scipy.signal import lfilter

    total = np.zeros(shape)
    for span, weight in omori_exponentials(days):
        fresh = _before_each_step(events, shares, weight * children * np.exp(-events.left / span), shape)
        total += lfilter([1.0], [1.0, -np.exp(-1.0 / span)], fresh, axis=0)
    return total


def _long_term(events: _Events, shares: _Shares, shape: tuple[int, int]) -> Float[np.ndarray, "t cells"]:
    """Events a year before the start of each step, since the first step."""
    since = np.cumsum(_before_each_step(events, shares, np.ones(len(events.day)), shape), axis=0)
    return since / (np.maximum(np.arange(shape[0]), 1)[:, None] / 365.25)


@cache
def omori_exponentials(days: int = 1) -> tuple[tuple[float, float], ...]:
    """Spans τ_k and weights c_k of Σ c_k exp(-a / τ_k) ≈ ∫ g from age a to some days later.

    (1 + a/c)^-q = ∫ s^(q-1) e^(-s) e^(-s a/c) ds / Γ(q), q = p - 1, by the trapezoidal rule in ln s.
    """
    q, step = OMORI_P - 1.0, 1.0
    s = np.exp(np.arange(-17.0, 2.5, step))
    spans = OMORI_C_DAYS / s
    weights = step * s**q * np.exp(-s) / gamma(q) * -np.expm1(-days / spans)
    return tuple(zip(spans.tolist(), weights.tolist(), strict=True))
