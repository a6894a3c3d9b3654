"""The earthquake catalog: one frozen record that every part of seisweave starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.catalog.joined import joined_columns
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.provenance import Provenance
from seisweave.catalog.rejected import Rejected
from seisweave.catalog.selection import Selection
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.catalog.write import Written, write_catalog
from seisweave.displayed import Displayed
from seisweave.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Catalog(Displayed):
    """A set of earthquakes (n events), in the order they were given.

    Arguments (copied, then read-only):
        times: UTC, datetime64[us], NaT where unknown.
        longitude: degrees east (WGS84), -180..180.
        latitude: degrees north (WGS84), -90..90.
        depth_km: km, positive down, NaN where unknown.
        magnitude: NaN where none was computed.
        ids: unique strings.
        uncertainty: errors of location, if the source gives them.
        quality: the source's own letter or word, "" where unknown.
        event_type: the source's own word (eq, qb, earthquake, ...), "" where unknown.
        provenance: file, its SHA-256 and format.
        n_phases: number of phases a location rests on, NaN where unknown.
        rejected: rows of the source that could not be used.
        history: one line for everything that was left out after reading, oldest first.
        magnitude_type: the scale of each magnitude as the source names it (Mw, ML, ...), "" where unknown.

    Errors: InputError for unequal lengths, coordinates that are missing or out of range, infinite depths or
    magnitudes, ids that repeat.

    >>> catalog = Catalog(
    ...     times=np.array(["1992-06-28T11:57:34.13", "1994-01-17T12:30:55.39"], "datetime64[us]"),
    ...     longitude=np.array([-116.437, -118.537]), latitude=np.array([34.2, 34.213]),
    ...     depth_km=np.array([0.97, 18.2]), magnitude=np.array([7.3, 6.7]), ids=np.array(["a", "b"]))
    >>> len(catalog), catalog.select(min_magnitude=7.0).ids.tolist()
    (2, ['a'])
    """

    times: Shaped[np.ndarray, " n"]
    longitude: Float[np.ndarray, " n"]
    latitude: Float[np.ndarray, " n"]
    depth_km: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    ids: Shaped[np.ndarray, " n"]
    uncertainty: LocationUncertainty | None = None
    quality: Shaped[np.ndarray, " n"] | None = None
    event_type: Shaped[np.ndarray, " n"] | None = None
    provenance: Provenance = field(default_factory=Provenance)
    n_phases: Float[np.ndarray, " n"] | None = None
    rejected: Rejected = field(default_factory=Rejected)
    history: tuple[str, ...] = ()
    magnitude_type: Shaped[np.ndarray, " n"] | None = None

    def __post_init__(self) -> None:
        for name, dtype in _DTYPES.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _frozen(name, value, dtype))
        _check_lengths(self)
        _check_values(self)

    def __len__(self) -> int:
        return len(self.longitude)

    def __getitem__(self, index: Any) -> Catalog:
        """Events of a boolean mask, an array of positions, a slice or one position."""
        return self.take(index)

    def __add__(self, other: Catalog) -> Catalog:
        """The events of both: the same id with the same values once; what may be double is told in `rejected.notes`.

        >>> from seisweave.synthetic import southern_california_like
        >>> catalog = southern_california_like(n_events=50).catalog
        >>> both = catalog[:30] + catalog[20:]
        >>> len(both), both.rejected.notes
        (50, ('10 events are in several catalogs with the same values, the first syn0000021',))
        """
        return Catalog.join([self, other]) if isinstance(other, Catalog) else NotImplemented

    @classmethod
    def join(cls, catalogs: Sequence[Catalog]) -> Catalog:
        """The events of several catalogs, in their order, as `+` puts two together. Errors: InputError for none.

        >>> from seisweave.synthetic import southern_california_like
        >>> len(Catalog.join([southern_california_like(n_events=50).catalog[:20]]))
        20
        """
        if not catalogs:
            raise InputError("there is no catalog to join; give one or more")
        if len(catalogs) == 1:
            return catalogs[0]
        columns, notes = joined_columns(
            catalogs, [f.name for f in fields(cls) if f.name in _DTYPES and f.default is None]
        )
        told = dict.fromkeys(note for each in catalogs for note in each.rejected.notes)
        return cls(
            **columns,
            provenance=Provenance.of_parts([each.provenance for each in catalogs]),
            rejected=Rejected(tuple(row for each in catalogs for row in each.rejected.rows), (*told, *notes)),
            history=tuple(dict.fromkeys(line for each in catalogs for line in each.history)),
        )

    def take(self, index: Any) -> Catalog:
        """Events of a boolean mask (n), an array of positions, a slice or one position, in that order."""
        rows = np.atleast_1d(np.arange(len(self))[index])
        parts = {name: getattr(self, name)[rows] for name in _DTYPES if getattr(self, name) is not None}
        parts["uncertainty"] = None if self.uncertainty is None else self.uncertainty.take(rows)
        if len(rows) > 1 and not (np.diff(rows) > 0).all():  # a position may be there twice
            return replace(self, **parts)
        return _unchecked(self, parts)

    def select(self, selection: Selection | None = None, **criteria: Any) -> Catalog:
        """Events that fulfil every criterion: a `Selection`, or its fields as keywords.

        A depth or magnitude criterion leaves out events without depth or magnitude; `history` says how many.
        """
        wanted = replace(selection, **criteria) if selection is not None else Selection(**criteria)
        keep, lines = wanted.mask(self)
        return _unchecked(self.take(keep), {"history": (*self.history, *lines)})

    def with_depth(self) -> Catalog:
        """Events whose depth is known; `history` says how many were left out."""
        known = self.has_depth
        if known.all():
            return self
        line = f"{int((~known).sum())} of {len(self)} events left out: their depth is unknown"
        return _unchecked(self.take(known), {"history": (*self.history, line)})

    @property
    def has_depth(self) -> Bool[np.ndarray, " n"]:
        """Which events have a depth."""
        return ~np.isnan(self.depth_km)

    def projection(self) -> LocalProjection:
        """Projection to local km centred on these events. Errors: InputError for no events."""
        return LocalProjection.centred_on(self.longitude, self.latitude)

    def xyz_km(self, projection: LocalProjection | None = None) -> Float[np.ndarray, "n 3"]:
        """Local coordinates (x_km east, y_km north, depth_km positive down); depth NaN where unknown.

        `projection` defaults to the one centred on these events, see `projection()`.
        """
        chosen = self.projection() if projection is None else projection
        x_km, y_km = chosen.to_local(self.longitude, self.latitude)
        return np.stack([x_km, y_km, self.depth_km], axis=1)

    def write(self, path: str | Path, *, format: str | None = None, force: bool = False) -> Written:
        """Write by the suffix of the path: .csv, .parquet, .xml (QuakeML); or format="csep". See `write_catalog`.

        CSV and Parquet hold every column and read back identical. The file appears whole or not at all; an existing
        one stays unless `force`. Errors: InputError for a place or a format that cannot be written.

        >>> from tempfile import mkdtemp
        >>> from seisweave.synthetic import southern_california_like
        >>> written = southern_california_like(n_events=20).catalog.write(Path(mkdtemp()) / "twenty.csv")
        >>> written.format, written.n_events
        ('csv', 20)
        """
        return write_catalog(self, path, format=format, force=force)

    def to_pandas(self) -> Any:
        """As a pandas DataFrame, one row an event; columns as `write_catalog` names them."""
        from seisweave.catalog.table import to_frame

        return to_frame(self)

    def to_xarray(self) -> Any:
        """As an xarray Dataset over `event`, with units; columns as in `to_pandas`."""
        from seisweave.catalog.frames import to_dataset

        return to_dataset(self)

    def to_geodataframe(self) -> Any:
        """As a GeoPandas table of points (WGS84), otherwise `to_pandas`. Errors: InputError without GeoPandas."""
        from seisweave.geo_frames import geo_frame, points

        return geo_frame(self.to_pandas(), points(self.longitude, self.latitude))

    @classmethod
    def from_pandas(cls, frame: Any, provenance: Provenance | None = None) -> Catalog:
        """From a DataFrame: of the columns of `to_pandas`, or of any others, recognised as those of a file are.

        Only longitude and latitude must be there. Rows that cannot be used, and what was chosen or taken for granted,
        stand in `rejected`. Errors: InputError for missing columns and for everything a Catalog refuses.

        >>> import pandas as pd
        >>> frame = pd.DataFrame({"time": ["1994-01-17T12:30:55"], "latitude": [34.2], "longitude": [-118.5],
        ...                       "depth": [18.2], "mag": [6.7], "magType": ["mw"]})
        >>> catalog = Catalog.from_pandas(frame)
        >>> catalog.depth_km.tolist(), catalog.magnitude.tolist(), catalog.magnitude_type.tolist()
        ([18.2], [6.7], ['mw'])
        """
        from seisweave.catalog.table import columns_of

        return cls(**columns_of(frame), provenance=provenance or Provenance(source="pandas"))


_DTYPES = {
    "times": "datetime64[us]",
    "longitude": "float64",
    "latitude": "float64",
    "depth_km": "float64",
    "magnitude": "float64",
    "ids": "str",
    "quality": "str",
    "event_type": "str",
    "n_phases": "float64",
    "magnitude_type": "str",
}


def _unchecked(catalog: Catalog, fresh: dict[str, Any]) -> Catalog:
    """Some events of a catalog: what has been checked once is not checked again."""
    made = object.__new__(Catalog)
    for name, value in {**vars(catalog), **fresh}.items():
        if name in fresh and isinstance(value, np.ndarray):
            value.flags.writeable = False
        object.__setattr__(made, name, value)
    return made


def _frozen(name: str, value: Any, dtype: str) -> np.ndarray:
    """Copy one column, read-only."""
    try:
        column = np.array(value, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{name} cannot be read as {dtype}: {error}; give one value an event") from None
    if column.ndim != 1:
        raise InputError(f"{name} has shape {column.shape}; give one value an event")
    column.flags.writeable = False
    return column


def _check_lengths(catalog: Catalog) -> None:
    columns = [f.name for f in fields(catalog) if f.name in _DTYPES and getattr(catalog, f.name) is not None]
    lengths = {name: len(getattr(catalog, name)) for name in columns}
    if catalog.uncertainty is not None:
        lengths["uncertainty"] = len(catalog.uncertainty)
    if len(set(lengths.values())) > 1:
        raise InputError(f"columns of a catalog differ in length: {lengths}; give one value an event")


def _check_values(catalog: Catalog) -> None:
    for name, limit in (("longitude", 180.0), ("latitude", 90.0)):
        value = getattr(catalog, name)
        bad = ~(np.abs(value) <= limit)
        if bad.any():
            first = int(np.argmax(bad))
            raise InputError(
                f"{name} must be within -{limit:.0f}..{limit:.0f} degrees, got {value[first]} for event"
                f" {first} ({int(bad.sum())} such of {len(value)}); leave these out, or exchange coordinates"
            )
    for name in ("depth_km", "magnitude"):
        if np.isinf(getattr(catalog, name)).any():
            raise InputError(f"{name} holds infinite values; use NaN where it is unknown")
    if len(set(catalog.ids.tolist())) < len(catalog):
        unique, count = np.unique(catalog.ids, return_counts=True)
        raise InputError(f"id {str(unique[count.argmax()])!r} occurs {count.max()} times; ids must be unique")
