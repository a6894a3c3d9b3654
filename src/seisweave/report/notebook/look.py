"""What it takes to show a record: a line, rows of a table, a figure and a small one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.report.words import small_chance_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 8


@dataclass(frozen=True)
class Look:
    """How one kind of record looks.

    Arguments:
        line: parts of its line.
        rows: rows of its table, plain text; the first cell names the row.
        figure: the figure of `plot`, with its choices.
        alt: what the figure beside the table shows.
        heads: headings of the columns.
        small: the figure beside the table, that of `plot` unless told; it gives None where there is nothing to draw.
    """

    line: Callable[[Any], Sequence[str]]
    rows: Callable[[Any], Sequence[Sequence[str]]]
    figure: Callable[..., Figure]
    alt: str
    heads: Sequence[str] = ()
    small: Callable[[Any], Figure | None] | None = None


def shortened(words: str, most: int) -> str:
    r"""Any text on one line of at most so many characters.

    >>> shortened("a line\nand another that is long", 20)
    'a line and another …'
    """
    one = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return one if len(one) <= most else f"{one[: most - 2].rstrip()} …"


def span_of(times: np.ndarray) -> str:
    """First and last day of times.

    >>> span_of(np.array(["2019-07-06T03:19", "2019-07-04T17:33", "NaT"], "datetime64[us]"))
    '2019-07-04 to 2019-07-06'
    """
    known = times[~np.isnat(times)]
    return f"{str(known.min())[:10]} to {str(known.max())[:10]}" if len(known) else "times unknown"


def range_of(values: np.ndarray, form: str) -> str:
    """Least and largest of values, NaN left out; nothing for none.

    >>> range_of(np.array([1.04, np.nan, 7.1]), ".1f")
    '1.0 to 7.1'
    """
    known = values[np.isfinite(values)]
    return f"{known.min():{form}} to {known.max():{form}}" if len(known) else ""


def few(values: Sequence[Any] | np.ndarray, form: str = "g") -> str:
    """Some numbers in words.

    >>> few([1.0, 7.0]), few([3.0]), few(np.arange(9.0))
    ('1 and 7', '3', '0 to 8')
    """
    told = [f"{value:{form}}" for value in values]
    if len(told) > 3:
        return f"{told[0]} to {told[-1]}"
    return " and ".join(filter(None, [", ".join(told[:-1]), *told[-1:]]))


def chance(value: float) -> str:
    """A chance as people read it.

    >>> chance(0.6), chance(0.00312), chance(0.998), chance(float("nan"))
    ('60 %', '0.31 %', '99.8 %', '–')
    """
    return small_chance_words(value) if np.isfinite(value) else "–"
