"""Rows of a pandas DataFrame, its columns recognised as those of a file are."""

from __future__ import annotations

from typing import Any

from seisweave.catalog.delimited import TextTable
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import lines_of
from seisweave.catalog.tables.columns import Column, Reading
from seisweave.catalog.tables.rows import rows_of


def rows_of_frame(frame: Any, where: str) -> ParsedRows:
    """Rows of a DataFrame; an index with a name is a column, where no other has that name.

    Errors: InputError where longitude or latitude has no column, or times cannot be told.
    """
    if frame.index.name is not None and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    columns = [Column(str(name), _cells(frame.iloc[:, i])) for i, name in enumerate(frame.columns)]
    return rows_of(columns, TextTable({}, numbered_rows(len(frame)), ()), Reading(), where)


def numbered_rows(n: int) -> Any:
    """Lines that stand for the n rows of a table that is no text."""
    return lines_of("".join(f"row {i}\n" for i in range(1, n + 1)).encode())


def in_utc(cells: Any) -> Any:
    """Cells of a column as text, numbers or times in UTC."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(cells.type):
        cells = pc.cast(cells, cells.type.value_type)  # pyright: ignore[reportAttributeAccessIssue]
    if pa.types.is_timestamp(cells.type):
        return pc.cast(cells, pa.timestamp("us"), safe=False)  # pyright: ignore[reportAttributeAccessIssue]
    if pa.types.is_date(cells.type) or pa.types.is_time(cells.type) or pa.types.is_boolean(cells.type):
        return pc.cast(cells, pa.string())  # pyright: ignore[reportAttributeAccessIssue]
    return cells


def _cells(series: Any) -> Any:
    """Cells of one column, as text where they are of no one kind."""
    import pyarrow as pa

    try:
        cells = pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        cells = pa.array(series.astype(str).where(series.notna(), None), pa.string())
    if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type) or pa.types.is_null(cells.type):
        cells = pa.array([None] * len(series), pa.string())
    return in_utc(cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells]))
