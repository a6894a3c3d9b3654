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
from seisweave.faults.history import MergeHistory
from seisweave.faults.levels import Faults
from seisweave.faults.options import FaultOptions
from seisweave.faults.plates import Plates
from seisweave.faults.sureness import Sureness, from_dataset, to_variables
from seisweave.gaussians.mixture import Mixture
from seisweave.gaussians.orientation import FaultPlanes, fault_planes
from seisweave.storage import read_record, write_dataset

if TYPE_CHECKING:
    import xarray as xr

    from seisweave.catalog.projection import LocalProjection


@dataclass(frozen=True, eq=False)
class FaultNetwork:
    """A mixture of Gaussian segments and uniform backgrounds, and how n events belong to it; the faults they make up.

    The network has two levels. Segments are the Gaussians of Kamer et al. (2020), ordered by weight, heaviest first:
    part is the index of the most likely part of each event (segments first, then backgrounds), responsibility the
    probability of that, bic the half form of the paper's eq. 2. They are the density. Faults are segments on one
    plane together, with a plate each; see `Faults`.
    atomized says which proto-faults it began with, min_sigma_km which floor of σ it has (km; 0: none or unknown).
    sureness says how often each fault came back, where the reconstruction was repeated; see `resample_faults`.
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
    faults: Faults
    options: FaultOptions
    atomized: Atomized = field(default_factory=Atomized)
    sureness: Sureness | None = None
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
    def n_segments(self) -> int:
        """How many segments: the Gaussians of the mixture."""
        return self.mixture.n_gaussians

    @property
    def n_faults(self) -> int:
        """How many faults: planes of one segment or more; see `faults`."""
        return len(self.faults)

    @property
    def n_backgrounds(self) -> int:
        """How many uniform backgrounds."""
        return self.mixture.n_boxes

    @property
    def label(self) -> Int[np.ndarray, " n"]:
        """Fault of each event, 0 .. n_faults-1; -1 for halos and background."""
        return self.faults.fault_of_event

    @property
    def segment(self) -> Int[np.ndarray, " n"]:
        """Segment of each event, 0 .. n_segments-1; -1 for background."""
        return np.where(self.part < self.n_segments, self.part, -1)

    @property
    def planes(self) -> FaultPlanes:
        """Strike, dip, length, width, thickness and corners of every fault's plate."""
        return self.faults.plates.planes

    @cached_property
    def segment_planes(self) -> FaultPlanes:
        """Strike, dip, length, width, thickness and corners of every segment, read off its Gaussian."""
        return fault_planes(self.mixture.mean_km, self.mixture.covariance_km2)

    @property
    def events_per_fault(self) -> Int[np.ndarray, " f"]:
        """Number of events on each fault."""
        return self.faults.events_per_fault

    @property
    def events_per_segment(self) -> Int[np.ndarray, " g"]:
        """Number of events whose most likely part is each segment."""
        return np.bincount(self.part, minlength=self.n_segments)[: self.n_segments]

    def log_density(self, xyz_km: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, " m"]:
        """Logarithm of the probability density of a hypocentre, log(1/km³)."""
        return self.mixture.log_density(xyz_km)

    def responsibilities(self, xyz_km: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m parts"]:
        """Probability that a hypocentre belongs to each segment (first) and background (last)."""
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
    "fault_centre": "km",
    "fault_length": "km",
    "fault_width": "km",
    "fault_sigma": "km",
    "halo_mean": "km",
    "halo_covariance": "km2",
    "error": "km",
}
_MIXTURE = {  # variable: (dimensions, field of Mixture)
    "weight": (("segment",), "weight"),
    "mean": (("segment", "axis"), "mean_km"),
    "covariance": (("segment", "axis", "axis2"), "covariance_km2"),
    "box_weight": (("background",), "box_weight"),
    "box_centre": (("background", "axis"), "box_centre_km"),
    "box_axes": (("background", "axis2", "axis"), "box_axes"),
    "box_half": (("background", "axis2"), "box_half_km"),
}
_PLATES = {  # the same of Plates
    "fault_weight": (("fault",), "weight"),
    "fault_centre": (("fault", "axis"), "centre_km"),
    "fault_axes": (("fault", "axis2", "axis"), "axes"),
    "fault_length": (("fault",), "length_km"),
    "fault_width": (("fault",), "width_km"),
    "fault_sigma": (("fault",), "sigma_km"),
}
_FAULTS = {  # and of Faults
    "fault_of_event": (("event",), "fault_of_event"),
    "halo_of_event": (("event",), "halo_of_event"),
    "probability": (("event",), "probability"),
    "fault_of_segment": (("segment",), "fault_of_segment"),
    "link": (("link", "end"), "links"),
    "system": (("fault",), "system"),
    "halo_weight": (("halo",), "halo_weight"),
    "halo_mean": (("halo", "axis"), "halo_mean_km"),
    "halo_covariance": (("halo", "axis", "axis2"), "halo_covariance_km2"),
    "error": (("error_class",), "error_km"),
    "error_share": (("error_class",), "error_share"),
}
_HISTORY = ("stage", "subset", "first", "second", "merged", "gain")


def _to_dataset(network: FaultNetwork) -> xr.Dataset:
    import xarray as xr

    variables = {
        name: (dims, getattr(network.mixture, source), {"units": _UNITS.get(name, "1")})
        for name, (dims, source) in _MIXTURE.items()
    }
    for record, table in ((network.faults.plates, _PLATES), (network.faults, _FAULTS)):
        variables |= {
            name: (dims, getattr(record, source), {"units": _UNITS.get(name, "1")})
            for name, (dims, source) in table.items()
        }
    both = (("segment", network.segment_planes), ("fault", network.planes))
    for dim, planes in both:
        before = "fault_" if dim == "fault" else ""
        variables[f"{before}strike"] = ((dim,), planes.strike_deg, {"units": "degree"})
        variables[f"{before}dip"] = ((dim,), planes.dip_deg, {"units": "degree"})
    for name in ("length", "width", "thickness"):
        variables[name] = (("segment",), getattr(network.segment_planes, f"{name}_km"), {"units": "km"})
    variables["n_events"] = (("segment",), network.events_per_segment, {"units": "1"})
    variables["fault_n_events"] = (("fault",), network.events_per_fault, {"units": "1"})
    variables["part"] = (
        ("event",),
        network.part,
        {"long_name": "most likely part: segments first, then backgrounds"},
    )
    variables["responsibility"] = (("event",), network.responsibility, {"units": "1"})
    for name in _HISTORY:
        variables[f"merge_{name}"] = (("merge",), getattr(network.history, name), {"units": "1"})
    variables |= to_variables(network.sureness)
    projection = None if network.projection is None else asdict(network.projection)
    attributes = {
        "title": "seisweave fault network",
        "Conventions": "CF-1.11",
        "coordinates": "x_km east, y_km north, depth_km positive down",
        "bic": network.bic,
        "log_likelihood": network.log_likelihood,
        "n_proto": network.n_proto,
        "errors": network.faults.errors,
        "roughness_km": network.faults.roughness_km,
        "plates_log_likelihood": network.faults.log_likelihood,
        "plates_bic": network.faults.bic,
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
    if "fault_of_event" not in dataset:
        raise ValueError("one of an earlier version, whose faults had no plates")
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
        faults=Faults(
            plates=Plates(**{source: dataset[name].values for name, (_, source) in _PLATES.items()}),
            **{source: dataset[name].values for name, (_, source) in _FAULTS.items()},
            errors=str(attributes["errors"]),
            roughness_km=float(attributes["roughness_km"]),
            log_likelihood=float(attributes["plates_log_likelihood"]),
            bic=float(attributes["plates_bic"]),
        ),
        options=options,
        atomized=Atomized(**json.loads(attributes.get("atomized", "{}"))),
        sureness=from_dataset(dataset),
        min_sigma_km=float(attributes.get("min_sigma_km", options.min_sigma_km)),
        projection=None if projection is None else LocalProjection(**projection),
        input_sha256=str(attributes["input_sha256"]),
        version=str(attributes["version"]),
    )
