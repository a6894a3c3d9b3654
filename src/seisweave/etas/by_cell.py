"""What an ETAS model expects in each cell of a grid in a window, at many instants, without drawing any event.

From each instant on, given the events before it alone:

    background    its rate times the window, smoothed ones as they are at the instant
    direct        of every earlier event, the integral of its kernel over window and cell (`exponentials`, `cell_mass`)
    descendants   of all that comes within the window (`families`): their number in the mean, and the chance that one of
                  them is large; they lie by generation farther from the event of the past (`widths.spread_on`)

For the standard form numbers over the plane are the model's expectation, and chances its own. By cell, shares of
generations are those of an average event's descendants, families of the background lie in one cell, and descendants
in another cell than their family's first event count as families there, by the usual number of events of one. Forms
whose productivity asks for more than the magnitude take for events to come the mean over the past's; smoothed
backgrounds stay as they are in the window; descendants spread by the other features of the event that they descend
from. `simulate` draws what is approximated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.errors import InputError
from seisweave.etas.cell_background import background_by_cell
from seisweave.etas.cell_kernels import PANEL, CellKernels
from seisweave.etas.cell_mass import CellGrid, GeographicPlaces, cell_masses
from seisweave.etas.domain import days_of, instant_of
from seisweave.etas.events import EtasEvents
from seisweave.etas.families import Brings
from seisweave.etas.model import Description, EtasModel
from seisweave.etas.thinned import TriggeringEvents
from seisweave.etas.widths import Widths


@dataclass(frozen=True, eq=False)
class ExpectedByCell:
    """What is expected in each cell from each instant (t) on, for so many days.

    Arguments:
        instants: UTC, growing.
        days: length of each window.
        number: of events of the model's smallest magnitude on.
        direct: the background's, and those that events before the instant trigger themselves, of these.
        magnitudes: m of them.
        families: expected number, for each magnitude, of families with such an event, by the first of each family in
            the window; the chance of at least one event is 1 - exp(-families).

    >>> made = ExpectedByCell(np.array(["2019-07-05"], "datetime64[us]"), 1.0, *np.full((2, 1, 1, 1), 5.0), (4.0,),
    ...     np.full((1, 1, 1, 1), 0.5))
    >>> round(float(made.chances[0, 0, 0, 0]), 4)
    0.3935
    """

    instants: Shaped[np.ndarray, " t"]
    days: float
    number: Float[np.ndarray, "t rows columns"]
    direct: Float[np.ndarray, "t rows columns"]
    magnitudes: tuple[float, ...]
    families: Float[np.ndarray, "t m rows columns"]

    @property
    def chances(self) -> Float[np.ndarray, "t m rows columns"]:
        """Of at least one event of each magnitude."""
        return -np.expm1(-self.families)


def expected_by_cell(
    model: EtasModel,
    catalog: CatalogLike,
    instants: Shaped[np.ndarray, " t"],
    days: float,
    grid: CellGrid,
    *,
    magnitudes: Sequence[float] = (),
    jobs: int = 1,
) -> ExpectedByCell:
    """Expected numbers by cell from each of many instants on, for so many days, from what came before it alone.

    Arguments:
        model: fitted to a catalog.
        catalog: all that came before the last instant; what comes later plays no part.
        instants: datetime64, growing.
        days: length of the windows.
        grid: cells, within the model's region; what triggers them may lie anywhere in it.
        magnitudes: whose chances are wanted, from the model's smallest on.
        jobs: threads that describe the events.

    Errors: InputError for instants that do not grow, days that are not above 0, magnitudes below the model's smallest,
    a model without a catalog.

    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0))
    >>> days = np.arange("2019-01-01", "2019-01-08", dtype="datetime64[D]")
    >>> grid = CellGrid.of_box((-120.0, -114.0, 32.0, 36.0), 0.5)
    >>> made = expected_by_cell(model, catalog, days, 1.0, grid, magnitudes=(2.0, 3.0))
    >>> made.chances.shape, bool((made.number > made.direct).all())
    ((7, 2, 8, 12), True)
    """
    t = days_of(np.asarray(instants).astype("datetime64[us]"))
    if not len(t) or not (np.diff(t) > 0).all():
        raise InputError(f"{len(t)} instants do not grow; give one or more in order of time")
    if not 0.0 < days < 1e5:
        raise InputError(f"days is {days:g}; give a span above 0")
    domain, first = model.domain, float(t[0])
    if magnitudes and min(magnitudes) < domain.min_magnitude - 1e-9:
        raise InputError(f"magnitude {min(magnitudes):g} is below {domain.min_magnitude:g}, the model's smallest")
    events = domain.events(as_catalog(catalog), instant_of(first), instant_of(float(t[-1])) + np.timedelta64(1, "us"))
    return expected_of(model, model.describe(events, jobs=jobs), instants, days, grid, magnitudes=magnitudes)


def expected_of(
    model: EtasModel,
    described: Description,
    instants: Shaped[np.ndarray, " t"],
    days: float,
    grid: CellGrid,
    *,
    magnitudes: Sequence[float] = (),
    most_events: int | None = None,
) -> ExpectedByCell:
    """The same of events that are described already; with `most_events` by so many of them, see `thinned`."""
    events, domain = described.events, model.domain
    t = days_of(np.asarray(instants).astype("datetime64[us]"))
    first = float(t[0])
    inputs = described.inputs(model.scales, np.zeros(0, np.int64))
    longitude, latitude = domain.projection.to_geographic(events.x_km, events.y_km)
    place = GeographicPlaces(longitude, latitude, described.strike)
    kernels = CellKernels.of(model, inputs, first, float(days))
    background = background_by_cell(model, described, t, place, grid)
    if most_events is not None:
        fewer = TriggeringEvents(events, kernels, place).thinned(first, most_events)
        events, kernels, place = fewer.events, fewer.kernels, fewer.place
    masses = _masses(model, events, kernels, place, grid)
    brings = [kernels.direct, kernels.in_all, *(kernels.families(magnitude) for magnitude in magnitudes)]
    made, spread = _triggered(events.t_days, t, kernels, brings, masses)
    elsewhere = np.maximum(spread - (made[:, 1] - made[:, 0]), 0.0)  # of families that began in other cells
    made[:, 1] = made[:, 0] + spread
    made[:, 2:] += np.array([kernels.as_families(each) for each in brings[2:]])[:, None] * elsewhere[:, None]
    made = made.reshape(len(t), len(brings), *grid.shape)
    made += background[:, None] * np.array([each.background for each in brings])[:, None, None]
    instants = np.asarray(instants).astype("datetime64[us]")
    return ExpectedByCell(instants, float(days), made[:, 1], made[:, 0], tuple(magnitudes), made[:, 2:])


def _masses(
    model: EtasModel, events: EtasEvents, kernels: CellKernels, place: GeographicPlaces, grid: CellGrid
) -> Float[np.ndarray, "2 p n cells"]:
    """Shares of cells among an event's direct offspring by each kernel, and among the descendants of these."""
    n_cells, n_kernels = grid.shape[0] * grid.shape[1], len(kernels.each)
    if not len(events):
        return np.zeros((2, n_kernels, 0, n_cells))
    z = [np.exp(each.sources.log_z) for each in kernels.each]
    slopes = [model.value.get(f"{each.form.name}.width.magnitude", 0.0) for each in kernels.each]
    smallest = [own * np.exp(-slope * events.over_min) for own, slope in zip(z, slopes, strict=True)]
    widths = Widths.down_to(min(float(each.min()) for each in (*z, *smallest)))
    step, total = np.zeros((len(events), len(widths.u))), 0.0
    for each, least, slope in zip(kernels.each, smallest, slopes, strict=True):
        amount = kernels.coming.chance * each.offspring
        for over, part in zip(kernels.coming.edges[:-1], amount, strict=True):
            step += part * widths.of_power_law(least * np.exp(slope * (over + 0.5 * PANEL)), each.sources.rho)
        total += float(amount.sum())
    shares = np.stack([widths.of_power_law(own, each.sources.rho) for own, each in zip(z, kernels.each, strict=True)])
    spread = np.stack([widths.spread_on(each, step / total, kernels.again) for each in shares])
    stretch = np.stack([np.exp(each.sources.log_e) for each in kernels.each])
    masses = cell_masses(grid, place, widths, np.concatenate([shares, spread]), np.concatenate([stretch, stretch]))
    return masses.reshape(2, n_kernels, len(events), n_cells)


def _triggered(
    event_t: Float[np.ndarray, " n"],
    t: Float[np.ndarray, " t"],
    kernels: CellKernels,
    brings: list[Brings],
    masses: Float[np.ndarray, "2 p n cells"],
) -> tuple[Float[np.ndarray, "t q cells"], Float[np.ndarray, "t cells"]]:
    """What events before each window bring to cells, all of it where direct offspring lie; and descendants in theirs.

    The state of all exponentials fades from instant to instant, and is added to.
    """
    n_cells, end = masses.shape[3], np.searchsorted(event_t, t, side="left")
    made, spread = np.zeros((len(t), len(brings), n_cells)), np.zeros((len(t), n_cells))
    each, descendants = np.stack([of.state for of in brings]), kernels.in_all.state - kernels.direct.state
    column = 0
    for kernel, by_event in zip(kernels.each, masses.transpose(1, 2, 0, 3), strict=True):
        decay = kernel.exponentials.decay
        own = slice(column, column := column + len(decay))
        added = np.exp(kernel.sources.log_k)[:, None] * kernel.exponentials.weight(kernel.sources.c)
        given = np.ascontiguousarray(by_event).reshape(len(event_t), 2 * n_cells)
        state, first, before = np.zeros((len(decay), 2 * n_cells)), 0, t[0]
        for i, now in enumerate(t.tolist()):
            state *= np.exp(-decay * (now - before))[:, None]
            fresh = slice(first, end[i])
            state += (added[fresh] * np.exp(-np.outer(now - event_t[fresh], decay))).T @ given[fresh]
            made[i] += each[:, own] @ state[:, :n_cells]
            spread[i] += descendants[own] @ state[:, n_cells:]
            first, before = end[i], now
    return made, spread
