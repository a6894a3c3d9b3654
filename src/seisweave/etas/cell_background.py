"""The backgrounds of an ETAS model by cell of a grid, as they are at many instants."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.catalog.polygon import inside
from seisweave.etas.background import UNIFORM_EVENTS
from seisweave.etas.cell_mass import CellGrid, GeographicPlaces, cell_masses
from seisweave.etas.domain import EtasDomain
from seisweave.etas.features import FLOOR_KM
from seisweave.etas.forms import SMOOTHED, UNIFORM
from seisweave.etas.mixture import PlaneMixture
from seisweave.etas.model import Description, EtasModel
from seisweave.etas.widths import Widths

_POINTS = 16  # a side, of a cell that the region's border may cut


def background_by_cell(
    model: EtasModel,
    described: Description,
    t_days: Float[np.ndarray, " t"],
    place: GeographicPlaces,
    grid: CellGrid,
) -> Float[np.ndarray, "t rows columns"]:
    """Events a day in each cell that nothing triggers, at each instant: the integral of `smoothed_background`."""
    events, uniform = described.events, _area_within(model.domain, grid) / described.events.area_km2
    mu = {name: float(np.exp(model.value[f"background.{name}"])) for name in model.form.backgrounds}
    total = np.zeros((len(t_days), *grid.shape)) + mu.pop(UNIFORM, 0.0) * uniform
    for name in set(mu) - set(SMOOTHED):
        assert model.mixture is not None
        total += mu.pop(name) * mixture_by_cell(model.mixture, name, model.domain, grid)
    if not mu or not len(events):
        return total + sum(mu.values()) * uniform
    assert described.spacing_km is not None
    assert described.background_share is not None
    share, before = described.background_share, np.searchsorted(events.t_days, t_days, side="left")
    squares = [np.maximum(_spacings(name) * described.spacing_km, FLOOR_KM) ** 2 for name in mu]
    widths = Widths.down_to(min(float(each.min()) for each in squares))
    shares = np.stack([widths.of_power_law(each, 1.0) for each in squares])
    round_place = GeographicPlaces(place.longitude, place.latitude)
    weight = np.concatenate([[0.0], np.cumsum(share)])[before][:, None, None]
    for each, mass in zip(mu.values(), cell_masses(grid, round_place, widths, shares), strict=True):
        summed = np.cumsum(share[:, None, None] * mass, axis=0)
        until = np.concatenate([np.zeros((1, *grid.shape)), summed])[before]
        total += each * (UNIFORM_EVENTS * uniform + until) / (UNIFORM_EVENTS + weight)
    return total


def mixture_by_cell(
    mixture: PlaneMixture, name: str, domain: EtasDomain, grid: CellGrid
) -> Float[np.ndarray, "rows columns"]:
    """The share of a background of a mixture that falls into each cell, by 256 places of each Gaussian."""
    from scipy.special import ndtri

    one = ndtri((np.arange(_POINTS) + 0.5) / _POINTS)
    places = np.array([each.ravel() for each in np.meshgrid(one, one)])
    root = np.linalg.cholesky(mixture.covariance_km2 + mixture.width_km(name) ** 2 * np.eye(2))
    xy = mixture.mean_km[:, :, None] + root @ places
    row, column = grid.cell_of(*domain.projection.to_geographic(xy[:, 0].ravel(), xy[:, 1].ravel()))
    weight, within = np.repeat(mixture.weight / _POINTS**2, _POINTS**2), row >= 0
    found = np.zeros(grid.shape)
    np.add.at(found, (row[within], column[within]), weight[within])
    return found


def _spacings(name: str) -> float:
    return float(name.removeprefix("smoothed-"))


def _area_within(domain: EtasDomain, grid: CellGrid) -> Float[np.ndarray, "rows columns"]:
    """Of each cell, km², as far as it lies in the region."""
    part = (np.arange(_POINTS) + 0.5) / _POINTS
    longitude = (grid.longitude[:-1, None] + part * np.diff(grid.longitude)[:, None]).ravel()
    latitude = (grid.latitude[:-1, None] + part * np.diff(grid.latitude)[:, None]).ravel()
    x, y = (each.ravel() for each in np.meshgrid(longitude, latitude))
    within = inside(domain.corners, x, y).reshape(grid.shape[0], _POINTS, grid.shape[1], _POINTS)
    return within.mean(axis=(1, 3)) * grid.area_km2
