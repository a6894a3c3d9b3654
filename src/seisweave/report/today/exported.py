"""What the page of today says, as JSON for other programs."""

from __future__ import annotations

from typing import Any

import numpy as np

from seisweave.catalog.instants import in_iso, span_of
from seisweave.report.today.active import ActiveFaults
from seisweave.report.today.changes import region_change
from seisweave.report.today.given import Given, OfModel, range_of
from seisweave.report.today.sentence import centre_of, first_sentence, highest_cell, other_sentences
from seisweave.version import __version__


def today_json(given: Given, active: ActiveFaults | None = None) -> dict[str, Any]:
    """The sentence, the numbers of every window and magnitude, what changed, which faults are active.

    Times are UTC in ISO 8601; what is not known is null.

    >>> from seisweave.issued.example import example_issued
    >>> from seisweave.report.today.given import given_from
    >>> made = today_json(given_from([example_issued()]))
    >>> made["models"][0]["windows"][0]["magnitudes"][0]["chance"]
    0.6
    """
    change = region_change(given, given.lead)
    changed = None
    if change is not None and given.lead.before is not None:
        changed = {"from": in_iso(given.lead.before.now), "before": _plain(change.before), "now": _plain(change.now)}
    return {
        "kind": "seisweave page of today",
        "format": 1,
        "version": __version__,
        "sentence": " ".join([first_sentence(given), *other_sentences(given)]),
        "region": given.options.region,
        "now": in_iso(given.now),
        "pseudo_prospective": any(model.latest.pseudo_prospective for model in given.models),
        "magnitude": float(given.lead.latest.magnitudes[given.magnitude]),
        "models": [_model(model) for model in given.models],
        "change": changed,
        "active_faults": None if active is None or not active.known else _active(active),
    }


def _model(model: OfModel) -> dict[str, Any]:
    made = model.latest
    low, high = range_of(made)
    windows = []
    for h, days in enumerate(made.horizon_days.tolist()):
        end = made.now + span_of(days)
        rows = [_row(made, h, m, float(low[h, m]), float(high[h, m])) for m in range(len(made.magnitudes))]
        windows.append({"days": days, "until": in_iso(end), "magnitudes": rows})
    told = {"model": made.model, "now": in_iso(made.now), "issued": in_iso(made.issued), "digest": made.digest}
    told |= {"pseudo_prospective": made.pseudo_prospective, "long_term": made.long_term, "notes": list(made.notes)}
    return told | {"windows": windows}


def _row(made: Any, h: int, m: int, low: float, high: float) -> dict[str, Any]:
    at = highest_cell(made, h, m)
    place = None
    if at is not None:
        longitude, latitude = centre_of(made, *at)
        place = {"longitude": _plain(longitude), "latitude": _plain(latitude)}
        place |= {"chance": _plain(float(made.cell_chance[h, m][at]))}
    return {
        "magnitude": float(made.magnitudes[m]),
        "chance": _plain(float(made.chance[h, m])),
        "long_term_chance": _plain(float(made.long_term_chance[h, m])),
        "expected": _plain(float(made.expected[h, m])),
        "low": _plain(low),
        "high": _plain(high),
        "long_term_expected": _plain(float(made.long_term_expected[h, m])),
        "highest_cell": place,
    }


def _active(active: ActiveFaults) -> list[dict[str, Any]]:
    return [
        {
            "fault": active.names[c],
            "n_events": int(active.n_recent[c]),
            "n_last_24_hours": int(active.n_day[c]),
            "largest_magnitude": _plain(float(active.largest[c])),
            "last_time": in_iso(active.last_of(c)),
        }
        for c in active.active.tolist()
    ]


def _plain(value: float) -> float | None:
    return float(f"{value:.9g}") if np.isfinite(value) else None
