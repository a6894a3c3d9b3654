"""What is other in a service's answer than in the store: new events, other values, events that are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.store.rows import VALUES, degrees_apart, pc, rows_of, words

_SAME_SECONDS, _SAME_DEGREES = 5.0, 0.5  # of an event under its former and its present id


@dataclass(frozen=True, eq=False)
class Changes:
    """Rows of events that are new, those that have other values now, and the ids of those that are gone.

    was: ids that are gone by the id of the new event that took their place: of the same time and place.

    >>> print(Changes(gone=("a", "b")))
    0 new, 0 revised, 2 gone
    """

    new: pa.Table = field(default_factory=VALUES.empty_table)
    changed: pa.Table = field(default_factory=VALUES.empty_table)
    gone: tuple[str, ...] = ()
    was: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)

    def __str__(self) -> str:
        renamed = f", {len(self.was):,} under another id" if self.was else ""
        return f"{len(self.new):,} new, {len(self.changed):,} revised, {len(self.gone):,} gone{renamed}"


def changes_of(known: Any, came: Any, gone: Sequence[str] = ()) -> Changes:
    """The events that came, held against those that are known, catalogs or rows; `gone` are ids that no longer are.

    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(n_events=50).catalog
    >>> print(changes_of(catalog[:30], catalog[20:], catalog.ids[:2].tolist()))
    20 new, 0 revised, 2 gone
    """
    known, came = (rows_of(each) if isinstance(each, Catalog) else each for each in (known, came))
    there = pc.is_in(came["id"], value_set=known["id"])
    before = known.filter(pc.is_in(known["id"], value_set=came["id"]))
    again, new = came.filter(there), came.filter(pc.invert(there))
    changed = again.filter(pa.array(_differ(before, again)))
    there_now = set(came["id"].to_pylist())
    lost = known.filter(pc.is_in(known["id"], value_set=pa.array([*gone], pa.string())))
    lost = lost.filter(pa.array([name not in there_now for name in lost["id"].to_pylist()], pa.bool_()))
    return Changes(new, changed, tuple(lost["id"].to_pylist()), _former(lost, new))


def _differ(before: pa.Table, again: pa.Table) -> np.ndarray:
    """Which events that came again have other values; both tables hold the same ids."""
    if not len(again):
        return np.zeros(0, bool)
    order = {name: i for i, name in enumerate(before["id"].to_pylist())}
    before = before.take(pa.array([order[name] for name in again["id"].to_pylist()]))
    differ = np.zeros(len(again), bool)
    for each in VALUES:
        one, other = before[each.name], again[each.name]
        same = pc.fill_null(pc.equal(one, other), False)
        differ |= ~pc.or_(
            same, pc.and_(pc.is_null(one, nan_is_null=True), pc.is_null(other, nan_is_null=True))
        ).to_numpy()
    return differ


def _former(lost: pa.Table, new: pa.Table) -> dict[str, str]:
    """Of new events in the time and place of one that is gone: the id of that, the nearest in time."""
    if not len(lost) or not len(new):
        return {}
    found, taken = {}, set()
    times, names = lost["time"].to_numpy(), words(lost, "id")
    place = np.stack([lost["longitude"].to_numpy(), lost["latitude"].to_numpy()], axis=1)
    for row in new.select(["id", "time", "longitude", "latitude"]).to_pylist():
        apart = np.abs(times - np.datetime64(row["time"], "us")) / np.timedelta64(1, "s")
        near = (apart <= _SAME_SECONDS) & (degrees_apart(place, row) <= _SAME_DEGREES)
        near &= ~np.isin(names, list(taken))
        if near.any():
            nearest = str(names[np.where(near, apart, np.inf).argmin()])
            found[row["id"]] = nearest
            taken.add(nearest)
    return found
