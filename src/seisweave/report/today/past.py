"""How past forecasts did: windows that are over, counted beside what was said of them; or a folder of scores."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seisweave.catalog.instants import span_of
from seisweave.report.markup import count, number, text
from seisweave.report.results.opened import ScoreTables
from seisweave.report.today.given import Given, OfModel, Said, place_of
from seisweave.report.today.tables import plain_table
from seisweave.report.words import chance_words, magnitude_words, number_words, prose, span_words

_MOST_ROWS = 60
_OF_ISSUED = (  # columns of the scores of forecasts on record
    *("model", "days", "magnitude", "windows", "with_event", "mean_chance", "came", "expected"),
    *("gain", "gain_low", "gain_high"),
)


@dataclass(frozen=True)
class Tally:
    """Windows of one length and magnitude that are over and do not overlap: what was said of all, and what came.

    chances is the sum of the chances: in so many windows an event was to be expected; n_with that in which one came.
    expected and n_events are numbers of events, expected NaN where there are chances only.
    """

    days: float
    magnitude: float
    n_windows: int
    n_pseudo: int
    chances: float
    n_with: int
    expected: float
    n_events: int


def past_part(given: Given) -> str:
    """Scores where there are some, else the counts; empty without a catalog or scores."""
    head = "<h2>How past forecasts did</h2>"
    if given.scores is not None:
        return head + _scores(given.scores)
    events = given.events
    if events is None:
        return ""
    parts = [_of_model(model, tallies(model, events, _since(given), given.known_until)) for model in given.models]
    return head + "".join(parts)


def tallies(model: OfModel, events: pd.DataFrame, since: np.datetime64, until: np.datetime64) -> list[Tally]:
    """Count what came in the windows of a model's forecasts on record, from and until which events are known."""
    latest = model.latest
    made = []
    for days in latest.horizon_days.tolist():
        chosen = _over(model.said, days, since, until)
        for magnitude in latest.magnitudes.tolist():
            tally = _tally(chosen, days, magnitude, events)
            if tally is not None:
                made.append(tally)
    return made


def _since(given: Given) -> np.datetime64:
    """The first event of the catalog."""
    assert given.catalog is not None
    times = given.catalog.times[~np.isnat(given.catalog.times)]
    return times.min() if len(times) else given.now


def _over(said: tuple[Said, ...], days: float, since: np.datetime64, until: np.datetime64) -> list[Said]:
    """The forecasts whose windows of so many days are over and do not overlap, the latest first chosen."""
    window, chosen, before = span_of(days), [], until
    if np.isnat(until):
        return []
    for each in reversed(said):
        if each.now >= since and each.now + window <= before and place_of(each.horizon_days, days) is not None:
            chosen.append(each)
            before = each.now
    return chosen[::-1]


def _tally(chosen: list[Said], days: float, magnitude: float, events: pd.DataFrame) -> Tally | None:
    times = events["time"].to_numpy()[events["magnitude"].to_numpy() >= magnitude - 1e-9]
    chances, expected, came, pseudo = [], [], [], 0
    for said in chosen:
        at = place_of(said.horizon_days, days), place_of(said.magnitudes, magnitude)
        if None in at:
            continue
        chances.append(float(said.chance[at]))
        expected.append(float(said.expected[at]))
        came.append(int(((times >= said.now) & (times < said.now + span_of(days))).sum()))
        pseudo += said.pseudo_prospective
    if not came:
        return None
    n_with = sum(n > 0 for n in came)
    return Tally(days, magnitude, len(came), pseudo, sum(chances), n_with, sum(expected), sum(came))


def _of_model(model: OfModel, made: list[Tally]) -> str:
    """The counts of one model in a table, and its first row in words."""
    if not made:
        return f"<p>No window of a forecast of the model {text(model.name)} is over and within the catalog yet.</p>"
    numbers = all(np.isfinite(tally.expected) for tally in made)
    heads = ["window", "magnitude", "windows", "with an event: expected", "with an event: came"]
    heads += ["events expected", "events came"] if numbers else []
    rows = []
    for tally in made:
        cells = [span_words(tally.days), magnitude_words(tally.magnitude), f"{tally.n_windows:,}"]
        cells += [number_words(tally.chances), f"{tally.n_with:,}"]
        cells += [number_words(tally.expected), f"{tally.n_events:,}"] if numbers else []
        rows.append([prose(cell) for cell in cells])
    caption = f"The model {model.name}: windows that are over, those of one length without overlap"
    most = max(made, key=lambda tally: tally.n_windows)
    note = f'<p class="note">{_pseudo(most)}</p>' if most.n_pseudo else ""
    return f"<p>{prose(in_words(made[0]))}</p>{plain_table(caption, heads, rows, words=(0, 1))}{note}"


def _pseudo(most: Tally) -> str:
    if most.n_pseudo == most.n_windows:
        return "All these forecasts are pseudo-prospective: made after their windows had begun."
    return f"{most.n_pseudo:,} of {most.n_windows:,} are pseudo-prospective: made after their windows had begun."


def in_words(tally: Tally) -> str:
    """One row as a sentence.

    >>> in_words(Tally(1.0, 4.0, 60, 0, 12.34, 11, 30.0, 41))
    'Of the last 60 windows of 24 hours, one or more events of M 4 or more were expected in 12, and came in 11.'
    """
    windows = count(tally.n_windows, "window") if tally.n_windows > 1 else "window"
    what = f"one or more events of {magnitude_words(tally.magnitude)}"
    if tally.n_windows == 1:
        came = "and some came" if tally.n_with else "and none came"
        chance = chance_words(tally.chances)
        return f"In the last window of {span_words(tally.days)}, the chance of {what} was {chance}, {came}."
    return (
        f"Of the last {windows} of {span_words(tally.days)}, {what} were expected in {number_words(tally.chances)},"
        f" and came in {tally.n_with:,}."
    )


def _scores(scores: ScoreTables) -> str:
    """The scores of forecasts on record, or any other table of scores as it is."""
    made = scores.tables.get("scores")
    if made is None or not len(made):
        return f"<p>The folder {text(scores.name)} has no scores.</p>"
    if set(_OF_ISSUED) <= set(made.columns):
        return _of_issued(scores.name, made)
    rows = [[number(value) for value in row] for row in made.head(_MOST_ROWS).values.tolist()]
    words = [k for k, name in enumerate(made.columns) if not pd.api.types.is_numeric_dtype(made[name])]
    heads = [str(name).replace("_", " ") for name in made.columns]
    return plain_table(f"Scores in the folder {scores.name}", heads, rows, words=words)


def _of_issued(name: str, made: pd.DataFrame) -> str:
    """Scores as `seisweave evaluate` gives them for forecasts on record."""
    numbers = bool(np.isfinite(made["expected"].to_numpy(float)).any())
    heads = ["model", "window", "magnitude", "windows", "with an event: expected", "with an event: came"]
    heads += ["events expected", "events came"] if numbers else []
    rows = []
    for row in made[list(_OF_ISSUED)].head(_MOST_ROWS).to_dict("records"):
        cells = [str(row["model"]), span_words(float(row["days"])), magnitude_words(float(row["magnitude"]))]
        cells += [f"{row['windows']:,.0f}", number_words(float(row["windows"]) * float(row["mean_chance"]))]
        cells += [f"{row['with_event']:,.0f}"]
        cells += [number_words(float(row["expected"])), f"{row['came']:,.0f}"] if numbers else []
        rows.append([prose(cell) for cell in [*cells, _gain(row)]])
    caption = f"Scores in the folder {name}: windows that are over, those of one length without overlap"
    note = (
        "Information gain: how much more the forecasts told than the long-term rate, in nats for each window with an"
        " event, with the limits of 95 % of cases where events came in enough blocks of days to tell; above 0 they"
        " told more."
    )
    laid = plain_table(caption, [*heads, "information gain"], rows, words=(0, 1, 2))
    return f'{laid}<p class="note">{prose(note)}</p>'


def _gain(row: Mapping[Hashable, Any]) -> str:
    """A gain with its limits, where it is known."""
    value, low, high = (float(row[name]) for name in ("gain", "gain_low", "gain_high"))
    if not np.isfinite(value):
        return "–"
    return f"{value:.2f}" + (f" ({low:.2f} to {high:.2f})" if np.isfinite([low, high]).all() else "")
