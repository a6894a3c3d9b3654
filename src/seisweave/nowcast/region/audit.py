"""Does a nowcaster know the future? Its catalog is changed, and what it says of earlier days is looked at.

Three probes, for any function that takes a catalog and gives, for each day, a nowcast and what that is scored against:

- everything from a day on is replaced: no nowcast up to that day may change, not by a bit;
- the events of one day are replaced: the days whose nowcasts change say how far ahead, and how far back, it sees;
- the days whose *targets* change beside them say how much of what is to be nowcast the input already holds.

A nowcast that is sound changes for later days only, and shares no day with its target.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int, Shaped

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant
from seisweave.errors import InputError
from seisweave.nowcast.region.growth import growth

if TYPE_CHECKING:
    from seisweave.nowcast.region.nowcaster import Nowcaster

DAY = np.timedelta64(1, "D")
_LARGE = 6.5  # magnitude of what is put into a day, so that nobody can overlook it


@dataclass(frozen=True, eq=False)
class NowcastSeries:
    """What a nowcaster says of t days: the first instant of each, its nowcast, and what that is scored against."""

    start: Shaped[np.ndarray, " t"]
    nowcast: Float[np.ndarray, " t"]
    target: Float[np.ndarray, " t"]


Audited = Callable[[Catalog], NowcastSeries]


@dataclass(frozen=True)
class FutureChange:
    """All events from a day on were others: how many nowcasts up to that day changed, and from how far back."""

    day: str
    n_checked: int
    n_changed: int
    days_ahead: int
    most: float


@dataclass(frozen=True, eq=False)
class Response:
    """The events of one day were others: by how many days it lies after those whose nowcast, or target, changed.

    The lags of sound nowcasts are all below 0; `covered` is the share of their targets' lags that are among them.
    """

    day: str
    nowcast_lags: Int[np.ndarray, " n"]
    target_lags: Int[np.ndarray, " m"]

    @property
    def days_ahead(self) -> int:
        """How many days after its own begins the nowcast knows of; 0 if it knows the past only."""
        return max(int(self.nowcast_lags.max(initial=-1)) + 1, 0)

    @property
    def covered(self) -> float:
        """Share of the days in a target's window that the nowcast of it already knows."""
        return float(np.isin(self.target_lags, self.nowcast_lags).mean()) if len(self.target_lags) else 0.0


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit found: changes of the future, responses to single days, and skill that smoothing alone gives."""

    future: tuple[FutureChange, ...]
    responses: tuple[Response, ...]
    growth: tuple[dict[str, Any], ...]

    @property
    def leaks(self) -> bool:
        """Whether a nowcast knew its own day, or a later one."""
        return any(c.n_changed for c in self.future) or any(r.days_ahead for r in self.responses)

    @property
    def days_ahead(self) -> int:
        """How many days ahead a nowcast knew at most; its own is the first of them."""
        return max([change.days_ahead for change in self.future] + [r.days_ahead for r in self.responses])

    def summary(self) -> dict[str, Any]:
        """All of it as plain values, as they stand in summary.json."""
        responses = [
            {
                "day": response.day,
                "days_ahead": response.days_ahead,
                "covered": response.covered,
                "nowcast_lags": response.nowcast_lags.tolist(),
                "target_lags": response.target_lags.tolist(),
            }
            for response in self.responses
        ]
        found = {"kind": "audit", "leaks": self.leaks, "future": [asdict(change) for change in self.future]}
        return found | {"responses": responses, "growth": list(self.growth)}


def run_audit(audited: Audited, series: Float[np.ndarray, " t"], catalog: Catalog, days: int = 3) -> Audit:
    """Ask all three questions of a nowcaster, and how skill grows when its series is smoothed.

    Arguments:
        audited: what is audited, see `of_nowcaster` and `of_function`.
        series: the raw series that it nowcasts, see `raw_series`.
        catalog: events with times and magnitudes.
        days: how many days are exchanged, one after the other.

    Errors: InputError for too few days that are nowcast.

    >>> rng = np.random.default_rng(0)
    >>> times = np.datetime64("2001-01-01") + np.sort(rng.integers(0, 400 * 86_400, 4000)).astype("timedelta64[s]")
    >>> catalog = Catalog(times=times, longitude=np.full(4000, -117.0), latitude=np.full(4000, 34.0),
    ...     depth_km=np.full(4000, 8.0), magnitude=rng.exponential(0.4, 4000), ids=np.arange(4000).astype(str))
    >>> def seer(catalog):
    ...     days = np.arange("2001-01-01", "2002-02-05", dtype="datetime64[D]")
    ...     return days, daily_energy(catalog, days)  # of the day itself, which nobody can know
    >>> audited = of_function(seer)
    >>> found = run_audit(audited, audited(catalog).target, catalog)
    >>> found.leaks, found.days_ahead
    (True, 1)
    """
    probed = probe_days(audited(catalog), catalog, days)
    changes, responses = change_future(audited, catalog, probed), respond(audited, catalog, probed)
    return Audit(tuple(changes), tuple(responses), tuple(growth(series)))


def raw_series(
    nowcaster: Nowcaster, catalog: Catalog, *, complete_until: Instant | None = None
) -> Float[np.ndarray, " t"]:
    """The series that a nowcaster nowcasts, before smoothing: novelty, in the prospective protocol its logarithm."""
    novelty = nowcaster.nowcast(catalog, complete_until=complete_until).novelty
    return novelty if nowcaster.settings.nowcast.centred else np.log(novelty)


def of_nowcaster(nowcaster: Nowcaster, *, complete_until: Instant | None = None) -> Audited:
    """A trained nowcaster as something to audit: the nowcast of novelty, against novelty as it is scored."""
    from seisweave.nowcast.seeding import seeded

    def made_of(catalog: Catalog) -> NowcastSeries:
        with seeded(0):  # one thread: many at work on small maps are slower
            made = nowcaster.nowcast(catalog, complete_until=complete_until)
        target = made.smoothed if nowcaster.settings.nowcast.centred else made.novelty
        return NowcastSeries(made.start, made.nowcast_novelty, target)

    return made_of


def of_function(function: Callable[[Catalog], tuple]) -> Audited:
    """A user's function that gives days and nowcasts, and perhaps targets; by default a target is its own day's energy.

    Errors: InputError for what is not two or three arrays of one length.
    """

    def made_of(catalog: Catalog) -> NowcastSeries:
        given = function(catalog)
        if not isinstance(given, tuple) or len(given) not in (2, 3):
            raise InputError(
                f"the audited function gave a {type(given).__name__}; give (days, nowcasts), or targets with them"
            )
        start = np.asarray(given[0], "datetime64[us]")
        values = [np.asarray(part, float) for part in given[1:]] or []
        if any(part.shape != start.shape or part.ndim != 1 for part in values):
            raise InputError("the audited function gave arrays of different lengths; give one value a day")
        return NowcastSeries(start, values[0], values[1] if len(values) > 1 else daily_energy(catalog, start))

    return made_of


def daily_energy(catalog: Catalog, start: Shaped[np.ndarray, " t"]) -> Float[np.ndarray, " t"]:
    """Compressed energy of the whole catalog in the day after each instant; days in order of time."""
    usable = catalog.take(~np.isnat(catalog.times) & ~np.isnan(catalog.magnitude))
    place = np.searchsorted(start, usable.times, side="right") - 1
    inside = (place >= 0) & (usable.times < start[place] + DAY)
    energy = np.bincount(place[inside], 10.0 ** (1.5 * np.clip(usable.magnitude[inside], 0, 10)), len(start))
    return np.log10(np.maximum(energy, 1.0)) / 1.5


def change_future(audited: Audited, catalog: Catalog, days: np.ndarray, seed: int = 0) -> list[FutureChange]:
    """Replace everything from each of some days on, and count the earlier nowcasts that change."""
    before = audited(catalog)
    return [_compare(before, audited(changed_from(catalog, day, seed)), day) for day in days]


def respond(audited: Audited, catalog: Catalog, days: np.ndarray, seed: int = 0) -> list[Response]:
    """Replace the events of each of some days, and see which nowcasts and targets change."""
    before, made = audited(catalog), []
    for day in days:
        after = audited(changed_day(catalog, day, seed))
        lags = ((day - before.start.astype("datetime64[D]")) // DAY).astype(int)
        changed = [lags[_differs(getattr(before, part), getattr(after, part))] for part in ("nowcast", "target")]
        made.append(Response(str(day), np.unique(changed[0]), np.unique(changed[1])))
    return made


def probe_days(series: NowcastSeries, catalog: Catalog, n: int) -> Shaped[np.ndarray, " n"]:
    """Days with events, spread over the latter half of those that are nowcast. Errors: InputError for too few days."""
    known = series.start[~np.isnan(series.nowcast)].astype("datetime64[D]")
    known = known[np.isin(known, catalog.times.astype("datetime64[D]"))]
    if n < 1 or len(known) < 4 * n:
        raise InputError(f"{len(known)} days with events are nowcast, too few to probe {n} of them; give other numbers")
    return known[(np.linspace(0.5, 0.95, n) * (len(known) - 1)).round().astype(int)]


def changed_from(catalog: Catalog, day: np.datetime64, seed: int) -> Catalog:
    """The same until a day, on which nothing comes; after it the same number of events at other times, and larger.

    The last event keeps its time, so that the catalog ends when it did.
    """
    rng = np.random.default_rng(seed)
    late = np.flatnonzero(catalog.times >= day.astype("datetime64[us]"))
    times, magnitude = catalog.times.copy(), catalog.magnitude.copy()
    if not len(late):
        return catalog
    end, begin = times[late].max(), (day + DAY).astype("datetime64[us]")
    span = int((end - begin) / np.timedelta64(1, "us"))
    times[late] = begin + np.sort(rng.integers(0, max(span, 1), len(late))).astype("timedelta64[us]")
    times[late[-1]] = end
    magnitude[late] = rng.permutation(magnitude[late]) + rng.uniform(0.5, 2.0, len(late))
    changed = replace(catalog, times=times, magnitude=magnitude)
    return changed.take(np.argsort(changed.times, kind="stable"))


def changed_day(catalog: Catalog, day: np.datetime64, seed: int) -> Catalog:
    """The same, but for one day: half of its events are left out, the others larger, and elsewhere."""
    rng = np.random.default_rng(seed)
    today = np.flatnonzero(catalog.times.astype("datetime64[D]") == day)
    other = rng.integers(0, len(catalog), len(today))
    magnitude, longitude, latitude = catalog.magnitude.copy(), catalog.longitude.copy(), catalog.latitude.copy()
    magnitude[today], longitude[today], latitude[today] = _LARGE, catalog.longitude[other], catalog.latitude[other]
    kept = np.ones(len(catalog), bool)
    kept[today[::2]] = False
    return replace(catalog, magnitude=magnitude, longitude=longitude, latitude=latitude).take(kept)


def _compare(before: NowcastSeries, after: NowcastSeries, day: np.datetime64) -> FutureChange:
    """Nowcasts of days up to and including a day."""
    n = int(np.searchsorted(before.start.astype("datetime64[D]"), day, side="right"))
    m = min(n, len(after.start))
    one, other = before.nowcast[:m], after.nowcast[:m]
    changed = _differs(one, other)
    first = int(np.flatnonzero(changed)[0]) if changed.any() else m
    most = float(np.nanmax(np.abs(one - other)[changed], initial=0.0)) if changed.any() else 0.0
    checked = int((~np.isnan(one)).sum())
    return FutureChange(str(day), checked, int(changed.sum()), m - first, most)


def _differs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two series differ, be it by a bit; of the first of them, as far as both reach."""
    out = np.zeros(len(one), bool)
    n = min(len(one), len(other))
    out[:n] = ~((one[:n] == other[:n]) | (np.isnan(one[:n]) & np.isnan(other[:n])))
    return out
