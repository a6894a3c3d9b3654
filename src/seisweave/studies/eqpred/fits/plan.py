"""Which fits a table needs: every part once a seed, however many rows rest on it; and the search before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.files import Fit, key_of, read_fit
from seisweave.studies.eqpred.models.registry import Model, Part


@dataclass(frozen=True)
class Chain:
    """An autoencoder or a single network, and the predictors that rest on it; days by number, one seed."""

    root: Part
    days: int
    seed: int
    rows: tuple[Model, ...]

    def keys(self, days: Days) -> list[tuple[str, float]]:
        """Names of the fits in the order they are made, and what each costs."""
        first = key_of(self.root, days.identity, self.seed)
        parts = [(key_of_predictor(model, days, self.seed), model.predictor) for model in self.rows if model.predictor]
        unique = {key: part.cost for key, part in parts if part is not None}
        return [(first, self.root.cost), *unique.items()]


def key_of_predictor(model: Model, days: Days, seed: int) -> str:
    """The name of a predictor's fit."""
    assert model.autoencoder is not None
    assert model.predictor is not None
    above = key_of(model.autoencoder, days.identity, seed) + model.disturb
    return key_of(model.predictor, days.identity, seed, above)


def chains_of(models: Sequence[Model], days: Sequence[Days], seeds: Iterable[int]) -> list[Chain]:
    """All chains, a seed at a time and the cheapest first: where a run is ended early, most cells are filled."""
    rows: dict[Part, list[Model]] = {}
    for model in models:
        rows.setdefault(model.single or model.autoencoder, []).append(model)  # type: ignore[arg-type]
    cheapest_first = sorted(rows.items(), key=lambda item: item[0].cost)
    made = []
    for seed in seeds:
        for root, those in cheapest_first:
            made += [Chain(root, k, seed, tuple(those)) for k in range(len(days))]
    return made


def trials_of(model: Model, n: int) -> list[Model]:
    """A model as it is, and with n random choices from the ranges of its predictor, or single network."""
    part = model.single or model.predictor
    if part is None or not part.ranges or model.disturb:
        return [model]
    rng = np.random.default_rng(sum(model.name.encode()))
    made = [model]
    for _ in range(n):
        chosen = {name: values[int(rng.integers(len(values)))] for name, values in part.ranges.items()}
        trial = part.trial(**chosen)
        made.append(replace(model, single=trial) if model.single else replace(model, predictor=trial))
    return list(dict.fromkeys(made))


def fit_of(model: Model, days: Days, seed: int, folder: Path, *, autoencoder: bool = False) -> Fit | None:
    """The finished fit of a row: its single network, its predictor, or its autoencoder; None where there is none."""
    if model.single is not None:
        return None if autoencoder else read_fit(folder, key_of(model.single, days.identity, seed))
    if autoencoder:
        assert model.autoencoder is not None
        return read_fit(folder, key_of(model.autoencoder, days.identity, seed))
    return None if model.predictor is None else read_fit(folder, key_of_predictor(model, days, seed))
