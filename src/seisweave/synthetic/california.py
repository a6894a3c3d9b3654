"""A catalog like that of Southern California whose truth is known: the embedded default of `seisweave demo`.

Most events belong to planted faults (`california_faults.py`) and come as families of aftershocks
(`aftershocks.py`), each child near its parent on the same fault (`families.py`). Some events are background:
uniform in the region's box and in time, each alone. A few are quarry blasts (`qb`): at a handful of places, at
the surface, in working hours. Each event then has a quality A to D, its own standard errors, and a hypocentre
moved by normal errors of just that size.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Int64

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.errors import InputError
from seisweave.synthetic.aftershocks import AftershockOptions, draw_magnitudes, renumbered
from seisweave.synthetic.california_faults import california_like_faults
from seisweave.synthetic.families import draw_families
from seisweave.synthetic.location_errors import errors_by_quality
from seisweave.synthetic.rectangles import FaultRectangles

BACKGROUND = -1
CENTRE = LocalProjection(longitude=-117.0, latitude=34.0)
LOW_KM = np.array([-184.0, -166.0, 0.0])  # longitude -119..-115, latitude 32.5..35.5, depth 0..20 km
HIGH_KM = np.array([184.0, 166.0, 20.0])

_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class CaliforniaOptions:
    """What kind of catalog to make; the number of events and the seed are arguments of `southern_california_like`.

    Errors: InputError for an invalid value.

    >>> calm = CaliforniaOptions(years=1.0, background_share=0.5, blast_share=0.0)
    >>> made = southern_california_like(n_events=200, options=calm)
    >>> int((made.fault == BACKGROUND).sum()), set(made.catalog.event_type.tolist())
    (100, {'eq'})
    """

    start: str = field(default="2010-01-01", metadata={"help": "First day, UTC."})
    years: float = field(default=10.0, metadata={"help": "Duration, years of 365.25 days."})
    background_share: float = field(
        default=0.08, metadata={"help": "Share of events on no fault, uniform in the region."}
    )
    blast_share: float = field(default=0.01, metadata={"help": "Share of events that are quarry blasts."})
    off_plane_km: float = field(default=0.15, metadata={"help": "Standard deviation of events across their fault, km."})
    error_scale: float = field(
        default=1.0, metadata={"help": "Factor on all location errors; 0 gives true hypocentres."}
    )
    aftershocks: AftershockOptions = field(
        default_factory=AftershockOptions, metadata={"help": "Magnitudes and triggering."}
    )

    def __post_init__(self) -> None:
        try:
            start = np.datetime64(self.start, "D")
        except ValueError:
            start = np.datetime64("NaT", "us")
        if np.isnat(start):
            raise InputError(f"start is {self.start!r}: give a date such as 2010-01-01")
        if not 0 < self.years <= 1000:
            raise InputError(f"years is {self.years}: give more than 0 and at most 1000")
        if min(self.background_share, self.blast_share) < 0 or self.background_share + self.blast_share > 1:
            raise InputError(
                f"background_share {self.background_share} and blast_share {self.blast_share}: give shares of"
                " 0 or more that sum to 1 at most"
            )
        for name in ("off_plane_km", "error_scale"):
            if not 0 <= getattr(self, name) < np.inf:
                raise InputError(f"{name} is {getattr(self, name)}: give 0 or more")


@dataclass(frozen=True, eq=False)
class SyntheticCatalog:
    """A catalog of n events in order of time, and its truth.

    true_xyz_km is where each event really was (x east, y north, depth; km of `projection`); fault the fault
    it is on, -1 for background and blasts; parent the row of the event that triggered it, -1 for none.

    >>> made = southern_california_like(n_events=200)
    >>> moved_km = made.catalog.xyz_km(made.projection) - made.true_xyz_km  # by location errors
    >>> abs(moved_km).max(axis=0).round(1).tolist()
    [4.6, 7.8, 7.1]
    """

    catalog: Catalog
    true_xyz_km: Float[np.ndarray, "n 3"]
    fault: Int64[np.ndarray, " n"]
    parent: Int64[np.ndarray, " n"]
    faults: FaultRectangles
    projection: LocalProjection
    options: CaliforniaOptions
    seed: int

    def __len__(self) -> int:
        return len(self.fault)


@dataclass(frozen=True, eq=False)
class _Events:
    """Events before anyone located them; parents are rows of the same events."""

    time_days: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    parent: Int64[np.ndarray, " n"]
    fault: Int64[np.ndarray, " n"]
    xyz_km: Float[np.ndarray, "n 3"]
    is_blast: np.ndarray


def southern_california_like(
    seed: int = 1, n_events: int = 6000, options: CaliforniaOptions | None = None
) -> SyntheticCatalog:
    """Make a catalog of exactly n_events earthquakes and blasts, sorted by time, with the truth beside it.

    Longitude and latitude lie within about -119..-115 and 32.5..35.5; a poor location may put an event
    above the ground (negative depth). Families are drawn until they fill the catalog; the last one is cut
    off in time.

    Raises InputError for n_events below 1 or a negative seed.

    >>> made = southern_california_like(seed=1, n_events=500)
    >>> len(made.catalog), len(made.faults), made.true_xyz_km.shape
    (500, 27, (500, 3))
    """
    if n_events < 1:
        raise InputError(f"n_events is {n_events}: give 1 or more")
    if seed < 0:
        raise InputError(f"seed is {seed}: give 0 or more")
    options, rng = options or CaliforniaOptions(), np.random.default_rng(seed)
    faults, fault_share = california_like_faults(CENTRE, rng)
    n_background, n_blasts = int(options.background_share * n_events), int(options.blast_share * n_events)
    parts = [
        _fault_events(n_events - n_background - n_blasts, faults, fault_share, options, rng),
        _background_events(n_background, options, rng),
        _blasts(n_blasts, options, rng),
    ]
    events = _in_order_of_time(parts)
    source = f"synthetic Southern California, seed {seed}, {n_events} events"
    return SyntheticCatalog(
        catalog=_locate(events, source, options, rng),
        true_xyz_km=events.xyz_km,
        fault=events.fault,
        parent=events.parent,
        faults=faults,
        projection=CENTRE,
        options=options,
        seed=seed,
    )


def _fault_events(
    n: int, faults: FaultRectangles, share: np.ndarray, options: CaliforniaOptions, rng: np.random.Generator
) -> _Events:
    """Draw n events on faults: whole families, but for the last."""
    drawn = draw_families(n, faults, share, law=options.aftershocks, duration_days=options.years * 365.25, rng=rng)
    return _Events(
        time_days=drawn.time_days,
        magnitude=drawn.magnitude,
        parent=drawn.parent,
        fault=drawn.fault,
        xyz_km=faults.place(drawn.fault, drawn.local_km * [1.0, 1.0, options.off_plane_km]),
        is_blast=np.zeros(n, bool),
    )


def _background_events(n: int, options: CaliforniaOptions, rng: np.random.Generator) -> _Events:
    """Draw n events, uniform in the region's box and in time, that trigger nothing."""
    return _Events(
        time_days=rng.random(n) * options.years * 365.25,
        magnitude=draw_magnitudes(n, options.aftershocks, rng),
        parent=np.full(n, -1),
        fault=np.full(n, BACKGROUND),
        xyz_km=LOW_KM + rng.random((n, 3)) * (HIGH_KM - LOW_KM),
        is_blast=np.zeros(n, bool),
    )


def _blasts(n: int, options: CaliforniaOptions, rng: np.random.Generator) -> _Events:
    """Draw n blasts at six quarries: the upper 300 m, 18 to 24 UTC (10 to 16 local), below m₀ + 1."""
    low = options.aftershocks.minimum_magnitude
    quarries = LOW_KM + rng.random((6, 3)) * (HIGH_KM - LOW_KM)
    xyz_km = quarries[rng.integers(0, 6, n)] + 0.3 * rng.standard_normal((n, 3))
    xyz_km[:, 2] = 0.3 * rng.random(n)
    days = rng.integers(0, max(int(options.years * 365.25), 1), n)
    return _Events(
        time_days=days + rng.uniform(18 / 24, 1, n),
        magnitude=draw_magnitudes(n, replace(options.aftershocks, maximum_magnitude=low + 1), rng),
        parent=np.full(n, -1),
        fault=np.full(n, BACKGROUND),
        xyz_km=xyz_km,
        is_blast=np.ones(n, bool),
    )


def _in_order_of_time(parts: list[_Events]) -> _Events:
    """Join events and sort them by time, parents following their children's new rows."""
    first = np.cumsum([0, *(len(part.fault) for part in parts[:-1])])
    parent = np.concatenate(
        [np.where(part.parent < 0, -1, part.parent + at) for part, at in zip(parts, first, strict=True)]
    )
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("time_days", "magnitude", "fault", "xyz_km", "is_blast")
    }
    order = np.argsort(joined["time_days"], kind="stable")
    sorted_columns = {name: column[order] for name, column in joined.items()}
    return _Events(parent=renumbered(parent, order), **sorted_columns)


def _locate(events: _Events, source: str, options: CaliforniaOptions, rng: np.random.Generator) -> Catalog:
    """Locate the events with errors, and write the catalog that a network would publish."""
    n = len(events.fault)
    errors = errors_by_quality(n, rng, scale=options.error_scale)
    x_km, y_km, depth_km = (events.xyz_km + errors.sigma_km * rng.standard_normal((n, 3))).T
    longitude, latitude = CENTRE.to_geographic(x_km, y_km)
    return Catalog(
        times=np.datetime64(options.start, "D") + (events.time_days * _DAY_US).astype("timedelta64[us]"),
        longitude=longitude,
        latitude=latitude,
        depth_km=depth_km,
        magnitude=events.magnitude,
        ids=np.char.add("syn", np.char.zfill(np.arange(1, n + 1).astype(str), 7)),
        uncertainty=LocationUncertainty(horizontal_km=errors.sigma_km[:, 0], vertical_km=errors.sigma_km[:, 2]),
        quality=errors.quality,
        event_type=np.where(events.is_blast, "qb", "eq"),
        provenance=Provenance(source=source, format="synthetic"),
    )
