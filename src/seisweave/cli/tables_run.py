"""Fill a table: lay out its days, choose settings on validation days, make the fits, score them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

from seisweave.cli.progress import live_share
from seisweave.cli.tables_published import COLUMNS, PUBLISHED
from seisweave.cli.tables_scores import NOT_CAUSAL, Row, paper_rows
from seisweave.cli.tables_write import write_json, write_table
from seisweave.nowcast.options import NowcastOptions

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.catalog.catalog import Catalog
    from seisweave.cli.reproduce_tables import Effort, TableOptions
    from seisweave.nowcast.comparison.days import Days
    from seisweave.nowcast.maps import MapOptions
    from seisweave.nowcast.models.registry import Model

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
    data: tuple[Catalog, TableOptions, MapOptions],
    models: list[Model],
    effort: Effort,
    folder: Path,
    *,
    quiet: bool,
) -> Table:
    """Make what is missing of a table in the paper's protocol, and score all that is there."""
    from seisweave.nowcast.comparison.days import paper_days

    catalog, options, maps = data
    nowcast = NowcastOptions(
        protocol="paper", threshold=options.threshold or 4.5, start=options.start, end=options.end, span=options.span
    )
    days = paper_days(catalog, nowcast, maps)
    until = float("inf") if effort.minutes is None else time() + 60.0 * effort.minutes
    search = None
    if options.trials:
        models, search = choose(models, days, options.trials, (effort, folder, until), quiet=quiet)
    run(models, [days], range(effort.seeds), (effort, folder, until), quiet=quiet)
    rows = paper_rows(models, days, range(effort.seeds), folder, baselines="nse" in COLUMNS[name])
    said = {"train": int(days.train.sum()), "validation": int(days.validation.sum()), "test": int(days.test.sum())}
    said |= {"extreme_days_of_test": int(days.extreme[days.test].sum())}
    return Table(name, rows, search, said)


def run(
    models: Sequence[Model],
    days: Sequence[Days],
    seeds: range,
    how: tuple[Effort, Path, float],
    *,
    quiet: bool,
) -> None:
    """Make the fits of some models, with progress over all of them."""
    from seisweave.nowcast.comparison.plan import chains_of
    from seisweave.nowcast.comparison.run import run_chains

    effort, folder, until = how
    with live_share(quiet=quiet) as progress:
        chains = chains_of(models, days, seeds)
        run_chains(chains, days, folder, jobs=effort.jobs, until=until, progress=progress)


def choose(
    models: Sequence[Model], days: Days, n: int, how: tuple[Effort, Path, float], *, quiet: bool
) -> tuple[list[Model], pd.DataFrame]:
    """The best of each model's trials by the validation loss of seed 0, and the record of all of them."""
    import pandas as pd

    from seisweave.nowcast.comparison.plan import fit_of, trials_of

    trials = {model.name: trials_of(model, n) for model in models}
    named = [
        replace(trial, name=f"{name}, trial {k}") for name, those in trials.items() for k, trial in enumerate(those)
    ]
    run(named, [days], range(1), how, quiet=quiet)
    chosen, record = [], []
    for model in models:
        losses = []
        for k, trial in enumerate(trials[model.name]):
            made = fit_of(trial, days, 0, how[1])
            loss = float("inf") if made is None or "failed" in made.said else float(made.said["validation_loss"])
            part = trial.single or trial.predictor
            settings = {} if part is None else {name: getattr(part.options, name) for name in part.ranges}
            record.append({"model": model.name, "trial": k, "validation_loss": loss, **settings})
            losses.append(loss)
        best = losses.index(min(losses))
        record[best - len(losses)]["chosen"] = True
        chosen.append(trials[model.name][best])
    return chosen, pd.DataFrame(record)
