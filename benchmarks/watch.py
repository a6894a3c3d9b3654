"""A turn of a station on Southern California, seconds and CPU seconds a step; without refit.

    PYTHONPATH=. python benchmarks/watch.py CATALOG FOLDER [--network DIR] [--place]

The station's store is begun with all events of the catalog but the last 40; a service on this machine has those of the
last 90 days, and of two spans before: from the second turn on those of the summer of 2000 are asked for again. In
FOLDER the models are kept once they are fitted: ETAS (adaptive) from M 3.5 since 1990, and, with --place, a nowcaster
by place (trained for one epoch: what a turn takes does not depend on that). The clock stands at the last event. Three
turns: the first begins the store, the second finds the 40 events, the third none.
"""

from __future__ import annotations

import argparse
import re
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tests.catalog.event_server import Event, served
from tests.catalog.living_service import LivingService

import seisweave as sw
from machine import machine, peak_mb
from seisweave.catalog import Catalog
from seisweave.catalog.fdsn_service import Pace
from seisweave.catalog.quakeml_events import PREFIX
from seisweave.watch import Means, Station, WatchOptions, turn
from seisweave.watch.options import EtasStep, NetworkStep, PageStep, PlaceStep
from seisweave.watch.state import read_state, write_state

NEW, DAYS = 40, 90
SPANS = (("1932-01-01", "1935-01-01"), ("2000-05-01", "2000-10-01"))
BOX = (-122.0, -113.0, 31.0, 38.0)


@dataclass(frozen=True)
class OwnEvent(Event):
    """An event whose id reads as it stands in the catalog."""

    def xml(self) -> str:
        said = super().xml().replace("smi:made.up/event/", PREFIX)
        return said if self.magnitude == self.magnitude else re.sub("<magnitude .*</magnitude>", "", said)


class Standing:
    """A clock that stands at an instant, and ticks from there."""

    def __init__(self, at: np.datetime64) -> None:
        self.at, self.since = at, time.monotonic()

    def now(self) -> np.datetime64:
        return self.at + np.timedelta64(round((time.monotonic() - self.since) * 1e6), "us")

    def passed_s(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


class Steps:
    """Hears a station; prints each line with the CPU seconds since the last."""

    def __init__(self) -> None:
        self.cpu = time.process_time()

    def __call__(self, line: str) -> None:
        now = time.process_time()
        print(f"{now - self.cpu:6.2f} s of CPU  {line}", flush=True)
        self.cpu = now


def main() -> None:
    """Make what is missing, then turn three times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalog", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--network", type=Path)
    parser.add_argument("--place", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    flags = parser.parse_args()
    print(machine())
    catalog = sw.read_catalog(flags.catalog)
    catalog = catalog.take(np.lexsort((catalog.ids, catalog.times)))
    flags.folder.mkdir(exist_ok=True)
    prepare(catalog, flags)
    service, now = service_of(catalog)
    with served(service):
        station = Station(
            folder=flags.folder / "station",
            watch=WatchOptions(service.url, "1932-01-01", BOX, None, flags.folder / "known.parquet"),
            network=None if flags.network is None else NetworkStep(flags.network),
            etas=EtasStep(flags.folder / "etas"),
            place=PlaceStep(flags.folder / "place") if flags.place else None,
            page=PageStep(),
        )
        shutil.rmtree(station.folder, ignore_errors=True)
        hold_back(service, catalog)
        for k, what in enumerate(("first", "40 new", "none new")):
            service.set(now + np.timedelta64(k, "h"))
            begun, cpu = time.monotonic(), time.process_time()
            made = turn(station, Means(Standing(service.now), Steps(), flags.jobs, Pace(pause_s=0.0)))
            state = read_state(station.folder)
            write_state(station.folder, replace(state, look=replace(state.look, reread="2000-06-01")))
            print(f"{what}: {time.monotonic() - begun:.1f} s, {time.process_time() - cpu:.1f} s of CPU; {made.failed}")
    print(f"{peak_mb():,.0f} MB at most")


def prepare(catalog: Catalog, flags: argparse.Namespace) -> None:
    """Fit the models, and write what the store is begun with."""
    from seisweave.etas import EtasOptions, fit_etas
    from seisweave.nowcast import PlaceNetworkOptions, PlaceOptions, PlaceSettings, train_place_nowcaster

    if not (flags.folder / "etas").exists():
        fit_etas(
            catalog, EtasOptions("adaptive", max_targets=3000, completeness=3.5, fit_from="1990-01-01"), jobs=flags.jobs
        ).write(flags.folder / "etas")
    if flags.place and not (flags.folder / "place").exists():
        network = PlaceNetworkOptions(epochs=1, calibration_years=1, calibration_fits=1)
        settings = PlaceSettings(PlaceOptions(box=(-121.0, -114.0, 32.0, 37.0)), network)
        train_place_nowcaster(catalog, settings).write(flags.folder / "place")
    catalog[:-NEW].write(flags.folder / "known.parquet", force=True)


def service_of(catalog: Catalog) -> tuple[LivingService, np.datetime64]:
    """The service, and the instant just after the last event."""
    day = catalog.times.astype("datetime64[D]")
    there = day > day[-1] - np.timedelta64(DAYS, "D")
    for first, end in SPANS:
        there |= (day >= np.datetime64(first)) & (day < np.datetime64(end))
    recent = catalog.take(there)
    columns = (recent.ids, recent.times, recent.longitude, recent.latitude, recent.magnitude, recent.depth_km)
    events = [
        OwnEvent(str(name), str(at), float(lon), float(lat), float(m), 0.0 if np.isnan(km) else float(km), "2000-01-01")
        for name, at, lon, lat, m, km in zip(*columns, strict=True)
    ]
    service = LivingService(events)
    return service, catalog.times[-1] + np.timedelta64(60, "s")


def hold_back(service: LivingService, catalog: Catalog) -> None:
    """Let the service have the last events from its second hour on."""
    everything, late = service.events, set(catalog.ids[-NEW:].tolist())
    first = catalog.times[-1] + np.timedelta64(600, "s")
    service.at = lambda now: [each for each in everything if now >= first or each.id not in late]  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
