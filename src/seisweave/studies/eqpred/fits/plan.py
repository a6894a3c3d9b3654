"""Which fits a table needs: every part once a seed, however many rows rest on it; and the search before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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

    @property
    def coded(self) -> bool:
        """Whether a row rests on the codes of the autoencoder."""
        return any(model.target == "code" for model in self.rows)

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
    above += "" if model.target == "novelty" else model.target
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


def trials_of(part: Part, n: int, name: str) -> list[Part]:
    """A part as it is, and with n random choices from its ranges, which depend on the name."""
    rng = np.random.default_rng(sum(name.encode()))
    made = [part]
    for _ in range(n if part.ranges else 0):
        chosen = {name: values[int(rng.integers(len(values)))] for name, values in part.ranges.items()}
        made.append(part.trial(**chosen))
    return list(dict.fromkeys(made))


def fit_of(model: Model, days: Days, seed: int, folder: Path, *, autoencoder: bool = False) -> Fit | None:
    """The finished fit of a row: its single network, its predictor, or its autoencoder; None where there is none."""
    if model.single is not None:
        return None if autoencoder else read_fit(folder, key_of(model.single, days.identity, seed))
    if autoencoder:
        assert model.autoencoder is not None
        return read_fit(folder, key_of(model.autoencoder, days.identity, seed))
    return None if model.predictor is None else read_fit(folder, key_of_predictor(model, days, seed))
