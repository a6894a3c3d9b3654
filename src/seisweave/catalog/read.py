"""Read a catalog of any known format, told by its content."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError

# in the order they are tried: the most particular first
FORMATS = {
    "parquet": "Parquet table with named columns",
    "nonlinloc": "NonLinLoc hypocentre-phase files, one event or many",
    "scedc_csv": "Southern California catalog merged into one CSV",
    "comcat": "USGS ComCat CSV with its errors",
    "fdsn_text": "FDSN event text, EventID|Time|...",
    "csep_csv": "CSEP catalog CSV",
    "scedc": "SCEDC yearly file",
    "scsn": "SCSN yearly file, degrees and minutes",
    "hypoinverse": "Hypoinverse-2000 summaries or archives",
    "growclust": "GrowClust relocations with bootstrap errors",
    "hypodd": "HypoDD relocations (.reloc)",
    "csv": "any table with named columns",
    "quakeml": "QuakeML, and whatever else ObsPy reads",
}


@dataclass(frozen=True)
class ReadOptions:
    """How to read a catalog; its fields are the keywords of `read_catalog`.

    >>> ReadOptions(depth_unit="m").depth_unit
    'm'
    """

    format: str | None = field(
        default=None, metadata={"help": "Format of the file; found from its content where not given."}
    )
    strict: bool = field(default=False, metadata={"help": "Refuse a file with rows that cannot be used."})
    columns: dict[str, str] | None = field(
        default=None, metadata={"help": "Names of columns in a table, ours=theirs, like longitude=X."}
    )
    depth_unit: str | None = field(
        default=None, metadata={"help": "Unit of depth in the file, km or m; as its header says, or else km."}
    )
    depth_positive: str | None = field(
        default=None, metadata={"help": "Where depth in the file grows: down, or up for elevations; down if not said."}
    )
    error_unit: str | None = field(
        default=None, metadata={"help": "Unit of location errors in a table, km or m; as its header says, or else km."}
    )

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            raise InputError(f"format {self.format!r} is not known; choose one of {', '.join(FORMATS)}")
        for name in ("depth_unit", "error_unit"):
            if getattr(self, name) not in (None, "km", "m"):
                raise InputError(f"{name} {getattr(self, name)!r} is not known; choose km or m")
        if self.depth_positive not in (None, "down", "up"):
            raise InputError(f"depth_positive {self.depth_positive!r} is not known; choose down or up")


def read_catalog(
    path: str | Path,
    *,
    format: str | None = None,
    strict: bool = False,
    columns: dict[str, str] | None = None,
    depth_unit: str | None = None,
    depth_positive: str | None = None,
    error_unit: str | None = None,
) -> Catalog:
    r"""Read a catalog, plain or gzip; the format is told by the content.

    Arguments:
        path: the file.
        format: one of `FORMATS`, where the content should not decide.
        strict: refuse a file with rows that cannot be used, instead of listing them in `Catalog.rejected`.
        columns: for tables, our name → the file's, like {"longitude": "X", "latitude": "Y"}; "none" where the file
            has none; places from 1 where no line names the columns.
        depth_unit: of the file, km or m; as its header says, or else km. The catalog has km.
        depth_positive: of the file, down or up; as its header says, or else down. The catalog has down.
        error_unit: of errors of location in a table, km or m; as its header says, or else km. The catalog has km.

    Errors: InputError, in one line: a file that cannot be read, is empty, truncated, binary or of no known
    format; columns not found; coordinates exchanged; no usable row; with strict, any row that cannot be used.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "two.csv"
    >>> _ = path.write_text("time,lat,lon,depth,mag\n1994-01-17T12:30:55,34.21,-118.54,18.2,6.7\n,,,,\n")
    >>> catalog = read_catalog(path)
    >>> len(catalog), catalog.provenance.format, catalog.rejected.by_reason()
    (1, 'csv', {'longitude is missing': 1})
    """
    from seisweave.catalog.source import open_source
    from seisweave.catalog.tables.columns import Reading
    from seisweave.catalog.usable_rows import to_catalog

    options = ReadOptions(format, strict, columns, depth_unit, depth_positive, error_unit)
    source = open_source(path)
    name = options.format or recognise(source, tabular=columns is not None)
    if columns is not None and name not in TABLES:
        raise InputError(f"columns cannot be named for the format {name!r}; leave them out, or give format='csv'")
    if error_unit is not None and name not in TABLES:
        raise InputError(f"the format {name!r} has its own unit of errors; leave error_unit (--error-unit) out")
    reader = _reader(name)
    reading = Reading(columns, error_unit, depth_unit)
    rows = reader.read(source, reading) if name in TABLES else reader.read(source)
    catalog = to_catalog(rows, source, name, depth_unit, depth_positive)
    if strict:
        catalog.rejected.refuse(source.path)
    return catalog


def recognise(source: Any, *, tabular: bool = False) -> str:
    """Name of the format of a Source, by its content; `tabular` says that it is a table with named columns.

    Errors: InputError for none.
    """
    if tabular:
        return "parquet" if source.data.startswith(b"PAR1") else "csv"
    for name in FORMATS:
        if _reader(name).recognises(source):
            return name
    first = next(iter(source.first_lines("\0")), "")
    if any(delimiter in first for delimiter in ",;|\t"):
        return "csv"  # its reader says which columns are missing
    raise InputError(
        f"{source.path} is of no known format, it begins with {first[:80]!r}; known are {', '.join(FORMATS)};"
        " a table needs a first line with the names of its columns"
    )


def _reader(name: str) -> Any:
    """Import the module that reads a format."""
    return importlib.import_module(f"seisweave.catalog.formats.{_MODULE.get(name, name)}")


_MODULE = {"csv": "generic_csv"}
TABLES = ("csv", "parquet")  # whose columns the user may name
