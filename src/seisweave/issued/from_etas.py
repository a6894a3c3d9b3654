"""A forecast on record from a fitted ETAS model: catalogs drawn for the region, expectations by cell without drawing.

Numbers and chances of the region are those of drawn catalogs (`drawn.py`); what each cell expects is computed
(`etas.by_cell`), at the level of the catalogs, so that cells and region agree. Where all catalogs together have fewer
than 25 events in a window, the region has what its cells expect. The region is the cells that lie wholly in the
model's: beyond it the model knows no background.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.catalog.polygon import inside
from seisweave.errors import InputError
from seisweave.etas.by_cell import expected_of
from seisweave.etas.cell_mass import CellGrid
from seisweave.etas.continuation import Continuation
from seisweave.etas.csep_catalogs import ForecastCatalogs, catalogs_of
from seisweave.etas.domain import EtasDomain, day_of, instant_of
from seisweave.etas.model import EtasModel
from seisweave.etas.simulate import Simulated, SimulateOptions, simulate
from seisweave.issued.digests import digest_of_events, digest_of_model
from seisweave.issued.drawn import LEVELS, DrawnEvents, DrawnNumbers, numbers_of
from seisweave.issued.long_term import WHICH, Past, long_term
from seisweave.issued.options import IssueOptions
from seisweave.issued.record import IssuedForecast, check_clock, is_late, wall_clock
from seisweave.machine import available_cores
from seisweave.progress import Progress
from seisweave.version import __version__

Clock = Callable[[], np.datetime64]
_FEWEST = 25  # drawn events, for the numbers of a window within 20 %
_AGREE = 3.0  # times, that numbers of cells may be scaled by to those of the catalogs
_MOST_EVENTS = 4000  # that stand for the past, by cell
_AT_A_TIME = 1.5e7  # numbers: events by cells


def issue_etas(
    model: EtasModel,
    catalog: CatalogLike,
    now: Instant | None = None,
    options: IssueOptions | None = None,
    *,
    clock: Clock = wall_clock,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> IssuedForecast:
    """Issue a forecast of windows that begin at an instant, from the events before it; nothing later is looked at.

    Arguments:
        model: fitted to a catalog.
        catalog: all that came before the instant.
        now: UTC; the clock's time by default.
        options: windows, magnitudes, cells, number of catalogs, seed.
        clock: gives the time that the forecast bears as that of its issue.
        jobs: threads; all cores by default. Results do not depend on it.
        progress: called with a `Step` after every hundred catalogs.

    Errors: InputError for windows that have begun by the clock, unless `pseudo_prospective` is asked for, an instant to
    come, and a model that was not fitted to a catalog.

    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0))
    >>> options = IssueOptions(cell_deg=1.0, n_catalogs=200, pseudo_prospective=True)
    >>> made = issue_etas(model, catalog, "2019-12-01", options)
    >>> made.name, 0.0 < made.chance_of(7.0, 4.0) < made.chance_of(30.0, 4.0) < 1.0
    ('etas (pseudo-prospective)', True)
    """
    options, jobs = options or IssueOptions(), jobs or available_cores()
    first = clock() if now is None else as_time("now", now)
    days = np.array(options.horizons)
    check_clock(first, clock(), days, pseudo=options.pseudo_prospective)
    known = as_catalog(catalog)
    known = known.take(known.times < first)
    setup = Continuation.after(model, known, first, float(days.max()), jobs=jobs)
    said = issued_from(model, setup, options, jobs=jobs, progress=progress)
    digests = {"model_digest": digest_of_model(model), "inputs": {"events before now": digest_of_events(known)}}
    issued, notes = clock(), (*said.notes, *_notes(model, known, first))
    late = is_late(first, issued, days) and options.pseudo_prospective
    return replace(said, **digests, issued=issued, notes=notes, pseudo_prospective=late)


def issued_from(
    model: EtasModel,
    setup: Continuation,
    options: IssueOptions,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> IssuedForecast:
    """What a model says from the beginning of a continuation on: without digests, as if issued at that very instant."""
    domain, law, past = model.domain, setup.magnitudes, setup.past
    start, days = past.events.start, np.array(options.horizons)
    magnitudes = np.array(options.above(domain.min_magnitude))
    grid, within = cells_of(domain, options.cell_deg)
    share = law.survival(np.maximum(magnitudes - 0.5 * law.bin_width, law.lowest))
    drawn = simulate(
        setup.between(start, start + float(days.max())),
        SimulateOptions(options.n_catalogs, options.seed),
        jobs=jobs,
        progress=progress,
    )
    numbers = numbers_of(_inside(catalogs_of(drawn, domain), start, grid, within), days, magnitudes, share)
    expected, families = _by_cell(model, setup, days, magnitudes, grid)
    level = numbers.expected[:, 0] / (expected * within).sum(axis=(1, 2)) / share[0]
    few = numbers.expected[:, 0] * options.n_catalogs < _FEWEST * share[0]
    level = np.where(few, 1.0, np.clip(level, 1.0 / _AGREE, _AGREE))[:, None, None]
    cell_expected = (level * expected * within)[:, None] * share[:, None, None]
    cell_chance = -np.expm1(-level[:, None] * families * within)
    numbers = _by_cells_where(few, numbers, cell_expected, cell_chance)
    usual = long_term(_past_of(model, setup, share, grid, within), days, magnitudes, grid, within)
    return IssuedForecast(
        model="etas", now=instant_of(start), issued=instant_of(start), model_digest="0" * 64, inputs={},
        version=__version__, horizon_days=days, magnitudes=magnitudes, lon_edges=grid.longitude,
        lat_edges=grid.latitude, inside=within, chance=numbers.chance, expected=numbers.expected,
        levels=np.array(LEVELS), quantiles=numbers.quantiles, cell_chance=cell_chance, cell_expected=cell_expected,
        long_term_chance=usual.chance, long_term_expected=usual.expected,
        long_term_cell_expected=usual.cell_expected, long_term=WHICH, notes=_ran_away(drawn),
    )  # fmt: skip


def cells_of(domain: EtasDomain, cell_deg: float) -> tuple[CellGrid, Bool[np.ndarray, "y x"]]:
    """Cells at whole multiples of their side that hold a region, and which lie wholly in it.

    Errors: InputError where none does.

    >>> grid, within = cells_of(EtasDomain.of_box((-118.1, -117.0, 35.0, 36.0), 2.5), 0.5)
    >>> grid.longitude.tolist(), within.tolist()
    ([-118.5, -118.0, -117.5, -117.0], [[False, True, True], [False, True, True]])
    """
    low, high = domain.corners.min(axis=0), domain.corners.max(axis=0)
    edges = []
    for a, b in zip(np.floor(low / cell_deg + 1e-9), np.ceil(high / cell_deg - 1e-9), strict=True):
        edges.append(np.round(cell_deg * np.arange(a, b + 1.0), 9))
    grid, middles = CellGrid(*edges), [0.5 * (each[1:] + each[:-1]) for each in edges]
    within, reach = np.ones(grid.shape, bool), 0.5 * cell_deg * (1.0 - 1e-6)
    for east, north in ((0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)):
        x, y = np.meshgrid(middles[0] + east * reach, middles[1] + north * reach)
        within &= inside(domain.corners, x.ravel(), y.ravel()).reshape(grid.shape)
    if not within.any():
        raise InputError(f"no cell of {cell_deg:g} degrees lies wholly in the model's region; give smaller ones")
    return grid, within


def _inside(catalogs: ForecastCatalogs, start: float, grid: CellGrid, within: np.ndarray) -> DrawnEvents:
    """The drawn events that lie in the cells of the region."""
    row, column = grid.cell_of(catalogs.longitude, catalogs.latitude)
    kept = (row >= 0) & within[row, column]
    t_days = (catalogs.times[kept] - instant_of(start)) / np.timedelta64(86_400_000_000, "us")
    return DrawnEvents(catalogs.catalog[kept], t_days, catalogs.magnitude[kept], catalogs.n_catalogs)


def _by_cell(
    model: EtasModel, setup: Continuation, days: np.ndarray, magnitudes: np.ndarray, grid: CellGrid
) -> tuple[Float[np.ndarray, "h y x"], Float[np.ndarray, "h m y x"]]:
    """Expected numbers, and families with an event of each magnitude; some rows of cells at a time."""
    past, n = setup.past, min(len(setup.past.events), _MOST_EVENTS)
    numbers, families = np.zeros((len(days), *grid.shape)), np.zeros((len(days), len(magnitudes), *grid.shape))
    at_once = max(1, int(_AT_A_TIME / max(1, n * grid.shape[1] * len(setup.form.kernels))))
    instant = np.array([instant_of(past.events.start)])
    for low in range(0, grid.shape[0], at_once):
        rows = slice(low, low + at_once)
        part = CellGrid(grid.longitude, grid.latitude[low : low + at_once + 1])
        for h, each in enumerate(days.tolist()):
            made = expected_of(
                model, past, instant, each, part, magnitudes=tuple(magnitudes.tolist()), most_events=_MOST_EVENTS
            )
            numbers[h, rows], families[h, :, rows] = made.number[0], made.families[0]
    return numbers, families


def _by_cells_where(
    few: Bool[np.ndarray, " h"], drawn: DrawnNumbers, cell_expected: np.ndarray, cell_chance: np.ndarray
) -> DrawnNumbers:
    """What cells expect in all, in windows of which too few events were drawn; never more than in longer ones."""
    of_cells = {"expected": cell_expected.sum(axis=(2, 3)), "chance": 1.0 - np.prod(1.0 - cell_chance, axis=(2, 3))}
    either = {name: np.where(few[:, None], value, getattr(drawn, name)) for name, value in of_cells.items()}
    return replace(drawn, **{name: np.minimum.accumulate(value[::-1])[::-1] for name, value in either.items()})


def _past_of(model: EtasModel, setup: Continuation, share: np.ndarray, grid: CellGrid, within: np.ndarray) -> Past:
    """The events of the region since the first that the model was fitted to."""
    assert model.fitted_to is not None
    events = setup.past.events
    days = max(events.start - day_of(as_time("start", model.fitted_to.start)), 1e-6)
    longitude, latitude = model.domain.projection.to_geographic(events.x_km, events.y_km)
    row, column = grid.cell_of(longitude, latitude)
    kept = (row >= 0) & within[row, column] & (events.t_days >= events.start - days)
    t_days = events.t_days[kept] - events.start
    return Past(t_days, longitude[kept], latitude[kept], events.magnitude[kept], days, share)


def _ran_away(drawn: Simulated) -> tuple[str, ...]:
    n_cut = int(drawn.cut.sum())
    return (f"{n_cut:,} of {len(drawn.cut):,} catalogs ran away and were cut",) if n_cut else ()


def _notes(model: EtasModel, known: Catalog, first: np.datetime64) -> tuple[str, ...]:
    assert model.fitted_to is not None
    notes, times = [], known.times[~np.isnat(known.times)]
    if not len(times):
        notes.append("no event came before: taken as quiet")
    else:
        notes.append(f"the last event before was at {in_short(times.max())}; taken as complete until then and now")
    until = as_time("end", model.fitted_to.end)
    if first < until:
        notes.append(f"the model was fitted to events until {in_short(until)}, so this is no forecast")
    return tuple(notes)
