"""Tables as text and as rows of files, in both protocols.

In the paper's: mean ± spread over seeds, the paper's figure beside ours, what is missing. In the prospective one: a
section a target, a line a model, seeds together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.studies.eqpred.published import COLUMNS, PUBLISHED
from seisweave.studies.eqpred.rows import NOT_CAUSAL, TableRow

if TYPE_CHECKING:
    import pandas as pd

PROSPECTIVE = "prospective: everything fitted on the past alone"
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
_SHOWN = {
    "brier_skill": "Brier skill",
    "pr_auc": "PR-AUC",
    "roc_auc": "ROC-AUC",
    "molchan": "Molchan area",
    "share_holding_half": "half within",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "f02": "F0.2",
    "fresh_gain": "fresh days",
}


def paper_markdown(name: str, rows: Sequence[TableRow]) -> str:
    """A table in the paper's protocol as Markdown; in brackets what the paper prints."""
    columns, published = COLUMNS[name], PUBLISHED[name]
    shown = [*columns, *(["positives"] if "nse" in columns else []), "seconds"]
    lines = [f"**{NOT_CAUSAL}**", ""]
    lines += ["| model | " + " | ".join(TITLES[name] for name in shown) + " | seeds |", "|---" * (len(shown) + 2) + "|"]
    for row in rows:
        cells = [cell(row, name, published.get(row.name, {}).get(name)) for name in shown]
        lines.append(f"| {row.name} | " + " | ".join(cells) + f" | {_seeds(row)} |")
    return "\n".join(lines) + "\n"


def several_markdown(name: str, rows: Mapping[float, Sequence[TableRow]]) -> str:
    """Tables in the paper's protocol as one, by the threshold of each: a column a score and threshold."""
    columns, published = COLUMNS[name], PUBLISHED[name]
    heads = [f"{TITLES[column]}, M ≥ {m:g}" for column in columns for m in rows]
    heads += [f"printed {TITLES[column]}" for column in columns]
    lines = [f"**{NOT_CAUSAL}**", "", "| model | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for here in zip(*rows.values(), strict=True):
        cells = [cell(row, column) for column in columns for row in here]
        printed = [published.get(here[0].name, {}).get(column) for column in columns]
        cells += ["-" if value is None else f"{value:.4f}" for value in printed]
        lines.append(f"| {here[0].name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def cell(row: TableRow, column: str, printed: float | None = None) -> str:
    """Mean ± standard deviation over seeds, and the printed figure.

    >>> cell(TableRow("MLP", "single", {0: {"f1": 0.5}, 1: {"f1": 0.7}}), "f1", 0.2096)
    '0.600 ± 0.141 (0.2096)'
    """
    values = row.values(column)
    shape = _FORMATS.get(column, ".3f")
    if row.failed and not values:
        text = "failed"
    elif not values:
        text = "missing" if row.missing and not row.by_seed else "-"
    else:
        mean = f"{np.mean(values):{shape}}"
        spread = f" ± {np.std(values, ddof=1):{shape}}" if len(values) > 1 and column != "positives" else ""
        text = mean + spread
    return text + (f" ({printed:.4f})" if printed is not None else "")


def _seeds(row: TableRow) -> str:
    if not row.missing:
        return str(len(row.by_seed))
    return f"{len(row.by_seed)}, {len(row.missing)} missing"


def cells_table(name: str, rows: Sequence[TableRow]) -> pd.DataFrame:
    """One row a cell: mean, spread, number of seeds, positives, what the paper prints."""
    import pandas as pd

    made = []
    for row in rows:
        positives = row.values("positives")
        for column in (*COLUMNS[name], "seconds"):
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
                    "published": PUBLISHED[name].get(row.name, {}).get(column),
                    "failed": row.failed,
                }
            )
    return pd.DataFrame(made)


def seeds_table(rows: Sequence[TableRow]) -> pd.DataFrame:
    """One row a model and seed, with all its scores and its seconds."""
    import pandas as pd

    made = [{"model": row.name, "seed": seed, **scores} for row in rows for seed, scores in row.by_seed.items()]
    return pd.DataFrame(made, columns=None if made else ["model", "seed"])


def prospective_markdown(
    rows: Sequence[Mapping[str, Any]], missing: Mapping[str, list[int]], left_out: Mapping[str, str]
) -> str:
    """A prospective table as Markdown: means over seeds.

    In brackets stand the lowest lower and the highest upper limit of the seeds' 95 % intervals.
    """
    lines = [f"**{PROSPECTIVE}**", ""]
    for target in dict.fromkeys(row["target"] for row in rows):
        here = [row for row in rows if row["target"] == target]
        lines += [*_head(here[0]), *(_line(name, here) for name in dict.fromkeys(row["model"] for row in here)), ""]
    lines += [f"- missing: {name}, seed {', '.join(map(str, seeds))}" for name, seeds in missing.items()]
    lines += [f"- left out: {name} ({reason})" for name, reason in left_out.items()]
    return "\n".join(lines).rstrip() + "\n"


def _head(row: Mapping[str, Any]) -> list[str]:
    title = (
        f"### {row['target']}: {row['positives']} positives in {row['steps']:,} steps, base rate {row['base_rate']:.4f}"
    )
    gains = ("nats per positive over Poisson", "over the neuron", "p (Holm)")
    columns = ["model", *gains, *_SHOWN.values(), "seconds", "seeds"]
    return [title, "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]


def _line(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    mine = [row for row in rows if row["model"] == name]
    cells = [name, _gain(mine, "gain"), _gain(mine, "over_neuron"), _mean(mine, "p_over_neuron_holm", 3)]
    cells += [_mean(mine, column, 3) for column in _SHOWN]
    return "| " + " | ".join([*cells, _mean(mine, "seconds", 0), str(len(mine))]) + " |"


def _gain(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    values = [row[name] for row in rows if name in row]
    if not values:
        return "-"
    text = f"{np.mean(values):+.2f}" + (f" ± {np.std(values, ddof=1):.2f}" if len(values) > 1 else "")
    lows = [row[f"{name}_low"] for row in rows if f"{name}_low" in row]
    highs = [row[f"{name}_high"] for row in rows if f"{name}_high" in row]
    return text + (f" [{min(lows):+.2f}, {max(highs):+.2f}]" if lows else "")


def _mean(rows: Sequence[Mapping[str, Any]], name: str, digits: int) -> str:
    values = [row[name] for row in rows if row.get(name) is not None]
    return f"{np.mean(values):.{digits}f}" if values else "-"
