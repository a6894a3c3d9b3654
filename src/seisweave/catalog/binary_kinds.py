"""Binary files that are handed in under a catalog's name, told by their first bytes."""

from __future__ import annotations

import re

_SAVE, _SHOWS, _EVENTS = "save its table as CSV", "give the catalog it shows", "write its events as CSV or Parquet"
_SIGNS = (
    (rb"%PDF-", "a PDF document", "give the catalog it shows as text, CSV or QuakeML"),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|RIFF....WEBP|BM....\x00\x00\x00\x00", "an image", _SHOWS),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook or document of an office program", _SAVE),
    (rb"\x00\x00\x27\x0a", "a shapefile", "export its table of attributes as CSV, with longitude and latitude"),
    (rb"SQLite format 3\x00", "a database (SQLite, as GeoPackage is)", "export its table as CSV"),
    (rb"\x89HDF\r\n\x1a\n|CDF[\x01\x02\x05]", "an HDF5 or netCDF file", _EVENTS),
    (rb"ARROW1|FEA1", "an Arrow (Feather) file", "write it as Parquet or CSV"),
    (rb"MATLAB 5\.0 MAT-file", "a MATLAB file", "write its table as CSV (writetable)"),
    (rb"\x93NUMPY|\x80[\x02-\x05][}\]c\x95]", "a file of Python objects (NumPy or pickle)", _EVENTS),
    (rb"RDX[23]\n|[XA]\n\x00\x00\x00[\x02\x03]", "a file of R objects", "write its table as CSV (write.csv)"),
    (rb"\d{6}[DRQM][ \x00][A-Z0-9 ]{5}|MS\x03[\x00-\xff]", "a waveform (miniSEED)", "give the catalog of its events"),
    (rb"\d{6}[VAST][ *]\d{3}", "SEED metadata of stations", "give the catalog of events"),
    (rb"GSE2|WID2 ", "a waveform (GSE)", "give the catalog of its events"),
)  # fmt: skip
_KINDS = tuple((re.compile(sign, re.S), what, advice) for sign, what, advice in _SIGNS)


def binary_kind(data: bytes) -> str:
    """What a file is and what to do, as "is an image; give ...", or "" for what may be a catalog.

    >>> binary_kind(b"%PDF-1.7 ...")
    'is a PDF document; give the catalog it shows as text, CSV or QuakeML'
    """
    found = next(((what, advice) for sign, what, advice in _KINDS if sign.match(data)), None)
    return f"is {found[0]}; {found[1]}" if found else ""
