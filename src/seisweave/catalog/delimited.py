"""Delimited text as columns of text; lines that do not fit are set aside, with their reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.catalog.rejected import BadRow
from seisweave.catalog.source import Lines

_BLANK = (
    "",
    "nan",
    "NaN",
    "NAN",
    "null",
    "NULL",
    "None",
    "none",
    "NA",
    "N/A",
    "n/a",
    "-",
    "--",
    "<NA>",
    "NaT",
)


@dataclass(frozen=True, eq=False)
class TextTable:
    """Columns of text (n rows) by name, the lines they came from, and the lines set aside."""

    columns: dict[str, Any]
    lines: Lines
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, eq=False)
class Values:
    """One column as read: values (NaN, NaT or "" where blank), and which rows hold something unreadable."""

    value: Shaped[np.ndarray, " n"]
    unreadable: Bool[np.ndarray, " n"]

    @classmethod
    def of(cls, number: Float[np.ndarray, " n"]) -> Values:
        """Numbers that are read already, NaN where unknown; infinite ones count as unreadable."""
        return cls(np.where(np.isfinite(number), number, np.nan), np.isinf(number))


def read_delimited(lines: Lines, names: list[str], delimiter: str = ",", *, quoted: bool = True) -> TextTable:
    """Columns of delimited lines (no header among them); '"' quotes a value where `quoted`.

    Lines with another number of columns or a quote that does not close are set aside.
    """
    closed = ~_odd_quotes(lines) if quoted else np.ones(len(lines), bool)
    bad = lines.bad(~closed, "a quote does not close")
    lines = lines.keep(closed)
    table, wrong = _parsed(lines, names, {"delimiter": delimiter, "quote_char": '"' if quoted else False})
    fits = np.ones(len(lines), bool)
    fits[wrong] = False
    columns = {name: table.column(k) for k, name in reversed(list(enumerate(names)))}  # the first of a name
    return TextTable(columns, lines.keep(fits), (*bad, *_misfits(lines, wrong, len(names), delimiter)))


def blanks_to_commas(lines: Lines) -> Lines:
    """Turn the blanks between columns into commas (commas in the text become blanks first)."""
    text = re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", lines.joined().replace(b",", b" "))
    text = re.sub(rb"[ \t]+", b",", text)
    end = np.flatnonzero(np.frombuffer(text, np.uint8) == 10).astype(np.int64)
    start = np.concatenate([[0], end[:-1] + 1]).astype(np.int64) if len(end) else end
    return Lines(text, start, end, lines.number, lines)


def numbers(text: Any) -> Values:
    """Read a column of text, or of numbers, as float64; infinite values count as unreadable."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if not is_text(text):
        return _typed_numbers(text)
    text = _without_blanks(text)
    try:
        value = pc.cast(text, pa.float64()).to_numpy()  # pyright: ignore[reportAttributeAccessIssue]
    except pa.ArrowInvalid:
        value = pd.to_numeric(pd.Series(text.to_numpy()), errors="coerce").to_numpy(float, na_value=np.nan)
    value = np.array(value, float)
    unreadable = ~np.isfinite(value) & ~text.is_null().to_numpy()
    value[unreadable] = np.nan
    return Values(value, unreadable)


def digits(text: Any, *, whole: bool = False) -> Values:
    """The same for parts of a date or clock, which have no sign and no power of ten: `+5` is no day.

    whole: no point either, for parts that an id is made of.
    """
    import pyarrow.compute as pc

    read = numbers(text)
    if not is_text(text):
        return read
    plain = pc.match_substring_regex(_without_blanks(text), r"^[0-9]+$" if whole else r"^[0-9]+(\.[0-9]*)?$")  # pyright: ignore[reportAttributeAccessIssue]
    strange = np.isfinite(read.value) & ~plain.fill_null(False).to_numpy(zero_copy_only=False)
    return Values(np.where(strange, np.nan, read.value), read.unreadable | strange)


def years(text: Any) -> Values:
    """The same for years of instruments: one of fewer than four digits has lost some."""
    read = digits(text)
    short = read.value < 1000.0
    return Values(np.where(short, np.nan, read.value), read.unreadable | short)


def is_text(cells: Any) -> bool:
    """Whether the cells of a column are text."""
    import pyarrow as pa

    return pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)


def _typed_numbers(cells: Any) -> Values:
    """Numbers that are no text; what cannot be one is unreadable."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return Values.of(np.array(pc.cast(cells, pa.float64(), safe=False).to_numpy(), float))  # pyright: ignore[reportAttributeAccessIssue]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return Values(np.full(len(cells), np.nan), ~np.asarray(cells.is_null()))


def is_number(text: str) -> bool:
    """Whether a cell of text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def words(text: Any) -> np.ndarray:
    """Read a column of text, or of anything that can be written as text, as an array of strings, "" where blank."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not is_text(text):
        text = pc.cast(text, pa.string())  # pyright: ignore[reportAttributeAccessIssue]
    text = pc.utf8_trim_whitespace(text).fill_null("").combine_chunks()  # pyright: ignore[reportAttributeAccessIssue]
    if len(text[:1000].unique()) > 100:  # each event its own
        return np.array(text.to_numpy(zero_copy_only=False), dtype=str)
    code = text.dictionary_encode()
    return np.array(code.dictionary.to_numpy(zero_copy_only=False), dtype=str)[code.indices.to_numpy()]


def _without_blanks(text: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(text)  # pyright: ignore[reportAttributeAccessIssue]
    blank = pc.is_in(text, value_set=pa.array(_BLANK))  # pyright: ignore[reportAttributeAccessIssue]
    return pc.if_else(blank, pa.scalar(None, pa.string()), text)  # pyright: ignore[reportAttributeAccessIssue]


def missing_column(n: int, value: float = np.nan) -> Values:
    """Stand in for a column that the source does not have."""
    return Values(np.full(n, value), np.zeros(n, bool))


def _odd_quotes(lines: Lines) -> np.ndarray:
    if b'"' not in lines.data:
        return np.zeros(len(lines), bool)
    quote = np.flatnonzero(np.frombuffer(lines.data, np.uint8) == ord('"'))
    count = np.searchsorted(quote, lines.end) - np.searchsorted(quote, lines.start)
    return count % 2 == 1


def _parsed(lines: Lines, names: list[str], options: dict[str, Any]) -> tuple[Any, np.ndarray]:
    """Arrow table of text columns, and the positions of lines with another number of columns."""
    import pyarrow as pa
    from pyarrow import csv

    if not len(lines):
        return pa.table({name: pa.array([], pa.string()) for name in names}), np.zeros(0, int)
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    wrong: list[int] = []

    def set_aside(row: Any) -> str:
        wrong.append(row.number - 1)
        return "skip"

    def parse(*, threads: bool, handler: Any) -> Any:
        return csv.read_csv(
            pa.BufferReader(lines.joined()),
            csv.ReadOptions(column_names=names, use_threads=threads, block_size=_block_size(lines)),
            csv.ParseOptions(**options, ignore_empty_lines=False, invalid_row_handler=handler),
            convert,
        )

    try:
        return parse(threads=True, handler=None), np.zeros(0, int)
    except pa.ArrowInvalid:  # row numbers are known to one thread only
        return parse(threads=False, handler=set_aside), np.array(wrong, int)


def _block_size(lines: Lines) -> int:
    """Bytes a block: a block must hold the longest line."""
    return int(max(1 << 22, 2 * (lines.end - lines.start).max() + 2))


def _misfits(lines: Lines, wrong: np.ndarray, expected: int, delimiter: str) -> tuple[BadRow, ...]:
    rows = []
    for i in wrong.tolist():
        text = lines.text(i)
        last = lines.end[i] >= len(lines.data)
        found = lines.data.count(delimiter.encode(), lines.start[i], lines.end[i]) + 1
        reason = "truncated line" if last and found < expected else f"wrong number of columns (not {expected})"
        rows.append(BadRow(int(lines.number[i]), reason, text))
    return tuple(rows)


def positive(value: Float[np.ndarray, "*shape"], factor: float = 1.0) -> Float[np.ndarray, "*shape"]:
    """Values times a factor, NaN where not above zero: errors of -1 or 0 mean that none was computed."""
    return np.where(value > 0, value * factor, np.nan)
