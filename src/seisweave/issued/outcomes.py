"""What came of one forecast on record in one of its windows: all that scores are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import span_of
from seisweave.etas.cell_mass import CellGrid
from seisweave.evaluation.information import log_scores
from seisweave.issued.digests import digest_of_arrays
from seisweave.issued.record import IssuedForecast
from seisweave.issued.reliability import bins_of

_LEAST = 1e-9  # of a chance, and of what is left of it
_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, eq=False)
class Outcome:
    """A window of a forecast and what came in it, for m magnitudes.

    Arguments:
        model: name of the forecast, see `IssuedForecast.name`.
        now: beginning of the window; days: its length.
        issued: when it was made.
        region: digest of cells that belong to it: forecasts of one region can be compared.
        magnitudes: growing.
        chance, usual: of an event in the region, by the model and at the long-term rate.
        number: of events that came; expected: by the model.
        low, high: what 95 % of the model's numbers lie within; NaN without them.
        cell_gain: nats gained over the long-term rate in all cells; cell_hits: cells in which an event came.
        cell_bins: by bin of chance (`reliability.EDGES`): cells, sum of their chances, cells with an event.
        shares: of c cells in what the model expects of the smallest magnitude; came: events in them.
        pseudo_prospective: whether it was made after the window had begun.
    """

    model: str
    now: np.datetime64
    days: float
    issued: np.datetime64
    region: str
    magnitudes: Float[np.ndarray, " m"]
    chance: Float[np.ndarray, " m"]
    usual: Float[np.ndarray, " m"]
    number: Int[np.ndarray, " m"]
    expected: Float[np.ndarray, " m"]
    low: Float[np.ndarray, " m"]
    high: Float[np.ndarray, " m"]
    cell_gain: Float[np.ndarray, " m"]
    cell_hits: Int[np.ndarray, " m"]
    cell_bins: Float[np.ndarray, "m b 3"]
    shares: Float[np.ndarray, " c"]
    came: Int[np.ndarray, " c"]
    pseudo_prospective: bool = False

    @property
    def end(self) -> np.datetime64:
        """When the window ends."""
        return self.now + span_of(self.days)


def outcome_of(made: IssuedForecast, h: int, targets: Catalog) -> Outcome:
    """What came of the forecast in its window of place h; targets are in order of time, and cover the window.

    >>> from seisweave.issued.example import example_issued
    >>> made = example_issued()
    >>> time = made.now + np.array([3, 40], "timedelta64[h]")
    >>> places = np.full((3, 2), [[-117.2], [35.2], [5.0]])
    >>> two = Catalog(time, *places, np.array([3.5, 4.2]), np.array(["a", "b"]))
    >>> outcome_of(made, 0, two).number.tolist(), outcome_of(made, 1, two).number.tolist()
    ([1, 0], [2, 1])
    """
    days = float(made.horizon_days[h])
    first, last = np.searchsorted(targets.times, [made.now, made.now + span_of(days)])
    within = slice(int(first), int(last))
    row, column = CellGrid(made.lon_edges, made.lat_edges).cell_of(targets.longitude[within], targets.latitude[within])
    kept = (row >= 0) & made.inside[row, column]
    row, column, magnitude = row[kept], column[kept], targets.magnitude[within][kept]
    counts = np.zeros((len(made.magnitudes), *made.inside.shape), int)
    for m, least in enumerate(made.magnitudes):
        large = magnitude >= least - 1e-9
        np.add.at(counts[m], (row[large], column[large]), 1)
    by_cell, usual = made.cell_chance[h][:, made.inside], made.long_term_cell_chance()[h][:, made.inside]
    hit = counts[:, made.inside] > 0
    gain = log_scores(never_sure(by_cell), hit) - log_scores(never_sure(usual), hit)
    bins = np.array([bins_of(chance, each) for chance, each in zip(by_cell, hit, strict=True)])
    at = made.cell_expected[h, 0][made.inside]
    total = float(at.sum())
    low, high = (_quantile(made, h, level) for level in (_LOW, _HIGH))
    region = digest_of_arrays(made.lon_edges.round(6), made.lat_edges.round(6), made.inside)
    return Outcome(
        made.name, made.now, days, made.issued, region, made.magnitudes, made.chance[h],
        made.long_term_chance[h], counts.sum(axis=(1, 2)), made.expected[h], low, high, gain.sum(axis=1),
        hit.sum(axis=1), bins, at / total if total > 0.0 else at * np.nan, counts[0][made.inside],
        made.pseudo_prospective,
    )  # fmt: skip


def _quantile(made: IssuedForecast, h: int, level: float) -> Float[np.ndarray, " m"]:
    at = int(np.argmin(np.abs(made.levels - level)))
    known = abs(made.levels[at] - level) < 1e-9
    return made.quantiles[h, :, at] if known else np.full(len(made.magnitudes), np.nan)


def never_sure(chance: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Chances of which none is quite 0 or 1, so that each has a finite score.

    >>> never_sure(np.array([0.0, 0.5])).tolist()
    [1e-09, 0.5]
    """
    return np.clip(chance, _LEAST, 1.0 - _LEAST)
