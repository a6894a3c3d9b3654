"""The aftershock curve: how many events came since the last large one, beside what forecasts on record expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seisweave.catalog.instants import span_of
from seisweave.report.markup import count
from seisweave.report.today.chart import Window, windows_chart
from seisweave.report.today.given import DAY, Given, OfModel, place_of, range_share
from seisweave.report.words import (
    counted,
    instant_words,
    magnitude_words,
    number_words,
    place_words,
    prose,
    span_words,
)


@dataclass(frozen=True, eq=False)
class LargeEvent:
    """The largest event of late."""

    time: np.datetime64
    longitude: float
    latitude: float
    magnitude: float

    def __str__(self) -> str:
        return f"M {self.magnitude:.1f} of {instant_words(self.time)} at {place_words(self.longitude, self.latitude)}"


def last_large(given: Given, events: pd.DataFrame) -> LargeEvent | None:
    """The largest event within `since_days` before now, of the magnitude that is spoken of or more; None for none."""
    since = given.now - span_of(given.options.since_days)
    least = float(given.lead.latest.magnitudes[given.magnitude])
    late = events[(events["time"].to_numpy() >= since) & (events["magnitude"].to_numpy() >= least - 1e-9)]
    if not len(late):
        return None
    row = late.iloc[int(late["magnitude"].argmax())]
    place = {name: float(row[name]) for name in ("longitude", "latitude", "magnitude")}
    return LargeEvent(np.datetime64(row["time"], "us"), **place)


def windows_since(model: OfModel, large: LargeEvent, events: pd.DataFrame, until: np.datetime64) -> list[Window]:
    """First windows of the forecasts on record since an event, and the numbers of the smallest magnitude that came.

    What came is told of windows that ended at `until`, to which events are known, or before.
    """
    magnitude = float(model.latest.magnitudes[0])
    times = events["time"].to_numpy()[events["magnitude"].to_numpy() >= magnitude - 1e-9]
    made = []
    for said in model.said:
        end = said.now + span_of(float(said.horizon_days[0]))
        m = place_of(said.magnitudes, magnitude)
        if said.now < large.time or m is None:
            continue
        came = float(((times >= said.now) & (times < end)).sum()) if end <= until else float("nan")
        numbers = {name: float(getattr(said, name)[0, m]) for name in ("expected", "low", "high")}
        made.append(Window((said.now - large.time) / DAY, (end - large.time) / DAY, came=came, **numbers))
    return made


def aftershocks_part(given: Given) -> str:
    """The curve with its words; why there is none where there is none; empty without a catalog."""
    events = given.events
    if events is None:
        return ""
    head = "<h2>Since the last large event</h2>"
    large = last_large(given, events)
    least = magnitude_words(float(given.lead.latest.magnitudes[given.magnitude]))
    if large is None:
        return f"{head}<p>{prose(f'No event of {least} came in the {_days(given)} before.')}</p>"
    with_numbers = [model for model in given.models if model.latest.gives_numbers]
    if not with_numbers:
        return f"{head}<p>{prose(f'The largest event of late: {large}. No model here gives expected numbers.')}</p>"
    model = with_numbers[0]
    windows = windows_since(model, large, events, given.known_until)
    smallest = magnitude_words(float(model.latest.magnitudes[0]))
    span = span_words(float(model.latest.horizon_days[0]))
    since = int(((events["time"].to_numpy() > large.time) & _of(events, float(model.latest.magnitudes[0]))).sum())
    told = (
        f"The largest event of the last {_days(given)}: {large}. Since then {count(since, 'event')} of {smallest} came."
    )
    if not windows:
        return f"{head}<p>{prose(told)} No forecast on record was made since.</p>"
    alt = f"Events of {smallest} in windows of {span}: range expected by the model {model.name}, and number that came"
    drawn = windows_chart(windows, large.time, alt, f"events in {span}")
    return (
        f"{head}<p>{prose(told)} {prose(_kept(windows, span))}</p>"
        f"<figure>{drawn}<figcaption>{_caption(smallest, span, model)}"
        "</figcaption></figure>"
    )


def _of(events: pd.DataFrame, magnitude: float) -> np.ndarray:
    return events["magnitude"].to_numpy() >= magnitude - 1e-9


def _days(given: Given) -> str:
    return counted(given.options.since_days, "day")


def _kept(windows: list[Window], span: str) -> str:
    """How many windows that are over came within their range, and what the coming one has."""
    over = [w for w in windows if np.isfinite(w.came) and np.isfinite(w.low)]
    within = sum(w.low <= w.came <= w.high for w in over)
    said = ""
    if over:
        what = "window that is" if len(over) == 1 else "windows that are"
        said = f"In {within} of {len(over)} {what} over, the number lay within its range. "
    coming = windows[-1]
    if np.isnan(coming.came):
        said += f"For the coming {span.removeprefix('1 ')} {number_words(coming.expected)} are expected."
    return said.strip()


def _caption(smallest: str, span: str, model: OfModel) -> str:
    share = f"{range_share(model.latest):.0%}".replace("%", " %")
    marks = (
        (
            '<rect class="range" x="1" y="1" width="20" height="10"/>',
            f"range ({share} of cases)",
        ),
        ('<path class="expected" d="M1 6h20"/>', "expected"),
        ('<circle class="came" cx="11" cy="6" r="3.4"/>', "came"),
    )
    keys = "".join(
        f'<li><svg class="key" viewBox="0 0 22 12" aria-hidden="true">{mark}</svg>{prose(said)}</li>'
        for mark, said in marks
    )
    words = prose(f"Events of {smallest} in windows of {span}, by the forecasts of the model {model.name} on record.")
    note = "In the hours after a large event catalogs miss small ones, so that fewer may have been counted than came."
    return f'<ul class="keys">{keys}</ul>{words} {note}'
