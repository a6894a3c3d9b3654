"""A table as Markdown, CSV and figure: mean ± spread over seeds, the paper's figure beside ours, what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.studies.eqpred.paper import Row

if TYPE_CHECKING:
    import pandas as pd

TITLES = {
    "mae": "MAE",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "f02": "F0.2",
    "nse": "NSE",
    "mse": "MSE",
    "accuracy": "accuracy",
    "variance": "variance",
    "positives": "positives",
    "seconds": "seconds a fit",
}
_FORMATS = {"positives": ".0f", "seconds": ".0f", "mse": ".3g", "mae": ".3g"}
Published = Mapping[str, Mapping[str, float | None]]


def markdown(rows: Sequence[Row], columns: Sequence[str], published: Published, *, stamp: str = "") -> str:
    """The table as Markdown; in brackets what the paper prints."""
    shown = [*columns, *(["positives"] if "nse" in columns else []), "seconds"]
    lines = [f"**{stamp}**", ""] if stamp else []
    lines += ["| model | " + " | ".join(TITLES[name] for name in shown) + " | seeds |", "|---" * (len(shown) + 2) + "|"]
    for row in rows:
        cells = [cell(row, name, published.get(row.name, {}).get(name)) for name in shown]
        lines.append(f"| {row.name} | " + " | ".join(cells) + f" | {_seeds(row)} |")
    return "\n".join(lines) + "\n"


def cell(row: Row, column: str, printed: float | None = None) -> str:
    """Mean ± standard deviation over seeds, and the printed figure."""
    values = row.values(column)
    shape = _FORMATS.get(column, ".3f")
    if row.failed and not values:
        said = "failed"
    elif not values:
        said = "missing" if row.missing and not row.by_seed else "-"
    else:
        mean = f"{np.mean(values):{shape}}"
        spread = f" ± {np.std(values, ddof=1):{shape}}" if len(values) > 1 and column != "positives" else ""
        said = mean + spread
    return said + (f" ({printed:.4f})" if printed is not None else "")


def long_table(rows: Sequence[Row], columns: Sequence[str], published: Published) -> pd.DataFrame:
    """One row a cell: mean, spread, number of seeds, positives, what the paper prints."""
    import pandas as pd

    made = []
    for row in rows:
        positives = row.values("positives")
        for column in (*columns, "seconds"):
            values = row.values(column)
            made.append(
                {
                    "model": row.name,
                    "kind": row.kind,
                    "column": column,
                    "mean": float(np.mean(values)) if values else None,
                    "spread": float(np.std(values, ddof=1)) if len(values) > 1 else None,
                    "seeds": len(values),
                    "missing_seeds": len(row.missing),
                    "positives": float(np.mean(positives)) if positives else None,
                    "published": published.get(row.name, {}).get(column),
                    "failed": row.failed,
                }
            )
    return pd.DataFrame(made)


def fits_table(rows: Sequence[Row]) -> pd.DataFrame:
    """One row a model and seed, with all its scores and its seconds."""
    import pandas as pd

    made = [{"model": row.name, "seed": seed, **scores} for row in rows for seed, scores in row.by_seed.items()]
    return pd.DataFrame(made, columns=None if made else ["model", "seed"])


def write_table(
    folder: Path, name: str, rows: Sequence[Row], columns: Sequence[str], published: Published, *, stamp: str
) -> str:
    """Write table.md, table.csv, fits.csv and table.png; returns the Markdown."""
    from seisweave.report.tables import table_figure

    text = markdown(rows, columns, published, stamp=stamp)
    (folder / "table.md").write_text(text, encoding="utf-8")
    long_table(rows, columns, published).to_csv(folder / "table.csv", index=False)
    fits_table(rows).to_csv(folder / "fits.csv", index=False)
    values = {row.name: {column: row.values(column) for column in columns} for row in rows}
    titles = {column: TITLES[column] for column in columns}
    figure = table_figure(values, titles, published, title=f"{name} of Feng & Fox (2021), made anew", stamp=stamp)
    figure.savefig(folder / "table.png")
    return text


def write_json(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write summary.json."""
    text = json.dumps(summary, indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")


def _seeds(row: Row) -> str:
    if not row.missing:
        return str(len(row.by_seed))
    return f"{len(row.by_seed)}, {len(row.missing)} missing"
