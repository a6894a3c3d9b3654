"""The same table for several magnitudes from which an event is extreme, side by side.

Feng & Fox (2021), section IV-E: "we test pre-defined thresholds that filter extremely large quakes of magnitude at 4,
4.2, and 4.5. In all cases, this modeling approach can generalize to the same effective results."
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.storage import write_summary
from seisweave.studies.eqpred.models.registry import Model
from seisweave.studies.eqpred.options import Fitting, TableInput
from seisweave.studies.eqpred.paper import PaperTable, make_paper_table
from seisweave.studies.eqpred.prospective import ProspectiveTable, make_prospective_table
from seisweave.studies.eqpred.published import COLUMNS, PUBLISHED
from seisweave.studies.eqpred.rows import NOT_CAUSAL, TableRow
from seisweave.studies.eqpred.write import TITLES, cells_table, several_markdown

if TYPE_CHECKING:
    import pandas as pd

EACH = "thresholds"  # the folder in which those of each threshold are


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Tables of one name by the threshold each was made with; about says how they were made."""

    name: str
    tables: Mapping[float, PaperTable] | Mapping[float, ProspectiveTable]
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether no fit is missing."""
        return all(table.complete for table in self.tables.values())

    @property
    def papers(self) -> dict[float, PaperTable]:
        """The tables in the paper's protocol; none of them are, or all."""
        return {m: table for m, table in self.tables.items() if isinstance(table, PaperTable)}

    @property
    def rows(self) -> dict[float, Sequence[TableRow]]:
        """Rows by threshold, in the paper's protocol."""
        return {m: table.rows for m, table in self.papers.items()}

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        each = {f"{m:g}": table.summary for m, table in self.tables.items()}
        return {**self.about, "complete": self.complete, "tables": each}

    def markdown(self) -> str:
        """All in one table in the paper's protocol; one after the other in the prospective one.

        >>> rows = [TableRow("EQPRED", "joint", {0: {"f1": 0.5}})]
        >>> made = SideBySide("table4", {m: PaperTable("table4", rows, None, {}) for m in (4.0, 4.5)})
        >>> print(made.markdown().splitlines()[2])
        | model | F1, M ≥ 4 | F1, M ≥ 4.5 | NSE, M ≥ 4 | NSE, M ≥ 4.5 | printed F1 | printed NSE |
        """
        if self.papers:
            return several_markdown(self.name, self.rows)
        return "\n".join(
            f"## Networks that know M ≥ {m:g} as extreme\n\n{t.markdown()}" for m, t in self.tables.items()
        )

    def write(self, folder: Path) -> None:
        """Write table.md, table.csv, in the paper's protocol table.png, summary.json, and a folder a threshold."""
        (folder / "table.md").write_text(self.markdown(), encoding="utf-8")
        self._cells().to_csv(folder / "table.csv", index=False)
        if self.papers:
            self._figure(folder / "table.png")
        for magnitude, table in self.tables.items():
            own = folder / EACH / f"M{magnitude:g}"
            own.mkdir(parents=True)
            table.write(own)
        write_summary(folder, self.summary)

    def _cells(self) -> pd.DataFrame:
        import pandas as pd

        if self.papers:
            made = [cells_table(self.name, rows).assign(threshold=m) for m, rows in self.rows.items()]
        else:
            made = [pd.DataFrame(list(table.rows)).assign(threshold=m) for m, table in self.tables.items()]
        return pd.concat(made, ignore_index=True)

    def _figure(self, path: Path) -> None:
        from seisweave.report.tables import several_figure

        columns = {column: TITLES[column] for column in COLUMNS[self.name]}
        values = {
            f"M ≥ {m:g}": {row.name: {column: row.values(column) for column in columns} for row in rows}
            for m, rows in self.rows.items()
        }
        several_figure(values, columns, PUBLISHED[self.name], stamp=NOT_CAUSAL).savefig(path)


def make_side_by_side(name: str, given: TableInput, models: Sequence[Model], fitting: Fitting) -> SideBySide:
    """Make what is missing of a table for each of the thresholds.

    In the paper's protocol a network over maps is the same for each: it learns from all days, and its extremes are what
    5 % of them exceed. It is fitted once.
    """
    thresholds = given.options.side_by_side
    if given.options.protocol == "prospective":
        tables = {m: make_prospective_table(given.with_threshold(m), models, fitting) for m in thresholds}
        return SideBySide(name, tables)
    made: dict[float, PaperTable] = {}
    for magnitude in thresholds:
        left = [model for model in models if model.single is None] if made else models
        table = make_paper_table(name, given.with_threshold(magnitude), left, fitting)
        made[magnitude] = _with_singles(table, made[thresholds[0]]) if made else table
    return SideBySide(name, made)


def _with_singles(table: PaperTable, first: PaperTable) -> PaperTable:
    """The table with the rows of the first that are the same here, in its order."""
    own = {row.name: row for row in table.rows}
    same = {row.name for row in first.rows if row.kind == "single" or row.name.endswith(", of energy")}
    return replace(table, rows=[row if row.name in same else own[row.name] for row in first.rows])
