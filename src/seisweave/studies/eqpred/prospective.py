"""A table in the prospective protocol: every model against the events that came, beside what needs no network.

The protocol is that of an expanding window (`nowcast/comparison/prospective.py`). A model's chance is a logistic
function of its own nowcast alone; "EQPRED and neuron" knows yesterday's number of events too, as the nowcaster itself
does. Scores are over all refits together: nats per positive over Poisson, and over one neuron (paired), with the limits
of drawing blocks of 30 days anew, and Holm's correction over models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.errors import InputError
from seisweave.evaluation import (
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
from seisweave.nowcast.place.scores import interval
from seisweave.studies.eqpred.by_cell import BY_PLACE, Cells, lay_cells, place_networks, rows_by_cell
from seisweave.studies.eqpred.by_cell import NEURON as CELL_NEURON
from seisweave.studies.eqpred.chances import NEURON, Scene, chances_by_model, lay_scene, targets_of
from seisweave.studies.eqpred.fill import choose, run
from seisweave.studies.eqpred.seconds import fits_table, seconds_of
from seisweave.studies.eqpred.write import write_json

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.studies.eqpred.expanding_window import Chances, Target, Truth
    from seisweave.studies.eqpred.models.registry import Model
    from seisweave.studies.eqpred.options import Fitting, TableInput

APART = {"2013-2018": ("2013", "2019"), "2019": ("2019", "2020")}  # described apart, nothing is concluded from them
TRUE_RATE = "true base rate"
DRAWN = (NEURON, "moving average", "EQPRED", "EQPRED and neuron", "LSTM")  # in the figure of reliability
PROSPECTIVE = "prospective: everything fitted on the past alone"


@dataclass(frozen=True, eq=False)
class ProspectiveTable:
    """Scores: a row a target, model and seed; reliability by target; which fits are missing, or cannot be and why.

    fits says how long each fit took, search what was tried before.
    """

    rows: Sequence[dict[str, Any]]
    reliability: Mapping[str, Mapping[str, ReliabilityTable]]
    missing: Mapping[str, list[int]]
    left_out: Mapping[str, str]
    fits: Sequence[dict[str, Any]]
    search: pd.DataFrame | None
    about: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether no fit is missing."""
        return not self.missing

    def write(self, folder: Path, about: dict[str, Any]) -> str:
        """Write all files; returns the Markdown."""
        import pandas as pd

        from seisweave.report.tables import gains_figure, reliability_figure
        from seisweave.studies.eqpred.markdown import gains_markdown

        text = gains_markdown(self.rows, self.missing, self.left_out)
        (folder / "table.md").write_text(text, encoding="utf-8")
        pd.DataFrame(list(self.rows)).to_csv(folder / "table.csv", index=False)
        pd.DataFrame(list(self.fits)).to_csv(folder / "fits.csv", index=False)
        if self.search is not None:
            self.search.to_csv(folder / "search.csv", index=False)
        gains_figure(self.rows, title=f"Gain over Poisson, {PROSPECTIVE}").savefig(folder / "table.png")
        reliability_figure(self.reliability).savefig(folder / "reliability.png")
        told = {"stamp": PROSPECTIVE, "causal": True, "complete": self.complete, "missing": dict(self.missing)}
        told["left_out"] = dict(self.left_out)
        write_json(folder, about | told | self.about)
        return text


def fill_prospective(given: TableInput, models: list[Model], fitting: Fitting) -> ProspectiveTable:
    """Make what is missing of a table in the prospective protocol, and score all that is there."""
    scene, options, seeds, folder = lay_scene(given), given.options, fitting.seeds, fitting.folder
    models = [model for model in models if model.disturb == "" and (model.single or model.predictor)]
    search = None
    if options.trials:  # on the first past, which every refit has
        models, search = choose(models, scene.days[0], options.trials, fitting)
    run(models, scene.days, seeds, fitting)
    seconds = fits_table(scene, models, seeds, folder)
    targets = targets_of(options.threshold or 4.5)
    cells, missing, left_out = _cells(given, scene, targets, fitting)
    rows, reliability = [], {}
    for target in targets:
        made, without = chances_by_model(scene, target, models, seeds, folder)
        told, tables = score_target(scene, target, made)
        rows += told + _by_cell(scene, target, made, cells[target.days])
        reliability[str(target)] = tables
    for row in rows:
        row["seconds"] = seconds_of(seconds, row["model"], row["seed"])
    borders = [str(border)[:10] for border in scene.borders]
    trained = [str(days.border)[:10] for days in scene.days]
    about = {"refits": borders[:-1], "end": borders[-1], "trained": trained}
    return ProspectiveTable(rows, reliability, without | missing, left_out, seconds, search, about)


def _cells(
    given: TableInput, scene: Scene, targets: Sequence[Target], fitting: Fitting
) -> tuple[dict[int, Cells], dict[str, list[int]], dict[str, str]]:
    """Cells with the networks by place, by days ahead; which of these are missing, or cannot be made and why."""
    seeds, cells, missing, left_out = fitting.seeds, {}, {}, {}
    highest = {target.days: target for target in sorted(targets, key=lambda target: target.threshold)}
    for days, target in highest.items():
        cells[days] = lay_cells(given, scene.borders, target)
        if time() > fitting.until:
            missing[BY_PLACE] = list(seeds)
            continue
        try:
            made = place_networks(cells[days], given, fitting)
        except InputError as error:  # too short a past for it, not for others
            left_out[BY_PLACE] = str(error)
            continue
        cells[days] = replace(cells[days], networks=made)
    return cells, missing, left_out


def score_target(
    scene: Scene, target: Target, made: Mapping[tuple[str, int], Chances]
) -> tuple[list[dict[str, Any]], dict[str, ReliabilityTable]]:
    """Rows of one target, and the reliability of some of its models (first seed)."""
    from seisweave.studies.eqpred.expanding_window import poisson_of, truth_of

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
    scene: Scene, target: Target, made: Mapping[tuple[str, int], Chances], cells: Cells
) -> list[dict[str, Any]]:
    """The same target in every cell of half a degree."""
    from seisweave.studies.eqpred.expanding_window import truth_of

    start = scene.view.steps.start[truth_of(scene.view, target, scene.borders).rows]
    regional = {key: (start, chances.probability) for key, chances in made.items()}
    rows = rows_by_cell(cells, target, regional)
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
    from seisweave.studies.eqpred.expanding_window import fresh

    chances, happened = made[key], truth.happened
    p, neuron = chances.probability, made[NEURON, 0].probability
    day = scene.view.steps.start[truth.rows].astype("datetime64[D]").astype(np.int64)
    hits, alarms = int((chances.alarm & happened).sum()), int(chances.alarm.sum())
    over = information_gain(p, neuron, happened, day=day)
    row = _begun(target, truth, key) | {
        **interval("gain", information_gain(p, poisson, happened, day=day)),
        **interval("over_neuron", over),
        "p_over_neuron": over.p_value,
        "brier_skill": brier_skill(p, poisson, happened),
        "pr_auc": pr_auc(p, happened),
        "roc_auc": roc_auc(p, happened),
        **interval("molchan", molchan_skill(p, happened, day=day)),
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
