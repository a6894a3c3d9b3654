"""The bytes of a source, plain or packed, and their lines with line numbers."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int

from seisweave.catalog.binary_kinds import binary_kind
from seisweave.catalog.compression import BYTES_PER_BYTE, GZIP, packed_as, unpacked
from seisweave.catalog.inputs import STDIN
from seisweave.catalog.rejected import BadRow
from seisweave.errors import InputError
from seisweave.machine import check_memory


@dataclass(frozen=True, eq=False)
class Source:
    """A file as read: its path, the SHA-256 of its bytes as they lie on disk, and its content, unpacked."""

    path: str
    sha256: str
    data: bytes

    def head(self, size: int = 65536) -> str:
        """Its beginning as text."""
        return self.data[:size].decode("utf-8", errors="replace")

    def first_lines(self, comment: str = "#") -> list[str]:
        """List the first lines that are neither blank nor comments, up to twenty."""
        lines = [line for line in self.head().splitlines() if line.strip() and not line.startswith(comment)]
        return lines[:20]


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of a text (n): where each starts and ends in `data`, and its number in the file, from 1."""

    data: bytes
    start: Int[np.ndarray, " n"]
    end: Int[np.ndarray, " n"]
    number: Int[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.start)

    def text(self, row: int) -> str:
        """One line, at most 300 characters of it."""
        return self.data[self.start[row] : self.end[row]][:300].decode("utf-8", errors="replace")

    def keep(self, wanted: Bool[np.ndarray, " n"]) -> Lines:
        """Keep some of the lines."""
        if wanted.all():
            return self
        return Lines(self.data, self.start[wanted], self.end[wanted], self.number[wanted])

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


def open_source(path: str | Path) -> Source:
    """Read a file, unpacking it where it is packed (told by its first bytes), or standard input for "-".

    Errors: InputError for a path that cannot be read, an empty file, one that is packed and broken or too large, binary
    content other than Parquet.
    """
    where = Path(path)
    if where.is_dir():
        raise InputError(f"{where} is a directory; name a catalog file in it")
    raw, name = (_standard_input(), "standard input") if str(path) == STDIN else (_bytes_of(where), str(where))
    data = unpacked(raw, name)
    if not data.strip():
        raise InputError(f"{name} is empty; give a catalog with at least one event")
    if kind := binary_kind(data):
        raise InputError(f"{name} {kind}")
    return Source(name, hashlib.sha256(raw).hexdigest(), data if is_parquet(data) else _as_text(data, name))


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("standard input holds nothing; give a catalog to it, as in: cat catalog.csv | ... -")
    return sys.stdin.buffer.read()


def _bytes_of(where: Path) -> bytes:
    try:
        _check_size(where)
        return where.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{where} does not exist; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{where} cannot be read: {reason}; check the path and its permissions") from None


def _check_size(where: Path) -> None:
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
    check_memory(BYTES_PER_BYTE * size, f"{where}: reading it", "give a smaller file, or use a larger machine")


def is_parquet(data: bytes) -> bool:
    """Whether the content is a Parquet file."""
    return data.startswith(b"PAR1")


def lines_of(data: bytes) -> Lines:
    """Lines of a text, blank ones left out."""
    end = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    if not data.endswith(b"\n"):
        end = np.append(end, len(data))
    start = np.concatenate([[0], end[:-1] + 1]).astype(np.int64)
    lines = Lines(data, start, end.astype(np.int64), np.arange(1, len(end) + 1))
    return lines.keep(~_blank(lines))


def without_comments(lines: Lines, comment: bytes = b"#") -> Lines:
    """Lines that do not start with the comment sign."""
    first = np.frombuffer(lines.data, np.uint8)[lines.start] if len(lines) else np.zeros(0, np.uint8)
    return lines.keep(first != comment[0])


def _blank(lines: Lines) -> np.ndarray:
    short = np.flatnonzero(lines.end - lines.start < 200)
    blank = np.zeros(len(lines), bool)
    first = np.frombuffer(lines.data + b"\n", np.uint8)[lines.start[short]]
    for i in short[np.isin(first, [9, 10, 11, 12, 13, 32])]:
        blank[i] = not lines.data[lines.start[i] : lines.end[i]].strip()
    return blank


def _as_text(data: bytes, name: str) -> bytes:
    """UTF-8 with bare newlines and no byte-order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", errors="replace").encode()
    if b"\x00" in data:
        at = data.index(b"\x00")
        raise InputError(f"{name} is not text: a zero byte at {at}; give a text catalog, Parquet or QuakeML")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        data = data.decode("latin-1").encode()
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
