"""Which events two lists have in common: by their ids, or by time and place.

An id counts without what agencies put before it (`ci10865461`, `quakeml:.../10865461` are `10865461`), and only where
it stands once in each list. Events of one id must also lie within 60 s and 50 km of each other, where both have times
and places; within a metre where a time is not known, since ids may be numbers of lines. Where most do not, ids are
running numbers of two lists, and none of them is believed. What ids do not tell is matched by time and place: each the
other's nearest, within a tolerance of both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int, Shaped

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.export import network_events
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    import pandas as pd

ID_SECONDS, ID_KM = 60.0, 50.0
_SAME_PLACE_KM = 1e-3
_PREFIX = re.compile(r"[a-z]{1,3}(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Places:
    """n events: ids ("" unknown), times (NaT unknown), places in local km (NaN unknown)."""

    ids: Shaped[np.ndarray, " n"]
    times: Shaped[np.ndarray, " n"]
    xyz_km: Float[np.ndarray, "n 3"]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Tolerance:
    """How far apart two records of one event may be.

    Errors: InputError for values that are not above 0.

    >>> Tolerance(seconds=1.0).km
    5.0
    """

    seconds: float = field(default=3.0, metadata={"help": "Events without a common id: so far apart in time, s."})
    km: float = field(default=5.0, metadata={"help": "Events without a common id: epicentres so far apart, km."})

    def __post_init__(self) -> None:
        for name in ("seconds", "km"):
            if not 0 < getattr(self, name) < np.inf:
                raise InputError(f"{name} is {getattr(self, name)}: give a positive number")


@dataclass(frozen=True, eq=False)
class CommonEvents:
    """m pairs: positions in the first list and in the second, and how each was found (`id`, `time and place`, `place`).

    notes tell which ids were not believed.
    """

    first: Int[np.ndarray, " m"]
    second: Int[np.ndarray, " m"]
    how: Shaped[np.ndarray, " m"]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.first)

    def counts(self) -> dict[str, int]:
        """How many pairs were found each way."""
        ways, n = np.unique(self.how, return_counts=True)
        return dict(zip(ways.tolist(), n.tolist(), strict=True))


def places_of(network: FaultNetwork) -> Places:
    """The events of a network, in its local km. Errors: InputError for a network that does not hold its events."""
    events = network_events(network)
    if events is None:
        raise InputError("the network does not hold its events (network.nc has none); give its whole result folder")
    return places_in(events)


def places_in(events: pd.DataFrame) -> Places:
    """The events of a table with x_km, y_km, depth_km, and ids and times where it has them."""
    import pandas as pd

    n = len(events)
    ids, times = np.full(n, ""), np.full(n, np.datetime64("NaT", "us"))
    if "id" in events:
        ids = events["id"].astype(object).where(events["id"].notna(), "").to_numpy().astype(str)
    if "time" in events and pd.api.types.is_datetime64_any_dtype(events["time"]):
        utc = pd.to_datetime(events["time"], utc=True)
        times = utc.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return Places(ids, times, events[["x_km", "y_km", "depth_km"]].to_numpy(dtype=float))


def moved(places: Places, origin: LocalProjection | None, target: LocalProjection | None) -> Places:
    """The same events in the local km of another projection."""
    return Places(places.ids, places.times, moved_km(places.xyz_km, origin, target))


def moved_km(
    xyz_km: Float[np.ndarray, "*n 3"], origin: LocalProjection | None, target: LocalProjection | None
) -> Float[np.ndarray, "*n 3"]:
    """Points in the local km of another projection; the same where both are the same, or none is one."""
    if origin == target or origin is None or target is None:
        return xyz_km
    flat = xyz_km.reshape(-1, 3)
    x_km, y_km = target.to_local(*origin.to_geographic(flat[:, 0], flat[:, 1]))
    return np.column_stack([x_km, y_km, flat[:, 2]]).reshape(xyz_km.shape)


def common_events(first: Places, second: Places, tolerance: Tolerance | None = None) -> CommonEvents:
    """Pairs of records of one event, each record in one pair at most.

    Events of lists without any times are the same where they lie within a metre of each other.

    >>> day = np.array(["2019-07-04", "2019-07-05"], "datetime64[us]")
    >>> one = Places(np.array(["ci1", ""]), day, np.zeros((2, 3)))
    >>> two = Places(np.array(["", "1"]), day[::-1] + np.timedelta64(1, "s"), np.ones((2, 3)))
    >>> found = common_events(one, two)
    >>> found.first.tolist(), found.second.tolist(), found.how.tolist()
    ([0, 1], [1, 0], ['id', 'time and place'])
    """
    tolerance = tolerance or Tolerance()
    by_id, notes = _by_id(first, second)
    free = [_others(len(each), by_id[:, k]) for k, each in enumerate((first, second))]
    no_times = np.isnat(first.times).all() or np.isnat(second.times).all()
    rest = _by_place(first, second, free) if no_times else _by_time_and_place(first, second, free, tolerance)
    both = np.concatenate([by_id, rest]).astype(np.int64)
    how = np.array(["id"] * len(by_id) + ["place" if no_times else "time and place"] * len(rest), dtype=str)
    order = np.argsort(both[:, 0], kind="stable")
    return CommonEvents(both[order, 0], both[order, 1], how[order], notes)


def _others(n: int, taken: np.ndarray) -> np.ndarray:
    """The rows of n that are not taken."""
    free = np.ones(n, bool)
    free[taken] = False
    return np.flatnonzero(free)


def plain_id(name: str) -> str:
    """An id without what agencies put before it.

    >>> plain_id("ci10865461"), plain_id("smi:scedc/Event/10865461"), plain_id("us7000abcd")
    ('10865461', '10865461', '7000abcd')
    """
    if name.isdecimal() or not name:  # nearly all, of large catalogs
        return name
    return _PREFIX.sub("", re.split(r"[/=#?]", name.strip().rstrip("/"))[-1], count=1)


def _by_id(first: Places, second: Places) -> tuple[np.ndarray, tuple[str, ...]]:
    """Pairs of equal ids whose times and places do not speak against it, and what is to be told."""
    one, other = _single(first.ids), _single(second.ids)
    pairs = np.array([(i, other[name]) for name, i in one.items() if name in other], np.int64).reshape(-1, 2)
    seconds = np.abs((first.times[pairs[:, 0]] - second.times[pairs[:, 1]]) / np.timedelta64(1, "s"))
    km = np.linalg.norm(first.xyz_km[pairs[:, 0], :2] - second.xyz_km[pairs[:, 1], :2], axis=1)
    apart = (seconds > ID_SECONDS) | (km > np.where(np.isnan(seconds), _SAME_PLACE_KM, ID_KM))
    if not apart.any():
        return pairs, ()
    told = (
        f"{int(apart.sum())} of {len(pairs)} common ids are of events more than {ID_SECONDS:g} s or {ID_KM:g} km apart"
    )
    if 2 * apart.sum() > len(pairs):
        return pairs[:0], (f"{told}: no id is believed",)
    return pairs[~apart], (f"{told}: they are not believed",)


def _single(ids: np.ndarray) -> dict[str, int]:
    """Position of each id that stands once."""
    plain = [plain_id(name) for name in ids.tolist()]
    found: dict[str, int] = {}
    twice = {""}
    for i, name in enumerate(plain):
        if name in found:
            twice.add(name)
        found[name] = i
    return {name: i for name, i in found.items() if name not in twice}


def _by_time_and_place(first: Places, second: Places, free: list[np.ndarray], tolerance: Tolerance) -> np.ndarray:
    start = first.times[~np.isnat(first.times)].min()
    coordinates = []
    for each, rows in ((first, free[0]), (second, free[1])):
        seconds = (each.times[rows] - start) / np.timedelta64(1, "s")
        coordinates.append(np.column_stack([seconds / tolerance.seconds, each.xyz_km[rows, :2] / tolerance.km]))
    return _mutual(coordinates, free)


def _by_place(first: Places, second: Places, free: list[np.ndarray]) -> np.ndarray:
    coordinates = [each.xyz_km[rows] / _SAME_PLACE_KM for each, rows in zip((first, second), free, strict=True)]
    return _mutual(coordinates, free)


def _mutual(coordinates: list[np.ndarray], rows: list[np.ndarray]) -> np.ndarray:
    """Pairs of rows that are each other's nearest and at most 1 apart in time and, together, in place."""
    from scipy.spatial import KDTree

    known = [np.isfinite(points).all(axis=1) for points in coordinates]
    one, other = (points[fine] for points, fine in zip(coordinates, known, strict=True))
    if not len(one) or not len(other):
        return np.zeros((0, 2), np.int64)
    there, back = (np.asarray(KDTree(a).query(b)[1], np.int64) for a, b in ((other, one), (one, other)))
    mutual = np.flatnonzero(back[there] == np.arange(len(one)))
    offset = one[mutual] - other[there[mutual]]
    near = (np.abs(offset[:, 0]) <= 1.0) & (np.linalg.norm(offset[:, 1:], axis=1) <= 1.0)
    mutual = mutual[near]
    return np.column_stack([rows[0][known[0]][mutual], rows[1][known[1]][there[mutual]]])
