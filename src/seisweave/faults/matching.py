"""Two fault networks: which faults are the same, what split, merged, changed, vanished and appeared.

Faults of two networks are compared by the events that both networks have (see `common_events.py`). A fault that has too
few of those is compared by its plate: by the share of its area that lies within reach of another plate that is turned
by no more than a given angle. Either way a pair of faults has two shares, of the first fault that is in the second and
the reverse, and the Jaccard index of what they hold.

A fault *goes into* the fault of the other network that holds the largest share of it, at least half. Then

- `same`: each goes into the other, and their Jaccard index is at least 2/3, or no third fault is involved;
- `split`: at least two faults of the second network go into one of the first, or one does beside the one that is the
  same;
- `merged`: the reverse;
- `changed`: the fault is there, but more than half of it, or of its counterpart, is elsewhere;
- `vanished` (of the first network) or `appeared` (of the second): more than half of it lies on no fault of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Int, Shaped

from seisweave.errors import InputError
from seisweave.evaluation.membership import adjusted_rand_index
from seisweave.faults.common_events import CommonEvents, Tolerance, common_events, moved, moved_km, places_of
from seisweave.faults.kinds_of_change import MOST, kinds_of
from seisweave.faults.match_options import MatchOptions
from seisweave.faults.network import FaultNetwork
from seisweave.faults.pairs_of_faults import FaultPairs, Side, pairs_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class NetworkMatch:
    """The faults of two networks (f and g of them) beside each other.

    common are the events of both, pairs the faults that have something in common. kind_first and kind_second say what
    became of each fault; counterpart_first and counterpart_second which fault of the other network it is most like (-1:
    none). notes tell what was doubtful.
    """

    first: FaultNetwork
    second: FaultNetwork
    common: CommonEvents
    pairs: FaultPairs
    kind_first: Shaped[np.ndarray, " f"]
    kind_second: Shaped[np.ndarray, " g"]
    counterpart_first: Int[np.ndarray, " f"]
    counterpart_second: Int[np.ndarray, " g"]
    options: MatchOptions
    notes: tuple[str, ...] = ()

    @cached_property
    def adjusted_rand(self) -> float | None:
        """Adjusted Rand index of the faults of the common events, events on no fault as one group; None without any."""
        labels = self._labels()
        return adjusted_rand_index(*labels) if len(labels[0]) else None

    @cached_property
    def adjusted_rand_on_faults(self) -> float | None:
        """The same for those common events that lie on a fault in both networks."""
        one, other = self._labels()
        both = (one >= 0) & (other >= 0)
        return adjusted_rand_index(one[both], other[both]) if both.any() else None

    def counts(self) -> dict[str, dict[str, int]]:
        """How many faults of the first network, and of the second, are of each kind; those of one sum to its faults."""
        kinds = {"first": (self.kind_first, "vanished"), "second": (self.kind_second, "appeared")}
        return {
            name: {each: int((kind == each).sum()) for each in ("same", "split", "merged", "changed", gone)}
            for name, (kind, gone) in kinds.items()
        }

    def table(self) -> pd.DataFrame:
        """One row a fault of either network: what became of it, its counterpart, and how alike the two are."""
        import pandas as pd

        from seisweave.faults.export import faults_table

        frames = []
        for name, network, of_pair, kind, other in (
            ("first", self.first, self.pairs.first, self.kind_first, self.counterpart_first),
            ("second", self.second, self.pairs.second, self.kind_second, self.counterpart_second),
        ):
            best = self._best_pairs(name, other)
            frame = pd.DataFrame({"network": name, "fault": np.arange(network.n_faults), "kind": kind})
            frame["counterpart"] = other
            frame["related"] = [" ".join(map(str, self._related(name, of_pair == k))) for k in range(network.n_faults)]
            for column in ("jaccard", "distance_km", "angle_deg", "n_common", "by"):
                frame[column] = [None if q < 0 else getattr(self.pairs, column)[q] for q in best.tolist()]
            held = faults_table(network)
            places = [c for c in ("n_events", "longitude", "latitude", "x_km", "y_km", "depth_km") if c in held]
            places += ["strike_deg", "dip_deg", "length_km", "width_km"]
            frames.append(pd.concat([frame, held[places]], axis=1))
        return pd.concat(frames, ignore_index=True)

    def summary(self) -> dict[str, Any]:
        """The agreement in numbers."""
        heaviest = np.argsort(-self.first.events_per_fault, kind="stable")[:10]
        jaccard = self._jaccard("first", self.counterpart_first)
        same = self.kind_first == "same"
        on_same = int(self.first.events_per_fault[same].sum())
        return {
            "n_faults": [self.first.n_faults, self.second.n_faults],
            "n_events": [self.first.n_events, self.second.n_events],
            "n_common_events": len(self.common),
            "common_events_by": self.common.counts(),
            "kinds": self.counts(),
            "adjusted_rand": self.adjusted_rand,
            "adjusted_rand_on_faults": self.adjusted_rand_on_faults,
            "share_of_events_on_same": on_same / max(1, int(self.first.events_per_fault.sum())),
            "jaccard_of_heaviest": jaccard[heaviest].tolist(),
        }

    def _labels(self) -> tuple[np.ndarray, np.ndarray]:
        return self.first.label[self.common.first], self.second.label[self.common.second]

    def _best_pairs(self, name: str, other: np.ndarray) -> np.ndarray:
        """Row in pairs of each fault and its counterpart; -1 without one."""
        mine, theirs = (
            (self.pairs.first, self.pairs.second) if name == "first" else (self.pairs.second, self.pairs.first)
        )
        row = np.full(len(other), -1)
        hit = np.flatnonzero(other[mine] == theirs)
        row[mine[hit]] = hit
        return row

    def _jaccard(self, name: str, other: np.ndarray) -> np.ndarray:
        row = self._best_pairs(name, other)
        return np.where(row >= 0, np.append(self.pairs.jaccard, 0.0)[row], 0.0)

    def _related(self, name: str, rows: Bool[np.ndarray, " q"]) -> list[int]:
        """Faults of the other network that go into a fault, or that it goes into."""
        pairs = self.pairs
        joined = rows & ((pairs.share_first >= MOST) | (pairs.share_second >= MOST))
        return np.sort((pairs.second if name == "first" else pairs.first)[joined]).tolist()


def match_networks(first: FaultNetwork, second: FaultNetwork, options: MatchOptions | None = None) -> NetworkMatch:
    """Compare two networks of the same or of overlapping events, or of one region.

    Errors: InputError for networks of different regions, for one in local km beside one in degrees, and for a network
    that does not hold its events.

    >>> import seisweave as sw
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3))
    >>> network = sw.reconstruct_faults(xyz_km)
    >>> match = match_networks(network, network)
    >>> match.kind_first.tolist(), match.adjusted_rand, match.pairs.jaccard.tolist()
    (['same'], 1.0, [1.0])
    """
    options = options or MatchOptions()
    if (first.projection is None) != (second.projection is None):
        raise InputError("one network is in local km and the other in degrees; give two of one kind")
    places = places_of(first), moved(places_of(second), second.projection, first.projection)
    corners = first.planes.corners_km, moved_km(second.planes.corners_km, second.projection, first.projection)
    common = common_events(*places, Tolerance(options.seconds, options.km))
    if not len(common):
        _check_regions([np.concatenate([p.xyz_km, c.reshape(-1, 3)]) for p, c in zip(places, corners, strict=True)])
    found = pairs_of(
        Side(first.label[common.first], first.events_per_fault, corners[0]),
        Side(second.label[common.second], second.events_per_fault, corners[1]),
        options,
    )
    change = kinds_of(found, first.n_faults, second.n_faults)
    return NetworkMatch(
        first=first,
        second=second,
        common=common,
        pairs=found.pairs,
        kind_first=change.kind_first,
        kind_second=change.kind_second,
        counterpart_first=change.counterpart_first,
        counterpart_second=change.counterpart_second,
        options=options,
        notes=(*common.notes, *_told(first, second, common, found.by_events_first, found.by_events_second)),
    )


def _check_regions(points: list[np.ndarray]) -> None:
    """Refuse networks whose boxes do not meet."""
    low, high = (np.stack([end(each[:, :2], axis=0) for each in points]) for end in (np.nanmin, np.nanmax))
    gap = np.linalg.norm(np.maximum(low.max(axis=0) - high.min(axis=0), 0.0))
    if gap > 0:
        raise InputError(f"the networks share no event and lie {gap:,.0f} km apart; give two networks of one region")


def _told(
    first: FaultNetwork,
    second: FaultNetwork,
    common: CommonEvents,
    one: Bool[np.ndarray, " f"],
    other: Bool[np.ndarray, " g"],
) -> list[str]:
    n = len(common)
    ways = ", ".join(f"{count} by {way}" for way, count in common.counts().items())
    lines = [f"{n} common events of {first.n_events} and {second.n_events}" + (f": {ways}" if n else "")]
    by_plate = int((~one).sum()), int((~other).sum())
    if any(by_plate):
        lines.append(
            f"{by_plate[0]} of {len(one)} and {by_plate[1]} of {len(other)} faults have too few common events and are"
            " compared by their plates"
        )
    return lines
