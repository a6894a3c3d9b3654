"""What a world is made of: planted planes, events before and after anyone located them, and their truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int64, Shaped

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.synthetic.diffuse import Diffuse
from seisweave.synthetic.rectangles import FaultRectangles
from seisweave.synthetic.relief import Relief
from seisweave.synthetic.world_options import WorldOptions

CENTRE = LocalProjection(longitude=-117.0, latitude=34.0)
NO_FAULT = -1
_DAY_US = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Ground:
    """Where events may be: m planes with their surfaces and thickness, and what is on no fault."""

    planes: FaultRectangles
    system_of_plane: Int64[np.ndarray, " m"]
    relief: Relief
    thickness_km: Float[np.ndarray, " m"]
    diffuse: Diffuse

    def scaled(self, factor: float) -> Ground:
        """The same with all lengths multiplied."""
        planes = replace(
            self.planes,
            length_km=self.planes.length_km * factor,
            width_km=self.planes.width_km * factor,
            centre_km=self.planes.centre_km * factor,
        )
        return replace(
            self,
            planes=planes,
            relief=self.relief.scaled(factor),
            thickness_km=self.thickness_km * factor,
            diffuse=self.diffuse.scaled(factor),
        )


@dataclass(frozen=True, eq=False)
class Events:
    """n events before they are located: on which plane (-1: none), of what kind, where, and how well located.

    An event is located at true_xyz_km + sigma_km × unit_error.
    """

    time_days: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    fault: Int64[np.ndarray, " n"]
    kind: Shaped[np.ndarray, " n"]
    true_xyz_km: Float[np.ndarray, "n 3"]
    unit_error: Float[np.ndarray, "n 3"]
    sigma_km: Float[np.ndarray, "n 3"]
    quality: Shaped[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.fault)

    def take(self, rows: np.ndarray) -> Events:
        """Events of a mask or of positions."""
        return Events(**{name: column[rows] for name, column in vars(self).items()})

    def and_then(self, other: Events) -> Events:
        """These events and others, all in order of time."""
        both = Events(**{name: np.concatenate([column, vars(other)[name]]) for name, column in vars(self).items()})
        return both.take(np.argsort(both.time_days, kind="stable"))


@dataclass(frozen=True, eq=False)
class World:
    """A catalog of n events, and the whole truth about them: m planted planes, systems of planes, errors.

    xyz_km is where the catalog has the events (east, north, depth; km of projection), true_xyz_km where they
    were; sigma_km the standard errors that moved them, which may differ from the reported ones (those of
    catalog.uncertainty). fault is the planted plane of each event and system its system, -1 on none; kind is
    `fault`, `background`, `swarm` or `blast`. A curved or listric fault, or a chain of pieces, is one system of several
    planes, system_of_plane. Each plane's surface is that of relief, its events lie thickness_km (standard
    deviation) about it. diffuse is what is on no fault. The last four say how the world was made.

    >>> from seisweave.synthetic import WorldOptions, make_world
    >>> world = make_world(WorldOptions(kind="curved", n_events=500))
    >>> len(world), int(world.system.max()) + 1, len(world.planes) > 10
    (500, 4, True)
    """

    catalog: Catalog
    xyz_km: Float[np.ndarray, "n 3"]
    true_xyz_km: Float[np.ndarray, "n 3"]
    sigma_km: Float[np.ndarray, "n 3"]
    fault: Int64[np.ndarray, " n"]
    kind: Shaped[np.ndarray, " n"]
    planes: FaultRectangles
    system_of_plane: Int64[np.ndarray, " m"]
    thickness_km: Float[np.ndarray, " m"]
    relief: Relief
    diffuse: Diffuse
    projection: LocalProjection
    name: str
    seed: int
    options: WorldOptions | None = None

    def __len__(self) -> int:
        return len(self.fault)

    @property
    def system(self) -> Int64[np.ndarray, " n"]:
        """Planted system of each event, -1 on none."""
        return self.systems_of(self.fault)

    @property
    def events_per_plane(self) -> Int64[np.ndarray, " m"]:
        """How many events each planted plane has."""
        return np.bincount(self.fault[self.fault >= 0], minlength=len(self.planes))

    @property
    def reported_sigma_km(self) -> Float[np.ndarray, "n 3"]:
        """The standard errors that the catalog states: east, north, depth."""
        stated = self.catalog.uncertainty
        assert stated is not None
        sigmas = stated.sigmas_km()
        return np.column_stack([sigmas["horizontal_km"], sigmas["horizontal_km"], sigmas["vertical_km"]])

    @property
    def above_plane_km(self) -> Float[np.ndarray, " n"]:
        """How far across its planted plane each event really was, NaN on none."""
        return self._above(with_relief=False)

    @property
    def above_surface_km(self) -> Float[np.ndarray, " n"]:
        """The same for the true surface, rough and bent as it is."""
        return self._above(with_relief=True)

    def systems_of(self, plane: Int64[np.ndarray, " k"]) -> Int64[np.ndarray, " k"]:
        """System of each of these planes; -1 for -1."""
        return np.append(self.system_of_plane, NO_FAULT)[plane]

    def _above(self, *, with_relief: bool) -> Float[np.ndarray, " n"]:
        above, on = np.full(len(self), np.nan), np.flatnonzero(self.fault >= 0)
        local = self.planes.local(self.fault[on], self.true_xyz_km[on])
        above[on] = local[:, 2]
        if with_relief:
            above[on] -= self.relief.height_km(self.fault[on], local[:, :2])
        return above


def located(
    ground: Ground,
    events: Events,
    *,
    name: str,
    seed: int,
    options: WorldOptions | None = None,
    projection: LocalProjection = CENTRE,
) -> World:
    """Locate events with their errors, and write the catalog that a network would publish.

    The errors it states are options.misstated times the true ones.
    """
    misstated = 1.0 if options is None else options.misstated
    xyz_km = events.true_xyz_km + events.sigma_km * events.unit_error
    longitude, latitude = projection.to_geographic(xyz_km[:, 0], xyz_km[:, 1])
    n = len(events)
    catalog = Catalog(
        times=np.datetime64("2010-01-01", "D") + (events.time_days * _DAY_US).astype("timedelta64[us]"),
        longitude=longitude,
        latitude=latitude,
        depth_km=xyz_km[:, 2],
        magnitude=events.magnitude,
        ids=np.char.add("syn", np.char.zfill(np.arange(1, n + 1).astype(str), 7)),
        uncertainty=LocationUncertainty(misstated * events.sigma_km[:, 0], misstated * events.sigma_km[:, 2]),
        quality=events.quality,
        event_type=np.where(events.kind == "blast", "qb", "eq"),
        provenance=Provenance(source=f"synthetic world {name}, seed {seed}, {n} events", format="synthetic"),
    )
    return World(
        catalog=catalog,
        xyz_km=xyz_km,
        true_xyz_km=events.true_xyz_km,
        sigma_km=events.sigma_km,
        fault=events.fault,
        kind=events.kind,
        planes=ground.planes,
        system_of_plane=ground.system_of_plane,
        thickness_km=ground.thickness_km,
        relief=ground.relief,
        diffuse=ground.diffuse,
        projection=projection,
        name=name,
        seed=seed,
        options=options,
    )
