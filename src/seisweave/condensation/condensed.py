"""The condensed catalog: what a condensation returns, kept on disk as netCDF."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.condensation.event_gaussians import EventGaussians
from seisweave.condensation.options import CondensationOptions
from seisweave.errors import InputError
from seisweave.storage import read_record, write_dataset
from seisweave.stored_arrays import LARGEST, Rule, arrays_of, json_of, text_of, whole_of
from seisweave.stored_json import record_of, value_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from seisweave.catalog.catalog import Catalog
    from seisweave.catalog.projection import LocalProjection


@dataclass(frozen=True, eq=False)
class Moves:
    """What moved where, sources rising: Gaussian `target` took the weight `amount` from Gaussian `source`.

    >>> from seisweave.condensation import EventGaussians, condense
    >>> moves = condense(EventGaussians.from_sigmas(np.zeros((2, 3)), np.array([[1.0] * 3, [0.9] * 3]))).moves
    >>> moves.source.tolist(), moves.target.tolist(), moves.amount.tolist()
    ([0], [1], [1.0])
    """

    source: Int[np.ndarray, " moves"]
    target: Int[np.ndarray, " moves"]
    amount: Float[np.ndarray, " moves"]

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True, eq=False)
class CondensedCatalog:
    """A condensed catalog: m Gaussians of n events, in the order of the input.

    gaussians: where the events were thought to be; gaussians.event is the parent of each Gaussian.
    weight: what each Gaussian holds in the end; together as many as there are events.
    moves: what moved where on the way.
    chosen: the Gaussian that each event, whole, is assigned to; votes: how many of `assign_samples` points it won.
    catalog: what it was condensed from, where that was a Catalog; not in condensed.nc.
    seconds: what each stage took; not in condensed.nc, where equal results are equal files.
    n_widened: Gaussians that were thinner than min_sigma_km in some direction, and were widened to it.

    >>> from seisweave.condensation import EventGaussians, condense
    >>> events = EventGaussians.from_sigmas(np.zeros((2, 3)), np.array([[1.0] * 3, [0.9] * 3]))
    >>> condensed = condense(events)
    >>> condensed.chosen.tolist(), condensed.holding.tolist(), float(condensed.weight.sum())
    ([1, 1], [1], 2.0)
    """

    gaussians: EventGaussians
    weight: Float[np.ndarray, " m"]
    moves: Moves
    chosen: Int[np.ndarray, " n"]
    votes: Int[np.ndarray, " n"]
    options: CondensationOptions
    projection: LocalProjection | None = None
    input_sha256: str = ""
    version: str = ""
    n_widened: int = 0
    catalog: Catalog | None = field(default=None, repr=False)
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def n_events(self) -> int:
        """How many events."""
        return len(self.chosen)

    @property
    def weighted(self) -> Bool[np.ndarray, " m"]:
        """Which Gaussians still have weight."""
        return self.weight > 0

    @cached_property
    def holding(self) -> Int[np.ndarray, " h"]:
        """Gaussians that hold at least one event, rising: their centres are the reduced set of points."""
        return np.unique(self.chosen)

    @property
    def events_held(self) -> Int[np.ndarray, " h"]:
        """How many events each of `holding` has."""
        return np.bincount(self.chosen)[self.holding]

    @property
    def points_km(self) -> Float[np.ndarray, "h d"]:
        """Centres of `holding`, local km: what faults are reconstructed from."""
        return self.gaussians.mean_km[self.holding]

    def effective_numbers(self) -> tuple[float, float]:
        """exp(entropy) of the weights before and after: how many equal weights would be spread as wide."""
        return _perplexity(self.gaussians.weight), _perplexity(self.weight)

    def reduced_catalog(self, catalog: Catalog) -> pd.DataFrame:
        """`holding` as a table that is a catalog again: time, magnitude and id of the event each Gaussian belongs to.

        `weight` and `events` are what it holds, `largest_magnitude` the highest magnitude among them. An event that
        lends several Gaussians has its id numbered.
        """
        import pandas as pd

        rows, parent = self.holding, self.gaussians.event[self.holding]
        longitude, latitude = self.places(catalog, rows)
        return pd.DataFrame(
            {
                "time": catalog.times[parent],
                "longitude": longitude,
                "latitude": latitude,
                "depth_km": self.gaussians.mean_km[rows, 2],
                "magnitude": catalog.magnitude[parent],
                "id": distinct_ids(catalog.ids[parent]),
                "weight": self.weight[rows],
                "events": self.events_held,
                "largest_magnitude": _largest(catalog.magnitude, self.chosen)[rows],
            }
        )

    def places(
        self, catalog: Catalog, rows: Int[np.ndarray, " r"]
    ) -> tuple[Float[np.ndarray, " r"], Float[np.ndarray, " r"]]:
        """Longitude and latitude of some Gaussians; a Gaussian at its event's hypocentre has that place exactly.

        Errors: InputError unless `catalog` is what was condensed.
        """
        if self.projection is None or len(catalog) != self.n_events:
            raise InputError(
                f"the condensed catalog was not made of these {len(catalog)} events; give the catalog it was made of"
            )
        mean_km, parent = self.gaussians.mean_km[rows], self.gaussians.event[rows]
        longitude, latitude = self.projection.to_geographic(mean_km[:, 0], mean_km[:, 1])
        same = (mean_km == catalog.xyz_km(self.projection)[parent]).all(axis=1)
        return (
            np.where(same, catalog.longitude[parent], longitude),
            np.where(same, catalog.latitude[parent], latitude),
        )

    def to_dataset(self) -> xr.Dataset:
        """Everything as an xarray Dataset with CF names and units; `open_condensed` reads it back identical."""
        return _to_dataset(self)

    def write(self, path: str | Path) -> Path:
        """Save as netCDF-4; the file appears whole or not at all."""
        return write_dataset(self.to_dataset(), path, {name: {"zlib": True, "complevel": 1} for name in _PACKED})


def open_condensed(path: str | Path) -> CondensedCatalog:
    """Read a condensed catalog saved by `CondensedCatalog.write`, or that of a result folder, to the last bit.

    Errors: InputError for a path without one, or a file that holds something else.

    >>> from tempfile import mkdtemp
    >>> from seisweave.condensation import EventGaussians, condense
    >>> condensed = condense(EventGaussians.from_sigmas(np.zeros((2, 3)), np.array([[1.0] * 3, [0.9] * 3])))
    >>> again = open_condensed(condensed.write(Path(mkdtemp()) / "condensed.nc"))
    >>> np.array_equal(again.weight, condensed.weight), again.options == condensed.options
    (True, True)
    """
    return read_record(path, _from_dataset, "condensed catalog", ("condensed.nc", "condense"))


_KEPT = 1e-6  # relative: as much weight as there are events
_PACKED = ("event", "weight", "initial_weight", "move_source", "move_target", "move_amount", "chosen", "votes")


def distinct_ids(ids: np.ndarray) -> np.ndarray:
    """Ids that are unique: those that repeat get a number from the second on (id.2, id.3).

    >>> distinct_ids(np.array(["a", "b", "a"])).tolist()
    ['a', 'b', 'a.2']
    """
    order = np.argsort(ids, kind="stable")
    start = np.concatenate([[True], ids[order][1:] != ids[order][:-1]])
    first = np.maximum.accumulate(np.where(start, np.arange(len(ids)), 0))
    count = np.empty(len(ids), np.int64)
    count[order] = np.arange(len(ids)) - first + 1
    return np.where(count > 1, np.char.add(np.char.add(ids, "."), count.astype(str)), ids)


def _largest(magnitude: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    largest = np.full(int(chosen.max()) + 1, -np.inf)
    np.maximum.at(largest, chosen, np.where(np.isnan(magnitude), -np.inf, magnitude))
    return np.where(np.isinf(largest), np.nan, largest)


def _perplexity(weight: np.ndarray) -> float:
    share = weight[weight > 0] / weight.sum()
    return float(np.exp(-(share * np.log(share)).sum()))


def _to_dataset(condensed: CondensedCatalog) -> xr.Dataset:
    import xarray as xr

    gaussians, moves = condensed.gaussians, condensed.moves
    axes = ["x_km", "y_km", "depth_km"][: gaussians.dimensions]
    variables = {
        "event": (("gaussian",), gaussians.event, {"long_name": "event a Gaussian belongs to"}),
        "initial_weight": (("gaussian",), gaussians.weight, {"units": "1"}),
        "weight": (("gaussian",), condensed.weight, {"units": "1", "long_name": "weight after condensation"}),
        "mean": (("gaussian", "axis"), gaussians.mean_km, {"units": "km"}),
        "covariance": (("gaussian", "axis", "axis2"), gaussians.covariance_km2, {"units": "km2"}),
        "move_source": (("move",), moves.source, {"long_name": "Gaussian that gave"}),
        "move_target": (("move",), moves.target, {"long_name": "Gaussian that took"}),
        "move_amount": (("move",), moves.amount, {"units": "1", "long_name": "weight that moved"}),
        "chosen": (("earthquake",), condensed.chosen, {"long_name": "Gaussian an event is assigned to"}),
        "votes": (("earthquake",), condensed.votes, {"long_name": "points that this Gaussian won"}),
    }
    projection = None if condensed.projection is None else asdict(condensed.projection)
    attributes = {
        "title": "seisweave condensed catalog",
        "Conventions": "CF-1.11",
        "coordinates": "x_km east, y_km north, depth_km positive down",
        "options": json.dumps(asdict(condensed.options)),
        "projection": json.dumps(projection),
        "input_sha256": condensed.input_sha256,
        "version": condensed.version,
        "n_widened": condensed.n_widened,
    }
    return xr.Dataset(variables, coords={"axis": axes, "axis2": axes}, attrs=attributes)


_RULES = {
    "event": Rule(("gaussian",), 0, whole=True, below="earthquake"),
    "initial_weight": Rule(("gaussian",), 0.0, 1.0),
    "weight": Rule(("gaussian",), 0.0),
    "mean": Rule(("gaussian", "axis")),
    "covariance": Rule(("gaussian", "axis", "axis2"), -(LARGEST**2), LARGEST**2),
    "move_source": Rule(("move",), 0, whole=True, below="gaussian"),
    "move_target": Rule(("move",), 0, whole=True, below="gaussian"),
    "move_amount": Rule(("move",), 0.0),
    "chosen": Rule(("earthquake",), 0, whole=True, below="gaussian"),
    "votes": Rule(("earthquake",), 0, whole=True),
}


def _from_dataset(dataset: xr.Dataset) -> CondensedCatalog:
    from seisweave.catalog.projection import LocalProjection

    attributes = dataset.attrs
    flat = {"axis": dataset.sizes["axis"], "axis2": dataset.sizes["axis"]}  # epicentres alone have two
    values = arrays_of(dataset, _RULES, flat if dataset.sizes["axis"] == 2 else None)
    gaussians = EventGaussians(values["event"], values["initial_weight"], values["mean"], values["covariance"])
    n, held = len(values["chosen"]), float(values["weight"].sum())
    if gaussians.n_events != n or abs(held - n) > _KEPT * max(n, 1):
        raise ValueError(f"{n} events beside Gaussians of {gaussians.n_events}, whose weights sum to {held:.6g}")
    options = record_of(CondensationOptions, json_of(attributes, "options"))
    projection = json_of(attributes, "projection")
    seconds = json_of(attributes, "seconds") if "seconds" in attributes else {}  # of older ones
    seconds = value_of(Mapping[str, float], seconds, "seconds")
    return CondensedCatalog(
        gaussians=gaussians,
        weight=values["weight"],
        moves=Moves(values["move_source"], values["move_target"], values["move_amount"]),
        chosen=values["chosen"],
        votes=values["votes"],
        options=options,
        projection=None if projection is None else record_of(LocalProjection, projection),
        input_sha256=text_of(attributes, "input_sha256"),
        version=text_of(attributes, "version"),
        n_widened=whole_of(attributes, "n_widened"),
        seconds=seconds,
    )
