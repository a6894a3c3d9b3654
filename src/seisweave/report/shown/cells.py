"""Cells of tables: columns with their headings, numbers rounded as people read them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from seisweave.report.columns import COLUMNS
from seisweave.report.markup import number, text
from seisweave.report.words import prose, small_chance_words

if TYPE_CHECKING:
    import pandas as pd

_UNITS = {"_km2": "km²", "_km3": "km³", "_km": "km", "_deg": "°", "_days": "days", "_mb": "MB", "_s": "s"}
_DECIMALS = {"_km": 1, "_deg": 0, "_days": 2}
_DATES = ("time", "start", "end", "now", "when", "known_until")


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the file, its heading, how a value is written (HTML), whether it holds words."""

    name: str
    head: str
    form: Callable[[Any], str] = number
    words: bool = False


def decimals(n: int) -> Callable[[Any], str]:
    """Numbers with so many decimals.

    >>> decimals(1)(3.14159), decimals(0)(1234.5)
    ('3.1', '1,234')
    """
    return partial(number, decimals=n)


def signed(value: Any) -> str:
    """A gain, with its sign.

    >>> signed(0.5123), signed(-0.02), signed(float("nan")), signed(-math.inf)
    ('+0.512', '-0.020', '–', '-∞')
    """
    if value == -math.inf:
        return "-∞"  # an event where a forecast had said that none could come
    return f"{value:+.3f}" if _known(value) else number(None)


def percent(value: Any) -> str:
    """A share of one as people read it: tenths of percents.

    >>> percent(0.1234), percent(None)
    ('12.3&nbsp;%', '–')
    """
    return f"{100 * value:.1f}&nbsp;%" if _known(value) else number(None)


def probability(value: Any) -> str:
    """A chance as people read it.

    >>> probability(0.00312), probability(float("nan"))
    ('0.31&nbsp;%', '–')
    """
    return prose(small_chance_words(value)) if _known(value) else number(None)


def small_p(value: Any) -> str:
    """A p-value: two figures, or below what.

    >>> small_p(0.0312), small_p(1e-7)
    ('0.031', '&lt;0.0001')
    """
    if not _known(value):
        return number(None)
    return f"{value:.2g}" if value >= 1e-4 else text("<0.0001")


def moment(value: Any) -> str:
    """A time to the minute, or the day where there is no more to tell.

    >>> moment("2019-07-06T03:19:53.040"), moment("2019-07-06T00:00:00"), moment(None)
    ('2019-07-06 03:19', '2019-07-06', '–')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) == "NaT":
        return number(None)
    return text(str(value)[:16].replace("T", " ").removesuffix(" 00:00"))


def interval(value: Any, low: Any, high: Any, form: Callable[[Any], str] = signed) -> str:
    """A value with its limits.

    >>> interval(0.51, 0.37, 0.65), interval(0.51, float("nan"), float("nan")), interval(None, 0, 0)
    ('+0.510 [+0.370, +0.650]', '+0.510', '–')
    """
    if not (_known(low) and _known(high) and _known(value)):
        return form(value)
    return f"{form(value)} [{form(low)}, {form(high)}]"


def whole(value: Any) -> str:
    """A number of something, such as a fault; a dash for none, which files write as -1 or leave out.

    >>> whole(3.0), whole(-1), whole(float("nan"))
    ('3', '–', '–')
    """
    return number(int(value)) if _known(value) and value >= 0 else number(None)


def words(value: Any) -> str:
    """Text, a dash for none, yes and no.

    >>> words("<b>"), words(float("nan")), words(True)
    ('&lt;b&gt;', '–', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    absent = value is None or value == "" or (isinstance(value, float) and math.isnan(value))
    return number(None) if absent else text(value)


def columns_of(table: pd.DataFrame, known: Sequence[Column] = ()) -> list[Column]:
    """The columns of any table: those that are known by name, the others as their names and values tell."""
    by_name = {column.name: column for column in known}
    return [by_name.get(str(name)) or _guessed(str(name), table[name]) for name in table.columns]


def _guessed(name: str, values: pd.Series) -> Column:
    """Units from the ends of names, decimals from units; four figures for other numbers."""
    if name in COLUMNS:
        head, places = COLUMNS[name]
        return Column(name, head, decimals(places) if values.dtype.kind in "iuf" else words, values.dtype.kind == "O")
    ending = next((end for end in _UNITS if name.endswith(end)), "")
    plain = name.removesuffix(ending).replace("_", " ")
    head = f"{plain} ({_UNITS[ending]})" if ending else plain
    if values.dtype.kind not in "iuf":
        return Column(name, head, moment if name in _DATES or values.dtype.kind == "M" else words, words=True)
    return Column(name, head, decimals(_DECIMALS[ending]) if ending in _DECIMALS else number)


def cells_of(table: pd.DataFrame, columns: Sequence[Column]) -> list[list[str]]:
    """Rows of cells, HTML."""
    made = [[column.form(value) for value in table[column.name].tolist()] for column in columns]
    return [list(row) for row in zip(*made, strict=True)]


def _known(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
