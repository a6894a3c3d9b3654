"""How long the fits of a prospective table took: a line a part, day of training and seed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seisweave.studies.eqpred.chances import Scene
    from seisweave.studies.eqpred.models.registry import Model


def fits_table(scene: Scene, models: Sequence[Model], seeds: Sequence[int], folder: Path) -> list[dict[str, Any]]:
    """All fits that are there; an autoencoder that rows share stands in each of them."""
    from seisweave.studies.eqpred.fits.plan import fit_of

    made = []
    for model in models:
        parts = {"network": False} if model.single else {"autoencoder": True, "predictor": False}
        for seed in seeds:
            for days in scene.days:
                for part, below in parts.items():
                    fit = fit_of(model, days, seed, folder, autoencoder=below)
                    if fit is None or "seconds" not in fit.said:
                        continue
                    said = {name: fit.said.get(name) for name in ("seconds", "cpu_seconds", "epochs")}
                    first = {"model": model.name, "seed": seed, "part": part, "before": str(days.border)[:10]}
                    made.append(first | said)
    return made


def seconds_of(fits: Sequence[dict[str, Any]], model: str, seed: int) -> float | None:
    """Wall time of all fits of a model and seed, with one thread each; None for what is not fitted so."""
    name = model.removesuffix(", shared out").removesuffix(" and neuron")
    mine = [fit["seconds"] for fit in fits if (fit["model"], fit["seed"]) == (name, seed)]
    return sum(mine) if mine else None
