"""Whatever holds events as a Catalog: ours, files, tables, and the catalogs of ObsPy, pyCSEP and SeismoStats.

Other libraries are told by what their objects can do, and none of them is needed. ObsPy's events are read as those of a
QuakeML file; a pandas table, which a SeismoStats catalog is too, as `Catalog.from_pandas` does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.error_checks import with_error_notes
from seisweave.catalog.inputs import is_path
from seisweave.catalog.local_xyz import LocalPoints
from seisweave.catalog.provenance import Provenance
from seisweave.catalog.read import read_catalog
from seisweave.catalog.tables.matching import names_places
from seisweave.errors import InputError

_DEEPEST_KM = 800.0
CatalogLike: TypeAlias = Catalog | Any  # whatever `as_catalog` makes a Catalog of


def as_catalog(given: CatalogLike) -> Catalog:
    """A Catalog of what was given: a Catalog, whatever `read_catalog` reads, or another library's events.

    Arguments:
        given: a Catalog, or a list of them; a path, a list of paths, a folder, a pattern, "-"; a pandas DataFrame, a
            SeismoStats catalog; an ObsPy catalog, or a list of ObsPy events; a pyCSEP catalog.

    Errors: InputError for anything else, and for everything that reading refuses.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"longitude": [10.1], "latitude": [46.2], "depth_km": [7.0], "magnitude": [2.5]})
    >>> as_catalog(frame).depth_km.tolist()
    [7.0]
    """
    if isinstance(given, Catalog):
        return given
    if is_path(given):
        return read_catalog(given)
    if _has(given, "columns", "iloc", "to_numpy"):
        return with_error_notes(_from_frame(given))
    if _has(given, "get_longitudes", "get_latitudes", "get_epoch_times", "get_magnitudes"):
        return _from_pycsep(given)
    events = _obspy_events(given)
    if events:
        return _from_obspy(events)
    if isinstance(given, list | tuple) and given and all(isinstance(each, Catalog) for each in given):
        return Catalog.join(given)
    raise InputError(
        f"a catalog is wanted, got {type(given).__module__}.{type(given).__qualname__}; give a Catalog, a path, a"
        " pandas table, or a catalog of ObsPy, pyCSEP or SeismoStats that holds events"
    )


def as_hypocentres(given: Any) -> Catalog | Float[np.ndarray, "n 3"]:
    """A Catalog of what `as_catalog` takes; points in local km (an array, `LocalPoints`, rows of three) as an array.

    A table of three columns is points too, unless it names longitude and latitude.

    Errors: InputError for anything else.

    >>> as_hypocentres([(1.0, 2.0, 8.0), (1.5, 2.0, 9.0)]).shape
    (2, 3)
    """
    if isinstance(given, LocalPoints):
        return given.xyz_km
    if _has(given, "columns", "iloc", "to_numpy"):
        names = [str(name) for name in given.columns]
        return as_catalog(given) if len(names) != 3 or names_places(names) else _points(given)
    return as_catalog(given) if _is_catalog_like(given) else _points(given)


def _points(given: Any) -> Float[np.ndarray, ...]:
    """Numbers of an array, a list or a table, whatever their shape. Errors: InputError for anything else."""
    if _has(given, "__array__") or isinstance(given, list | tuple):
        try:
            return np.asarray(given, dtype=float)
        except (TypeError, ValueError):
            pass
    raise InputError(
        f"hypocentres are wanted, got {type(given).__module__}.{type(given).__qualname__}; give a Catalog, a path, a"
        " pandas table, a catalog of ObsPy, pyCSEP or SeismoStats that holds events, or one row (x_km, y_km,"
        " depth_km) an event"
    )


def _is_catalog_like(given: Any) -> bool:
    return isinstance(given, Catalog) or is_path(given) or _has(given, "get_longitudes") or bool(_obspy_events(given))


def _has(given: Any, *names: str) -> bool:
    return not isinstance(given, type) and all(hasattr(given, name) for name in names)


def _obspy_events(given: Any) -> list[Any]:
    """The events of an ObsPy catalog, a list of events, or an event; none for anything else."""
    if _has(given, "origins", "magnitudes"):
        return [given]
    events = list(given.events) if isinstance(getattr(given, "events", None), list) else given
    if isinstance(events, list | tuple) and all(_has(each, "origins", "magnitudes") for each in events):
        return list(events)
    return []


def _from_frame(frame: Any) -> Catalog:
    """A table; one of SeismoStats, which takes depths from QuakeML as they are there, in metres where they must be."""
    if not (_has(frame, "mc", "delta_m", "_required_cols") and "depth" in frame):
        return Catalog.from_pandas(frame)
    depth = np.asarray(frame["depth"], float)
    if not np.any(np.abs(depth[np.isfinite(depth)]) > _DEEPEST_KM):
        return Catalog.from_pandas(_plain(frame, {"depth": "depth_km"}))
    lengths = [name for name in frame.columns if str(name).startswith("depth")]
    scaled = frame.assign(**{name: np.asarray(frame[name], float) / 1000.0 for name in lengths})
    catalog = Catalog.from_pandas(_plain(scaled, {"depth": "depth_km"}))
    note = f"depths of a SeismoStats catalog are read as metres, as QuakeML has them: up to {np.nanmax(depth):g}"
    return replace(catalog, rejected=replace(catalog.rejected, notes=(*catalog.rejected.notes, note)))


def _plain(frame: Any, names: dict[str, str]) -> Any:
    """The table as pandas' own class, with other names of columns."""
    import pandas as pd

    return pd.DataFrame({names.get(name, name): frame[name].to_numpy() for name in frame.columns})


def _from_obspy(events: list[Any]) -> Catalog:
    from seisweave.catalog.formats.quakeml import rows_of_events
    from seisweave.catalog.obspy_reader import ObspyEvents
    from seisweave.catalog.source import Source
    from seisweave.catalog.usable_rows import to_catalog

    source = Source("an ObsPy catalog", "", b"")
    ids = [str(event.resource_id) for event in events]
    rows = rows_of_events(ObspyEvents(events, "QUAKEML", len(events)), ids)
    return with_error_notes(to_catalog(rows, source, "obspy", "km", "down"))


def _from_pycsep(given: Any) -> Catalog:
    """A pyCSEP catalog: times in milliseconds since 1970, depths in km, ids as bytes."""
    ids = [one.decode() if isinstance(one, bytes) else str(one) for one in np.asarray(given.get_event_ids()).tolist()]
    longitude = np.asarray(given.get_longitudes(), float)
    if len(set(ids)) < len(longitude):  # as of simulations, which have none
        ids = [str(i) for i in range(1, len(longitude) + 1)]
    milliseconds = np.asarray(given.get_epoch_times(), np.int64)
    return Catalog(
        times=(milliseconds * 1000).astype("datetime64[us]"),
        longitude=np.where(longitude > 180.0, longitude - 360.0, longitude),
        latitude=np.asarray(given.get_latitudes(), float),
        depth_km=np.asarray(given.get_depths(), float),
        magnitude=np.asarray(given.get_magnitudes(), float),
        ids=np.array(ids, dtype=str),
        provenance=Provenance(str(getattr(given, "name", None) or "a pyCSEP catalog"), "", "pycsep"),
    )
