"""The prospective table by cell of half a degree: models that know cells, and regional ones shared out by the rate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any

import numpy as np

from seisweave.errors import InputError
from seisweave.evaluation.chances import LEAST_POSITIVES, later_alarms, score_chances, true_base_rate
from seisweave.nowcast.place.backtesting import backtest
from seisweave.nowcast.place.data import PlaceData, place_data
from seisweave.nowcast.place.options import (
    USUAL_CALIBRATION_YEARS,
    BacktestOptions,
    PlaceNetworkOptions,
    PlaceOptions,
    WindowOptions,
)
from seisweave.nowcast.place.scores import ETAS, SUM
from seisweave.nowcast.place.stored import KIND
from seisweave.studies.eqpred.cell_chances import CellChances, cell_chances
from seisweave.studies.eqpred.chances import Seeded, TargetChances
from seisweave.studies.eqpred.expanding_window import Target
from seisweave.studies.eqpred.options import Fitting, TableInput
from seisweave.studies.eqpred.scores import TRUE_RATE, adjust_for_models, row_of
from seisweave.studies.eqpred.timetable import Timetable

CELL_POISSON, CELL_NEURON, BY_PLACE = "cell Poisson", "neuron by cell", "network by place"
QUICK_EPOCHS = 2
CELL_DEG = 0.5
STEPS_BELOW = (1.5, 1.0, 0.5, 0.0)  # thresholds that are learned together, below the highest


@dataclass(frozen=True, eq=False)
class Cells:
    """What is known of cells, the borders of refits, the chances of each threshold, those of networks by seed.

    networks holds arrays (n, m, rows, columns), and etas one, where it was fitted.
    """

    data: PlaceData
    options: PlaceOptions
    borders: tuple[np.datetime64, ...]
    chances: tuple[CellChances, ...]
    networks: Mapping[int, np.ndarray] = field(default_factory=dict)
    etas: np.ndarray | None = None

    def number_of(self, threshold: float) -> int:
        """Which of the magnitudes a threshold is."""
        return int(np.argmin(np.abs(np.array(self.options.thresholds) - threshold)))


def cells_of(given: TableInput, borders: tuple[np.datetime64, ...], target: Target) -> Cells:
    """Cells of half a degree in the box of the maps; four thresholds up to the target's, so many days ahead."""
    maps = given.maps
    options = PlaceOptions(
        magnitudes=tuple(target.threshold - below for below in STEPS_BELOW),  # type: ignore[arg-type]
        days=target.steps,
        box=maps.box,
        cell_deg=CELL_DEG,
        gaps=maps.gaps,
        learn_from=given.options.start,
        event_type=maps.event_type,
        not_event_type=maps.not_event_type,
    )
    data = place_data(given.catalog, options, end=str(borders[-1])[:10])
    return Cells(data, options, borders, cell_chances(data, borders, options.thresholds))


def without_cells(given: TableInput) -> str:
    """Why there can be no rows by cell; empty where there can.

    >>> from seisweave.studies.eqpred.options import TableOptions
    >>> without_cells(TableInput.simulated(TableOptions(step_hours=12.0)))
    'cells are counted by whole days, and a step has 12 hours'
    """
    if given.maps.step_hours != 24.0:
        return f"cells are counted by whole days, and a step has {given.maps.step_hours:g} hours"
    try:
        PlaceOptions(box=given.maps.box, cell_deg=CELL_DEG)
    except InputError as error:
        return str(error)
    return ""


def place_networks(cells: Cells, given: TableInput, fitting: Fitting) -> Cells:
    """The cells with chances of networks by place, and of ETAS but for a quick table, fitted anew at every border.

    Networks start from the sums of textbook rates, which stand beside them. Where little is known before the first
    border, at most half of it is kept to calibrate on.

    Errors: InputError for a past that is too short.
    """
    years = int(cells.data.before(cells.borders[0]).sum()) // 365
    network = PlaceNetworkOptions(calibration_years=max(1, min(USUAL_CALIBRATION_YEARS, years // 2)), rates="sums")
    network = replace(network, epochs=QUICK_EPOCHS) if fitting.effort.quick else network
    first, end = (str(cells.borders[k])[:10] for k in (0, -1))
    window = WindowOptions(start=first, end=end, every_years=given.options.every_years, etas=not fitting.effort.quick)
    rests_on = {
        "catalog": given.catalog.provenance.sha256 or "",
        "place": asdict(cells.options),
        "network": asdict(network),
        "format": KIND.format,
        "end": end,
    }
    keep = fitting.folder / f"place_{sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()[:24]}"
    ahead = f"by place, {cells.options.days} days" if cells.options.days > 1 else "by place"
    tell = fitting.progress
    progress = None if tell is None else lambda step: tell(replace(step, stage=f"{ahead}: {step.stage}"))
    options = BacktestOptions(cells.options, network, window, fitting.seeds)
    made = backtest(cells.data, options, jobs=fitting.jobs, keep=keep, progress=progress)
    return replace(cells, networks=made.network, etas=made.etas)


def rows_by_cell(cells: Cells, timetable: Timetable, region: TargetChances) -> list[dict[str, Any]]:
    """Rows of one target; `region` holds the chances anywhere of each model and seed, which are shared out.

    No rows where fewer than ten positives came.
    """
    k = cells.number_of(region.target.threshold)
    made = cells.chances[k]
    if made.happened.sum() < LEAST_POSITIVES:
        return []
    networks = {Seeded(BY_PLACE, seed): chance[:, k] for seed, chance in cells.networks.items()}
    etas = {} if cells.etas is None else {Seeded(ETAS, 0): cells.etas[:, k]}
    chances = _known_chances(made) | etas | networks | _shared_out(made, timetable, region)
    name, day = str(region.target).replace(",", " by cell,"), made.day.astype("datetime64[D]").astype(np.int64)
    rows = []
    for key, chance in chances.items():
        alarms = later_alarms(chance, made.happened)
        scores = score_chances(
            chance, made.happened, made.poisson, over={"neuron": made.neuron}, day=day, alarms=alarms
        )
        rows.append(row_of(name, key, scores))
    adjust_for_models([row for row in rows if row["model"] not in (CELL_NEURON, CELL_POISSON, TRUE_RATE)])
    return rows


def _known_chances(made: CellChances) -> dict[Seeded, np.ndarray]:
    """Chances of models that need no network, and of the rate that came."""
    chances = {CELL_POISSON: made.poisson, TRUE_RATE: true_base_rate(made.poisson, made.happened)}
    chances |= {CELL_NEURON: made.neuron, "pooled linear model": made.linear, SUM: made.sums}
    return {Seeded(name, 0): chance for name, chance in chances.items()}


def _shared_out(made: CellChances, timetable: Timetable, region: TargetChances) -> dict[Seeded, np.ndarray]:
    """Chances of the region's models in every cell; on days that these say nothing of, those of the rate."""
    start = timetable.observed.steps.start[region.truth.rows]
    place = np.minimum(np.searchsorted(start, made.day), len(start) - 1)
    known = (start[place] == made.day)[:, None, None]
    return {
        Seeded(f"{key.model}, shared out", key.seed): np.where(
            known, made.shared_out(chances.probability[place]), made.poisson
        )
        for key, chances in region.chances.items()
    }
