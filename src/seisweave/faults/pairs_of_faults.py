"""Pairs of faults of two networks that have something in common: events, or else the place of their plates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from seisweave.faults.match_options import MatchOptions
from seisweave.faults.overlap_of_plates import areas_km2, plate_pairs

if TYPE_CHECKING:
    import pandas as pd

_SHARE = 0.1  # of a fault's events that must be common for them to speak for it


@dataclass(frozen=True, eq=False)
class FaultPairs:
    """q pairs of faults, in the order of the first: what they have in common.

    share_first is the share of the first fault that lies on the second, share_second the reverse, jaccard what they
    share by what they hold together; by says whether that is counted in common events (`events`, n_common of them) or
    in area (`plates`). distance_km and angle_deg are NaN where the plates are nowhere near each other.
    """

    first: Int[np.ndarray, " q"]
    second: Int[np.ndarray, " q"]
    n_common: Int[np.ndarray, " q"]
    share_first: Float[np.ndarray, " q"]
    share_second: Float[np.ndarray, " q"]
    jaccard: Float[np.ndarray, " q"]
    by: Shaped[np.ndarray, " q"]
    distance_km: Float[np.ndarray, " q"]
    angle_deg: Float[np.ndarray, " q"]

    def __len__(self) -> int:
        return len(self.first)

    def table(self) -> pd.DataFrame:
        """One row a pair."""
        import pandas as pd

        return pd.DataFrame(vars(self))


@dataclass(frozen=True, eq=False)
class Found:
    """Pairs of faults, which faults go by events (else by plates), and what share of each lies on any fault."""

    pairs: FaultPairs
    by_events_first: Bool[np.ndarray, " f"]
    by_events_second: Bool[np.ndarray, " g"]
    on_any_first: Float[np.ndarray, " f"]
    on_any_second: Float[np.ndarray, " g"]


@dataclass(frozen=True, eq=False)
class Side:
    """One of two networks: the fault of each of m common events (-1: none), the events and the plate of each fault."""

    label: Int[np.ndarray, " m"]
    size: Int[np.ndarray, " f"]
    corners_km: Float[np.ndarray, "f 4 3"]

    def common_on(self) -> Int[np.ndarray, " f"]:
        """Common events of each fault."""
        return np.bincount(self.label[self.label >= 0], minlength=len(self.size))


def pairs_of(one: Side, other: Side, options: MatchOptions) -> Found:
    """Pairs of faults by their common events, or, where one of a pair has too few, by their plates.

    Plates are in the same coordinates.
    """
    g = max(len(other.size), 1)
    held = one.common_on(), other.common_on()
    spoken = [
        n >= np.maximum(options.min_common, _SHARE * side.size) for n, side in zip(held, (one, other), strict=True)
    ]
    on_both = (one.label >= 0) & (other.label >= 0)
    key, counted = np.unique(one.label[on_both] * g + other.label[on_both], return_counts=True)
    near = plate_pairs(one.corners_km, other.corners_km, options.reach_km)
    lying = {pair: q for q, pair in enumerate((near.first * g + near.second).tolist())}
    counts = dict(zip(key.tolist(), counted.tolist(), strict=True))
    area = areas_km2(one.corners_km), areas_km2(other.corners_km)
    rows = []
    for pair in sorted({*counts, *lying}):
        i, j = divmod(pair, g)
        q, n = lying.get(pair, -1), counts.get(pair, 0)
        by_events = bool(spoken[0][i] and spoken[1][j])
        if by_events and n:
            shares = n / held[0][i], n / held[1][j], n / (held[0][i] + held[1][j] - n)
        elif not by_events and q >= 0 and near.angle_deg[q] <= options.angle_deg:
            shares = _by_plates(near.share_first[q], near.share_second[q], float(area[0][i]), float(area[1][j]))
        else:
            continue
        place = (near.distance_km[q], near.angle_deg[q]) if q >= 0 else (np.nan, np.nan)
        rows.append((i, j, n, *shares, "events" if by_events else "plates", *place))
    pairs = _pairs(rows)
    on_any = [
        _on_any(one, other, spoken[0], np.bincount(pairs.first, pairs.share_first, minlength=len(one.size))),
        _on_any(other, one, spoken[1], np.bincount(pairs.second, pairs.share_second, minlength=len(other.size))),
    ]
    return Found(pairs, spoken[0], spoken[1], *on_any)


def _by_plates(share_first: float, share_second: float, area_first: float, area_second: float) -> tuple[float, ...]:
    """Both shares, and the Jaccard index of the areas."""
    both = 0.5 * (share_first * area_first + share_second * area_second)
    both = min(both, area_first, area_second)
    return share_first, share_second, both / max(area_first + area_second - both, 1e-18)


def _pairs(rows: list[tuple]) -> FaultPairs:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 9
    kinds = (np.int64, np.int64, np.int64, float, float, float, str, float, float)
    return FaultPairs(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def _on_any(mine: Side, theirs: Side, spoken: np.ndarray, share: np.ndarray) -> Float[np.ndarray, " f"]:
    """Share of each fault that lies on any fault of the other network, by events or else by plates."""
    on = (mine.label >= 0) & (theirs.label >= 0)
    by_events = np.bincount(mine.label[on], minlength=len(spoken)) / np.maximum(mine.common_on(), 1)
    return np.where(spoken, by_events, np.minimum(share, 1.0))
