"""A table in the prospective protocol: every model against the events that came, beside what needs no network.

The protocol is that of an expanding window (`expanding_window.py`). A model's chance is a logistic function of its own
nowcast alone; "EQPRED and neuron" knows yesterday's number of events too, as the nowcaster itself does. Scores are over
all refits together: nats per positive over Poisson, and over one neuron (paired), with the limits of drawing blocks of
30 days anew, and Holm's correction over models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError
from seisweave.evaluation import ReliabilityTable
from seisweave.storage import write_summary
from seisweave.studies.eqpred.by_cell import BY_PLACE, Cells, cells_of, place_networks, rows_by_cell, without_cells
from seisweave.studies.eqpred.chances import chances_by_model
from seisweave.studies.eqpred.expanding_window import Target
from seisweave.studies.eqpred.fits.search import search_settings
from seisweave.studies.eqpred.fits.seconds import seconds_of, times_of_fits
from seisweave.studies.eqpred.fits.workers import make_fits
from seisweave.studies.eqpred.models.registry import Model
from seisweave.studies.eqpred.options import Fitting, TableInput
from seisweave.studies.eqpred.scores import reliability_of, score_target
from seisweave.studies.eqpred.timetable import Timetable, targets_of, timetable_of
from seisweave.studies.eqpred.write import PROSPECTIVE, prospective_markdown

if TYPE_CHECKING:
    import pandas as pd

BY_CELL = "all rows by cell"


@dataclass(frozen=True, eq=False)
class ProspectiveTable:
    """Scores: a row a target, model and seed; reliability by target; which fits are missing, or cannot be and why.

    fits says how long each fit took, search what was tried before, dates when what was fitted, about how it was made.
    daily is whether a step is a day.
    """

    rows: Sequence[dict[str, Any]]
    reliability: Mapping[str, Mapping[str, ReliabilityTable]]
    missing: Mapping[str, list[int]]
    left_out: Mapping[str, str]
    fits: Sequence[dict[str, Any]]
    search: pd.DataFrame | None
    dates: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)
    daily: bool = True

    @property
    def complete(self) -> bool:
        """Whether no fit is missing."""
        return not self.missing

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        told = {"stamp": PROSPECTIVE, "causal": True, "complete": self.complete, "missing": dict(self.missing)}
        return {**self.about, **told, "left_out": dict(self.left_out), **self.dates}

    def markdown(self) -> str:
        """The table as text."""
        return prospective_markdown(self.rows, self.missing, self.left_out)

    def write(self, folder: Path) -> None:
        """Write table.md, table.csv, table.png, fits.csv, search.csv after a search, reliability.png, summary.json."""
        import pandas as pd

        from seisweave.report.tables import gains_figure, reliability_figure

        (folder / "table.md").write_text(self.markdown(), encoding="utf-8")
        pd.DataFrame(list(self.rows)).to_csv(folder / "table.csv", index=False)
        pd.DataFrame(list(self.fits)).to_csv(folder / "fits.csv", index=False)
        if self.search is not None:
            self.search.to_csv(folder / "search.csv", index=False)
        before = "yesterday's number of events" if self.daily else "the number of events of the step before"
        figure = gains_figure(self.rows, title=f"Gain over Poisson, {PROSPECTIVE}", before=before)
        figure.savefig(folder / "table.png")
        reliability_figure(self.reliability).savefig(folder / "reliability.png")
        write_summary(folder, self.summary)


def make_prospective_table(given: TableInput, models: Sequence[Model], fitting: Fitting) -> ProspectiveTable:
    """Make what is missing of a table in the prospective protocol, and score all that is there."""
    timetable, options, seeds, folder = timetable_of(given), given.options, fitting.seeds, fitting.folder
    models = [model for model in models if model.disturb == "" and (model.single or model.predictor)]
    trials = None
    if options.trials:  # on the first past, which every refit has
        search = search_settings(models, timetable.trainings[0], options.trials, fitting)
        models, trials = search.models, search.trials
    make_fits(models, timetable.trainings, seeds, fitting)
    times = times_of_fits(timetable.trainings, models, seeds, folder)
    targets = targets_of(options.extreme_from(), given.maps.step_hours)
    place = _by_place(given, timetable, targets, fitting)
    rows, reliability, missing = [], {}, {}
    for target in targets:
        made = chances_by_model(timetable, target, models, seeds, folder)
        rows += score_target(timetable, made)
        if target.steps in place.cells:
            rows += rows_by_cell(place.cells[target.steps], timetable, made)
        reliability[str(target)] = reliability_of(made)
        missing |= made.missing
    for row in rows:
        row["seconds"] = seconds_of(times, row["model"], row["seed"])
    missing |= place.missing
    return ProspectiveTable(
        rows,
        reliability,
        missing,
        place.left_out,
        times,
        trials,
        timetable.summary,
        daily=given.maps.step_hours == 24.0,
    )


@dataclass(frozen=True, eq=False)
class _ByPlace:
    """Cells with their networks, if any, by days ahead; which of these are missing, or cannot be made and why."""

    cells: dict[int, Cells] = field(default_factory=dict)
    missing: dict[str, list[int]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def _by_place(given: TableInput, timetable: Timetable, targets: Sequence[Target], fitting: Fitting) -> _ByPlace:
    """Cells and their networks, for the highest threshold of each number of days ahead."""
    made, reason = _ByPlace(), without_cells(given)
    if reason:
        return replace(made, left_out={BY_CELL: reason})
    highest = {target.steps: target for target in sorted(targets, key=lambda target: target.threshold)}
    for days, target in highest.items():
        made.cells[days] = cells_of(given, timetable.borders, target)
        if time() > fitting.until:
            made.missing[BY_PLACE] = list(fitting.seeds)
            continue
        try:
            made.cells[days] = place_networks(made.cells[days], given, fitting)
        except InputError as error:  # too short a past for it, not for others
            made.left_out[BY_PLACE] = str(error)
    return made
