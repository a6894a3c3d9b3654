"""A forecast on record from a nowcaster by place: chances alone, of the window that it was trained for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.gutenberg_richter import b_value
from seisweave.catalog.instants import Instant, as_time
from seisweave.errors import InputError
from seisweave.etas.cell_mass import CellGrid
from seisweave.issued.digests import digest_of_events, digest_of_model
from seisweave.issued.drawn import LEVELS
from seisweave.issued.from_etas import Clock
from seisweave.issued.long_term import WHICH, Past, long_term
from seisweave.issued.options import IssueOptions
from seisweave.issued.record import IssuedForecast, check_clock, is_late, wall_clock
from seisweave.version import __version__

if TYPE_CHECKING:
    from seisweave.nowcast.place.nowcaster import PlaceNowcaster

_USUAL_B = 1.0
_DAY = np.timedelta64(86_400_000_000, "us")


def issue_place(
    nowcaster: PlaceNowcaster,
    catalog: CatalogLike,
    now: Instant | None = None,
    options: IssueOptions | None = None,
    *,
    clock: Clock = wall_clock,
) -> IssuedForecast:
    """Issue the chances of a nowcaster by place, from the events before an instant; nothing later is looked at.

    Window, magnitudes and cells are those that it was trained for; of the options only `pseudo_prospective` counts. The
    chance of the region is that of its cells as if they were independent, and there are no numbers.

    Errors: InputError for windows that have begun by the clock, unless `pseudo_prospective` is asked for, an instant to
    come, and what `PlaceNowcaster.nowcast` refuses.

    >>> from seisweave.nowcast import PlaceNetworkOptions, PlaceOptions, PlaceSettings, train_place_nowcaster
    >>> from seisweave.synthetic import EtasOptions, etas_world
    >>> box = (-118.0, -117.0, 33.0, 34.0)
    >>> catalog = etas_world(EtasOptions(box=box, days=1200, background_per_day=1.0), seed=1).catalog
    >>> cells = PlaceOptions(magnitudes=(2.5, 3.0, 3.5, 4.0), box=box)
    >>> network = PlaceNetworkOptions(epochs=1, calibration_years=1, calibration_fits=1, rates="sums")
    >>> nowcaster = train_place_nowcaster(catalog, PlaceSettings(cells, network, end="1993-01-01"))
    >>> made = issue_place(nowcaster, catalog, "1993-02-01T06:00", IssueOptions(pseudo_prospective=True))
    >>> made.name, made.horizon_days.tolist(), made.gives_numbers
    ('place (pseudo-prospective)', [1.0], False)
    """
    options = options or IssueOptions()
    first = clock() if now is None else as_time("now", now)
    days = np.array([float(nowcaster.options.days)])
    check_clock(first, clock(), days, pseudo=options.pseudo_prospective)
    known = as_catalog(catalog)
    known = known.take(known.times < first)
    said = nowcaster.nowcast(known, now=first)
    grid = CellGrid.of_box(nowcaster.options.maps.edges, nowcaster.options.maps.side_deg)
    magnitudes, inside = np.array(said.magnitudes), np.ones(grid.shape, bool)
    usual = long_term(_past_of(nowcaster, known, first, magnitudes), days, magnitudes, grid, inside)
    issued, unknown = clock(), np.full((1, len(magnitudes)), np.nan)
    late = is_late(first, issued, days)
    chance = np.minimum.accumulate(said.anywhere()[0])[None]
    return IssuedForecast(
        model="place", now=first, issued=issued, model_digest=digest_of_model(nowcaster),
        inputs={"events before now": digest_of_events(known)}, version=__version__, horizon_days=days,
        magnitudes=magnitudes, lon_edges=grid.longitude, lat_edges=grid.latitude, inside=inside, chance=chance,
        expected=unknown, levels=np.array(LEVELS), quantiles=np.full((*unknown.shape, len(LEVELS)), np.nan),
        cell_chance=np.asarray(said.probability, float)[None], cell_expected=np.full((*unknown.shape, *grid.shape),
        np.nan), long_term_chance=usual.chance, long_term_expected=usual.expected,
        long_term_cell_expected=usual.cell_expected, long_term=WHICH,
        pseudo_prospective=late and options.pseudo_prospective,
        notes=("the chance of the region is that of its cells as if they were independent",),
    )  # fmt: skip


def _past_of(nowcaster: PlaceNowcaster, known: Catalog, first: np.datetime64, magnitudes: np.ndarray) -> Past:
    """The events of the grid since the first day that the network remembers, from its lowest threshold on."""
    from seisweave.nowcast.maps import select_events

    events = select_events(known, nowcaster.options.maps)
    events = events.take(events.magnitude >= magnitudes[0] - 1e-9)
    events = events.take(np.argsort(events.times, kind="stable"))
    days = max(float((first - as_time("first", nowcaster.first)) / _DAY), 1e-6)
    try:
        b = b_value(events.magnitude, float(magnitudes[0])).value
    except InputError:
        b = _USUAL_B
    share = 10.0 ** (-b * (magnitudes - magnitudes[0]))
    t_days = (events.times - first) / _DAY
    kept = t_days >= -days
    return Past(t_days[kept], events.longitude[kept], events.latitude[kept], events.magnitude[kept], days, share)
