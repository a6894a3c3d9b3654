"""The prospective table by cell of half a degree: models that know cells, and regional ones shared out by the rate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.nowcast.place.scores import LEAST, SUM, alarm_scores, cell_scores, true_base_rate

if TYPE_CHECKING:
    from seisweave.nowcast.place.data import PlaceData
    from seisweave.nowcast.place.options import PlaceOptions
    from seisweave.studies.eqpred.cell_chances import CellChances
    from seisweave.studies.eqpred.expanding_window import Target
    from seisweave.studies.eqpred.options import Fitting, TableInput

NEURON, BY_PLACE = "neuron by cell", "network by place"
QUICK_EPOCHS = 2
STEPS_BELOW = (1.5, 1.0, 0.5, 0.0)  # thresholds that are learned together, below the highest


@dataclass(frozen=True, eq=False)
class Cells:
    """What is known of cells, the borders of refits, the chances of each threshold, those of networks by seed.

    networks holds arrays (n, m, rows, columns).
    """

    data: PlaceData
    options: PlaceOptions
    borders: tuple[np.datetime64, ...]
    chances: tuple[CellChances, ...]
    networks: Mapping[int, np.ndarray] = field(default_factory=dict)

    def number_of(self, threshold: float) -> int:
        """Which of the magnitudes a threshold is."""
        return int(np.argmin(np.abs(np.array(self.options.magnitudes) - threshold)))


def lay_cells(given: TableInput, borders: tuple[np.datetime64, ...], target: Target) -> Cells:
    """Cells of half a degree in the box of the maps; four thresholds up to the target's, so many days ahead."""
    from seisweave.nowcast.place.data import place_data
    from seisweave.nowcast.place.options import PlaceOptions
    from seisweave.studies.eqpred.cell_chances import cell_chances

    maps = given.maps
    options = PlaceOptions(
        magnitudes=tuple(target.threshold - below for below in STEPS_BELOW),  # type: ignore[arg-type]
        days=target.days,
        box=maps.box,
        gaps=maps.gaps,
        learn_from=given.options.start,
        event_type=maps.event_type,
        not_event_type=maps.not_event_type,
    )
    data = place_data(given.catalog, options, end=str(borders[-1])[:10])
    return Cells(data, options, borders, cell_chances(data, borders, options.magnitudes))


def place_networks(cells: Cells, given: TableInput, fitting: Fitting) -> dict[int, np.ndarray]:
    """Chances of networks by place, trained anew at every border, by seed.

    Where little is known before the first border, at most half of it is kept to calibrate on.

    Errors: InputError for a past that is too short.
    """
    from seisweave.nowcast.place.backtesting import backtest
    from seisweave.nowcast.place.options import BacktestOptions, PlaceNetworkOptions, WindowOptions
    from seisweave.nowcast.place.stored import FORMAT

    years = int(cells.data.before(cells.borders[0]).sum()) // 365
    network = PlaceNetworkOptions(calibration_years=max(1, min(PlaceNetworkOptions().calibration_years, years // 2)))
    network = replace(network, epochs=QUICK_EPOCHS) if fitting.effort.quick else network
    first, end = (str(cells.borders[k])[:10] for k in (0, -1))
    window = WindowOptions(first=first, end=end, every_years=given.options.every_years)
    said = {
        "catalog": given.catalog.provenance.sha256 or "",
        "place": asdict(cells.options),
        "network": asdict(network),
        "format": FORMAT,
        "end": end,
    }
    keep = fitting.folder / f"place_{sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]}"
    ahead = f"by place, {cells.options.days} days" if cells.options.days > 1 else "by place"
    tell = fitting.progress
    told = None if tell is None else lambda step: tell(replace(step, stage=f"{ahead}: {step.stage}"))
    options = BacktestOptions(cells.options, network, window, fitting.seeds)
    return backtest(cells.data, options, jobs=fitting.effort.jobs, keep=keep, progress=told).network


def rows_by_cell(
    cells: Cells, target: Target, regional: Mapping[tuple[str, int], tuple[np.ndarray, np.ndarray]]
) -> list[dict[str, Any]]:
    """Scores of one target; `regional` holds days and chances anywhere of each model and seed.

    Days are those of which every model says something. No rows where fewer than ten positives came.
    """
    k = cells.number_of(target.threshold)
    made = cells.chances[k]
    if made.happened.sum() < LEAST:
        return []
    networks = {(BY_PLACE, seed): chance[:, k] for seed, chance in cells.networks.items()}
    name = str(target).replace(",", " by cell,")
    return [_row(name, key, chance, made) for key, chance in _chances(made, regional, networks).items()]


def _chances(
    made: CellChances,
    regional: Mapping[tuple[str, int], tuple[np.ndarray, np.ndarray]],
    networks: Mapping[tuple[str, int], np.ndarray],
) -> dict[tuple[str, int], np.ndarray]:
    """Chances of every model in every cell; a day of which a regional one says nothing has the rate's."""
    happened, poisson = made.happened, made.poisson
    true = true_base_rate(poisson, happened)
    chances = {("cell Poisson", 0): poisson, ("true base rate", 0): true, (NEURON, 0): made.neuron}
    chances |= {("pooled linear model", 0): made.linear, (SUM, 0): made.sums, **networks}
    for (name, seed), (start, probability) in regional.items():
        place = np.searchsorted(start, made.day)
        place = np.minimum(place, len(start) - 1)
        known = start[place] == made.day
        spread = made.shared_out(probability[place])
        chances[f"{name}, shared out", seed] = np.where(known[:, None, None], spread, poisson)
    return chances


def _row(target: str, key: tuple[str, int], chance: np.ndarray, made: CellChances) -> dict[str, Any]:
    happened = made.happened
    day = made.day.astype("datetime64[D]").astype(np.int64)
    return {
        "target": target,
        "model": key[0],
        "seed": key[1],
        "steps": int(happened.size),
        **cell_scores(chance, made.poisson, made.neuron, happened, day),
        **alarm_scores(chance, happened),
    }
