"""Read a catalog of focal mechanisms; the format is told by the content."""

from __future__ import annotations

from pathlib import Path

from seisweave.catalog.one_line_errors import one_line_errors
from seisweave.catalog.source import Source, is_parquet, open_source
from seisweave.errors import InputError
from seisweave.faults.mechanisms.hash_lines import read_hash
from seisweave.faults.mechanisms.mechanisms import Mechanisms
from seisweave.faults.mechanisms.obspy_mechanisms import read_obspy
from seisweave.faults.mechanisms.rows import usable
from seisweave.faults.mechanisms.tables import read_table

_KNOWN = "a table with columns strike, dip and rake, SKHASH, HASH, QuakeML or NDK"


def read_mechanisms(path: str | Path) -> Mechanisms:
    r"""Read focal mechanisms, plain or packed: a table with named columns, SKHASH, HASH, QuakeML, NDK.

    One nodal plane is read, the other computed. Of several solutions for one event the first is taken. Rows whose
    angles cannot be are left out, each with its reason in `Mechanisms.rejected`. QuakeML and NDK need ObsPy.

    Errors: InputError, in one line, for a file that cannot be read, is of no known format, or holds nothing usable.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "two.csv"
    >>> _ = path.write_text("evid,strike,dip,rake,fp_unc\n10865461,327,35,176,12\n10866517,319,167,153,15\n")
    >>> mechanisms = read_mechanisms(path)
    >>> mechanisms.ids.tolist(), mechanisms.rejected.by_reason()
    (['10865461'], {'dip is outside 0..90': 1})
    """
    source = open_source(path)
    if is_parquet(source.data):
        raise InputError(f"{source.path} is a Parquet file; give mechanisms as {_KNOWN}")
    with one_line_errors(source.path, None):
        if not source.head(1000).lstrip().startswith("<"):
            for name, read in (("hash", read_hash), ("table", read_table)):
                if (rows := read(source)) is not None:
                    return usable(rows, source.path, name)
        rows, name = _by_obspy(source)
        return usable(rows, source.path, name.lower())


def _by_obspy(source: Source):
    try:
        return read_obspy(source)
    except InputError as error:
        if source.head(1000).lstrip().startswith("<") or "not installed" in str(error):
            raise
        first = next(iter(source.first_lines()), "")[:80]
        raise InputError(
            f"{source.path}: no mechanisms are found in it, it begins with {first!r}; give {_KNOWN}"
        ) from None
