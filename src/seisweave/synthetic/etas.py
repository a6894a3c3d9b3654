"""An earthquake world whose chances are known exactly: ETAS in space, time and magnitude, in steps of a day.

Ogata (1998, Ann. Inst. Statist. Math. 50, 379-402) lets every event raise the rate of later ones near it. Here the
raise begins at the next midnight. Given all events before a midnight, the number of events of magnitude m₀ or more in
cell c on day d is then Poisson with the mean

    Λ(d, c) = μ(c) + Σ_i K 10^(α (m_i - m₀)) G(d - d_i) F(c | x_i, m_i)      over the events of days d_i < d

    G(k) = ∫ over the k-th day of the Omori-Utsu density (p - 1) c^(p-1) (t + c)^(-p)
    F(c | x, m) = the share of a round normal around x with σ = σ₀ 10^(γ (m - m₀)) that lies in the cell

and an event of at least M comes with the chance 1 - exp(-Λ P(m ≥ M)), M following Gutenberg & Richter. No sum over
what the day's own events may trigger is left out, as it must be in continuous time: nothing that looks only at the
past can score above this chance, but by luck. That is what the world is for.

Events are drawn a generation at a time, as in `aftershocks.py`. What falls outside the box is lost, and triggers
nothing. Rates are found by a convolution in time, exact to 1e-9.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int64

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.errors import InputError
from seisweave.synthetic.aftershocks import AftershockOptions, draw_magnitudes, renumbered

KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class EtasOptions:
    """A grid, its background, and how events trigger others.

    Errors: InputError for an invalid value.

    >>> options = EtasOptions(box=(-118.0, -116.0, 33.0, 35.0), cell_deg=0.5)
    >>> options.shape, round(options.share_above(5.0), 4)
    ((4, 4), 0.0032)
    """

    box: tuple[float, float, float, float] = field(
        default=(-120.0, -114.0, 32.0, 36.0), metadata={"help": "West, east, south, north of the world, degrees."}
    )
    cell_deg: float = field(default=0.5, metadata={"help": "Side of a cell, degrees."})
    start: str = field(default="1990-01-01", metadata={"help": "First day, UTC."})
    days: int = field(default=7305, metadata={"help": "Days the world lasts."})
    background_per_day: float = field(default=0.25, metadata={"help": "Background events of m₀ or more a day."})
    contrast: float = field(
        default=1.0, metadata={"help": "Standard deviation of the logarithm of the background rate over cells."}
    )
    sigma_km: float = field(default=4.0, metadata={"help": "Spread σ₀ of what an event of m₀ triggers, km."})
    sigma_growth: float = field(default=0.3, metadata={"help": "Growth γ of the spread, decades a magnitude unit."})
    triggering: AftershockOptions = field(
        default_factory=lambda: AftershockOptions(
            minimum_magnitude=2.5, maximum_magnitude=7.5, branching_ratio=0.7, alpha=0.8, omori_c_days=0.05, omori_p=1.2
        ),
        metadata={"help": "Magnitudes and triggering."},
    )

    def __post_init__(self) -> None:
        west, east, south, north = self.box
        if not (-180 <= west < east <= 180 and -89 <= south < north <= 89 and self.cell_deg > 0):
            raise InputError(f"box {self.box} in cells of {self.cell_deg} degrees holds nothing; give a larger box")
        for name, cells in (("width", (east - west) / self.cell_deg), ("height", (north - south) / self.cell_deg)):
            if abs(cells - round(cells)) > 1e-6 or cells < 0.5:
                raise InputError(f"{name} of the box is {cells:g} cells; give a whole number of them")
        if self.days < 1:
            raise InputError(f"days is {self.days}; give 1 or more")
        for name in ("background_per_day", "contrast", "sigma_growth"):
            if not 0 <= getattr(self, name) < np.inf:
                raise InputError(f"{name} is {getattr(self, name)}; give 0 or more")
        if not 0 < self.sigma_km < np.inf:
            raise InputError(f"sigma_km is {self.sigma_km}; give more than 0")

    @property
    def shape(self) -> tuple[int, int]:
        """Cells from south to north, and from west to east."""
        west, east, south, north = self.box
        return round((north - south) / self.cell_deg), round((east - west) / self.cell_deg)

    def share_above(self, magnitude: float) -> float:
        """P(m ≥ M) of the truncated Gutenberg-Richter law."""
        low, high = self.triggering.minimum_magnitude, self.triggering.maximum_magnitude
        beta = self.triggering.b_value * np.log(10)
        inside = min(max(magnitude, low), high)
        return float(
            np.expm1(-beta * (high - inside)) / np.expm1(-beta * (high - low)) * np.exp(-beta * (inside - low))
        )


@dataclass(frozen=True, eq=False)
class EtasWorld:
    """Events in order of time, and what was to be expected every day before it began.

    expected is the mean number of events of m₀ or more, Λ, by day, row (from the south) and column (from the west);
    parent is the event that triggered each, -1 for background.

    >>> world = etas_world(EtasOptions(box=(-118.0, -116.0, 33.0, 35.0), days=365), seed=1)
    >>> int(world.happened(2.5).sum()), float(world.probability(2.5).sum().round(1))  # what came, what was expected
    (158, 155.5)
    """

    catalog: Catalog
    expected: Float[np.ndarray, "days rows columns"]
    parent: Int64[np.ndarray, " n"]
    options: EtasOptions
    seed: int

    def probability(self, magnitude: float) -> Float[np.ndarray, "days rows columns"]:
        """The true chance of at least one event of a magnitude or more, by day and cell."""
        return -np.expm1(-self.expected * self.options.share_above(magnitude))

    def happened(self, magnitude: float) -> Bool[np.ndarray, "days rows columns"]:
        """Whether an event of a magnitude or more came, by day and cell."""
        large = self.catalog.take(self.catalog.magnitude >= magnitude)
        day = (large.times.astype("datetime64[D]") - np.datetime64(self.options.start, "D")).astype(np.int64)
        column = np.floor((large.longitude - self.options.box[0]) / self.options.cell_deg).astype(np.int64)
        row = np.floor((large.latitude - self.options.box[2]) / self.options.cell_deg).astype(np.int64)
        came = np.zeros(self.expected.shape, bool)
        came[day, row, column] = True
        return came


@dataclass(frozen=True, eq=False)
class _Generation:
    """Events of one generation; `parent` counts rows of all events so far."""

    day: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    magnitude: np.ndarray
    parent: np.ndarray


def etas_world(options: EtasOptions | None = None, seed: int = 0) -> EtasWorld:
    """Draw a world and the true rate of every cell and day; the same seed gives the same world.

    Raises InputError for a negative seed.

    >>> world = etas_world(EtasOptions(days=1000), seed=1)
    >>> world.expected.shape, len(world.catalog) == len(world.parent)
    ((1000, 8, 12), True)
    """
    if seed < 0:
        raise InputError(f"seed is {seed}; give 0 or more")
    options, rng = options or EtasOptions(), np.random.default_rng(seed)
    background = _background_rate(options, rng)
    generations, first = [_draw_background(background, options, rng)], 0
    while len(generations[-1].day):
        parents = generations[-1]
        generations.append(_draw_children(parents, first, options, rng))
        first += len(parents.day)
    events = _joined(generations)
    expected = background + _triggered_rate(events, options)
    order = np.argsort(events.day + rng.random(len(events.day)), kind="stable")
    return EtasWorld(
        catalog=_as_catalog(events, order, options, rng, seed),
        expected=expected,
        parent=renumbered(events.parent, order),
        options=options,
        seed=seed,
    )


def _background_rate(options: EtasOptions, rng: np.random.Generator) -> Float[np.ndarray, "rows columns"]:
    """Events a day in each cell: log-normal over cells."""
    weight = np.exp(options.contrast * rng.standard_normal(options.shape))
    return options.background_per_day * weight / weight.sum()


def _draw_background(rate: np.ndarray, options: EtasOptions, rng: np.random.Generator) -> _Generation:
    counts = rng.poisson(rate * options.days).ravel()
    row, column = np.divmod(np.repeat(np.arange(rate.size), counts), rate.shape[1])
    n = len(row)
    return _Generation(
        day=rng.integers(0, options.days, n),
        longitude=options.box[0] + options.cell_deg * (column + rng.random(n)),
        latitude=options.box[2] + options.cell_deg * (row + rng.random(n)),
        magnitude=draw_magnitudes(n, options.triggering, rng),
        parent=np.full(n, -1),
    )


def _draw_children(parents: _Generation, first: int, options: EtasOptions, rng: np.random.Generator) -> _Generation:
    """Draw what a generation triggers; `first` is the row of its first event among all."""
    law = options.triggering
    excess = parents.magnitude - law.minimum_magnitude
    chosen = np.repeat(np.arange(len(excess)), rng.poisson(law.productivity * 10 ** (law.alpha * excess)))
    delay = law.omori_c_days * ((1 - rng.random(len(chosen))) ** (-1 / (law.omori_p - 1)) - 1)
    day = parents.day[chosen] + 1 + np.minimum(np.floor(delay), options.days).astype(np.int64)
    sigma_x, sigma_y = _sigma_degrees(parents.magnitude[chosen], options)
    longitude = parents.longitude[chosen] + sigma_x * rng.standard_normal(len(chosen))
    latitude = parents.latitude[chosen] + sigma_y * rng.standard_normal(len(chosen))
    west, east, south, north = options.box
    kept = (day < options.days) & (longitude >= west) & (longitude < east) & (latitude >= south) & (latitude < north)
    magnitude = draw_magnitudes(int(kept.sum()), law, rng)
    return _Generation(day[kept], longitude[kept], latitude[kept], magnitude, first + chosen[kept])


def _sigma_degrees(magnitude: np.ndarray, options: EtasOptions) -> tuple[np.ndarray, np.ndarray]:
    """Spread of what events trigger, along longitude and latitude; degrees at the middle of the box."""
    excess = magnitude - options.triggering.minimum_magnitude
    sigma = options.sigma_km * 10 ** (options.sigma_growth * excess) / KM_PER_DEGREE
    return sigma / np.cos(np.radians(0.5 * (options.box[2] + options.box[3]))), sigma


def _triggered_rate(events: _Generation, options: EtasOptions) -> Float[np.ndarray, "days rows columns"]:
    """Σ_i K 10^(α (m_i - m₀)) G(d - d_i) F(c | x_i, m_i), by day and cell."""
    from scipy.signal import fftconvolve

    law = options.triggering
    children = law.productivity * 10 ** (law.alpha * (events.magnitude - law.minimum_magnitude))
    raised = np.zeros((options.days, *options.shape))
    np.add.at(raised, events.day, children[:, None, None] * _cell_shares(events, options))
    later = (1 + np.arange(options.days + 1) / law.omori_c_days) ** (1 - law.omori_p)
    of_day = np.concatenate([[0.0], -np.diff(later)])[: options.days]  # G(0) = 0: the raise begins at midnight
    rate = fftconvolve(raised, of_day[:, None, None], axes=0)[: options.days]
    return np.maximum(rate, 0.0)  # the transform rounds zero to either side


def _cell_shares(events: _Generation, options: EtasOptions) -> Float[np.ndarray, "n rows columns"]:
    """F(c | x, m): the share of each event's normal in each cell."""
    from scipy.special import ndtr

    rows, columns = options.shape
    west, _, south, _ = options.box
    sigma_x, sigma_y = _sigma_degrees(events.magnitude, options)
    edges_x = west + options.cell_deg * np.arange(columns + 1)
    edges_y = south + options.cell_deg * np.arange(rows + 1)
    along = np.diff(ndtr((edges_x - events.longitude[:, None]) / sigma_x[:, None]), axis=1)
    across = np.diff(ndtr((edges_y - events.latitude[:, None]) / sigma_y[:, None]), axis=1)
    return across[:, :, None] * along[:, None, :]


def _joined(generations: list[_Generation]) -> _Generation:
    names = ("day", "longitude", "latitude", "magnitude", "parent")
    return _Generation(*(np.concatenate([getattr(part, name) for part in generations]) for name in names))


def _as_catalog(
    events: _Generation, order: np.ndarray, options: EtasOptions, rng: np.random.Generator, seed: int
) -> Catalog:
    """The events as a catalog; the hour of the day means nothing, only its order within the day is kept."""
    n = len(order)
    day = events.day[order]
    hour = np.sort(day + rng.random(n))  # sorted within days, as days are sorted already
    return Catalog(
        times=np.datetime64(options.start, "D") + (hour * 86_400_000_000).astype("timedelta64[us]"),
        longitude=events.longitude[order],
        latitude=events.latitude[order],
        depth_km=np.full(n, 8.0),
        magnitude=events.magnitude[order],
        ids=np.array([f"etas{k:07d}" for k in range(1, n + 1)], dtype=str),
        provenance=Provenance(source=f"simulated ETAS world, seed {seed}", format="synthetic"),
    )
