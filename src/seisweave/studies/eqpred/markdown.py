"""The prospective table as Markdown: a section a target, a line a model, seeds together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

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


def gains_markdown(
    rows: Sequence[dict[str, Any]], missing: Mapping[str, list[int]], left_out: Mapping[str, str]
) -> str:
    """Mean over seeds; in brackets the lowest lower and the highest upper limit of the seeds' 95 % intervals."""
    lines = ["**prospective: everything fitted on the past alone**", ""]
    for target in dict.fromkeys(row["target"] for row in rows):
        here = [row for row in rows if row["target"] == target]
        lines += [*_head(here[0]), *(_line(name, here) for name in dict.fromkeys(row["model"] for row in here)), ""]
    lines += [f"- missing: {name}, seed {', '.join(map(str, seeds))}" for name, seeds in missing.items()]
    lines += [f"- left out: {name} ({reason})" for name, reason in left_out.items()]
    return "\n".join(lines).rstrip() + "\n"


def _head(row: dict[str, Any]) -> list[str]:
    said = (
        f"### {row['target']}: {row['positives']} positives in {row['steps']:,} steps, base rate {row['base_rate']:.4f}"
    )
    columns = [
        "model",
        "nats per positive over Poisson",
        "over the neuron",
        "p (Holm)",
        *_SHOWN.values(),
        "seconds",
        "seeds",
    ]
    return [said, "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]


def _line(name: str, rows: Sequence[dict[str, Any]]) -> str:
    mine = [row for row in rows if row["model"] == name]
    cells = [name, _gain(mine, "gain"), _gain(mine, "over_neuron"), _mean(mine, "p_over_neuron_holm", 3)]
    cells += [_mean(mine, column, 3) for column in _SHOWN]
    return "| " + " | ".join([*cells, _mean(mine, "seconds", 0), str(len(mine))]) + " |"


def _gain(rows: Sequence[dict[str, Any]], name: str) -> str:
    values = [row[name] for row in rows if name in row]
    if not values:
        return "-"
    said = f"{np.mean(values):+.2f}" + (f" ± {np.std(values, ddof=1):.2f}" if len(values) > 1 else "")
    lows = [row[f"{name}_low"] for row in rows if f"{name}_low" in row]
    highs = [row[f"{name}_high"] for row in rows if f"{name}_high" in row]
    return said + (f" [{min(lows):+.2f}, {max(highs):+.2f}]" if lows else "")


def _mean(rows: Sequence[dict[str, Any]], name: str, digits: int) -> str:
    values = [row[name] for row in rows if row.get(name) is not None]
    return f"{np.mean(values):.{digits}f}" if values else "-"
