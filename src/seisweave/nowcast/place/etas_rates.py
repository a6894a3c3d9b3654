"""The fitted ETAS of the past alone, by cell and day: a rival of the networks by place, and a rate they may start from.

The adaptive form (`seisweave.etas`) is fitted to the events of the lowest threshold on within the grid, from the first
day to learn from until a border; what came before is its history. The law of magnitudes is that of the same events.
What it then expects of each cell and day, descendants that are still to come included, is `etas.by_cell`: families
with an event of each threshold, so that 1 - exp(-rate) is the chance of at least one.

Chosen on Southern California before 1995 and on Northern California: docs/concepts/place-measured.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float32

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import in_short
from seisweave.errors import InputError
from seisweave.etas.by_cell import expected_by_cell
from seisweave.etas.cell_mass import CellGrid
from seisweave.etas.fitting import fit_etas
from seisweave.etas.magnitude_law import fit_magnitude_law
from seisweave.etas.model import EtasModel
from seisweave.etas.options import EtasOptions
from seisweave.nowcast.place.correction import Correction
from seisweave.nowcast.place.data import PlaceData
from seisweave.nowcast.place.options import PlaceOptions
from seisweave.progress import Progress, Step
from seisweave.spreading import spread

FORM = "adaptive"
_LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class PlaceEtas:
    """A fitted ETAS, and the shift and slope of its rates that earlier fits found."""

    model: EtasModel
    correction: Correction


def fit_place_etas(data: PlaceData, place: PlaceOptions, border: np.datetime64) -> EtasModel:
    """ETAS fitted to the events before a border alone.

    Errors: InputError for no event to learn from.
    """
    west, east, south, north = place.maps.edges
    east = east if east > west else east + 360.0
    first = data.steps.start[data.learnable][0]
    options = EtasOptions(
        FORM,
        completeness=place.thresholds[0],
        fit_region=f"{west},{south} {east},{south} {east},{north} {west},{north}",
        fit_from=str(first),
        fit_until=str(border),
    )
    model = fit_etas(_events(data), options, jobs=1)
    assert model.fitted_to is not None
    events = model.events(_events(data))
    learned = events.magnitude[events.targets]
    try:
        law = fit_magnitude_law(learned, place.thresholds[0], model.domain.bin_width)
    except InputError:  # too few, or too much alike: the usual one stays
        return model
    return replace(model, fitted_to=replace(model.fitted_to, magnitudes=law))


def fitted_etas(
    data: PlaceData,
    place: PlaceOptions,
    borders: Iterable[np.datetime64],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> dict[np.datetime64, EtasModel]:
    """ETAS fitted before each border, in so many processes."""
    days = sorted(borders)
    few = replace(data, features=data.features[:0])  # which it does not look at
    found = spread(fit_place_etas, [(few, place, day) for day in days], jobs=jobs or 1, processes=True)
    made: dict[np.datetime64, EtasModel] = {}
    for day, model in zip(days, found, strict=True):
        made[day] = model
        if progress:
            progress(Step(f"ETAS before {in_short(day)}", len(made) / len(days)))
    return made


def etas_log_rates(
    model: EtasModel, data: PlaceData, place: PlaceOptions, wanted: Bool[np.ndarray, " t"]
) -> Float32[np.ndarray, "w m rows columns"]:
    """What a fitted ETAS expects of each wanted day: the logarithm of the number of families with such an event."""
    if not wanted.any():
        return np.zeros((0, len(place.thresholds), *place.maps.shape), np.float32)
    west, _, south, _ = place.maps.edges
    rows, columns = place.maps.shape
    side = place.maps.side_deg
    grid = CellGrid(west + side * np.arange(columns + 1.0), south + side * np.arange(rows + 1.0))
    made = expected_by_cell(
        model, _events(data), data.steps.start[wanted], float(place.days), grid, magnitudes=place.thresholds
    )
    return np.log(np.maximum(made.families, _LEAST)).astype(np.float32)


def with_etas(data: PlaceData, place: PlaceOptions, model: EtasModel, until: np.datetime64) -> PlaceData:
    """The same days with one feature more, what ETAS expects of the lowest threshold; nothing from `until` on."""
    known = data.steps.start < until
    return add_feature(data, known, etas_log_rates(model, data, place, known))


def add_feature(
    data: PlaceData, known: Bool[np.ndarray, " t"], log_rate: Float32[np.ndarray, "k m rows columns"]
) -> PlaceData:
    """The same days with what is expected of the lowest threshold as one feature more; NaN on days not known."""
    feature = np.full((len(known), 1, *data.features.shape[2:]), np.nan, np.float32)
    feature[known] = log_rate[:, :1]
    return replace(data, features=np.concatenate([data.features, feature], axis=1))


def _events(data: PlaceData) -> Catalog:
    if data.events is None:
        raise InputError("these days hold no events to fit ETAS to; make them with place_data(catalog, options)")
    return data.events.take(data.events.times >= data.steps.start[0])
