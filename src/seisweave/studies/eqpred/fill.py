"""Fill a table: lay out its days, choose settings on validation days, make the fits, score them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.nowcast.region.options import NowcastOptions
from seisweave.studies.eqpred.paper import NOT_CAUSAL, Row, paper_rows
from seisweave.studies.eqpred.published import COLUMNS, PUBLISHED
from seisweave.studies.eqpred.write import write_json, write_table

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.studies.eqpred.days import Days
    from seisweave.studies.eqpred.models.registry import Model
    from seisweave.studies.eqpred.options import Fitting, TableInput

_NAMES = {"table1": "Table I", "table2": "Table II", "table3": "Table III", "table4": "Table IV"}


@dataclass(frozen=True, eq=False)
class Table:
    """A table in the paper's protocol, and the search before it."""

    name: str
    rows: Sequence[Row]
    search: pd.DataFrame | None
    days: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether no fit is missing."""
        return not any(row.missing for row in self.rows)

    def write(self, folder: Path, about: dict[str, Any]) -> str:
        """Write all files; returns the Markdown."""
        name, columns = _NAMES[self.name], COLUMNS[self.name]
        text = write_table(folder, name, self.rows, columns, PUBLISHED[self.name], stamp=NOT_CAUSAL)
        if self.search is not None:
            self.search.to_csv(folder / "search.csv", index=False)
        told = {"stamp": NOT_CAUSAL, "causal": False, "days": self.days, "complete": self.complete}
        told["missing"] = {row.name: list(row.missing) for row in self.rows if row.missing}
        write_json(folder, about | told)
        return text


def fill(
    name: str,
    given: TableInput,
    models: list[Model],
    fitting: Fitting,
) -> Table:
    """Make what is missing of a table in the paper's protocol, and score all that is there."""
    from seisweave.studies.eqpred.days import paper_days

    options = given.options
    nowcast = NowcastOptions(
        protocol="paper", threshold=options.threshold or 4.5, start=options.start, end=options.end, span=options.span
    )
    days = paper_days(given.catalog, nowcast, given.maps)
    search = None
    if options.trials:
        models, search = choose(models, days, options.trials, fitting)
    run(models, [days], fitting.seeds, fitting)
    rows = paper_rows(models, days, fitting.seeds, fitting.folder, baselines="nse" in COLUMNS[name])
    said = {"train": int(days.train.sum()), "validation": int(days.validation.sum()), "test": int(days.test.sum())}
    said |= {"extreme_days_of_test": int(days.extreme[days.test].sum())}
    return Table(name, rows, search, said)


def run(models: Sequence[Model], days: Sequence[Days], seeds: range, fitting: Fitting) -> None:
    """Make the fits of some models, with progress over all of them."""
    from seisweave.studies.eqpred.fits.plan import chains_of
    from seisweave.studies.eqpred.fits.workers import run_chains

    run_chains(
        chains_of(models, days, seeds),
        days,
        fitting.folder,
        jobs=fitting.effort.jobs,
        until=fitting.until,
        progress=fitting.progress,
    )


def choose(models: Sequence[Model], days: Days, n: int, fitting: Fitting) -> tuple[list[Model], pd.DataFrame]:
    """The best of each model's trials by the validation loss of seed 0, and the record of all of them."""
    import pandas as pd

    from seisweave.studies.eqpred.fits.plan import fit_of, trials_of

    trials = {model.name: trials_of(model, n) for model in models}
    named = [
        replace(trial, name=f"{name}, trial {k}") for name, those in trials.items() for k, trial in enumerate(those)
    ]
    run(named, [days], range(1), fitting)
    chosen, record = [], []
    for model in models:
        losses = []
        for k, trial in enumerate(trials[model.name]):
            made = fit_of(trial, days, 0, fitting.folder)
            loss = float("inf") if made is None or "failed" in made.said else float(made.said["validation_loss"])
            part = trial.single or trial.predictor
            settings = {} if part is None else {name: getattr(part.options, name) for name in part.ranges}
            record.append({"model": model.name, "trial": k, "validation_loss": loss, **settings})
            losses.append(loss)
        best = losses.index(min(losses))
        record[best - len(losses)]["chosen"] = True
        chosen.append(trials[model.name][best])
    return chosen, pd.DataFrame(record)
