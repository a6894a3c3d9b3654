"""Bytes of a text as UTF-8 with bare line breaks: what is not UTF-8 is read as Latin-1, line by line, and told."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from seisweave.errors import InputError

_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CODECS = re.compile(r"iso8859|latin|cp\d|koi8|shift_jis|euc_|gb|big5|mac|hz")
_LONGEST_LINE = 1_000_000
_LOST = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Text:
    """A text in UTF-8, without a byte-order mark and with bare line breaks, and what was doubtful about it."""

    data: bytes
    notes: tuple[str, ...] = ()


def as_text(data: bytes, name: str) -> Text:
    """The bytes of a file as text: UTF-8, UTF-16 with its mark, the encoding that XML declares, or else Latin-1.

    Of a file that is UTF-8 but for some lines, only these are taken as Latin-1, and told. Errors: InputError for zero
    bytes, which no text has, and for lines without end.
    """
    notes: tuple[str, ...] = ()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
        lost = text.count(_LOST)
        notes = (f"{lost} signs are not UTF-16 and are lost",) if lost else ()
        data = text.encode("utf-8", errors="replace")
    if b"\x00" in data:
        at = data.index(b"\x00")
        raise InputError(f"{name} is not text: a zero byte at {at}; give a text catalog, Parquet or QuakeML")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.isascii() and not _is_utf8(data):
        found = _declared(data) or _line_by_line(data)
        data, notes = found.data, (*notes, *found.notes)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data[:1000].lstrip().startswith((b"<", b"{", b"[")):
        _refuse_endless_lines(data, name)
    return Text(data, notes)


def _refuse_endless_lines(data: bytes, name: str) -> None:
    """Refuse a table with a line so long that it is none; XML and JSON may be one line."""
    at = 0
    while len(data) - at > _LONGEST_LINE:
        end = data.rfind(b"\n", at, at + _LONGEST_LINE)
        if end < 0:
            line = data.count(b"\n", 0, at) + 1
            raise InputError(f"{name}: line {line} has more than {_LONGEST_LINE:,} bytes, as no line of a catalog has")
        at = end + 1


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(data: bytes) -> Text | None:
    """XML in the encoding that it declares, which is made UTF-8; None where it declares none that is known."""
    declared = _DECLARED.match(data[:1000])
    if declared is None:
        return None
    try:
        codec = codecs.lookup(declared[1].decode("ascii")).name
        text = data.decode(codec) if _CODECS.match(codec) else None
    except (LookupError, UnicodeError):
        return None
    if text is None:
        return None
    begin, end = declared.span(1)
    return Text(b"".join([data[:begin], b"UTF-8", text[end:].encode("utf-8", errors="replace")]))


def _line_by_line(data: bytes) -> Text:
    """Each line as UTF-8, or else as Latin-1, and a remark on those."""
    lines = data.split(b"\n")
    doubtful = []
    for i, line in enumerate(lines):
        if not line.isascii() and not _is_utf8(line):
            lines[i] = line.decode("latin-1").encode()
            doubtful.append(i + 1)
    told = f"{len(doubtful)} lines are not UTF-8 and are read as Latin-1, the first line {doubtful[0]}"
    return Text(b"\n".join(lines), (f"{told}: letters in them may be wrong",))
