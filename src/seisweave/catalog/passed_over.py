"""Lines of a file that are no events: heads, rules and records of other kinds are passed over, damaged events told."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from seisweave.catalog.rejected import BadRow
from seisweave.catalog.source import Lines

DAMAGED = "no event can be read, though it looks like one"
_NO_DIGITS = bytes(i for i in range(256) if not 48 <= i <= 57)
_NO_LETTERS = bytes(i for i in range(256) if not (65 <= i <= 90 or 97 <= i <= 122))
_FEWEST_DIGITS = 8
_EVENT = b"<event "  # of QuakeML, which another catalog may have been joined to
_COMMENT = re.compile(rb"(?m)^#.*$")


@dataclass(frozen=True, eq=False)
class Sorted:
    """Lines that may be events, damaged ones, and how many others there are."""

    lines: Lines
    damaged: tuple[BadRow, ...]
    n_passed: int

    def note(self, what: str) -> tuple[str, ...]:
        """A remark on the others, which are `what`; none where there are none."""
        return (f"{self.n_passed} {what} passed over",) if self.n_passed else ()


def sort_lines(lines: Lines, own: Bool[np.ndarray, " n"], known: re.Pattern[bytes] | None = None) -> Sorted:
    """Take the `own` lines; of the others those are damaged that look like data and do not match `known`."""
    others = np.flatnonzero(~own)
    damaged = np.zeros(len(lines), bool)
    for i, start, end in zip(others.tolist(), lines.start[others].tolist(), lines.end[others].tolist(), strict=True):
        text = lines.data[start:end]
        damaged[i] = (known is None or not known.match(text)) and (looks_like_data(text) or _EVENT in text)
    return Sorted(lines.keep(own), lines.bad(damaged, DAMAGED), len(others) - int(damaged.sum()))


def data_in_comments(data: bytes) -> tuple[str, ...]:
    """A remark on lines that begin with # and look like data: rows that somebody has struck out, or damaged ones."""
    if not data.startswith(b"#") and b"\n#" not in data:
        return ()
    found = [match.start() for match in _COMMENT.finditer(data) if looks_like_data(match[0])]
    if not found:
        return ()
    line = data.count(b"\n", 0, found[0]) + 1
    return (f"{len(found)} lines that begin with # look like events and are passed over, the first line {line}",)


def looks_like_data(text: bytes) -> bool:
    """Whether a line holds numbers rather than words, as the events of a catalog do and its heads do not.

    >>> looks_like_data(b"NaN 3000 1234150 12 90"), looks_like_data(b"Events of 1990-01-01 to 2020-12-31, revised")
    (True, False)
    """
    digits = len(text.translate(None, _NO_DIGITS))
    return digits >= _FEWEST_DIGITS and digits > len(text.translate(None, _NO_LETTERS))
