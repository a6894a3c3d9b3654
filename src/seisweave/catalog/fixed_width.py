"""Columns of text at fixed places of each line, and lines in which they do not stand there.

A sign lost or added moves all that stands behind it: a number whose last digit lies in the next column is read as
another number. So a format draws a picture of its line, and lines that it does not fit are no events to be read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.delimited import Values
from seisweave.catalog.rejected import BadRow
from seisweave.catalog.source import Lines

MISPLACED = "columns do not stand in their places"
_BLOCK = 50_000
_BLANK, _SIGNED, _DIGITS, _POINT = b" ", b" +-*", b"0123456789", b"."
_MAY_STAND = {
    " ": _BLANK,
    ".": _BLANK + _POINT,
    "9": _SIGNED + _DIGITS,
    "#": _SIGNED + _DIGITS + _POINT,
    "a": bytes(i for i in range(256) if i not in _DIGITS + _POINT),
}


@dataclass(frozen=True, eq=False)
class FixedTable:
    """Columns of text (n rows) by name, the lines they came from, and the lines set aside."""

    columns: dict[str, Any]
    lines: Lines
    bad: tuple[BadRow, ...]


@dataclass(frozen=True)
class FixedFormat:
    """Where the columns of a format stand (from 0, the last excluded), which hold words, and the picture of a line.

    Lines of fewer signs than `shortest` are truncated; of more than `longest`, or other than the picture, shifted. So
    are those in which a number does not end where its column does, unless numbers may leave their last places blank.
    """

    places: dict[str, tuple[int, int]]
    words: tuple[str, ...]
    picture: str
    shortest: int
    longest: int
    aligned: bool = True

    def moved(self, by: int) -> FixedFormat:
        """The format whose columns all stand further to the right, behind digits."""
        places = {name: (first + by, last + by) for name, (first, last) in self.places.items()}
        return replace(
            self, places=places, picture="9" * by + self.picture, shortest=self.shortest + by, longest=self.longest + by
        )


def read_fixed(lines: Lines, form: FixedFormat) -> FixedTable:
    """Columns of the lines that are long enough and in which all columns stand where the format has them."""
    length = lines.end - lines.start
    short = length < form.shortest
    bad = lines.bad(short, "truncated line")
    kept = lines.keep(~short)
    shifted = misplaced(kept, form.picture)
    shifted |= (kept.end - kept.start) > form.longest
    columns = fixed_columns(kept, form.places)
    for name, text in columns.items():
        if name not in form.words:
            shifted |= ~_are_numbers(text, aligned=form.aligned)
    if shifted.any():
        bad += kept.bad(shifted, MISPLACED)
        kept = kept.keep(~shifted)
        columns = fixed_columns(kept, form.places)
    return FixedTable(columns, kept, bad)


def fixed_columns(lines: Lines, places: dict[str, tuple[int, int]]) -> dict[str, Any]:
    r"""Text between two places (from 0, the last excluded) of each line; blank beyond the end of a line.

    >>> from seisweave.catalog.source import lines_of
    >>> columns = fixed_columns(lines_of(b"1994 01\n1995 02\n"), {"year": (0, 4), "month": (5, 7)})
    >>> columns["month"].to_pylist()
    ['01', '02']
    """
    import pyarrow as pa

    width = max(end for _, end in places.values())
    lines = _one_byte_a_sign(lines)
    data = np.frombuffer(lines.data + b" ", np.uint8)
    parts = {name: [np.zeros(0, f"S{end - start}")] for name, (start, end) in places.items()}
    for first in range(0, len(lines), _BLOCK):
        start, end = lines.start[first : first + _BLOCK, None], lines.end[first : first + _BLOCK, None]
        at = start + np.arange(width)
        letters = np.where(at < end, data[np.minimum(at, len(data) - 1)], 32).astype(np.uint8)
        letters[letters > 126] = ord("?")
        for name, (left, right) in places.items():
            part = np.ascontiguousarray(letters[:, left:right])
            parts[name].append(part.view(f"S{right - left}")[:, 0])
    text = {name: np.concatenate(part).astype(str).astype(object) for name, part in parts.items()}
    return {name: pa.chunked_array([pa.array(column, pa.string())]) for name, column in text.items()}


def misplaced(lines: Lines, picture: str) -> Bool[np.ndarray, " n"]:
    r"""Which lines a picture does not fit, a sign of it for each place.

    A blank stands for a blank, "." for a point, "9" for a digit, a sign of plus or minus or the star of a number too
    long, "#" for these and a point, "a" for what is neither digit nor point, "_" for anything, any other sign for
    itself. A blank may stand for all of them but the last.

    >>> from seisweave.catalog.source import lines_of
    >>> misplaced(lines_of(b"13.28 A\n 3.28 B\n 13.28 A\n"), "99.99 a").tolist()
    [False, False, True]
    """
    places = [i for i, sign in enumerate(picture) if sign != "_"]
    allowed = np.zeros((len(places), 256), bool)
    for row, i in enumerate(places):
        allowed[row, list(_MAY_STAND.get(picture[i], picture[i].encode()))] = True
    wrong = np.zeros(len(lines), bool)
    lines = _one_byte_a_sign(lines)
    data = np.frombuffer(lines.data + b" ", np.uint8)
    for first in range(0, len(lines), _BLOCK):
        start, end = lines.start[first : first + _BLOCK, None], lines.end[first : first + _BLOCK, None]
        at = start + np.array(places)
        letters = np.where(at < end, data[np.minimum(at, len(data) - 1)], 32)
        wrong[first : first + _BLOCK] = ~allowed[np.arange(len(places)), letters].all(axis=1)
    return wrong


def _are_numbers(text: Any, *, aligned: bool) -> Bool[np.ndarray, " n"]:
    """Whether each cell is blank, a number, or the stars of one that was too long: two parts of one are none."""
    import pyarrow.compute as pc

    number = r"^ *([+-]?[0-9]*\.?[0-9]*|\*+)" + ("$" if aligned else " *$")
    return np.asarray(pc.match_substring_regex(text, number))  # pyright: ignore[reportAttributeAccessIssue]


def _one_byte_a_sign(lines: Lines) -> Lines:
    """The lines with "?" for each sign that is not ASCII, so that what stands behind it stays in its place."""
    if lines.data.isascii():
        return lines
    texts = [lines.data[a:b] for a, b in zip(lines.start.tolist(), lines.end.tolist(), strict=True)]
    plain = [text.decode("utf-8", errors="replace").encode("ascii", errors="replace") for text in texts]
    end = np.cumsum([len(text) + 1 for text in plain]).astype(np.int64) - 1
    start = np.concatenate([[0], end[:-1] + 1]).astype(np.int64) if len(end) else end
    return Lines(b"\n".join(plain) + b"\n", start, end, lines.number)


def degrees_and_minutes(degrees: Values, minutes: Values, sign: Float[np.ndarray, " n"]) -> Values:
    """Degrees and minutes as degrees of a sign; degrees below 0 and minutes outside 0..60 are unreadable."""
    wrong = degrees.unreadable | minutes.unreadable | (degrees.value < 0) | (minutes.value < 0) | (minutes.value > 60)
    return Values(sign * (degrees.value + minutes.value / 60.0), wrong)
