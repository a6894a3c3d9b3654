"""Chances, numbers, instants, spans and places as a duty officer reads them."""

from __future__ import annotations

import math
import re

import numpy as np

from seisweave.report.markup import text

_LEAST, _MOST = 1e-4, 0.9999  # chances beyond which no figure is told
_FAR = 10_000  # times
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def chance_words(chance: float) -> str:
    """A chance in percent, by the two digits that count; beyond 0.01 and 99.99 % only that it is.

    >>> chance_words(0.6312), chance_words(0.0033), chance_words(0.0), chance_words(0.99999), chance_words(0.9964)
    ('63 %', '0.33 %', 'less than 0.01 %', 'more than 99.99 %', '99.6 %')
    """
    if not math.isfinite(chance):
        return "not known"
    if chance < _LEAST:
        return "less than 0.01 %"
    if chance > _MOST:
        return "more than 99.99 %"
    if chance < 0.985:
        return f"{two_digits(100 * chance)} %"
    return f"{100 * chance:.3g} %" if chance < 0.9985 else f"{100 * chance:.4g} %"


def small_chance_words(chance: float) -> str:
    """A chance in percent, however small.

    >>> small_chance_words(3.2e-7), small_chance_words(0.0), small_chance_words(0.02)
    ('0.000032 %', '0 %', '2 %')
    """
    return chance_words(chance) if chance >= _LEAST or not math.isfinite(chance) else f"{two_digits(100 * chance)} %"


def times_words(now: float, usual: float) -> str:
    """What a chance (or a number) is beside the usual one; empty where that is not known or nought.

    >>> times_words(0.63, 0.0033), times_words(0.01, 0.011), times_words(0.001, 0.01), times_words(0.5, 1e-9)
    ('190 times', 'about', '0.1 times', 'more than 10,000 times')
    """
    if not (math.isfinite(now) and math.isfinite(usual) and usual > 0.0):
        return ""
    ratio = now / usual
    if ratio > _FAR:
        return f"more than {_FAR:,} times"
    if ratio < 1.0 / _FAR:
        return f"less than {1.0 / _FAR:g} times"
    return "about" if 0.85 < ratio < 1.15 else f"{two_digits(ratio)} times"


def number_words(number: float) -> str:
    """An expected number: two digits that count, whole from ten on.

    >>> number_words(0.0123), number_words(3.456), number_words(23.4), number_words(1234.0), number_words(float("nan"))
    ('0.012', '3.5', '23', '1,234', '–')
    """
    if not math.isfinite(number):
        return "–"
    return f"{number:,.0f}" if number >= 10.0 else two_digits(number)


def two_digits(value: float) -> str:
    """Two digits that count, without an exponent: 0.13, 23, 260, 0.000032."""
    if value == 0.0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(0, 1 - math.floor(math.log10(abs(float(f"{value:.1e}")))))
    written = f"{float(f'{value:.2g}'):,.{decimals}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def instant_words(time: np.datetime64) -> str:
    """An instant to the minute, UTC.

    >>> instant_words(np.datetime64("2019-07-06T04:00", "us"))
    '6 July 2019 04:00 UTC'
    """
    if np.isnat(time):
        return "a time not known"
    year, month, day = np.datetime_as_string(time, unit="D").split("-")
    hour = np.datetime_as_string(time, unit="m", casting="unsafe")[11:]
    return f"{int(day)} {_MONTHS[int(month) - 1]} {int(year)} {hour} UTC"


def span_words(days: float) -> str:
    """A span of so many days: hours up to two days.

    >>> [span_words(days) for days in (1 / 24, 0.25, 1.0, 7.0, 30.0, 365.0, 2.5)]
    ['1 hour', '6 hours', '24 hours', '7 days', '30 days', '365 days', '2.5 days']
    """
    if days < 2.0:
        return counted(round(24.0 * days, 2), "hour")
    return counted(round(days, 2), "day")


def counted(n: float, one: str) -> str:
    """A number of things: 1 hour, 0.5 hours, 7 days."""
    return f"{n:,g} {one if n == 1 else one + 's'}"


def place_words(longitude: float, latitude: float, decimals: int = 1) -> str:
    """A place, to a tenth of a degree unless told.

    >>> place_words(-117.52, 35.71), place_words(181.0, -41.0), place_words(-117.55, 35.75, 2)
    ('35.7° N 117.5° W', '41.0° S 179.0° W', '35.75° N 117.55° W')
    """
    east = (longitude + 180.0) % 360.0 - 180.0
    north = f"{abs(latitude):.{decimals}f}° {'S' if latitude < 0 else 'N'}"
    return f"{north} {abs(east):.{decimals}f}° {'W' if east < 0 else 'E'}"


def magnitude_words(magnitude: float) -> str:
    """Events of so much or more.

    >>> magnitude_words(5.0), magnitude_words(4.5)
    ('M 5 or more', 'M 4.5 or more')
    """
    return f"M {magnitude:g} or more"


def event_words(magnitude: float, days: float) -> str:
    """Events of so much or more within so many days.

    >>> event_words(5.0, 1.0)
    'M 5 or more within 24 hours'
    """
    return f"{magnitude_words(magnitude)} within {span_words(days)}"


def prose(words: str) -> str:
    """Plain words as HTML: escaped, and no line ends between a number and its unit.

    >>> prose("M 5 <or> 63 %, 35.7° N 117.5° W")
    'M&nbsp;5 &lt;or&gt; 63&nbsp;%, 35.7°&nbsp;N 117.5°&nbsp;W'
    """
    return re.sub(r"(?<=\d) (?=%)|(?<=\bM) (?=[-\d])|(?<=°) (?=[NSEW]\b)", "&nbsp;", text(words))
