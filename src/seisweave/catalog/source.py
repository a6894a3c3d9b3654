"""The bytes of a source, plain or packed, and their lines with line numbers."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int

from seisweave.catalog.binary_kinds import binary_kind
from seisweave.catalog.compression import GZIP, packed_as, unpacked
from seisweave.catalog.encodings import as_text
from seisweave.catalog.inputs import STDIN
from seisweave.catalog.rejected import BadRow
from seisweave.catalog.shown import shown
from seisweave.catalog.unpacking import BYTES_PER_BYTE
from seisweave.errors import InputError
from seisweave.machine import check_memory


@dataclass(frozen=True, eq=False)
class Source:
    """A file as read: its path as it can be shown, the SHA-256 of its bytes as they lie on disk, its content, unpacked.

    notes tell what was doubtful about its text; file is the path itself, None where there is none.
    """

    path: str
    sha256: str
    data: bytes
    notes: tuple[str, ...] = ()
    file: Path | None = None

    def head(self, size: int = 65536) -> str:
        """Its beginning as text."""
        return self.data[:size].decode("utf-8", errors="replace")

    def first_lines(self, comment: str = "#") -> list[str]:
        """List the first lines that are neither blank nor comments, up to twenty."""
        lines = [line for line in self.head().splitlines() if line.strip() and not line.startswith(comment)]
        return lines[:20]


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of a text (n): where each starts and ends in `data`, and its number in the file, from 1.

    Of lines that were rewritten for a reader, `written` are those of the file.
    """

    data: bytes
    start: Int[np.ndarray, " n"]
    end: Int[np.ndarray, " n"]
    number: Int[np.ndarray, " n"]
    written: Lines | None = None

    def __len__(self) -> int:
        return len(self.start)

    def text(self, row: int) -> str:
        """One line as it is in the file, at most 300 characters of it."""
        if self.written is not None:
            return self.written.text(row)
        return self.data[self.start[row] : self.end[row]][:300].decode("utf-8", errors="replace")

    def keep(self, wanted: Bool[np.ndarray, " n"]) -> Lines:
        """Keep some of the lines."""
        if wanted.all():
            return self
        written = None if self.written is None else self.written.keep(wanted)
        return Lines(self.data, self.start[wanted], self.end[wanted], self.number[wanted], written)

    def below_first(self) -> Lines:
        """All lines but the first, which names columns."""
        return self.keep(np.arange(len(self)) > 0)

    def joined(self) -> bytes:
        """Join the lines to one text."""
        if not len(self):
            return b""
        if int((np.diff(self.number) != 1).sum()) == 0:
            return self.data[self.start[0] : self.end[-1]] + b"\n"
        return b"\n".join(self.data[a:b] for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True)) + b"\n"

    def bad(self, rows: Bool[np.ndarray, " n"], reason: str) -> tuple[BadRow, ...]:
        """List some of the lines as bad rows."""
        return tuple(BadRow(int(self.number[i]), reason, self.text(i)) for i in np.flatnonzero(rows).tolist())


def open_source(path: str | Path, *, trust: bool = False) -> Source:
    """Read a file, unpacking it where it is packed (told by its first bytes), or standard input for "-".

    Errors: InputError for a path that cannot be read, an empty file, one that is packed and broken or too large, one
    that grows beyond a ceiling unless `trust`, binary content other than Parquet.
    """
    where, standard = Path(path), str(path) == STDIN
    name = "standard input" if standard else shown(where)
    if where.is_dir():
        raise InputError(f"{name} is a directory; name a catalog file in it")
    raw = _standard_input() if standard else _bytes_of(where, name)
    data = unpacked(raw, name, trust=trust)
    if not data or data.isspace():
        raise InputError(f"{name} is empty; give a catalog with at least one event")
    if kind := binary_kind(data):
        raise InputError(f"{name} {kind}")
    digest, file = hashlib.sha256(raw).hexdigest(), None if standard else where
    if is_parquet(data):
        return Source(name, digest, data, file=file)
    text = as_text(data, name)
    return Source(name, digest, text.data, text.notes, file)


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("standard input holds nothing; give a catalog to it, as in: cat catalog.csv | ... -")
    return sys.stdin.buffer.read()


def _bytes_of(where: Path, name: str) -> bytes:
    try:
        _check_size(where, name)
        return where.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{name} does not exist; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{name} cannot be read: {reason}; check the path and its permissions") from None


def _check_size(where: Path, name: str) -> None:
    """Refuse a file whose text does not fit into memory; the last bytes of a packed one state its length."""
    if not where.is_file():  # a pipe can be read only once
        return
    size = where.stat().st_size
    with where.open("rb") as file:
        begin = file.read(16)
        if begin.startswith(GZIP) and size > 18:
            file.seek(-4, 2)
            stated = int.from_bytes(file.read(4), "little")
            size = stated if size < stated < 30 * size else 4 * size  # in a broken file it may be any number
        elif packed_as(begin):
            size *= 4
    check_memory(BYTES_PER_BYTE * size, f"{name}: reading it", "give a smaller file, or use a larger machine")


def is_parquet(data: bytes) -> bool:
    """Whether the content is a Parquet file."""
    return data.startswith(b"PAR1")


def lines_of(data: bytes) -> Lines:
    """Lines of a text, blank ones left out."""
    breaks = np.frombuffer(data, np.uint8) == 10
    if _TINY * np.count_nonzero(breaks) > len(data):
        return _tiny_lines(data, breaks)
    end = np.flatnonzero(breaks)
    if not data.endswith(b"\n"):
        end = np.append(end, len(data))
    start = np.concatenate([[0], end[:-1] + 1]).astype(np.int64)
    lines = Lines(data, start, end.astype(np.int64), np.arange(1, len(end) + 1))
    return lines.keep(~_blank(lines))


def without_comments(lines: Lines, comment: bytes = b"#") -> Lines:
    """Lines that do not start with the comment sign."""
    first = np.frombuffer(lines.data, np.uint8)[lines.start] if len(lines) else np.zeros(0, np.uint8)
    return lines.keep(first != comment[0])


_TINY = 8  # bytes a line, of which most may be blank
_SPACES = (9, 10, 11, 12, 13, 32)


def _tiny_lines(data: bytes, breaks: np.ndarray) -> Lines:
    """Lines of a few bytes, of which there may be as many as bytes: blank ones are never listed."""
    full = ~np.isin(np.frombuffer(data, np.uint8), _SPACES)
    before = np.concatenate([[True], breaks[:-1]])
    start = np.flatnonzero(~breaks & before)
    end = np.flatnonzero(breaks & ~before)
    if not breaks[-1]:
        end = np.append(end, len(data))
    signs = np.concatenate([[0], np.cumsum(full, dtype=np.int32)])
    wanted = signs[end] > signs[start]
    start, end = start[wanted].astype(np.int64), end[wanted].astype(np.int64)
    return Lines(data, start, end, np.cumsum(breaks, dtype=np.int32)[start].astype(np.int64) + 1)


def _blank(lines: Lines) -> np.ndarray:
    blank = np.zeros(len(lines), bool)
    first = np.frombuffer(lines.data + b"\n", np.uint8)[lines.start]
    for i in np.flatnonzero(np.isin(first, _SPACES)).tolist():
        blank[i] = not lines.data[lines.start[i] : lines.end[i]].strip()
    return blank
