"""A table in the prospective protocol: every model against the events that came, beside what needs no network.

The protocol is that of an expanding window (`nowcast/comparison/prospective.py`). A model's chance is a logistic
function of its own nowcast alone; "EQPRED and neuron" knows yesterday's number of events too, as the nowcaster itself
does. Scores are over all refits together: nats per positive over Poisson, and over one neuron (paired), with the limits
of drawing blocks of 30 days anew, and Holm's correction over models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.cli.tables_chances import NEURON, Scene, chances_by_model, lay_scene, targets_of
from seisweave.cli.tables_run import run
from seisweave.cli.tables_write import write_json
from seisweave.evaluation import (
    Interval,
    brier_skill,
    holm,
    information_gain,
    molchan_skill,
    pr_auc,
    reliability_table,
    roc_auc,
    share_holding,
)
from seisweave.evaluation.information import ReliabilityTable

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.cli.reproduce_tables import Effort, TableOptions
    from seisweave.nowcast.comparison.prospective import Chances, Target, Truth
    from seisweave.nowcast.maps import MapOptions
    from seisweave.nowcast.models.registry import Model

APART = {"2013-2018": ("2013", "2019"), "2019": ("2019", "2020")}  # described apart, nothing is concluded from them
TRUE_RATE = "true base rate"
DRAWN = (NEURON, "moving average", "EQPRED", "EQPRED and neuron", "LSTM")  # in the figure of reliability
PROSPECTIVE = "prospective: everything fitted on the past alone"


@dataclass(frozen=True, eq=False)
class ProspectiveTable:
    """Scores: a row a target, model and seed; reliability by target; which fits are missing."""

    rows: Sequence[dict[str, Any]]
    reliability: Mapping[str, Mapping[str, ReliabilityTable]]
    missing: Mapping[str, list[int]]
    about: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether no fit is missing."""
        return not self.missing

    def write(self, folder: Path, about: dict[str, Any]) -> str:
        """Write all files; returns the Markdown."""
        import pandas as pd

        from seisweave.cli.tables_markdown import gains_markdown
        from seisweave.report.tables import gains_figure, reliability_figure

        text = gains_markdown(self.rows, self.missing)
        (folder / "table.md").write_text(text, encoding="utf-8")
        pd.DataFrame(list(self.rows)).to_csv(folder / "table.csv", index=False)
        gains_figure(self.rows, title=f"Gain over Poisson, {PROSPECTIVE}").savefig(folder / "table.png")
        reliability_figure(self.reliability).savefig(folder / "reliability.png")
        told = {"stamp": PROSPECTIVE, "causal": True, "complete": self.complete, "missing": dict(self.missing)}
        write_json(folder, about | told | self.about)
        return text


def fill_prospective(
    data: tuple[Catalog, TableOptions, MapOptions], models: list[Model], effort: Effort, folder: Path, *, quiet: bool
) -> ProspectiveTable:
    """Make what is missing of a table in the prospective protocol, and score all that is there."""
    scene = lay_scene(*data)
    models = [model for model in models if model.disturb == "" and (model.single or model.predictor)]
    until = float("inf") if effort.minutes is None else time() + 60.0 * effort.minutes
    run(models, scene.days, range(effort.seeds), (effort, folder, until), quiet=quiet)
    rows, reliability, missing = [], {}, {}
    for target in targets_of(data[1].threshold or 4.5):
        made, missing = chances_by_model(scene, target, models, range(effort.seeds), folder)
        told, tables = score_target(scene, target, made)
        rows += told
        reliability[str(target)] = tables
        if target.days == 1:
            rows += _by_cell(scene, target, made, data)
    borders = [str(border)[:10] for border in scene.borders]
    trained = [str(days.border)[:10] for days in scene.days]
    return ProspectiveTable(
        rows, reliability, missing, {"refits": borders[:-1], "end": borders[-1], "trained": trained}
    )


def score_target(
    scene: Scene, target: Target, made: Mapping[tuple[str, int], Chances]
) -> tuple[list[dict[str, Any]], dict[str, ReliabilityTable]]:
    """Rows of one target, and the reliability of some of its models (first seed)."""
    from seisweave.nowcast.comparison.prospective import poisson_of, truth_of

    truth = truth_of(scene.view, target, scene.borders)
    poisson = poisson_of(truth)
    rows = [_row(scene, target, truth, key, made, poisson) for key in made]
    rows += [_bare_row(target, truth, poisson, name) for name in ("Poisson", TRUE_RATE)]
    _adjust([row for row in rows if (row["model"], row["seed"]) in made and row["model"] != NEURON])
    tables = {
        name: reliability_table(c.probability, truth.happened, 6) for (name, seed), c in made.items() if seed == 0
    }
    return rows, tables


def _by_cell(
    scene: Scene,
    target: Target,
    made: Mapping[tuple[str, int], Chances],
    data: tuple[Catalog, TableOptions, MapOptions],
) -> list[dict[str, Any]]:
    """The same target in every cell of half a degree."""
    from seisweave.cli.tables_by_cell import NEURON as CELL_NEURON
    from seisweave.cli.tables_by_cell import rows_by_cell
    from seisweave.nowcast.comparison.prospective import truth_of

    start = scene.view.steps.start[truth_of(scene.view, target, scene.borders).rows]
    regional = {key: (start, chances.probability) for key, chances in made.items()}
    catalog, options, maps = data
    rows = rows_by_cell((catalog, maps, options.start), scene.borders, target.threshold, regional)
    if rows:
        _adjust([row for row in rows if row["model"] not in (CELL_NEURON, "cell Poisson", TRUE_RATE)])
    return rows


def _row(
    scene: Scene,
    target: Target,
    truth: Truth,
    key: tuple[str, int],
    made: Mapping[tuple[str, int], Chances],
    poisson: Any,
) -> dict[str, Any]:
    """All scores of one model and seed."""
    from seisweave.nowcast.comparison.prospective import fresh

    chances, happened = made[key], truth.happened
    p, neuron = chances.probability, made[NEURON, 0].probability
    day = scene.view.steps.start[truth.rows].astype("datetime64[D]").astype(np.int64)
    hits, alarms = int((chances.alarm & happened).sum()), int(chances.alarm.sum())
    over = information_gain(p, neuron, happened, day=day)
    row = _begun(target, truth, key) | {
        **_interval("gain", information_gain(p, poisson, happened, day=day)),
        **_interval("over_neuron", over),
        "p_over_neuron": over.p_value,
        "brier_skill": brier_skill(p, poisson, happened),
        "pr_auc": pr_auc(p, happened),
        "roc_auc": roc_auc(p, happened),
        **_interval("molchan", molchan_skill(p, happened, day=day)),
        "share_holding_half": share_holding(p, happened),
        "precision": hits / alarms if alarms else 0.0,
        "recall": hits / int(happened.sum()),
        "f1": _f(hits, alarms, happened, 1.0),
        "f02": _f(hits, alarms, happened, 0.2),
    }
    parts = {"fresh": fresh(scene.view, target.threshold)[truth.rows]}
    for name, (first, last) in APART.items():
        start = scene.view.steps.start[truth.rows]
        parts[name] = (start >= np.datetime64(first, "us")) & (start < np.datetime64(last, "us"))
    for name, part in parts.items():
        row[f"{name}_positives"] = int(happened[part].sum())
        if happened[part].any() and not happened[part].all():
            row[f"{name}_gain"] = information_gain(p[part], poisson[part], happened[part], draws=1).value
            row[f"{name}_roc_auc"] = roc_auc(p[part], happened[part])
    return row


def _bare_row(target: Target, truth: Truth, poisson: np.ndarray, name: str) -> dict[str, Any]:
    """Constant chances: the rate of the past, and that of the test itself, which looks ahead."""
    happened = truth.happened
    p = poisson if name == "Poisson" else np.full(len(poisson), happened.mean())
    row = _begun(target, truth, (name, 0)) | {"brier_skill": brier_skill(p, poisson, happened)}
    return row | {"gain": information_gain(p, poisson, happened, draws=1).value}


def _begun(target: Target, truth: Truth, key: tuple[str, int]) -> dict[str, Any]:
    happened = truth.happened
    return {
        "target": str(target),
        "model": key[0],
        "seed": key[1],
        "steps": len(happened),
        "positives": int(happened.sum()),
        "base_rate": float(happened.mean()),
    }


def _adjust(rows: Sequence[dict[str, Any]]) -> None:
    """Holm over models, each by the worst of its seeds."""
    worst: dict[str, float] = {}
    for row in rows:
        worst[row["model"]] = max(row["p_over_neuron"], worst.get(row["model"], 0.0))
    adjusted = dict(zip(worst, holm(np.array(list(worst.values()))), strict=True))
    for row in rows:
        row["p_over_neuron_holm"] = float(adjusted[row["model"]])


def _f(hits: int, alarms: int, happened: np.ndarray, beta: float) -> float:
    weighted = beta**2 * int(happened.sum()) + alarms
    return (1 + beta**2) * hits / weighted if weighted else 0.0


def _interval(name: str, made: Interval) -> dict[str, float]:
    return {name: made.value, f"{name}_low": made.low, f"{name}_high": made.high}
