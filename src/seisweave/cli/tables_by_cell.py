"""The prospective table by cell of half a degree: models that know cells, and regional ones shared out by the rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.cli.place_scores import SUM, cell_scores
from seisweave.evaluation import best_threshold, decide

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.comparison.by_cell import CellChances
    from seisweave.nowcast.maps import MapOptions

LEAST = 10  # positives that an interval needs
NEURON = "neuron by cell"


def rows_by_cell(
    data: tuple[Catalog, MapOptions, str | None],
    borders: tuple[np.datetime64, ...],
    threshold: float,
    regional: Mapping[tuple[str, int], tuple[np.ndarray, np.ndarray]],
) -> list[dict[str, Any]]:
    """Scores of one threshold, next day; `regional` holds days and chances anywhere of each model and seed.

    `data` are the catalog, the grid whose box is taken, and the first day to learn from. Days are those of which every
    model says something. No rows where fewer than ten positives came.
    """
    from seisweave.nowcast.comparison.by_cell import cell_chances
    from seisweave.nowcast.place_data import place_data
    from seisweave.nowcast.place_options import PlaceOptions

    catalog, maps, learn_from = data
    options = PlaceOptions(
        magnitudes=(threshold - 1.5, threshold - 1.0, threshold - 0.5, threshold),
        box=maps.box,
        gaps=maps.gaps,
        learn_from=learn_from,
        event_type=maps.event_type,
        not_event_type=maps.not_event_type,
    )
    made = cell_chances(place_data(catalog, options, end=str(borders[-1])[:10]), borders, options.magnitudes, 3)
    if made.happened.sum() < LEAST:
        return []
    target = f"M ≥ {threshold:g} by cell, next day"
    rows = [_row(target, key, chance, made) for key, chance in _chances(made, regional).items()]
    return rows


def _chances(
    made: CellChances, regional: Mapping[tuple[str, int], tuple[np.ndarray, np.ndarray]]
) -> dict[tuple[str, int], np.ndarray]:
    """Chances of every model in every cell; a day of which a regional one says nothing has the rate's."""
    happened, poisson = made.happened, made.poisson
    true = np.clip(poisson * (happened.sum() / poisson.sum()), 1e-9, 1 - 1e-9)
    chances = {("cell Poisson", 0): poisson, ("true base rate", 0): true, (NEURON, 0): made.neuron}
    chances["pooled linear model", 0] = made.linear
    chances[SUM, 0] = made.sums
    for (name, seed), (start, probability) in regional.items():
        place = np.searchsorted(start, made.day)
        place = np.minimum(place, len(start) - 1)
        known = start[place] == made.day
        spread = made.shared_out(probability[place])
        chances[f"{name}, shared out", seed] = np.where(known[:, None, None], spread, poisson)
    return chances


def _row(target: str, key: tuple[str, int], chance: np.ndarray, made: CellChances) -> dict[str, Any]:
    happened = made.happened
    day = made.day.astype("datetime64[D]").astype(np.int64)
    border = len(chance) // 2
    row = {
        "target": target,
        "model": key[0],
        "seed": key[1],
        "steps": int(happened.size),
        **cell_scores(chance, made.poisson, made.neuron, happened, day),
    }
    if happened[:border].any() and happened[border:].any():
        threshold = best_threshold(chance[:border], happened[:border])
        later = decide(chance[border:], happened[border:], threshold)
        row |= {"precision": later.precision, "recall": later.recall, "f1": later.f(), "f02": later.f(0.2)}
    return row
