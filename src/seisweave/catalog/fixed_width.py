"""Columns of text at fixed places of each line."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.delimited import Values
from seisweave.catalog.source import Lines

_BLOCK = 50_000


def fixed_columns(lines: Lines, places: dict[str, tuple[int, int]]) -> dict[str, Any]:
    r"""Text between two places (from 0, the last excluded) of each line; blank beyond the end of a line.

    >>> from seisweave.catalog.source import lines_of
    >>> columns = fixed_columns(lines_of(b"1994 01\n1995 02\n"), {"year": (0, 4), "month": (5, 7)})
    >>> columns["month"].to_pylist()
    ['01', '02']
    """
    import pyarrow as pa

    width = max(end for _, end in places.values())
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


def degrees_and_minutes(degrees: Values, minutes: Values, sign: Float[np.ndarray, " n"]) -> Values:
    """Degrees and minutes (both 0 or more) as degrees of a sign; minutes outside 0..60 are unreadable."""
    wrong = degrees.unreadable | minutes.unreadable | (minutes.value < 0) | (minutes.value > 60)
    return Values(sign * (degrees.value + minutes.value / 60.0), wrong)
