"""A table in the paper's protocol: lay out its days, choose settings on validation days, make the fits, score them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.nowcast.region.options import NowcastOptions
from seisweave.storage import write_summary
from seisweave.studies.eqpred.days import paper_days
from seisweave.studies.eqpred.fits.search import search_settings
from seisweave.studies.eqpred.fits.workers import make_fits
from seisweave.studies.eqpred.models.registry import Model
from seisweave.studies.eqpred.options import Fitting, TableInput
from seisweave.studies.eqpred.published import COLUMNS, PUBLISHED
from seisweave.studies.eqpred.rows import NOT_CAUSAL, TableRow, paper_rows
from seisweave.studies.eqpred.write import TITLES, cells_table, paper_markdown, seeds_table

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {"table1": "Table I", "table2": "Table II", "table3": "Table III", "table4": "Table IV"}


@dataclass(frozen=True, eq=False)
class PaperTable:
    """A table in the paper's protocol: its rows, the search before it, and how many days it rests on.

    about says how it was made.
    """

    name: str
    rows: Sequence[TableRow]
    search: pd.DataFrame | None
    days: Mapping[str, int]
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether no fit is missing.

        >>> PaperTable("table4", [TableRow("EQPRED", "joint", missing=(1,))], None, {}).complete
        False
        """
        return not any(row.missing for row in self.rows)

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        told = {"stamp": NOT_CAUSAL, "causal": False, "days": dict(self.days), "complete": self.complete}
        told["missing"] = {row.name: list(row.missing) for row in self.rows if row.missing}
        return {**self.about, **told}

    def markdown(self) -> str:
        """The table as text; in brackets what the paper prints.

        >>> table = PaperTable("table4", [TableRow("EQPRED", "joint", {0: {"f1": 0.5}})], None, {})
        >>> print(table.markdown().splitlines()[-1])
        | EQPRED | 0.500 (0.9251) | - (0.9323) | - | - | 1 |
        """
        return paper_markdown(self.name, self.rows)

    def write(self, folder: Path) -> None:
        """Write table.md, table.csv, table.png, fits.csv, search.csv after a search, and summary.json."""
        from seisweave.report.tables import table_figure

        columns, published = COLUMNS[self.name], PUBLISHED[self.name]
        (folder / "table.md").write_text(self.markdown(), encoding="utf-8")
        cells_table(self.name, self.rows).to_csv(folder / "table.csv", index=False)
        seeds_table(self.rows).to_csv(folder / "fits.csv", index=False)
        if self.search is not None:
            self.search.to_csv(folder / "search.csv", index=False)
        values = {row.name: {column: row.values(column) for column in columns} for row in self.rows}
        titles = {column: TITLES[column] for column in columns}
        title = f"{_NAMES[self.name]} of Feng & Fox (2021), made anew"
        table_figure(values, titles, published, title=title, stamp=NOT_CAUSAL).savefig(folder / "table.png")
        write_summary(folder, self.summary)


def make_paper_table(name: str, given: TableInput, models: Sequence[Model], fitting: Fitting) -> PaperTable:
    """Make what is missing of a table in the paper's protocol, and score all that is there."""
    options, trials = given.options, None
    nowcast = NowcastOptions(
        protocol="paper", threshold=options.extreme_from(), start=options.start, end=options.end, span=options.span
    )
    until, channels = given.complete_until, given.channels
    days = paper_days(given.catalog, nowcast, given.maps, complete_until=until, channels=channels)
    if options.trials:
        search = search_settings(models, days, options.trials, fitting)
        models, trials = search.models, search.trials
    make_fits(models, [days], fitting.seeds, fitting)
    rows = paper_rows(models, days, fitting.seeds, fitting.folder, baselines="nse" in COLUMNS[name])
    counts = {"train": int(days.train.sum()), "validation": int(days.validation.sum()), "test": int(days.test.sum())}
    counts |= {"extreme_days_of_test": int(days.extreme[days.test].sum())}
    return PaperTable(name, rows, trials, counts)
