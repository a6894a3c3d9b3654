"""Parquet tables, with the column names of `generic_csv`; rows count as lines, from 1."""

from __future__ import annotations

import io

import numpy as np

from seisweave.catalog.delimited import TextTable
from seisweave.catalog.formats.generic_csv import rows_of
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, is_parquet, lines_of
from seisweave.errors import InputError


def recognises(source: Source) -> bool:
    """Whether the content is Parquet."""
    return is_parquet(source.data)


def read(source: Source) -> ParsedRows:
    """Read all rows. Errors: InputError for a broken file, or one without longitude and latitude."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(io.BytesIO(source.data))
        columns = {name: table.column(name).cast(pa.string()) for name in table.column_names}
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{source.path} is not a Parquet table that can be read: {reason}; write it again") from None
    lines = lines_of("".join(f"row {i}\n" for i in np.arange(1, table.num_rows + 1)).encode())
    return rows_of(TextTable(columns, lines, ()), source, {})
