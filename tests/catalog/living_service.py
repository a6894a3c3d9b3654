"""A month at an event service, told in advance: when each event becomes known there, is revised, renamed or deleted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
from tests.catalog.event_server import Event, Service

BOX, LEAST = (-118.0, -116.0, 33.0, 35.0), 2.0
PREFIX = "smi:made.up/event/"
FAULTS = [None, 503, (429, {"Retry-After": "1"}), "page", "cut", "broken", 502, (503, {"Retry-After": "2"})]
_WIDER = (-118.4, -115.6, 32.6, 35.4)


@dataclass(frozen=True)
class Edit:
    """What the service has of an event from an instant on; None: nothing any more."""

    at: np.datetime64
    key: int
    event: Event | None


@dataclass
class LivingService(Service):
    """A service at an instant `now` of its month; `edits` in the order of time."""

    edits: list[Edit] = field(default_factory=list)
    now: np.datetime64 = field(default_factory=lambda: np.datetime64("2026-01-01", "us"))

    def set(self, now):
        """Turn the service's clock."""
        self.now = now
        self.events = self.at(now)

    def at(self, now):
        """What the service has at an instant."""
        there = {}
        for edit in self.edits:
            if edit.at <= now:
                there[edit.key] = edit.event
        return [event for event in there.values() if event is not None]

    def truth(self, now, start="2025-10-01"):
        """The events within what is asked for at an instant, by id: time, place, depth, magnitude."""
        found = {}
        for each in self.at(now):
            inside = BOX[0] <= each.longitude < BOX[1] and BOX[2] <= each.latitude < BOX[3]
            if inside and each.magnitude >= LEAST and np.datetime64(each.time) >= np.datetime64(start):
                found[PREFIX + each.id] = values_of(each)
        return found


def values_of(event):
    return (
        np.datetime64(event.time, "us"),
        event.longitude,
        event.latitude,
        round(event.depth_km, 6),
        event.magnitude,
    )


def held(catalog):
    """The same of a catalog."""
    columns = (catalog.times, catalog.longitude, catalog.latitude, catalog.depth_km.round(6), catalog.magnitude)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {name: (np.datetime64(row[0], "us"), *row[1:]) for name, row in zip(catalog.ids.tolist(), rows, strict=True)}


def wrong(store, service, now, *, at=None):
    """What in a store is not as at the service, in words; "" where all is."""
    ours, theirs = held(store.current() if at is None else store.as_of(at)), service.truth(now)
    lost, more = sorted(theirs.keys() - ours.keys()), sorted(ours.keys() - theirs.keys())
    differ = [name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]]
    return f"lost {lost}, more {more}, other {differ}" if lost or more or differ else ""


def month(seed=0, n_events=400, start="2026-01-01", days=30, before_days=60):
    """The edits of a month, and of the time before it that is there at its beginning, in the order of time.

    Of the events a third are revised, up to three weeks later; one in fifteen leaves the box or falls below the least
    magnitude, half of those for a while; one in twelve is renamed, and one in twelve deleted.
    """
    rng, begin = np.random.default_rng(seed), np.datetime64(start, "ms")
    seconds = np.sort(rng.uniform(-before_days * 86400, days * 86400, n_events)).round(2)
    edits = []
    for key, second in enumerate(seconds):
        origin = begin + np.timedelta64(int(second * 1000), "ms")
        event = Event(
            f"a{key:04d}",
            str(origin),
            *(round(float(rng.uniform(*side)), 4) for side in (_WIDER[:2], _WIDER[2:])),
            magnitude=round(1.6 + float(rng.exponential(0.5)), 1),
            depth_km=round(float(rng.uniform(2, 18)), 2),
        )
        edits += _life(rng, key, event, origin)
    return sorted(edits, key=lambda each: (each.at, each.key))


def _life(rng, key, event, origin):
    at = (origin + np.timedelta64(int(rng.uniform(60, 1200)), "s")).astype("datetime64[us]")
    lives = [_edit(at, key, event)]
    for _ in range(int(rng.choice([0, 0, 1, 3]))):
        at, event = _later(rng, at, 20.0), _revised(rng, event)
        lives.append(_edit(at, key, event))
    if rng.random() < 1 / 15:
        at = _later(rng, at, 5.0)
        aside = {"longitude": -115.7} if rng.random() < 0.5 else {"magnitude": 1.7}
        lives.append(_edit(at, key, replace(event, **aside)))
        if rng.random() < 0.5:
            at = _later(rng, at, 5.0)
            lives.append(_edit(at, key, event))
    if rng.random() < 1 / 12:
        at, event = _later(rng, at, 20.0), replace(_revised(rng, event), id=f"b{key:04d}")
        lives.append(_edit(at, key, event))
    elif rng.random() < 1 / 12 and at < origin + np.timedelta64(4, "D"):
        lives.append(_edit(min(_later(rng, at, 2.0), origin + np.timedelta64(6, "D")), key, None))
    return lives


def _edit(at, key, event):
    return Edit(at, key, None if event is None else replace(event, updated=str(at.astype("datetime64[ms]"))))


def _later(rng, at, days):
    return at + np.timedelta64(int(rng.uniform(60, days * 86400)), "s")


def _revised(rng, event):
    time = np.datetime64(event.time, "ms") + np.timedelta64(int(rng.normal(0, 300)), "ms")
    return replace(
        event,
        time=str(time),
        longitude=round(event.longitude + float(rng.normal(0, 0.01)), 4),
        magnitude=round(max(event.magnitude + float(rng.normal(0, 0.1)), 1.55), 1),
    )


def kinds_of(edits):
    """How many events are revised, renamed, deleted."""
    lives = defaultdict(list)
    for edit in edits:
        lives[edit.key].append(edit.event)
    names = [{each.id for each in life if each is not None} for life in lives.values()]
    return {
        "revised": sum(len(life) > 1 for life in lives.values()),
        "renamed": sum(len(each) > 1 for each in names),
        "deleted": sum(life[-1] is None for life in lives.values()),
    }
