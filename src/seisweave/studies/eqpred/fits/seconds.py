"""How long the fits of a prospective table took: a line a part, day of training and seed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.plan import fit_of
from seisweave.studies.eqpred.models.registry import Model


def times_of_fits(
    trained: Sequence[Days], models: Sequence[Model], seeds: Sequence[int], folder: Path
) -> list[dict[str, Any]]:
    """Times of all fits that are there, before each border; an autoencoder that rows share stands in each of them."""
    rows = []
    for model in models:
        parts = {"network": False} if model.single else {"autoencoder": True, "predictor": False}
        for seed in seeds:
            for days in trained:
                for part, below in parts.items():
                    fit = fit_of(model, days, seed, folder, autoencoder=below)
                    if fit is None or "seconds" not in fit.facts:
                        continue
                    row = {"model": model.name, "seed": seed, "part": part, "before": str(days.border)[:10]}
                    rows.append(row | {name: fit.facts.get(name) for name in ("seconds", "cpu_seconds", "epochs")})
    return rows


def seconds_of(times: Sequence[dict[str, Any]], model: str, seed: int) -> float | None:
    """Wall time of all fits of a model and seed, with one thread each; None for what is not fitted so.

    >>> seconds_of([{"model": "MLP", "seed": 0, "seconds": 2.0}], "MLP, shared out", 0)
    2.0
    """
    name = model.removesuffix(", shared out").removesuffix(" and neuron")
    mine = [fit["seconds"] for fit in times if (fit["model"], fit["seed"]) == (name, seed)]
    return sum(mine) if mine else None
