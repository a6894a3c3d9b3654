"""The rows of a prospective table: the scores of every model and seed, and Holm's correction over models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from seisweave.evaluation import ReliabilityTable, brier_skill, decide, holm, information_gain, reliability_table
from seisweave.evaluation.chances import FRESH_DAYS, ChanceScores, came_before, score_chances, score_part
from seisweave.studies.eqpred.chances import NEURON, Seeded, TargetChances
from seisweave.studies.eqpred.expanding_window import Target, Truth, poisson_of
from seisweave.studies.eqpred.timetable import Timetable

APART = {"2013-2018": ("2013", "2019"), "2019": ("2019", "2020")}  # described apart, nothing is concluded from them
TRUE_RATE = "true base rate"


def score_target(timetable: Timetable, made: TargetChances) -> list[dict[str, Any]]:
    """Rows of one target."""
    truth, poisson = made.truth, poisson_of(made.truth)
    start = timetable.observed.steps.start[truth.rows]
    week = round(FRESH_DAYS * 24 / made.target.step_hours)
    extreme = timetable.observed.extreme(made.target.threshold)
    parts = {"fresh": ~came_before(extreme, max(1, week))[truth.rows]}
    for name, (first, last) in APART.items():
        parts[name] = (start >= np.datetime64(first, "us")) & (start < np.datetime64(last, "us"))
    neuron, rows = made.chances[Seeded(NEURON, 0)].probability, []
    for key, chances in made.chances.items():
        chance, happened = chances.probability, truth.happened
        scores = score_chances(
            chance,
            happened,
            poisson,
            over={"neuron": neuron},
            day=start.astype("datetime64[D]").astype(np.int64),
            alarms=decide(chances.alarm.astype(float), happened, 1.0),
        )
        apart = {name: score_part(chance[days], happened[days], poisson[days]) for name, days in parts.items()}
        rows.append(row_of(str(made.target), key, replace(scores, parts=apart)))
    adjust_for_models([row for row in rows if row["model"] != NEURON])
    return rows + [_bare_row(made.target, truth, poisson, name) for name in ("Poisson", TRUE_RATE)]


def reliability_of(made: TargetChances) -> dict[str, ReliabilityTable]:
    """How often the event came at each chance, by model; of the first seed."""
    happened = made.truth.happened
    return {key.model: reliability_table(c.probability, happened, 6) for key, c in made.chances.items() if not key.seed}


def row_of(target: str, key: Seeded, scores: ChanceScores) -> dict[str, Any]:
    """All scores of one model and seed as columns; those of parts where both kinds of days are in them."""
    row = {"target": target, "model": key.model, "seed": key.seed, "steps": scores.n, **scores.columns()}
    if scores.alarms is not None:
        row |= scores.alarms.columns()
    for name, part in scores.parts.items():
        row[f"{name}_positives"] = part.n_positives
        if part.roc_auc is not None:
            row |= {f"{name}_gain": part.gain, f"{name}_roc_auc": part.roc_auc}
    return row


def _bare_row(target: Target, truth: Truth, poisson: np.ndarray, name: str) -> dict[str, Any]:
    """Constant chances: the rate of the past, and that of the test itself, which looks ahead."""
    happened = truth.happened
    chance = poisson if name == "Poisson" else np.full(len(poisson), happened.mean())
    row = {"target": str(target), "model": name, "seed": 0, "steps": len(happened), "positives": int(happened.sum())}
    row |= {"base_rate": float(happened.mean()), "brier_skill": brier_skill(chance, poisson, happened)}
    return row | {"gain": information_gain(chance, poisson, happened, draws=1).value}


def adjust_for_models(rows: Sequence[dict[str, Any]]) -> None:
    """Add Holm's p over models to rows, each model by the worst of its seeds.

    >>> rows = [{"model": name, "p_over_neuron": p} for name, p in (("a", 0.01), ("a", 0.02), ("b", 0.5))]
    >>> adjust_for_models(rows)
    >>> [row["p_over_neuron_holm"] for row in rows]
    [0.04, 0.04, 0.5]
    """
    worst: dict[str, float] = {}
    for row in rows:
        worst[row["model"]] = max(row["p_over_neuron"], worst.get(row["model"], 0.0))
    adjusted = dict(zip(worst, holm(np.array(list(worst.values()))), strict=True))
    for row in rows:
        row["p_over_neuron_holm"] = float(adjusted[row["model"]])
