"""Several catalogs as one: events given twice once, ids that clash numbered, likely doubles told and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Int

from seisweave.catalog.columns import Columns
from seisweave.catalog.distinct_ids import DistinctIds, distinct_ids
from seisweave.catalog.uncertainty import LocationUncertainty

# columns of a Catalog, and what stands in them where a catalog does not have them
_VALUES = ("times", "longitude", "latitude", "depth_km", "magnitude")
_ALIKE_SECONDS, _ALIKE_DEGREES, _ALIKE_MAGNITUDE = 1.0, 0.01, 0.1
_NEIGHBOURS = 3  # in time, among which doubles are looked for


def joined_columns(catalogs: Sequence[Columns], optional: Sequence[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The columns of a Catalog of all events, in order, and remarks.

    Events of the same id with the same time, place, depth and magnitude become one; of the same id with other values,
    the later is numbered. Events of two catalogs under two ids within 1 s, 0.01 degree and 0.1 in magnitude are counted
    in a remark, and kept. `optional` names the columns that not every catalog has; text is "" and numbers NaN there.
    """
    lengths = [len(catalog) for catalog in catalogs]
    part = np.repeat(np.arange(len(catalogs)), lengths)
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(each, name) for each in catalogs]) for name in (*_VALUES, "ids")
    }
    columns |= {name: _optional([getattr(each, name) for each in catalogs], lengths) for name in optional}
    columns["uncertainty"] = joined_errors([each.uncertainty for each in catalogs], lengths)
    found = distinct_ids(columns["ids"], [columns[name] for name in _VALUES])
    columns["ids"] = found.ids
    kept = {name: value if value is None else _taken(value, ~found.repeated) for name, value in columns.items()}
    return kept, (*_about_ids(found), *_alike(kept, part[~found.repeated]))


def _optional(columns: list[np.ndarray | None], lengths: list[int]) -> np.ndarray | None:
    known = [column for column in columns if column is not None]
    if not known:
        return None
    blank = "" if known[0].dtype.kind == "U" else np.nan
    filled = [np.full(n, blank) if column is None else column for column, n in zip(columns, lengths, strict=True)]
    return np.concatenate(filled)


def joined_errors(errors: list[LocationUncertainty | None], lengths: list[int]) -> LocationUncertainty | None:
    """Errors of the fullest kind among them; of the others, what they say in that kind."""
    kinds = {each.kind for each in errors if each is not None}
    if not kinds:
        return None
    if kinds == {"sigma"}:
        sigma = [
            {name: np.full(n, np.nan) for name in ("horizontal_km", "vertical_km")}
            if each is None
            else each.sigmas_km()
            for each, n in zip(errors, lengths, strict=True)
        ]
        names = ("horizontal_km", "vertical_km")
        return LocationUncertainty(*(np.concatenate([each[name] for each in sigma]) for name in names))
    if "mixture" not in kinds:
        full = [
            np.full((n, 3, 3), np.nan) if each is None else each.covariances_km2()
            for each, n in zip(errors, lengths, strict=True)
        ]
        return LocationUncertainty(covariance_km2=np.concatenate(full))
    parts = [_as_mixture(each, n) for each, n in zip(errors, lengths, strict=True)]
    count = np.concatenate([np.diff(np.array(each.offsets)) for each in parts])
    return LocationUncertainty(
        covariance_km2=np.concatenate([np.array(each.covariance_km2) for each in parts]),
        offsets=np.concatenate([[0], np.cumsum(count)]),
        weight=np.concatenate([np.array(each.weight) for each in parts]),
        mean_offset_km=np.concatenate([np.array(each.mean_offset_km) for each in parts]),
    )


def _as_mixture(errors: LocationUncertainty | None, n: int) -> LocationUncertainty:
    """One Gaussian an event of which an error is known, in whatever direction; none for another."""
    if errors is not None and errors.offsets is not None:
        return errors
    full = np.full((n, 3, 3), np.nan) if errors is None else errors.covariances_km2()
    known = np.isfinite(np.diagonal(full, axis1=1, axis2=2)).any(axis=1)
    return LocationUncertainty(
        covariance_km2=full[known],
        offsets=np.concatenate([[0], np.cumsum(known)]),
        weight=np.ones(int(known.sum())),
        mean_offset_km=np.zeros((int(known.sum()), 3)),
    )


def _about_ids(found: DistinctIds) -> list[str]:
    remarks, n = [], int(found.repeated.sum())
    if n:
        first = found.ids[int(found.repeated.argmax())]
        remarks.append(f"{n} events are in several catalogs with the same values, the first {first}")
    if found.fresh:
        remarks.append(
            f"{len(found.fresh)} events have the id of an event of another catalog with other values and are numbered,"
            f" the first {found.fresh[0]}: a revision, another event, or line numbers where a source gives no ids"
        )
    return remarks


def _taken(column: Any, keep: np.ndarray) -> Any:
    if keep.all():
        return column
    return column.take(keep) if isinstance(column, LocationUncertainty) else column[keep]


def _alike(columns: dict[str, Any], part: Int[np.ndarray, " n"]) -> tuple[str, ...]:
    """A remark about events of different catalogs that may be the same one."""
    order = np.argsort(columns["times"], kind="stable")
    order = order[~np.isnat(columns["times"][order])]
    double, first = np.zeros(len(part), bool), ""
    for step in range(1, _NEIGHBOURS + 1):
        a, b = order[:-step], order[step:]
        near = part[a] != part[b]
        near &= columns["times"][b] - columns["times"][a] <= np.timedelta64(int(_ALIKE_SECONDS * 1e6), "us")
        near &= np.abs(columns["latitude"][b] - columns["latitude"][a]) <= _ALIKE_DEGREES
        apart = np.abs(columns["longitude"][b] - columns["longitude"][a])
        near &= np.minimum(apart, 360.0 - apart) <= _ALIKE_DEGREES
        near &= ~(np.abs(columns["magnitude"][b] - columns["magnitude"][a]) > _ALIKE_MAGNITUDE + 1e-9)
        if near.any() and not first:
            first = f"{columns['ids'][a[near.argmax()]]} and {columns['ids'][b[near.argmax()]]}"
        double[b[near]] = True
    if not first:
        return ()
    return (
        f"{int(double.sum())} events may be in several catalogs under different ids (within {_ALIKE_SECONDS:g} s,"
        f" {_ALIKE_DEGREES:g} degree and {_ALIKE_MAGNITUDE:g} in magnitude), and are kept, the first {first}",
    )
