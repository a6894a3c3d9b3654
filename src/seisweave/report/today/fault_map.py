"""The part about faults: which are active, in words, on maps and in a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seisweave.catalog.instants import span_of
from seisweave.report.markup import count, text
from seisweave.report.today.active import ActiveFaults, chance_under
from seisweave.report.today.fault_drawing import fault_maps
from seisweave.report.today.given import Given
from seisweave.report.today.tables import plain_table
from seisweave.report.words import (
    chance_words,
    counted,
    instant_words,
    magnitude_words,
    prose,
    span_words,
)

_MOST_ROWS = 10


def faults_part(given: Given, active: ActiveFaults | None) -> str:
    """The map, what it shows in words, and the table; only events where there is no network; empty without either."""
    events = given.events
    if active is None and events is None:
        return ""
    recent = _recent(given, events)
    title = "Faults, and which are active" if active is not None else "Recent events"
    return (
        f"<h2>{title}</h2><p>{prose(_told(given, active, recent))}</p>"
        f"{fault_maps(given, active, recent)}{'' if active is None else _table(given, active)}"
    )


def _recent(given: Given, events: pd.DataFrame | None) -> pd.DataFrame:
    """The events of the last `active_days` in the region."""
    if events is None:
        return pd.DataFrame({name: np.zeros(0) for name in ("time", "longitude", "latitude", "magnitude")})
    since = given.now - span_of(given.options.active_days)
    return events[events["time"].to_numpy() >= since]


def _told(given: Given, active: ActiveFaults | None, recent: pd.DataFrame) -> str:
    days = counted(given.options.active_days, "day")
    if active is None:
        return f"In the {days} before, {count(len(recent), 'event')} of known magnitude came in {given.options.region}."
    if not active.known:
        return f"The network has {count(len(active), 'fault')}. Without a catalog it is not known which are active."
    n, of, elsewhere = len(active.active), len(active), count(active.n_elsewhere, "event")
    if not n:
        return f"None of {count(of, 'fault')} has had an event in the {days} before; {elsewhere} came elsewhere."
    on = count(int(active.n_recent.sum()), "event")
    which = f"{n:,} of {count(of, 'fault')} {'has' if n == 1 else 'have'} had events in the {days} before"
    return f"{which}: {on} on faults, {elsewhere} elsewhere."


def _table(given: Given, active: ActiveFaults) -> str:
    """The most active faults with the chance in the cells they lie in."""
    made, m = given.lead.latest, given.magnitude
    rows = []
    for c in active.active[:_MOST_ROWS].tolist():
        chance = chance_under(made, active.outlines[c], 0, m)
        rows.append(
            [
                text(active.names[c]),
                f"{active.n_recent[c]:,}",
                f"{active.n_day[c]:,}",
                "–" if np.isnan(active.largest[c]) else f"{active.largest[c]:.1f}",
                text(instant_words(active.last_of(c)).removesuffix(" UTC")),
                prose(chance_words(chance)),
            ]
        )
    if not rows:
        return ""
    heads = ["fault", f"events, {span_words(given.options.active_days)}", "last 24 hours", "largest", "last event, UTC"]
    heads += [f"{magnitude_words(float(made.magnitudes[m]))}, {span_words(float(made.horizon_days[0]))}"]
    more = len(active.active) - len(rows)
    caption = "The active faults, that of most events first; last column: the chance in the cells that each lies in"
    caption += f"; {count(more, 'more active fault')} not shown" if more else ""
    return plain_table(caption, heads, rows, words=(0, 4))
