"""Options of forecasts, of CSEP's grid of them, and of their scores; the commands' flags are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from seisweave.errors import InputError

Density = Literal["segments", "plates"]
CUTOFFS = "2.5,3,3.5,4,4.5,5"


@dataclass(frozen=True)
class EvaluationOptions:
    """How forecasts are scored. Errors: InputError for an invalid value.

    >>> EvaluationOptions(cutoffs="3,2.5").magnitudes()
    (2.5, 3.0)
    """

    reference: str | None = field(
        default=None, metadata={"help": "Name of the forecast that gains are over; the last one unless given."}
    )
    cutoffs: str = field(default=CUTOFFS, metadata={"help": "Magnitude cut-offs, with commas between."})
    block_days: float = field(
        default=30.0, metadata={"help": "Events of so many days are drawn together for intervals; 0: each alone."}
    )
    seed: int = field(default=0, metadata={"help": "Seed of the intervals and of CSEP's simulations."})

    def __post_init__(self) -> None:
        if not 0.0 <= self.block_days < 1e5:
            raise InputError(f"block_days is {self.block_days}; give 0 or more days")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")
        self.magnitudes()

    def magnitudes(self) -> tuple[float, ...]:
        """The cut-offs as numbers, ascending."""
        try:
            numbers = {float(text) for text in self.cutoffs.split(",")}
        except ValueError:
            numbers = {float("nan")}
        if not all(map(isfinite, numbers)):
            raise InputError(f"cutoffs is {self.cutoffs!r}; give numbers with commas between, like 2.5,3,4")
        return tuple(sorted(numbers))


def _option(default, sentence: str):
    return field(default=default, metadata={"help": sentence})


@dataclass(frozen=True)
class ForecastOptions:
    """How a catalog becomes a forecast. Errors: InputError for an invalid value.

    >>> from dataclasses import replace
    >>> paper = ForecastOptions(model="triples", volume=(-121.0, -115.0, 32.5, 36.0, 0.0, 20.0), thin_km=0.0)
    >>> replace(paper, model="adaptive").thin_km
    0.0
    """

    model: Literal["mixed", "faults", "triples", "adaptive", "uniform"] = _option(
        "mixed", "Network and adaptive smoothing (mixed), one alone, one bandwidth (triples), or uniform."
    )
    volume: tuple[float, float, float, float, float, float] | None = _option(
        None, "West east south north (degrees) top bottom (km); about the events, their depths too, unless given."
    )
    thin_km: float = _option(1.0, "Learn from one event in each cube of this side, km; 0: from all.")
    floor: float | None = _option(
        None, "Share of a uniform density; chosen with the bandwidth, or the network's own background, unless given."
    )
    bandwidth_km: float | None = _option(None, "Bandwidth of triples, km; chosen on the last years unless given.")
    neighbours: int | None = _option(None, "Neighbour that sets a width of adaptive; chosen on the last years too.")
    scale: float | None = _option(None, "Widths of adaptive in distances to that neighbour; chosen likewise.")
    validation_years: float = _option(
        4.0, "Last years of the catalog, at most half of it, on which bandwidths and floors are chosen."
    )
    validation_magnitude: float | None = _option(
        None, "They are chosen on events of this magnitude or above; of 2.5, or less where too few are, unless given."
    )
    density: Literal["segments", "plates"] = _option(
        "segments",
        "Of a network: its Gaussians, or plates of its faults and halos; `faults` tells the BIC of both.",
    )
    pool_background: bool = _option(True, "Make all backgrounds of a network one uniform density over the volume.")

    def __post_init__(self) -> None:
        if self.model not in ("mixed", "faults", "triples", "adaptive", "uniform"):
            raise InputError(f"model is {self.model!r}; choose mixed, faults, triples, adaptive or uniform")
        if self.density not in ("segments", "plates"):
            raise InputError(f"density is {self.density!r}; choose segments or plates")
        if self.floor is not None and not 0.0 <= self.floor < 1.0:
            raise InputError(f"floor is {self.floor}; give a share of the events, from 0 to below 1")
        if not 0.0 <= self.thin_km < 1000.0:
            raise InputError(f"thin_km is {self.thin_km}; give the side of a cube, 0 to 1000 km")
        if not 0.0 < self.validation_years < 1000.0:
            raise InputError(f"validation_years is {self.validation_years}; give more than 0")
        for name, least, most in (("bandwidth_km", 0.01, 1000.0), ("neighbours", 1, 10_000), ("scale", 0.01, 100.0)):
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise InputError(f"{name} is {value}; give {least:g} to {most:g}")


@dataclass(frozen=True)
class GridOptions:
    """The gridded forecast of CSEP written beside the density. Errors: InputError for an invalid value.

    >>> from seisweave.forecast import ForecastOptions, make_forecast
    >>> from seisweave.forecast.gridded import grid_from_past
    >>> from seisweave.synthetic import southern_california_like
    >>> past = southern_california_like(n_events=300).catalog
    >>> flat = make_forecast(past, ForecastOptions(model="uniform"))
    >>> grid_from_past(flat, past, GridOptions(cell_deg=0.5, first_magnitude=4.95)).magnitude[:2].tolist()
    [4.95, 5.05]
    """

    cell_deg: float | None = field(
        default=None,
        metadata={"help": "Side of a cell, degrees; CSEP's 0.1, or more where that makes 50,000 cells, unless given."},
    )
    years: float = field(default=1.0, metadata={"help": "Years that expected numbers of events are for."})
    first_magnitude: float = field(default=3.95, metadata={"help": "Lower edge of the first magnitude bin."})

    def __post_init__(self) -> None:
        if not 0.0 < self.years <= 1000.0:
            raise InputError(f"years is {self.years}; give more than 0 and at most 1000")
        if not -2.0 <= self.first_magnitude < 9.0:
            raise InputError(f"first_magnitude is {self.first_magnitude}; give -2 to 9")
        if self.cell_deg is not None and not 0.01 <= self.cell_deg <= 10.0:
            raise InputError(f"cell_deg is {self.cell_deg}; give 0.01 to 10 degrees")
