"""A small station: a month at a service that misbehaves, a model, a clock that is turned by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tests.catalog import living_service
from tests.catalog.living_service import BOX, LEAST, LivingService, month

from seisweave.catalog.fdsn_service import Pace
from seisweave.catalog.store import open_store
from seisweave.issued.options import IssueOptions
from seisweave.watch import Means, Station, WatchOptions
from seisweave.watch.options import EtasStep, NetworkStep, PageStep, PlaceStep

START = np.datetime64("2026-01-01", "us")
HOUR = np.timedelta64(1, "h")
BEFORE = "2025-10-01"
FEW = IssueOptions(cell_deg=1.0, n_catalogs=100)


@dataclass
class HandClock:
    """A clock that only waits when it is told to; `set_to` sets the time of day, `waits` lists what was waited."""

    at: np.datetime64 = START
    passed: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self):
        return self.at

    def passed_s(self):
        return self.passed

    def wait(self, seconds):
        self.waits.append(seconds)
        self.passed += seconds
        self.at += np.timedelta64(round(seconds * 1e6), "us")


@dataclass
class Lines(list):
    """Hears a station, and shows what it heard."""

    def __init__(self):
        super().__init__()

    def __call__(self, line):
        self.append(line)

    def of(self, step):
        """The lines of a step."""
        return [line for line in self if f" {step}: " in line]


def means(clock=None, tell=None, **pace):
    given = {"sleep": lambda _: None, "pause_s": 0.0, "timeout_s": 0.5, "attempts": 4} | pace
    return Means(clock or HandClock(), tell if tell is not None else Lines(), 1, Pace(**given))


def station_at(folder, service, *, etas=None, network=None, place=None, page=False, **options):
    """A station of the month's service; models are folders."""
    given = {"every": "6h", "reread": "8d", "reread_all": "30d"} | options
    return Station(
        folder=Path(folder),
        watch=WatchOptions(service.url, BEFORE, BOX, LEAST, **given),
        network=None if network is None else NetworkStep(network, update="10d"),
        etas=None if etas is None else EtasStep(etas, FEW),
        place=None if place is None else PlaceStep(place),
        page=PageStep() if page else None,
    )


def fitted(folder):
    """A model of the box, fitted to a made-up past."""
    from seisweave.etas import EtasOptions, fit_etas
    from seisweave.synthetic import EtasOptions as WorldOptions
    from seisweave.synthetic import etas_world

    world = etas_world(WorldOptions(box=BOX, days=1500, background_per_day=0.6), seed=3).catalog
    return fit_etas(world, EtasOptions("standard", completeness=2.5)).write(Path(folder))


def wrong(folder, service, now, *, at=None):
    """What in a station's store is not as at the service, in words."""
    return living_service.wrong(open_store(Path(folder) / "store"), service, now, at=at)


def service_of(seed=4, n_events=420, days=20):
    return LivingService([], edits=month(seed=seed, n_events=n_events, days=days, before_days=40))
