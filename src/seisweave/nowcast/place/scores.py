"""Scores of a nowcast by place on years it has not seen, beside those of what it must beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.evaluation import (
    Interval,
    best_threshold,
    brier_skill,
    decide,
    holm,
    information_gain,
    molchan_skill,
    pr_auc,
    roc_auc,
    share_holding,
)

if TYPE_CHECKING:
    from seisweave.nowcast.place.backtesting import Backtest

LAST_YEARS = 0.5  # share of the days, the later ones, that alarms are judged on; their threshold is chosen before
FRESH_DAYS = 7
LEAST = 10  # positives that an interval needs
SUM = "sum of rates"


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
    models |= {SUM: made.sums[:, k]}
    return models | {f"network, seed {seed}": chance[:, k] for seed, chance in made.network.items()}


def _row(made: Backtest, k: int, name: str, chance: np.ndarray, models: dict[str, np.ndarray]) -> dict[str, Any]:
    happened, day = made.happened[:, k], day_numbers(made)
    over_frequency = information_gain(chance, models["cell frequency"], happened, day=day)
    over_plain = information_gain(chance, models["plain neuron"], happened, day=day)
    fresh = _fresh(made)
    row = {
        "model": name,
        **cell_scores(chance, models["cell Poisson"], models["neuron"], happened, day),
        **interval("over_frequency", over_frequency),
        **interval("over_plain_neuron", over_plain),
        **interval("over_sum", information_gain(chance, models[SUM], happened, day=day)),
        "fresh_positives": int(happened[fresh].sum()),
    }
    if row["fresh_positives"]:
        reference = models["cell Poisson"][fresh]
        row["fresh_gain"] = information_gain(chance[fresh], reference, happened[fresh], day=day[fresh]).value
    return row | alarm_scores(chance, happened)


def cell_scores(
    chance: np.ndarray, poisson: np.ndarray, neuron: np.ndarray, happened: np.ndarray, day: np.ndarray
) -> dict[str, Any]:
    """Scores of chances by cell (d, rows, columns) beside the cells' rate and the neuron; day (d) by number."""
    over_neuron = information_gain(chance, neuron, happened, day=day)
    return {
        "positives": int(happened.sum()),
        "base_rate": float(happened.mean()),
        **interval("gain", information_gain(chance, poisson, happened, day=day)),
        **interval("over_neuron", over_neuron),
        "p_over_neuron": over_neuron.p_value,
        "brier_skill": brier_skill(chance, poisson, happened),
        "pr_auc": pr_auc(chance, happened),
        "roc_auc": roc_auc(chance, happened),
        **interval("molchan", molchan_skill(chance, happened, day=day)),
        "share_holding_half": share_holding(chance, happened),
    }


def true_base_rate(poisson: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """The cells' rate, scaled so that as many cell-days with an event are expected as came."""
    from scipy.optimize import root_scalar

    from seisweave.nowcast.place.sum_of_rates import chance_of

    rate, came = -np.log1p(-poisson), float(happened.sum())
    found = root_scalar(lambda log: float(-np.expm1(-rate * np.exp(log)).sum()) - came, bracket=(-30.0, 30.0))
    return chance_of(rate * np.exp(found.root))


def alarm_scores(chance: np.ndarray, happened: np.ndarray) -> dict[str, float]:
    """Precision, recall and F of alarms in the later days, at the threshold of best F1 in the earlier ones."""
    border = round((1.0 - LAST_YEARS) * len(chance))
    if not (happened[:border].any() and happened[border:].any()):
        return {}
    threshold = best_threshold(chance[:border], happened[:border])
    later = decide(chance[border:], happened[border:], threshold)
    return {"precision": later.precision, "recall": later.recall, "f1": later.f(), "f02": later.f(0.2)}


def _fresh(made: Backtest) -> np.ndarray:
    """Days without an event of the highest threshold anywhere in the week before."""
    day = day_numbers(made)
    extreme = day[made.happened[:, -1].any(axis=(1, 2))]
    since = np.full(len(day), np.inf)
    if len(extreme):
        last = np.searchsorted(extreme, day, side="left") - 1
        since = np.where(last >= 0, day - extreme[last], np.inf)
    return since > FRESH_DAYS


def day_numbers(made: Backtest) -> np.ndarray:
    """Days since 1970, for blocks that follow the calendar."""
    return made.day.astype("datetime64[D]").astype(np.int64)


def interval(name: str, made: Interval) -> dict[str, float]:
    """A value and its limits as columns."""
    return {name: made.value, f"{name}_low": made.low, f"{name}_high": made.high}
