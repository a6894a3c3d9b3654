"""The fault network: what a reconstruction returns, kept on disk as netCDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from jaxtyping import Float, Int

from seisweave.displayed import Displayed
from seisweave.faults.activity import NetworkActivity
from seisweave.faults.atomize import Atomized
from seisweave.faults.dataset import fields_of, to_dataset
from seisweave.faults.geometry import true_strikes
from seisweave.faults.history import MergeHistory
from seisweave.faults.levels import Faults
from seisweave.faults.options import FaultOptions
from seisweave.faults.orientation_at import Level, OrientationAt, orientation_at, places_of
from seisweave.faults.register import Register, register_of
from seisweave.faults.sureness import Sureness
from seisweave.gaussians.mixture import Mixture
from seisweave.gaussians.orientation import FaultPlanes, fault_planes
from seisweave.storage import read_record, write_dataset

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import xarray as xr

    from seisweave.catalog.projection import LocalProjection


Table = Literal["faults", "segments", "halos", "events"]
Shapes = Literal["faults", "planes", "halos", "events"]


@dataclass(frozen=True, eq=False, repr=False)
class FaultNetwork(Displayed):
    """A mixture of Gaussian segments and uniform backgrounds, and how n events belong to it; the faults they make up.

    The network has two levels. Segments are the Gaussians of Kamer et al. (2020), ordered by weight, heaviest first:
    part is the index of the most likely part of each event (segments first, then backgrounds), responsibility the
    probability of that, bic the half form of the paper's eq. 2. They are the density. Faults are segments on one
    plane together, with a plate each; see `Faults`.
    atomized says which proto-faults it began with, min_sigma_km which floor of σ it has (km; 0: none or unknown).
    sureness says how often each fault came back, where the reconstruction was repeated; see `resample_faults`.
    activity keeps the times and largest magnitudes of faults, segments and halos where events have them; `activity_of`
    says whether it still is that of these parts.
    register, of a network that was updated or edited, has the lasting numbers and names of its faults, and what was
    done; see `numbers`.
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
    activity: NetworkActivity | None = None
    register: Register | None = None
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
    def registered(self) -> Register:
        """Lasting numbers and names of the faults; of a network to which nothing was done, its own order."""
        return register_of(self.n_faults) if self.register is None else self.register

    @property
    def numbers(self) -> Int[np.ndarray, " f"]:
        """Lasting number of every fault."""
        return self.registered.numbers

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

    def orientation_at(self, longitude: Any, latitude: Any, depth_km: Any, *, of: Level = "faults") -> OrientationAt:
        """How a plane is likely to lie at places in degrees and km of depth: strike and dip, and how far they spread.

        Each of the three is a number, or an array with one for each place. of: take faults as plates, or segments.
        Strikes are from true north at the place.

        Errors: InputError for places that are not on Earth, and a network in local km (see `orientation_at_km`).

        >>> import seisweave as sw
        >>> catalog = sw.synthetic.southern_california_like(seed=4, n_events=400).catalog
        >>> there = sw.reconstruct_faults(catalog).orientation_at(-116.5, 34.2, np.array([8.0, 300.0]))
        >>> there.strike_deg.shape, bool(there.probability[0].sum() + there.halo[0] + there.background[0] > 0.999)
        ((2,), True)
        """
        places = places_of(self, longitude, latitude, depth_km)
        north = true_strikes(self.projection, places, np.zeros(len(places)))
        return orientation_at(self, places, of=of, north_deg=north)

    def orientation_at_km(self, xyz_km: Float[np.ndarray, "m 3"], *, of: Level = "faults") -> OrientationAt:
        """The same at places in local km; strikes are from the y axis.

        >>> import seisweave as sw
        >>> one_fault = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
        >>> there = sw.reconstruct_faults(one_fault).orientation_at_km(np.array([[2.0, 0, 8], [2, 5, 8]]))
        >>> (there.strike_deg % 180).round(), there.dip_deg.round(), there.spread_deg.round(1)
        (array([90., 90.]), array([90., 90.]), array([0.2, 0.2]))
        >>> there.probability[:, 0].round(3), there.background.round(3)
        (array([0.972, 0.   ]), array([0.028, 1.   ]))
        """
        places = np.asarray(xyz_km, dtype=float)
        return orientation_at(self, places, of=of, north_deg=np.zeros(len(places)))

    def drop(self, *numbers: int) -> FaultNetwork:
        """Without some faults, by their lasting numbers; see `seisweave.faults.edit.drop_faults`."""
        return _editing().drop_faults(self, numbers)

    def merge(self, *numbers: int) -> FaultNetwork:
        """With some faults made one; see `seisweave.faults.edit.merge_faults`."""
        return _editing().merge_faults(self, numbers)

    def split(self, number: int, at_km: float | None = None, *, along: str = "strike") -> FaultNetwork:
        """With one fault cut in two; see `seisweave.faults.edit.split_fault`."""
        return _editing().split_fault(self, number, at_km, along=along)

    def rename(self, names: Mapping[int, str]) -> FaultNetwork:
        """With other names for some faults; see `seisweave.faults.edit.rename_faults`."""
        return _editing().rename_faults(self, names)

    @classmethod
    def from_mixture(cls, mixture: Mixture, catalog: Any, options: FaultOptions | None = None) -> FaultNetwork:
        """The network of a mixture made elsewhere; see `seisweave.faults.from_mixture.network_of_mixture`."""
        return import_module("seisweave.faults.from_mixture").network_of_mixture(mixture, catalog, options)

    def to_dataset(self) -> xr.Dataset:
        """The network as an xarray Dataset with CF names and units; `open_network` reads it back identical."""
        return to_dataset(self)

    def to_pandas(self, of: Table = "faults") -> pd.DataFrame:
        """One row a fault, segment, halo or event; see `seisweave.faults.frames.network_frame`."""
        return import_module("seisweave.faults.frames").network_frame(self, of)

    def to_xarray(self) -> xr.Dataset:
        """The same as `to_dataset`."""
        return self.to_dataset()

    def to_geodataframe(self, of: Shapes = "faults") -> gpd.GeoDataFrame:
        """As a GeoPandas table of shapes on the map; see `seisweave.faults.frames.network_shapes`."""
        return import_module("seisweave.faults.frames").network_shapes(self, of)

    def explore(self, *, height: int = 900) -> Any:
        """The linked views of the page, inside a notebook, in a frame so many pixels high."""
        return import_module("seisweave.report.notebook.network").explore(self, height=height)

    def write(self, path: str | Path) -> Path:
        """Save as netCDF-4; the file appears whole or not at all."""
        return write_dataset(self.to_dataset(), path)


def _editing() -> Any:
    return import_module("seisweave.faults.edit")  # by name: it imports this module


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
    where = ("network.nc", "faults")
    return read_record(path, lambda dataset: FaultNetwork(**fields_of(dataset)), "fault network", where)
