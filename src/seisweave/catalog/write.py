"""Write a catalog: CSV and Parquet (everything, exactly), QuakeML and CSEP CSV (what they can hold)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from seisweave.catalog.columns import Columns
from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.storage import write_whole

if TYPE_CHECKING:
    import pandas as pd

WRITABLE = {
    "csv": (".csv",),
    "parquet": (".parquet", ".pq"),
    "quakeml": (".xml", ".quakeml", ".qml"),
    "csep": (),
}


@dataclass(frozen=True)
class Written:
    """What was written: the path, the format, how many events, and what the format cannot hold."""

    path: str
    format: str
    n_events: int
    left_out: tuple[str, ...] = ()


def write_catalog(catalog: Columns, path: str | Path, *, format: str | None = None, force: bool = False) -> Written:
    """Write a catalog by the suffix of the path: .csv, .parquet, .xml (QuakeML); or format="csep".

    CSV and Parquet hold every column and read back identical. QuakeML holds times, places, magnitudes with their
    types, ids, event types, phases and 1-sigma errors; CSEP CSV times, places, magnitudes and ids:
    `Written.left_out` names the rest. The file appears whole or not at all; an existing one stays unless `force`.

    Errors: InputError for an unknown suffix, an existing file, a folder that cannot be written, QuakeML or
    CSEP of events without time, CSEP of events without magnitude or depth.

    >>> from tempfile import mkdtemp
    >>> from seisweave.catalog import Catalog, read_catalog
    >>> one = Catalog(np.array(["1994-01-17"], "datetime64[us]"), np.array([-118.5]), np.array([34.2]),
    ...               np.array([18.2]), np.array([6.7]), np.array(["a"]))
    >>> written = write_catalog(one, Path(mkdtemp()) / "one.csv")
    >>> read_catalog(written.path).magnitude.tolist()
    [6.7]
    """
    where = Path(path)
    name = format_of(where, format, force=force)
    return _written(where, name, len(catalog), lambda file: _WRITERS[name](catalog, file), force=force)


def format_of(path: str | Path, format: str | None = None, *, force: bool = False) -> str:
    """The format in which a catalog would be written there; asked before the work, it spares it.

    Errors: InputError for an unknown format or suffix, a folder, and an existing file without `force`.

    >>> format_of("no-such-folder/one.pq"), format_of("no-such-folder/one.txt", "csep")
    ('parquet', 'csep')
    """
    where = Path(path)
    name = format or _by_suffix(where)
    if name not in WRITABLE:
        raise InputError(f"format {name!r} cannot be written; choose one of {', '.join(WRITABLE)}")
    if where.is_dir() or (where.exists() and not force):
        raise InputError(f"{shown(where)} exists; choose another name, or overwrite it with force=True")
    return name


def write_table(table: pd.DataFrame, path: str | Path, *, force: bool = False) -> Written:
    """Write a table of `to_frame` that has further columns behind those, as .csv or .parquet; it reads as a catalog.

    Errors: as of `write_catalog`.
    """
    where = Path(path)
    name = _by_suffix(where)
    if name not in _TABLES:
        raise InputError(f"{shown(where)}: further columns are kept by .csv and .parquet only; give such a name")
    return _written(where, name, len(table), lambda file: _TABLES[name](table, file), force=force)


def _written(
    where: Path, name: str, n_events: int, write: Callable[[IO[bytes]], tuple[str, ...]], *, force: bool
) -> Written:
    """Write whole or not at all, and never over what is there unless forced."""
    told = shown(where)
    if where.is_dir() or (where.exists() and not force):
        raise InputError(f"{told} exists; choose another name, or overwrite it with force=True")
    left_out: list[str] = []
    try:
        write_whole(where, lambda file: left_out.extend(write(file)), replace=force)
    except FileExistsError:  # it came meanwhile
        raise InputError(f"{where} exists; choose another name, or overwrite it with force=True") from None
    except OSError as error:
        raise InputError(f"{told} cannot be written: {error.strerror or error}; choose another folder") from None
    return Written(str(where), name, n_events, tuple(left_out))


def _by_suffix(where: Path) -> str:
    for name, suffixes in WRITABLE.items():
        if where.suffix.lower() in suffixes:
            return name
    raise InputError(f"{shown(where)} has no known suffix; use .csv, .parquet or .xml, or format='csep'")


def _csv(catalog: Columns, file: IO[bytes]) -> tuple[str, ...]:
    from seisweave.catalog.table import to_frame

    return _table_csv(to_frame(catalog), file)


def _parquet(catalog: Columns, file: IO[bytes]) -> tuple[str, ...]:
    from seisweave.catalog.table import to_frame

    return _table_parquet(to_frame(catalog), file)


def _table_csv(table: pd.DataFrame, file: IO[bytes]) -> tuple[str, ...]:
    for name, column in (("id", "ids"), *((each, each) for each in ("quality", "event_type", "magnitude_type"))):
        if name in table and set("\r\n") & set("".join(table[name].tolist())):
            raise InputError(f"{column} hold line breaks, which a CSV line cannot; write .parquet, or rename them")
    times = _iso(table["time"].to_numpy().astype("datetime64[us]"))
    table.assign(time=times).to_csv(file, mode="wb", index=False, lineterminator="\n")
    return ()


def _table_parquet(table: pd.DataFrame, file: IO[bytes]) -> tuple[str, ...]:
    table.to_parquet(file, engine="pyarrow", index=False)
    return ()


def _csep(catalog: Columns, file: IO[bytes]) -> tuple[str, ...]:
    import pandas as pd

    from seisweave.catalog.formats.csep_csv import COLUMNS

    _refuse_missing(np.isnat(catalog.times), "time", "CSEP CSV")
    _refuse_missing(np.isnan(catalog.magnitude), "magnitude", "CSEP CSV")
    _refuse_missing(np.isnan(catalog.depth_km), "depth", "CSEP CSV")
    values = (catalog.longitude, catalog.latitude, catalog.magnitude, _iso(catalog.times), catalog.depth_km)
    frame = pd.DataFrame(dict(zip(COLUMNS[:5], values, strict=True)))
    frame["catalog_id"] = 0
    frame["event_id"] = catalog.ids
    frame.to_csv(file, mode="wb", index=False, lineterminator="\n")
    return _absent(catalog, ("uncertainty", "quality", "event_type", "n_phases", "magnitude_type"))


def _quakeml(catalog: Columns, file: IO[bytes]) -> tuple[str, ...]:
    from seisweave.catalog.quakeml_events import to_obspy

    _refuse_missing(np.isnat(catalog.times), "time", "QuakeML")
    events, left_out = to_obspy(catalog)
    events.write(file, format="QUAKEML")
    return (*left_out, *_absent(catalog, ("quality",)))


_TABLES = {"csv": _table_csv, "parquet": _table_parquet}
_WRITERS = {"csv": _csv, "parquet": _parquet, "csep": _csep, "quakeml": _quakeml}


def _iso(times: np.ndarray) -> np.ndarray:
    text = np.datetime_as_string(times, unit="us")
    return np.where(np.isnat(times), "", text)


def _absent(catalog: Columns, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(catalog, name) is not None)


def _refuse_missing(unknown: np.ndarray, name: str, format_name: str) -> None:
    if unknown.any():
        raise InputError(
            f"{int(unknown.sum())} events have no {name}, which {format_name} needs; select those with one"
        )
