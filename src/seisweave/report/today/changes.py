"""What changed since the forecast of about a day before: in the region, by cell, by fault, and which events came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seisweave.issued import IssuedForecast
from seisweave.report.markup import count, text
from seisweave.report.today.active import ActiveFaults, chance_under
from seisweave.report.today.given import Given, OfModel, row_of, what_of
from seisweave.report.today.sentence import cell_words
from seisweave.report.today.tables import plain_table
from seisweave.report.words import (
    chance_words,
    instant_words,
    magnitude_words,
    place_words,
    prose,
    small_chance_words,
    times_words,
    two_digits,
)

_MOST = 3  # cells that rose, cells that fell
_LEAST = 0.01  # of the region's chance, by which a cell or a fault changes at the least to be told
_MOST_FAULTS = 5
_LARGEST = 3  # events


@dataclass(frozen=True)
class Change:
    """A place (a cell, or a fault) with its chance before and now."""

    place: str
    before: float
    now: float


def changes_part(given: Given, active: ActiveFaults | None) -> str:
    """All that changed, for the model of the first sentence."""
    model = given.lead
    said = [_events(given)]
    if model.before is None:
        said.append("<p>No forecast of about 24 hours before is on record, so that none can be compared.</p>")
        return f"<h2>What changed since the day before</h2>{''.join(said)}"
    said.append(f"<p>{prose(_region(given, model, model.before))}</p>")
    m = given.magnitude
    cells, faults = cell_changes(model.latest, model.before, 0, m), _faults(given, active)
    what = what_of(model.latest, 0, m)
    if cells:
        said.append(_table(f"Cells whose chance of {what} changed most", "middle of the cell", cells))
    elif _alike(model.latest, model.before) and region_change(given, model) is not None:
        said.append("<p>No cell's chance changed by as much as a hundredth of that of the region.</p>")
    elif not _alike(model.latest, model.before):
        said.append('<p class="note">The cells of the two forecasts differ, and are not compared.</p>')
    if faults:
        said.append(_table(f"Chance of {what} in the cells of the faults that changed most", "fault", faults))
    return f"<h2>What changed since the day before</h2>{''.join(said)}"


def cell_changes(latest: IssuedForecast, before: IssuedForecast, h: int, m: int) -> list[Change]:
    """The cells that rose most and those that fell most, by a hundredth of the region's chance at the least.

    None where the cells, the window or the magnitude are not the same.

    >>> from seisweave.issued.example import example_issued
    >>> now, day_before = example_issued("2019-07-06"), example_issued("2019-07-05", first=0.3)
    >>> [change.now > change.before for change in cell_changes(now, day_before, 0, 0)]
    [True, True, True]
    """
    if not _alike(latest, before):
        return []
    was = row_of(before, float(latest.horizon_days[h]), float(latest.magnitudes[m]))
    if was is None:
        return []
    now, then = latest.cell_chance[h, m], before.cell_chance[was]
    least = max(_LEAST * float(max(latest.chance[h, m], before.chance[was])), 1e-300)
    order = np.argsort(np.where(latest.inside, now - then, 0.0), axis=None, kind="stable")
    chosen = [*order[::-1][:_MOST].tolist(), *order[:_MOST][::-1].tolist()]
    made = []
    for at, flat in enumerate(chosen):
        row, column = divmod(flat, now.shape[1])
        step = float(now[row, column] - then[row, column])
        if (step > 0.0) == (at < _MOST) and abs(step) >= least:
            place = cell_words(latest, row, column)
            made.append(Change(place, float(then[row, column]), float(now[row, column])))
    return made


def region_change(given: Given, model: OfModel) -> Change | None:
    """The chance in the region of what the first sentence speaks of, before and now."""
    lead, before = model.latest, model.before
    if before is None:
        return None
    magnitude = float(given.lead.latest.magnitudes[given.magnitude])
    now = row_of(lead, float(given.lead.latest.horizon_days[0]), magnitude)
    was = row_of(before, float(given.lead.latest.horizon_days[0]), magnitude)
    if now is None or was is None:
        return None
    return Change(given.options.region, float(before.chance[was]), float(lead.chance[now]))


def _region(given: Given, model: OfModel, before: IssuedForecast) -> str:
    change = region_change(given, model)
    since = f"The forecast from {instant_words(before.now)}"
    if change is None:
        return f"{since} has no chance of the same window and magnitude."
    latest = model.latest
    what = what_of(latest, 0, given.magnitude)
    beside = times_words(change.now, change.before)
    moved = "about the same" if beside == "about" else f"{beside} as much" if beside else "not comparable"
    return f"{since} said {chance_words(change.before)} for {what}; now it is {chance_words(change.now)} ({moved})."


def _events(given: Given) -> str:
    """How many events came since, and the largest."""
    events = given.events
    if events is None:
        return ""
    since = given.now - np.timedelta64(1, "D") if given.lead.before is None else given.lead.before.now
    fresh = events[events["time"].to_numpy() >= since]
    if not len(fresh):
        return f"<p>{prose(f'No event of known magnitude came since {instant_words(since)}.')}</p>"
    least = fresh["magnitude"].to_numpy()
    sizes = [(magnitude, int((least >= magnitude - 1e-9).sum())) for magnitude in given.lead.latest.magnitudes.tolist()]
    told = ", ".join(f"{n:,} of {magnitude_words(magnitude)}" for magnitude, n in sizes if n)
    said = f"{count(len(fresh), 'event')} came since {instant_words(since)}" + (f": {told}." if told else ".")
    largest = fresh.sort_values("magnitude", ascending=False, kind="stable").head(_LARGEST)
    items = [f"<li>{prose(_event(row._asdict()))}</li>" for row in largest.itertuples()]
    return f"<p>{prose(said)} The largest:</p><ul>{''.join(items)}</ul>"


def _event(row: dict[str, Any]) -> str:
    """Magnitude, time and place of an event."""
    where = place_words(row["longitude"], row["latitude"])
    return f"M {row['magnitude']:.1f}, {instant_words(np.datetime64(row['time'], 'us'))}, {where}"


def _faults(given: Given, active: ActiveFaults | None) -> list[Change]:
    """The faults in whose cells the chance changed most."""
    latest, before = given.lead.latest, given.lead.before
    if active is None or before is None or not _alike(latest, before):
        return []
    m = given.magnitude
    was = row_of(before, float(latest.horizon_days[0]), float(latest.magnitudes[m]))
    if was is None:
        return []
    made, least = [], max(_LEAST * float(max(latest.chance[0, m], before.chance[was])), 1e-300)
    for name, outline in zip(active.names, active.outlines, strict=True):
        now, then = chance_under(latest, outline, 0, m), chance_under(before, outline, *was)
        if np.isfinite(now) and abs(now - then) >= least:
            made.append(Change(name, then, now))
    return sorted(made, key=lambda change: -abs(change.now - change.before))[:_MOST_FAULTS]


def _table(caption: str, first: str, changes: list[Change]) -> str:
    rows = [
        [
            text(change.place),
            prose(small_chance_words(change.before)),
            prose(small_chance_words(change.now)),
            _times(change),
        ]
        for change in changes
    ]
    return plain_table(caption, [first, "the day before", "now", "times"], rows, words=(0,))


def _times(change: Change) -> str:
    return two_digits(change.now / change.before) if change.before > 0.0 else "–"


def _alike(latest: IssuedForecast, before: IssuedForecast) -> bool:
    """Whether two forecasts have the same cells."""
    same = (
        np.array_equal(getattr(latest, name), getattr(before, name)) for name in ("lon_edges", "lat_edges", "inside")
    )
    return all(same)
