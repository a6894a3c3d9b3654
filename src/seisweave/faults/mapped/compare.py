"""A fault network beside mapped faults: what agrees, how much of that is chance, and what has no counterpart.

Each plate is asked at 35 places of equal area for the nearest mapped triangle. It *agrees* where the median distance is
below 2 km and the median angle between plate and triangle below 30°. Chance are the same plates, turned about the
vertical and moved anywhere in the network's region (the smallest convex outline of its plates), 1,000 times; depth
and dip stay. Beside traces, whose dip is not known, distance is that on the map, and the angle that of the strikes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.faults.export import network_events
from seisweave.faults.mapped.chance import Chance, Share, by_chance
from seisweave.faults.mapped.mapped_faults import MappedFaults
from seisweave.faults.mapped.nearest import NearestTree
from seisweave.faults.mapped.options import MappedOptions
from seisweave.faults.mapped.rectangles import Beside, Rectangles, Region, beside
from seisweave.faults.mapped.reverse import MappedSide, mapped_side
from seisweave.faults.network import FaultNetwork
from seisweave.gaussians.orientation import FaultPlanes

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.progress import Progress

FAR_KM = 100.0  # mapped faults that far from all of a network are of another region


@dataclass(frozen=True, eq=False)
class MappedComparison:
    """A network's f faults (or segments) beside m mapped faults; see `compare_with_mapped`.

    n_events are the events of each fault, beside says where the nearest mapped faults are, chance what draws give,
    mapped_side the network seen from the mapped faults, region where all this is.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3)))
    >>> line = np.array([[9.0, -9.0, 0.0], [9.0, 9.0, 0.0]])
    >>> mapped = MappedFaults("traces", ("line",), line, np.array([[0, 1, 1]]), np.array([0]), local=True)
    >>> made = compare_with_mapped(network, mapped, MappedOptions(draws=5))
    >>> made.unmapped.tolist(), made.share.found, made.summary()["n_mapped_within"]
    ([True], 0.0, 0)
    """

    options: MappedOptions
    network: FaultNetwork = field(repr=False)
    mapped: MappedFaults = field(repr=False)
    n_events: Int[np.ndarray, " f"]
    beside: Beside = field(repr=False)
    chance: Chance = field(repr=False)
    mapped_side: MappedSide = field(repr=False)
    region: Region = field(repr=False)

    @property
    def agrees(self) -> Bool[np.ndarray, " f"]:
        """Which faults lie near a mapped one and parallel to it."""
        return self.beside.agrees(self.options.near_km, self.options.parallel_deg)

    @property
    def unmapped(self) -> Bool[np.ndarray, " f"]:
        """Which faults have no map: none is near, whatever its direction."""
        return np.asarray(self.beside.distance_km >= self.options.near_km)

    @property
    def corners_km(self) -> Float[np.ndarray, "f 4 3"]:
        """Corners of the plates that are compared."""
        return _planes(self.network, self.options).corners_km

    @property
    def share(self) -> Share:
        """The share of the faults that agree, against chance."""
        return self.share_of(np.ones(len(self.n_events), bool))

    @property
    def event_share(self) -> Share:
        """The share of the faults' events on faults that agree, against chance."""
        return self.share_of(np.ones(len(self.n_events), bool), by_events=True)

    def share_of(self, which: Bool[np.ndarray, " f"], *, by_events: bool = False) -> Share:
        """The share of some faults that agree, or of their events, against chance in the same draws."""
        weight = which * (self.n_events if by_events else 1.0)
        found = float(weight[self.agrees].sum() / max(weight.sum(), 1e-300))
        return Share.of(found, self.chance.shares(weight))

    def table(self) -> pd.DataFrame:
        """One row a fault: its nearest mapped fault, how far, how parallel, whether it agrees, and what chance gives.

        mapped_share is the share of the plate that has this mapped fault as its nearest; chance_agrees the share of
        the draws in which this fault agrees, chance_distance_km its median distance in them.
        """
        import pandas as pd

        found, level = self.beside, self.options.level.removesuffix("s")
        planes, centre = _planes(self.network, self.options), self.corners_km.mean(axis=1)
        longitude, latitude = self.network.to_geographic(centre)
        return pd.DataFrame(
            {
                level: np.arange(len(self.n_events)),
                "longitude": longitude,
                "latitude": latitude,
                "depth_km": centre[:, 2],
                "strike_deg": planes.strike_deg,
                "dip_deg": planes.dip_deg,
                "n_events": self.n_events,
                "mapped_fault": [self.mapped.names[k] for k in found.nearest],
                "mapped_share": found.share,
                "distance_km": found.distance_km,
                "mean_distance_km": found.mean_distance_km,
                "angle_deg": found.angle_deg,
                "agrees": self.agrees,
                "verdict": np.where(self.agrees, "agrees", np.where(self.unmapped, "no map", "at an angle")),
                "chance_agrees": self.chance.agree.mean(axis=0),
                "chance_distance_km": self.chance.distance_km,
            }
        )

    def mapped_table(self) -> pd.DataFrame:
        """One row a mapped fault within the region and depths: events beside it, the nearest fault, how much is near.

        The size is area_km2 (surfaces) or length_km (traces) of what lies within, share_within its share of all.
        """
        import pandas as pd

        side = self.mapped_side
        at, size = side.within, "length_km" if self.mapped.kind == "traces" else "area_km2"
        columns: dict[str, Any] = {
            "mapped_fault": np.array(self.mapped.names, object)[at],
            size: side.size[at],
            "share_within": side.size[at] / side.total_size[at],
            "strike_deg": side.strike_deg[at],
            "dip_deg": side.dip_deg[at],
        }
        columns |= {} if side.n_events is None else {"n_events": side.n_events[at]}
        columns |= {
            f"nearest_{self.options.level.removesuffix('s')}": side.nearest[at],
            "distance_km": side.distance_km[at],
            "near_share": side.near_share[at],
            "n_agree": side.n_agree[at],
            "quiet": side.quiet[at],
        }
        return pd.DataFrame(columns)

    def chance_table(self) -> pd.DataFrame:
        """One row a draw: the shares of faults and of events that agree."""
        import pandas as pd

        shares = {"share": np.ones(len(self.n_events)), "event_share": self.n_events.astype(float)}
        return pd.DataFrame({name: self.chance.shares(weight) for name, weight in shares.items()})

    def summary(self) -> dict[str, Any]:
        """The numbers of the whole network."""
        side = self.mapped_side
        return {
            "options": vars(self.options),
            "kind": self.mapped.kind,
            "n_compared": len(self.n_events),
            "n_events": int(self.n_events.sum()),
            "n_agree": int(self.agrees.sum()),
            "n_unmapped": int(self.unmapped.sum()),
            "share": vars(self.share),
            "event_share": vars(self.event_share),
            "median_distance_km": float(np.median(self.beside.distance_km)),
            "median_angle_deg": float(np.median(self.beside.angle_deg)),
            "chance_distance_km": float(np.median(self.chance.distance_km)),
            "n_mapped": len(self.mapped),
            "n_mapped_within": int(side.within.sum()),
            "n_mapped_with_faults": int((side.within & (side.n_agree > 0)).sum()),
            "n_mapped_quiet": int(side.quiet.sum()),
            "quiet_by": "events" if side.n_events is not None else "faults",
            "notes": list(self.mapped.notes),
        }


def compare_with_mapped(
    network: FaultNetwork,
    mapped: MappedFaults,
    options: MappedOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> MappedComparison:
    """Compare a network's faults (or segments) with mapped faults, and both with chance.

    Arguments:
        network: its faults, or with `level="segments"` the plates of its Gaussians, halos among them.
        mapped: from `read_mapped_faults`.
        options: what agrees, how chance is drawn.
        jobs: threads; all cores by default. The numbers do not depend on it.
        progress: called with a `Step` after each draw.

    Events are those of the network's result folder; without them mapped faults are quiet that have no fault near.

    Errors: InputError for a network of another region, one without faults, and one in km without longitudes beside
    mapped faults in degrees.

    >>> import seisweave as sw
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3))
    >>> network = sw.reconstruct_faults(xyz_km)
    >>> wall = np.array([[1.0, -9.0, 0.0], [1.0, 9.0, 0.0], [1.0, 9.0, 15.0], [1.0, -9.0, 15.0]])
    >>> triangles = np.array([[0, 1, 2], [0, 2, 3]])
    >>> mapped = MappedFaults("surfaces", ("wall",), wall, triangles, np.zeros(2, int), local=True)
    >>> made = compare_with_mapped(network, mapped, MappedOptions(draws=20))
    >>> bool(made.agrees[0]), made.table()["mapped_fault"][0], made.beside.distance_km.round().tolist()
    (True, 'wall', [1.0])
    """
    options = options or MappedOptions()
    planes, counts = _planes(network, options), _counts(network, options)
    if not len(counts):
        raise InputError(f"the network has no {options.level} to compare; give one that has")
    traces = mapped.kind == "traces"
    plates = Rectangles.on_map(planes.corners_km, planes.strike_deg) if traces else Rectangles.of(planes.corners_km)
    tree = NearestTree.of(mapped.xyz_km(network.projection)[mapped.pieces], mapped.owner)
    if not len(tree):
        raise InputError("mapped faults have no area, or no length; give surfaces or traces")
    found = beside(plates, tree)
    if found.distance_km.min() > FAR_KM:
        raise InputError(_far(network, mapped, found))
    region = Region.about(plates.corners_km[..., :2].reshape(-1, 2), options.near_km)
    drawn = by_chance(plates, tree, region, options, jobs=jobs, progress=progress)
    side = mapped_side(tree, plates, found, options, region=region, n_mapped=len(mapped), events_km=_events(network))
    return MappedComparison(options, network, mapped, counts, found, drawn, side, region)


def _planes(network: FaultNetwork, options: MappedOptions) -> FaultPlanes:
    return network.planes if options.level == "faults" else network.segment_planes


def _counts(network: FaultNetwork, options: MappedOptions) -> Int[np.ndarray, " g"]:
    return network.events_per_fault if options.level == "faults" else network.events_per_segment


def _events(network: FaultNetwork) -> Float[np.ndarray, "n 3"] | None:
    events = network_events(network)
    return None if events is None else events[["x_km", "y_km", "depth_km"]].to_numpy(dtype=float)


def _far(network: FaultNetwork, mapped: MappedFaults, found: Beside) -> str:
    at = int(found.distance_km.argmin())
    where = ""
    if network.projection is not None and not mapped.local:
        lon, lat = mapped.points[:, :2].mean(axis=0)
        here = f"longitude {network.projection.longitude:.1f}, latitude {network.projection.latitude:.1f}"
        where = f"; the network is about {here}, the mapped faults about {lon:.1f}, {lat:.1f}"
    name = shown(mapped.names[found.nearest[at]])
    return (
        f"no mapped fault is within {FAR_KM:g} km of the network (the nearest, {name!r},"
        f" is {found.distance_km[at]:,.0f} km away){where}; give mapped faults of its region, or their coordinate"
        " system, like crs='EPSG:26711'"
    )
