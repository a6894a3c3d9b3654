"""The fault network: what a reconstruction returns, kept on disk as netCDF."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.atomize import Atomized
from seisweave.faults.options import FaultOptions
from seisweave.gaussians.mixture import Mixture
from seisweave.gaussians.orientation import FaultPlanes, fault_planes
from seisweave.storage import read_record, write_dataset

if TYPE_CHECKING:
    import xarray as xr

    from seisweave.catalog.projection import LocalProjection

STAGES = ("subset", "whole", "refine")


@dataclass(frozen=True, eq=False)
class MergeHistory:
    """Every merge in the order it was made (m of them).

    stage indexes `STAGES`: 0 inside a subset, 1 among all, 2 during refinement. subset is the subset's number
    (-1 after them). first and second are the numbers of the two faults that became fault `merged`: proto-faults
    are numbered from 0 over all subsets, merged faults go on from there. gain is the gain in BIC/2 (eq. 3).
    A fault that was dropped into the background has second = -1 and merged = -1.

    >>> import seisweave as sw
    >>> one_fault = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> network = sw.reconstruct_faults(one_fault)
    >>> history = network.history
    >>> made, dropped = int((history.merged >= 0).sum()), int((history.merged < 0).sum())
    >>> network.n_proto - made - dropped == network.n_faults, bool((history.gain > 0).all())
    (True, True)
    """

    stage: Int[np.ndarray, " m"]
    subset: Int[np.ndarray, " m"]
    first: Int[np.ndarray, " m"]
    second: Int[np.ndarray, " m"]
    merged: Int[np.ndarray, " m"]
    gain: Float[np.ndarray, " m"]

    def __len__(self) -> int:
        return len(self.gain)


@dataclass(frozen=True, eq=False)
class FaultNetwork:
    """A mixture of Gaussian faults and uniform backgrounds, and how n events belong to it.

    Faults are ordered by weight, heaviest first. part is the index of the most likely part of each event (faults
    first, then backgrounds), responsibility the probability of that. bic is the half form of the paper's eq. 2.
    atomized says which proto-faults it began with, min_sigma_km which floor of σ it has (km; 0: none or unknown).
    seconds says what each stage took; it is not kept on disk, where equal networks are equal files. source is what
    the network was made of, a catalog, points, or a table of events; a result folder keeps it as events.parquet.

    >>> import seisweave as sw
    >>> one_fault = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> network = sw.reconstruct_faults(one_fault)
    >>> network.n_faults, network.sample(3, seed=1).shape
    (1, (3, 3))
    """

    mixture: Mixture
    part: Int[np.ndarray, " n"]
    responsibility: Float[np.ndarray, " n"]
    bic: float
    log_likelihood: float
    n_proto: int
    history: MergeHistory
    options: FaultOptions
    atomized: Atomized = field(default_factory=Atomized)
    min_sigma_km: float = 0.0
    projection: LocalProjection | None = None
    input_sha256: str = ""
    version: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    source: Any = field(default=None, repr=False)

    @property
    def n_events(self) -> int:
        """How many events the network was made from."""
        return len(self.part)

    @property
    def n_faults(self) -> int:
        """How many faults."""
        return self.mixture.n_gaussians

    @property
    def n_backgrounds(self) -> int:
        """How many uniform backgrounds."""
        return self.mixture.n_boxes

    @property
    def label(self) -> Int[np.ndarray, " n"]:
        """Fault of each event, 0 .. n_faults-1; -1 for background."""
        return np.where(self.part < self.n_faults, self.part, -1)

    @cached_property
    def planes(self) -> FaultPlanes:
        """Strike, dip, length, width, thickness and corners of every fault."""
        return fault_planes(self.mixture.mean_km, self.mixture.covariance_km2)

    @property
    def events_per_fault(self) -> Int[np.ndarray, " g"]:
        """Number of events whose most likely part is each fault."""
        return np.bincount(self.part, minlength=self.n_faults)[: self.n_faults]

    def log_density(self, xyz_km: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, " m"]:
        """Logarithm of the probability density of a hypocentre, log(1/km³)."""
        return self.mixture.log_density(xyz_km)

    def responsibilities(self, xyz_km: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m parts"]:
        """Probability that a hypocentre belongs to each fault (first) and background (last)."""
        return self.mixture.responsibilities(xyz_km)

    def sample(self, n: int, seed: int | None = None) -> Float[np.ndarray, "n 3"]:
        """Draw n hypocentres (local km); the seed is that of the options unless given."""
        return self.mixture.sample(n, self.options.seed if seed is None else seed)[0]

    def to_geographic(
        self, xyz_km: Float[np.ndarray, "m 3"]
    ) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"]]:
        """Longitude and latitude of local points, degrees; NaN where the input was local km without a projection."""
        if self.projection is None:
            nothing = np.full(len(xyz_km), np.nan)
            return nothing, nothing.copy()
        return self.projection.to_geographic(xyz_km[:, 0], xyz_km[:, 1])

    def to_dataset(self) -> xr.Dataset:
        """The network as an xarray Dataset with CF names and units; `open_network` reads it back identical."""
        return _to_dataset(self)

    def write(self, path: str | Path) -> Path:
        """Save as netCDF-4; the file appears whole or not at all."""
        return write_dataset(self.to_dataset(), path)


def open_network(path: str | Path) -> FaultNetwork:
    """Read a network saved by `FaultNetwork.write`, or that of a result folder, identical to the last bit.

    Errors: InputError for a path without a network, or a file that holds something else.

    >>> from tempfile import mkdtemp
    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> again = open_network(network.write(Path(mkdtemp()) / "network.nc"))
    >>> again.bic == network.bic, np.array_equal(again.part, network.part)
    (True, True)
    """
    return read_record(path, _from_dataset, "fault network", ("network.nc", "faults"))


_UNITS = {
    "mean": "km",
    "covariance": "km2",
    "box_centre": "km",
    "box_axes": "1",
    "box_half": "km",
    "gain": "1",
}
_MIXTURE = {  # variable: (dimensions, field of Mixture)
    "weight": (("fault",), "weight"),
    "mean": (("fault", "axis"), "mean_km"),
    "covariance": (("fault", "axis", "axis2"), "covariance_km2"),
    "box_weight": (("background",), "box_weight"),
    "box_centre": (("background", "axis"), "box_centre_km"),
    "box_axes": (("background", "axis2", "axis"), "box_axes"),
    "box_half": (("background", "axis2"), "box_half_km"),
}
_HISTORY = ("stage", "subset", "first", "second", "merged", "gain")


def _to_dataset(network: FaultNetwork) -> xr.Dataset:
    import xarray as xr

    variables = {
        name: (dims, getattr(network.mixture, source), {"units": _UNITS.get(name, "1")})
        for name, (dims, source) in _MIXTURE.items()
    }
    planes = network.planes
    for name, values, units in (
        ("strike", planes.strike_deg, "degree"),
        ("dip", planes.dip_deg, "degree"),
        ("length", planes.length_km, "km"),
        ("width", planes.width_km, "km"),
        ("thickness", planes.thickness_km, "km"),
        ("n_events", network.events_per_fault, "1"),
    ):
        variables[name] = (("fault",), values, {"units": units})
    variables["part"] = (
        ("event",),
        network.part,
        {"long_name": "most likely part: faults first, then backgrounds"},
    )
    variables["responsibility"] = (("event",), network.responsibility, {"units": "1"})
    for name in _HISTORY:
        variables[f"merge_{name}"] = (("merge",), getattr(network.history, name), {"units": "1"})
    projection = None if network.projection is None else asdict(network.projection)
    attributes = {
        "title": "seisweave fault network",
        "Conventions": "CF-1.11",
        "coordinates": "x_km east, y_km north, depth_km positive down",
        "bic": network.bic,
        "log_likelihood": network.log_likelihood,
        "n_proto": network.n_proto,
        "options": json.dumps(asdict(network.options)),
        "atomized": json.dumps(asdict(network.atomized)),
        "min_sigma_km": network.min_sigma_km,
        "projection": json.dumps(projection),
        "input_sha256": network.input_sha256,
        "version": network.version,
    }
    coordinates = {"axis": ["x_km", "y_km", "depth_km"], "axis2": ["x_km", "y_km", "depth_km"]}
    return xr.Dataset(variables, coords=coordinates, attrs=attributes)


def _from_dataset(dataset: xr.Dataset) -> FaultNetwork:
    from seisweave.catalog.projection import LocalProjection

    attributes = dataset.attrs
    projection = json.loads(attributes["projection"])
    options = FaultOptions(**({"atomize": "cut"} | json.loads(attributes["options"])))  # older ones had the cut only
    return FaultNetwork(
        mixture=Mixture(**{source: dataset[name].values for name, (_, source) in _MIXTURE.items()}),
        part=dataset["part"].values,
        responsibility=dataset["responsibility"].values,
        bic=float(attributes["bic"]),
        log_likelihood=float(attributes["log_likelihood"]),
        n_proto=int(attributes["n_proto"]),
        history=MergeHistory(**{name: dataset[f"merge_{name}"].values for name in _HISTORY}),
        options=options,
        atomized=Atomized(**json.loads(attributes.get("atomized", "{}"))),
        min_sigma_km=float(attributes.get("min_sigma_km", options.min_sigma_km)),
        projection=None if projection is None else LocalProjection(**projection),
        input_sha256=str(attributes["input_sha256"]),
        version=str(attributes["version"]),
    )
