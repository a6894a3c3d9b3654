"""The maps of faults with the active ones marked and recent events: the whole region, and close up where they came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seisweave.report.markup import count, text
from seisweave.report.today.active import ActiveFaults
from seisweave.report.today.given import Given
from seisweave.report.today.ground import Frame, border, clip, frame_of, land, lines, rings
from seisweave.report.words import counted, place_words, prose

_MOST_DOTS = 1_000
_NAMED = 6  # faults whose names are written on the close-up
_HALF = 0.35  # degrees of latitude from the middle of the close-up to its edge, at the least
_LARGE_PART = 0.5  # of the region: a close-up as large shows nothing more


def fault_maps(given: Given, active: ActiveFaults | None, recent: pd.DataFrame) -> str:
    """The map of the region, that of the surroundings of the largest recent event, and what marks mean.

    recent: longitude, latitude and magnitude of events.
    """
    whole = _whole(given)
    near = close_up(whole, recent, active)
    told = f"{'' if active is None else 'faults and '}{count(len(recent), 'recent event')}"
    told += "" if active is None else f", {count(len(active.active), 'active fault')} marked"
    maps = _map(given, active, recent, whole, near, f"Map of {told}")
    if near is not None:
        middle = place_words(0.5 * (near.west + near.east), 0.5 * (near.south + near.north))
        maps += _map(given, active, recent, near, None, f"The same close up around {middle}")
    keys = "".join(_key(kind, said) for kind, said in _kinds(given, active, recent).items())
    return f'<div class="maps">{maps}</div><ul class="keys">{keys}</ul>'


def close_up(whole: Frame, recent: pd.DataFrame, active: ActiveFaults | None) -> Frame | None:
    """A frame of the whole's shape around the largest recent event, so that active faults there are in it.

    None without a recent event, and where it would show about half of the region or more.
    """
    if not len(recent):
        return None
    row = recent.iloc[int(recent["magnitude"].argmax())]
    x, y = float(row["longitude"]), float(row["latitude"])
    half, tall = _HALF, 0.5 * (whole.north - whole.south)
    for outline in () if active is None else (active.outlines[c] for c in active.active[:_NAMED]):
        away = np.abs(outline[:, 1] - y).max(initial=0.0)
        half = max(half, 1.05 * float(away)) if away < _LARGE_PART * tall else half
    if half > _LARGE_PART * tall:
        return None
    wide = half * (whole.east - whole.west) / (2.0 * tall)
    return Frame(x - wide, x + wide, y - half, y + half)


def _whole(given: Given) -> Frame:
    return frame_of(given.lead.latest.lon_edges, given.lead.latest.lat_edges)


def _map(
    given: Given, active: ActiveFaults | None, recent: pd.DataFrame, frame: Frame, box: Frame | None, alt: str
) -> str:
    name = "faults-clip" if alt.startswith("Map") else "near-clip"
    drawn = land(frame) + lines(frame, () if given.traces is None else given.traces.lines, "trace")
    drawn += "" if active is None else rings(frame, active.outlines, "fault")
    drawn += _dots(frame, recent)
    if active is not None:
        drawn += rings(frame, [active.outlines[c] for c in active.active], "fault active")
    drawn += _largest(frame, recent)
    drawn += _names(frame, active) if name == "near-clip" and active is not None else ""
    drawn += "" if box is None else rings(frame, [_corners(box)], "box")
    title = "Close up (the box)" if name == "near-clip" else "The region"
    return (
        f'<figure class="map"><figcaption>{title}</figcaption>'
        f'<svg viewBox="{frame.view}" role="img" aria-label="{text(alt)}"><defs>{clip(frame, name)}</defs>'
        f'<g clip-path="url(#{name})">{drawn}</g>{border(frame)}</svg></figure>'
    )


def _corners(box: Frame) -> np.ndarray:
    return np.array([[box.west, box.south], [box.east, box.south], [box.east, box.north], [box.west, box.north]])


def _dots(frame: Frame, recent: pd.DataFrame) -> str:
    """Recent events, the largest last and only those of so many."""
    shown = recent.sort_values("magnitude", kind="stable").tail(_MOST_DOTS)
    inside = frame.holds(shown["longitude"].to_numpy(float), shown["latitude"].to_numpy(float))
    shown = shown[inside]
    x, y = frame.x(shown["longitude"].to_numpy(float)), frame.y(shown["latitude"].to_numpy(float))
    size = np.clip(0.9 * 1.45 ** (shown["magnitude"].to_numpy(float) - 1.0), 1.0, 9.0)
    return "".join(
        f'<circle class="dot" cx="{a:.1f}" cy="{b:.1f}" r="{r:.1f}"/>' for a, b, r in zip(x, y, size, strict=True)
    )


def _largest(frame: Frame, recent: pd.DataFrame) -> str:
    """A star on the largest recent event."""
    if not len(recent):
        return ""
    row = recent.iloc[int(recent["magnitude"].argmax())]
    x, y = (float(axis[0]) for axis in (frame.x(np.array([row["longitude"]])), frame.y(np.array([row["latitude"]]))))
    return f'<path class="star" d="{_star(x, y, 7.0)}"/>'


def _star(x: float, y: float, size: float) -> str:
    angle = np.pi * np.arange(10) / 5.0
    reach = np.where(np.arange(10) % 2 == 0, size, 0.42 * size)
    points = zip(x + reach * np.sin(angle), y - reach * np.cos(angle), strict=True)
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points) + "Z"


def _names(frame: Frame, active: ActiveFaults) -> str:
    """Names of the most active faults at the northern ends of their outlines, where they do not meet another's."""
    made, taken = [], []
    for c in active.active[:_NAMED].tolist():
        ring = active.outlines[c]
        if not len(ring):
            continue
        place = ring[int(ring[:, 1].argmax())]
        x, y = float(frame.x(place[:1])[0]), max(float(frame.y(place[1:])[0]) - 4.0, 20.0)
        if not frame.holds(place[:1], place[1:])[0] or any(abs(x - a) < 30 and abs(y - b) < 13 for a, b in taken):
            continue
        taken.append((x, y))
        at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="middle"'
        made.append(f'<text class="halo" {at}>{text(active.names[c])}</text>')
    return "".join(made)


def _kinds(given: Given, active: ActiveFaults | None, recent: pd.DataFrame) -> dict[str, str]:
    """What lines and marks there are, and what they mean."""
    shown = land(_whole(given))
    made = {kind: said for kind, said in (("coast", "coast"), ("country", "border")) if f'"{kind}"' in shown}
    made |= {"trace": "mapped faults"} if given.traces is not None else {}
    made |= {"fault": "faults of the network"} if active is not None else {}
    made |= {"fault active": "active faults"} if active is not None and len(active.active) else {}
    if len(recent):
        largest = f"the {_MOST_DOTS:,} largest " if len(recent) > _MOST_DOTS else ""
        made |= {"dot": f"{largest}events of the last {counted(given.options.active_days, 'day')}"}
        made |= {"star": f"the largest, M {recent['magnitude'].max():.1f}"}
    return made


def _key(kind: str, said: str) -> str:
    """What one kind of line or mark is."""
    if kind == "dot":
        mark = '<circle class="dot" cx="11" cy="6" r="3.5"/>'
    elif kind == "star":
        mark = f'<path class="star" d="{_star(11.0, 6.0, 6.0)}"/>'
    else:
        mark = f'<path class="{kind}" d="M1 9L21 3"/>'
    return f'<li><svg class="key" viewBox="0 0 22 12" aria-hidden="true">{mark}</svg>{prose(said)}</li>'
