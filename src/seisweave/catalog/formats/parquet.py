"""Parquet tables, with the column names of `generic_csv`; rows count as lines, from 1."""

from __future__ import annotations

import io
from typing import Any

from seisweave.catalog.delimited import TextTable
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, is_parquet
from seisweave.catalog.tables.columns import Column, Reading
from seisweave.catalog.tables.frames import in_utc, numbered_rows
from seisweave.catalog.tables.rows import rows_of
from seisweave.errors import InputError


def recognises(source: Source) -> bool:
    """Whether the content is Parquet."""
    return is_parquet(source.data)


def read(source: Source, reading: Reading | None = None) -> ParsedRows:
    """Read all rows. Errors: InputError for a broken file, or one without longitude and latitude."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(source.data))
        names = [field.name for field in file.schema_arrow if _is_plain(field.type)]
        left_out = [field.name for field in file.schema_arrow if not _is_plain(field.type)]
        table = file.read(columns=names)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{source.path} is not a Parquet table that can be read: {reason}; write it again") from None
    columns = [Column(name, in_utc(table.column(name))) for name in names]
    notes = (f"columns passed over, which hold neither numbers nor text: {', '.join(left_out)[:300]}",)
    rows = TextTable({}, numbered_rows(table.num_rows), ())
    return rows_of(columns, rows, reading or Reading(), source.path, notes if left_out else ())


def _is_plain(type_: Any) -> bool:
    """Whether a column holds numbers, text or times: nothing nested, nothing binary."""
    import pyarrow as pa

    if pa.types.is_dictionary(type_):
        return _is_plain(type_.value_type)
    return not (pa.types.is_nested(type_) or pa.types.is_binary(type_) or pa.types.is_large_binary(type_))
