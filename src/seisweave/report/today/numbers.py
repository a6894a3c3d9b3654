"""The table of chances and expected numbers with their ranges, by magnitude, for one window."""

from __future__ import annotations

import numpy as np

from seisweave.issued import IssuedForecast
from seisweave.report.markup import text
from seisweave.report.today.given import range_of, range_share
from seisweave.report.today.tables import plain_table
from seisweave.report.words import chance_words, number_words, prose, span_words, times_words


def numbers_table(made: IssuedForecast, h: int) -> str:
    """One row a magnitude: chance, that of the long term, expected number, its range, that of the long term."""
    numbers = bool(np.isfinite(made.expected[h]).any())
    low, high = range_of(made)
    heads = ["magnitude", "chance", "long-term chance", "times"]
    ranged = numbers and bool(np.isfinite(low[h]).any())
    heads += ["expected number"] if numbers else []
    heads += [f"{range_share(made):.0%} range".replace("%", " %")] if ranged else []
    heads += ["long-term number"] if numbers else []
    rows = []
    for m, magnitude in enumerate(made.magnitudes.tolist()):
        chance, usual = float(made.chance[h, m]), float(made.long_term_chance[h, m])
        beside = times_words(chance, usual).removesuffix(" times").replace("about", "1")
        cells = [f"M {magnitude:g} or more", chance_words(chance), chance_words(usual), beside or "–"]
        cells += [number_words(float(made.expected[h, m]))] if numbers else []
        cells += [range_words(float(low[h, m]), float(high[h, m]))] if ranged else []
        cells += [number_words(float(made.long_term_expected[h, m]))] if numbers else []
        rows.append([prose(cell) for cell in cells])
    caption = f"Within {span_words(float(made.horizon_days[h]))}, in the whole region"
    note = "" if numbers else '<p class="note">This model gives chances only, and no numbers.</p>'
    return plain_table(text(caption), heads, rows, words=(0,)) + note


def range_words(low: float, high: float) -> str:
    """A range of numbers of events.

    >>> range_words(0.0, 3.0), range_words(2.0, 2.0), range_words(float("nan"), 1.0)
    ('0 to 3', '2', '–')
    """
    if not (np.isfinite(low) and np.isfinite(high)):
        return "–"
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
