"""Scores of a nowcast by place on years it has not seen, beside those of what it must beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.evaluation.chances import LEAST_POSITIVES as LEAST
from seisweave.evaluation.chances import fresh_days, later_alarms, score_chances, true_base_rate
from seisweave.evaluation.information import holm, information_gain

if TYPE_CHECKING:
    from seisweave.nowcast.place.backtesting import Backtest

SUM, ETAS = "sum of rates", "ETAS"


def score_backtest(made: Backtest, magnitudes: tuple[float, ...]) -> list[dict[str, Any]]:
    """One row for each threshold and model: nats per positive over the cell Poisson, over the neuron, and all others.

    Rows of thresholds that fewer than ten positives reach are left out.
    """
    rows = []
    for k, magnitude in enumerate(magnitudes):
        if made.happened[:, k].sum() < LEAST:
            continue
        models = _models(made, k)
        told = [_row(made, k, name, chance, models) for name, chance in models.items()]
        networks = [row for row in told if row["model"].startswith("network")]
        adjusted = holm(np.array([row["p_over_neuron"] for row in networks]))
        for row, p in zip(networks, adjusted, strict=True):
            row["p_over_neuron_holm"] = float(p)
        rows += [{"magnitude": magnitude, **row} for row in told]
    return rows


def _models(made: Backtest, k: int) -> dict[str, np.ndarray]:
    """Chances (d, rows, columns) of one threshold; the true base rate knows how many events the test will have."""
    poisson, happened = made.poisson[:, k], made.happened[:, k]
    models = {"cell Poisson": poisson, "true base rate": true_base_rate(poisson, happened), "neuron": made.neuron[:, k]}
    models |= {"cell frequency": made.frequency[:, k], "plain neuron": made.plain_neuron[:, k]}
    models |= {SUM: made.sums[:, k]} | ({} if made.etas is None else {ETAS: made.etas[:, k]})
    return models | {f"network, seed {seed}": chance[:, k] for seed, chance in made.network.items()}


def _row(made: Backtest, k: int, name: str, chance: np.ndarray, models: dict[str, np.ndarray]) -> dict[str, Any]:
    happened, day = made.happened[:, k], day_numbers(made)
    poisson, over = models["cell Poisson"], {"neuron": models["neuron"]}
    extreme = np.asarray(made.happened[:, -1].any(axis=(1, 2)))  # of the highest threshold, anywhere
    fresh = fresh_days(extreme, day)
    scores = score_chances(chance, happened, poisson, over=over, day=day, parts={"fresh": fresh})
    row = {"model": name, **scores.columns()}
    rivals = {"frequency": "cell frequency", "plain_neuron": "plain neuron", "sum": SUM, "etas": ETAS}
    for column, rival in rivals.items():
        if rival in models:
            row |= information_gain(chance, models[rival], happened, day=day).columns(f"over_{column}")
    row["fresh_positives"] = scores.parts["fresh"].n_positives
    if scores.parts["fresh"].gain is not None:
        row["fresh_gain"] = scores.parts["fresh"].gain
    alarms = later_alarms(chance, happened)
    return row if alarms is None else row | alarms.columns()


def day_numbers(made: Backtest) -> np.ndarray:
    """Days since 1970, for blocks that follow the calendar."""
    return made.day.astype("datetime64[D]").astype(np.int64)
