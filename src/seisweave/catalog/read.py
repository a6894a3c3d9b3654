"""Read a catalog of any known format, told by its content."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.one_line_errors import one_line_errors
from seisweave.catalog.shown import shown
from seisweave.catalog.unpacking import MOST_TIMES
from seisweave.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seisweave.catalog.inputs import Files, StoreFolder
    from seisweave.catalog.source import Source

# in the order they are tried: the most particular first
FORMATS = {
    "parquet": "Parquet table with named columns",
    "geojson": "GeoJSON of earthquakes (USGS, EMSC, INGV, GeoNet)",
    "nonlinloc": "NonLinLoc hypocentre-phase files, one event or many",
    "scedc_csv": "Southern California catalog merged into one CSV",
    "comcat": "USGS ComCat CSV with its errors",
    "isc_gem": "ISC-GEM main catalog, CSV",
    "isc_csv": "ISC event catalog, CSV",
    "fdsn_text": "FDSN event text, EventID|Time|...",
    "csep_csv": "CSEP catalog CSV",
    "scedc": "SCEDC yearly file",
    "scsn": "SCSN yearly file, degrees and minutes",
    "ncedc": "NCEDC catalog in readable format",
    "jma": "JMA hypocentre records (deck files)",
    "hypoinverse": "Hypoinverse summaries or archives, years of four or two digits",
    "hypoinverse_print": "Hypoinverse's printed summary",
    "hypo71": "HYPO71 summaries, years of two or four digits",
    "hys": "relocated Southern California catalogs (hs_*)",
    "growclust": "GrowClust relocations with bootstrap errors",
    "growclust_events": "GrowClust's list of events (evlist)",
    "hypodd": "HypoDD relocations (.reloc) and first locations (.loc)",
    "hypodd_events": "HypoDD's list of events (event.dat)",
    "real": "REAL's associated events (catalog_sel.txt)",
    "isf": "ISC bulletin (ISF) without its head, read by ObsPy",
    "zmap": "ZMAP, ten to thirteen columns between tabs",
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
    depth_unit: Literal["km", "m"] | None = field(
        default=None, metadata={"help": "Unit of depth in the file, km or m; as its header says, or else km."}
    )
    depth_positive: Literal["down", "up"] | None = field(
        default=None, metadata={"help": "Where depth in the file grows: down, or up for elevations; down if not said."}
    )
    error_unit: Literal["km", "m"] | None = field(
        default=None, metadata={"help": "Unit of location errors in a table, km or m; as its header says, or else km."}
    )
    trust: bool = field(
        default=False, metadata={"help": f"Unpack a file too that grows to more than {MOST_TIMES} times its size."}
    )

    as_of: str | None = field(
        default=None, metadata={"help": "Of the store of a station: as it stood at this time, UTC; else as it stands."}
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
    path: str | Path | Sequence[str | Path],
    *,
    format: str | None = None,
    strict: bool = False,
    columns: dict[str, str] | None = None,
    trust: bool = False,
    **units: Any,
) -> Catalog:
    r"""Read a catalog, plain or packed (gzip, bzip2, xz, zstd, zip); the format is told by the content.

    Arguments:
        path: the file; or a list of files, a folder, a pattern like "data/*.csv", or "-" for standard input. Several
            files become one catalog, see `Catalog.join`; what in a folder is no catalog is left out, and told.
        format: one of `FORMATS`, where the content should not decide.
        strict: refuse a file with rows that cannot be used, instead of listing them in `Catalog.rejected`.
        columns: for tables, our name → the file's, like {"longitude": "X", "latitude": "Y"}; "none" where the file
            has none; places from 1 where no line names the columns.
        trust: unpack a file too that grows to more than 100 times its size, as no catalog does; memory still counts.
        units: depth_unit of the file, km or m; as its header says, or else km. depth_positive: down, or up; as its
            header says, or else down. error_unit of errors of location in a table, km or m; as its header says, or else
            km. The catalog has km and down. Of the store of a station (`seisweave watch`) also as_of, a time in UTC: as
            it stood then.

    Errors: InputError, in one line: a file that cannot be read, is empty, truncated, binary or of no known
    format; columns not found; coordinates exchanged; no usable row; with strict, any row that cannot be used.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "two.csv"
    >>> _ = path.write_text("time,lat,lon,depth,mag\n1994-01-17T12:30:55,34.21,-118.54,18.2,6.7\n,,,,\n")
    >>> catalog = read_catalog(path)
    >>> len(catalog), catalog.provenance.format, catalog.rejected.by_reason()
    (1, 'csv', {'longitude is missing': 1})
    """
    from seisweave.catalog.inputs import files_of, stores_in

    options = ReadOptions(format=format, strict=strict, columns=columns, trust=trust, **units)
    if stores := stores_in(path):
        return Catalog.join([_read_part(each, options) for each in stores])
    if options.as_of is not None:
        raise InputError(f"as_of {options.as_of} is for the store of a station; leave it out for other catalogs")
    return _read_named(files_of(path), options)


def _read_named(files: Files, options: ReadOptions) -> Catalog:
    if len(files.paths) == 1 and files.chosen:
        return _read_file(files.paths[0], options)
    return _read_files(files, options)


def _read_part(part: StoreFolder | str, options: ReadOptions) -> Catalog:
    """The catalog in the store of a station, as it stands or stood; or that in other files."""
    from seisweave.catalog.inputs import StoreFolder, files_of
    from seisweave.catalog.store import open_store

    if not isinstance(part, StoreFolder):
        return _read_named(files_of(part), options)
    folder = part.path
    store = open_store(folder)
    catalog = store.current() if options.as_of is None else store.as_of(options.as_of)
    if not len(catalog):
        raise InputError(f"{folder}: holds no event{'' if options.as_of is None else f' as of {options.as_of}'} yet")
    return catalog


def _read_file(path: str, options: ReadOptions) -> Catalog:
    """The catalog in one file."""
    from seisweave.catalog.source import open_source

    source = open_source(path, trust=options.trust)
    with one_line_errors(source.path, options.format):
        return _catalog_in(source, options)


def _catalog_in(source: Source, options: ReadOptions) -> Catalog:
    from seisweave.catalog.error_checks import with_error_notes
    from seisweave.catalog.tables.columns import Reading
    from seisweave.catalog.usable_rows import to_catalog

    name = options.format or recognise(source, tabular=options.columns is not None)
    if options.columns is not None and name not in TABLES:
        raise InputError(f"columns cannot be named for the format {name!r}; leave them out, or give format='csv'")
    if options.error_unit is not None and name not in TABLES:
        raise InputError(f"the format {name!r} has its own unit of errors; leave error_unit (--error-unit) out")
    reader = _reader(name)
    reading = Reading(options.columns, options.error_unit, options.depth_unit)
    rows = reader.read(source, reading) if name in TABLES else reader.read(source)
    if options.format in FIXED_FORMATS and not reader.recognises(source):
        rows = replace(rows, notes=(f"read as {name}, as asked, though the file does not look like it", *rows.notes))
    catalog = to_catalog(rows, source, name, options.depth_unit, options.depth_positive)
    if options.strict:
        catalog.rejected.refuse(source.path)
    return with_error_notes(catalog)


def _read_files(files: Files, options: ReadOptions) -> Catalog:
    """One catalog of several files; what only lies in a folder and is none is left out, and noted."""
    catalogs, left_out = [], []
    for path in files.paths:
        try:
            catalog = _read_file(path, options)
        except InputError as error:
            if files.chosen:
                raise
            left_out.append(str(error))
            continue
        rows = tuple(replace(row, text=f"{shown(Path(path).name)}: {row.text}") for row in catalog.rejected.rows)
        catalogs.append(replace(catalog, rejected=replace(catalog.rejected, rows=rows)))
    if not catalogs:
        raise InputError(f"none of {len(files.paths)} files in the folder is a catalog, the first: {left_out[0]}")
    joined = Catalog.join(catalogs)
    told = (f"{len(left_out)} of {len(files.paths)} files are left out, the first: {left_out[0]}",) if left_out else ()
    return replace(joined, rejected=replace(joined.rejected, notes=(*told, *joined.rejected.notes)))


def recognise(source: Source, *, tabular: bool = False) -> str:
    """Name of the format of a Source, by its content; `tabular` says that it is a table with named columns.

    Errors: InputError for none.
    """
    from seisweave.catalog.not_a_catalog import not_a_catalog

    if what := not_a_catalog(source):
        raise InputError(f"{source.path} is {what}; give a catalog, known are {', '.join(FORMATS)}")
    if tabular:
        return "parquet" if source.data.startswith(b"PAR1") else "csv"
    for name in FORMATS:
        if _reader(name).recognises(source):
            return name
    first = next(iter(source.first_lines("\0")), "")
    if any(delimiter in first for delimiter in ",;|\t"):
        return "csv"  # its reader says which columns are missing
    raise InputError(_unknown(source, first))


def _unknown(source: Source, first: str) -> str:
    """Say that a file is of no known format, with what would make it one."""
    from seisweave.catalog.delimited import is_number
    from seisweave.catalog.formats import zmap
    from seisweave.catalog.obspy_reader import refused_claims

    begin = f"{source.path} is of no known format, it begins with {first[:80]!r}"
    cells = first.split()
    fitting = "--format zmap" if zmap.fits(cells) else "the --format"
    if len(cells) > 2 and all(is_number(cell) for cell in cells):
        return (
            f"{begin}: {len(cells)} numbers and no names; put a first line above them that names each, like"
            f" year month day hour minute second latitude longitude depth magnitude, or give {fitting}"
        )
    if claims := refused_claims(source):
        return f"{begin}; ObsPy tells a format, but {'; '.join(claims)}; check that it is complete"
    return f"{begin}; known are {', '.join(FORMATS)}; a table needs a first line with the names of its columns"


def _reader(name: str) -> Any:
    """Import the module that reads a format."""
    return importlib.import_module(f"seisweave.catalog.formats.{_MODULE.get(name, name)}")


_MODULE = {"csv": "generic_csv"}
TABLES = ("csv", "parquet")  # whose columns the user may name
FIXED_FORMATS = tuple(name for name in FORMATS if name not in (*TABLES, "quakeml"))  # told by their first lines
