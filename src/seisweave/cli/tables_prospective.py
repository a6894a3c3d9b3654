"""A table in the prospective protocol: every model against the events that came, beside what needs no network.

The protocol is that of an expanding window (`nowcast/comparison/prospective.py`). A model's chance is a logistic
function of its own nowcast alone; "EQPRED and neuron" knows yesterday's number of events too, as the nowcaster itself
does. Scores are over all refits together: nats per positive over Poisson, and over one neuron (paired), with the limits
of drawing blocks of 30 days anew, and Holm's correction over models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.cli.tables_run import run
from seisweave.cli.tables_scores import HALF_LIVES, moving_average
from seisweave.cli.tables_write import write_json
from seisweave.evaluation import (
    Interval,
    best_threshold,
    brier_skill,
    holm,
    information_gain,
    molchan_skill,
    pr_auc,
    reliability_table,
    roc_auc,
)
from seisweave.evaluation.information import ReliabilityTable
from seisweave.nowcast.options import NowcastOptions

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.cli.reproduce_tables import Effort, TableOptions
    from seisweave.nowcast.comparison.days import Days
    from seisweave.nowcast.comparison.prospective import Chances, Target, Truth
    from seisweave.nowcast.maps import MapOptions
    from seisweave.nowcast.models.registry import Model
    from seisweave.nowcast.view import View

HORIZONS = (1, 7)
LOWER = 0.5  # magnitude units below the threshold, for the second target
APART = {"2013-2018": ("2013", "2019"), "2019": ("2019", "2020")}  # described apart, nothing is concluded from them
NEURON, TRUE_RATE = "one neuron", "true base rate"
DRAWN = (NEURON, "moving average", "EQPRED", "EQPRED and neuron", "LSTM")  # in the figure of reliability
PROSPECTIVE = "prospective: everything fitted on the past alone"


@dataclass(frozen=True, eq=False)
class Scene:
    """What all models are judged on: steps, borders of refits and their end, and the days of each network."""

    view: View
    borders: tuple[np.datetime64, ...]
    days: tuple[Days, ...]

    def network_of(self, refit: int) -> int:
        """Number of the latest network that was trained at or before a refit."""
        return max(k for k, days in enumerate(self.days) if days.border <= self.borders[refit])


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
        made, tables, missing = score_target(scene, target, models, range(effort.seeds), folder)
        rows += made
        reliability[str(target)] = tables
    borders = [str(border)[:10] for border in scene.borders]
    trained = [str(days.border)[:10] for days in scene.days]
    return ProspectiveTable(
        rows, reliability, missing, {"refits": borders[:-1], "end": borders[-1], "trained": trained}
    )


def targets_of(threshold: float) -> list[Target]:
    """Both magnitudes, next day and next seven days."""
    from seisweave.nowcast.comparison.prospective import Target

    return [Target(magnitude, days) for magnitude in (threshold, threshold - LOWER) for days in HORIZONS]


def lay_scene(catalog: Catalog, options: TableOptions, maps: MapOptions) -> Scene:
    """Borders every few years, and the days before those of them at which networks are trained."""
    from seisweave.nowcast.comparison.days import days_before
    from seisweave.nowcast.maps import as_time
    from seisweave.nowcast.place_options import WindowOptions
    from seisweave.nowcast.settings import Settings
    from seisweave.nowcast.view import look

    nowcast = NowcastOptions(
        threshold=options.threshold or 4.5, start=options.start, end=options.end, span=options.span
    )
    view = look(catalog, Settings(nowcast, maps))
    end = str(view.steps.start[-1] + view.steps.step)[:10]
    refits = WindowOptions(first=options.first or "1995-01-01", end=end, every_years=options.every_years).refits
    trained = refits[:: max(1, round(options.retrain_years / options.every_years))]
    days = [
        days_before(catalog, view, border, nowcast, maps, validation_years=options.validation_years)
        for border in trained
    ]
    borders = tuple(as_time("border", day) for day in (*refits, end))
    return Scene(view, borders, tuple(days))


def score_target(
    scene: Scene, target: Target, models: Sequence[Model], seeds: Sequence[int], folder: Path
) -> tuple[list[dict[str, Any]], dict[str, ReliabilityTable], dict[str, list[int]]]:
    """Rows of one target, the reliability of its models (first seed), and the fits that are missing."""
    from seisweave.nowcast.comparison.prospective import chances_of, poisson_of, truth_of

    truth = truth_of(scene.view, target, scene.borders)
    poisson = poisson_of(truth)
    chance = partial(chances_of, truth=truth, best_threshold=best_threshold)
    made: dict[tuple[str, int], Chances] = {}
    for name, values in plain_features(scene.view, target).items():
        made[name, 0] = chance(lambda _, values=values: (values, 0))
    missing: dict[str, list[int]] = {}
    for model in models:
        for seed in seeds:
            series = _series(scene, model, seed, folder)
            if series is None:
                missing.setdefault(model.name, []).append(seed)
                continue
            made[model.name, seed] = chance(series)
            if model.name == "EQPRED":
                made["EQPRED and neuron", seed] = chance(_with_activity(scene, series))
    rows = [_row(scene, target, truth, key, made, poisson) for key in made]
    rows += [_bare_row(target, truth, poisson, name) for name in ("Poisson", TRUE_RATE)]
    _adjust([row for row in rows if (row["model"], row["seed"]) in made and row["model"] != NEURON])
    tables = {
        name: reliability_table(c.probability, truth.happened, 6) for (name, seed), c in made.items() if seed == 0
    }
    return rows, tables, missing


def plain_features(view: View, target: Target) -> dict[str, np.ndarray]:
    """What the baselines know before each step, and the one after the last (t + 1, 1)."""
    from seisweave.nowcast.comparison.prospective import happened_before

    activity = np.concatenate([[np.nan], view.activity])
    before = np.append(happened_before(view, target), np.nan)
    extreme = np.append(view.extreme(target.threshold).astype(float), np.nan)
    half_life = HALF_LIVES[-1]
    average = np.log1p(half_life * np.nan_to_num(moving_average(extreme, half_life)))
    return {NEURON: activity[:, None], "persistence": before[:, None], "moving average": average[:, None]}


def _series(scene: Scene, model: Model, seed: int, folder: Path) -> Any:
    """A model's nowcasts by refit, as `chances_of` takes them; None where a fit is missing or has failed."""
    from seisweave.nowcast.comparison.plan import fit_of

    fits = [fit_of(model, days, seed, folder) for days in scene.days]
    if any(fit is None or "forecast" not in fit.series for fit in fits):
        return None
    unseen = [int(np.flatnonzero(days.validation)[0]) for days in scene.days]

    def features(refit: int) -> tuple[np.ndarray, int]:
        k = scene.network_of(refit)
        return fits[k].series["forecast"][:, None], unseen[k]  # type: ignore[union-attr]

    return features


def _with_activity(scene: Scene, series: Any) -> Any:
    activity = np.concatenate([[np.nan], scene.view.activity])

    def features(refit: int) -> tuple[np.ndarray, int]:
        values, unseen = series(refit)
        return np.column_stack([values, activity]), unseen

    return features


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
