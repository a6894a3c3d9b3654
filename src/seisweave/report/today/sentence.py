"""The first sentence of the page: how likely, how that is beside the usual, where; what other models say."""

from __future__ import annotations

import numpy as np

from seisweave.issued import IssuedForecast
from seisweave.report.today.given import Given, row_of
from seisweave.report.words import (
    chance_words,
    event_words,
    instant_words,
    magnitude_words,
    place_words,
    span_words,
    times_words,
)

_STANDS_OUT = 1.5  # times the middle cell's chance that the highest is


def first_sentence(given: Given) -> str:
    """What is likely within the first window, in one sentence.

    >>> from seisweave.issued.example import example_issued
    >>> from seisweave.report.today.given import given_from
    >>> first_sentence(given_from([example_issued()]))[:104]
    'Within the next 24 hours from 6 July 2019 04:00 UTC the chance of an earthquake of M 4 or more in the re'
    """
    made, m = given.lead.latest, given.magnitude
    return f"{_within(made)} {_chance(made, m, given.options.region)}{_where(made, m)}."


def other_sentences(given: Given) -> list[str]:
    """What each other model says of the same, and what it cannot."""
    lead, said = given.lead.latest, []
    for other in given.models[1:]:
        at = row_of(other.latest, float(lead.horizon_days[0]), float(lead.magnitudes[given.magnitude]))
        name = other.name
        if at is None:
            wanted = event_words(float(lead.magnitudes[given.magnitude]), float(lead.horizon_days[0]))
            said.append(f"The model {name} has no chance of {wanted}.")
            continue
        since = "" if other.latest.now == lead.now else f" (from {instant_words(other.latest.now)})"
        said.append(f"The model {name} says {chance_words(float(other.latest.chance[at]))}{since}.")
    if said:
        said.insert(0, f"That is by the model {given.lead.name}.")
    return said


def highest_cell(made: IssuedForecast, h: int, m: int) -> tuple[int, int] | None:
    """Row and column of the cell of the highest chance; None where no cell stands out."""
    chance = np.where(made.inside, made.cell_chance[h, m], -1.0)
    row, column = np.unravel_index(int(np.argmax(chance)), chance.shape)
    most, middle = float(chance[row, column]), float(np.median(chance[made.inside]))
    return (int(row), int(column)) if most > 0.0 and most > _STANDS_OUT * middle else None


def centre_of(made: IssuedForecast, row: int, column: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a cell."""
    lon, lat = made.lon_edges, made.lat_edges
    return 0.5 * float(lon[column] + lon[column + 1]), 0.5 * float(lat[row] + lat[row + 1])


def cell_words(made: IssuedForecast, row: int, column: int) -> str:
    """The middle of a cell, by as many decimals as tell it from its neighbours."""
    step = float(min(np.diff(made.lat_edges).min(), np.diff(made.lon_edges).min()))
    decimals = next((n for n in (1, 2, 3) if abs(round(0.5 * step, n) - 0.5 * step) < 1e-9), 4)
    return place_words(*centre_of(made, row, column), decimals)


def _within(made: IssuedForecast) -> str:
    span = span_words(float(made.horizon_days[0])).removeprefix("1 ")
    return f"Within the next {span} from {instant_words(made.now)}"


def _chance(made: IssuedForecast, m: int, region: str) -> str:
    chance, usual = float(made.chance[0, m]), float(made.long_term_chance[0, m])
    what = f"the chance of an earthquake of {magnitude_words(float(made.magnitudes[m]))} in {region}"
    beside = times_words(chance, usual)
    than = f", {beside} the long-term chance of {chance_words(usual)}" if beside else ""
    if beside == "about" and chance_words(chance) == chance_words(usual):
        than = ", as in the long term"
    return f"{what} is {chance_words(chance)}{than}"


def _where(made: IssuedForecast, m: int) -> str:
    at = highest_cell(made, 0, m)
    return "" if at is None else f"; highest around {place_words(*centre_of(made, *at))}"
