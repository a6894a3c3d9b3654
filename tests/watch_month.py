"""`python -m tests.watch_month --kills 50 --seed 0`: a station for a month, at a service that misbehaves, and killed.

The service is a process of its own whose events appear, are revised, renamed and deleted as `living_service.month`
says, and which answers with errors, web pages, broken and empty answers; for two days it does not answer at all. A turn
is a forked process with a clock of its own; at random moments, by time or before a change of files, it is killed (-9),
at times once more while it goes on. Sometimes the clock is wrong, and sometimes two copies are started at once. In the
end

- the store is what the service has, and was so at the instant of each turn that fetched, read back from the store: but
  for turns in which the service said that it has nothing where it has something;
- in its log no event is new that is there, changed without a change, or gone that is not there;
- each forecast that was ever seen on record is there, byte for byte, one for each instant, none pseudo-prospective.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from seisweave.catalog.store import open_store
from seisweave.issued import issued_in
from seisweave.locks import Held
from seisweave.watch import Station, watch
from tests.catalog.event_server import served
from tests.catalog.living_service import FAULTS, LivingService, held, kinds_of, month
from tests.kills.moments import Ended, Moment, count_changes, wait_for
from tests.watch.station import START, fitted, means, station_at

_FAULTS = [*FAULTS, "empty"]
_MINUTE, _DAY = np.timedelta64(1, "m"), np.timedelta64(1, "D")


@dataclass
class Month:
    """What was seen on the way: instants of turns that fetched, forecasts by name with their SHA-256, counts.

    misled: instants of turns in which the service said nothing where it has something.
    """

    instants: list = field(default_factory=list)
    misled: set = field(default_factory=set)
    forecasts: dict = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)


class Ticking:
    """A clock that begins at an instant and ticks as time passes."""

    def __init__(self, at):
        self._at, self._since = at, time.monotonic()

    def now(self):
        return self._at + np.timedelta64(round((time.monotonic() - self._since) * 1e6), "us")

    def passed_s(self):
        return time.monotonic()

    def wait(self, seconds):
        time.sleep(seconds)


def serve(edits, ends) -> None:
    """A process: serve, and set instant and faults as told."""
    with served(LivingService([], edits=edits, most=60)) as service:
        ends.send(service.url)
        while True:
            try:
                told = ends.recv()
            except EOFError:
                return
            service.set(told["now"])
            service.faults = told["faults"]
            ends.send(True)


def started(station: Station, at, room: Path, kill: Moment, name: str) -> int:
    """A process that does a turn by a clock of its own; its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        log = os.open(room / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        (room / f"{name}.changes").write_bytes(b"")
        count_changes(station.folder, room / f"{name}.changes", kill)
        given = means(Ticking(at), lambda line: os.write(log, f"{line}\n".encode()))
        try:
            made = watch(station, given, once=True)
            said = {"now": str(made.now), "done": list(made.done), "failed": made.failed}
            code = 3 if made.failed else 0
        except Held:
            said, code = {"held": True, "done": []}, 3
        (room / f"{name}.json").write_text(json.dumps(said))
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def ended(child: int, room: Path, kill: Moment, name: str) -> Ended:
    """Wait for a process, and kill it when its time has come; what it said is a dictionary."""
    begun, said = time.monotonic(), room / f"{name}.json"
    code = wait_for(child, kill.seconds)
    found = json.loads(said.read_text()) if said.exists() else {}
    said.unlink(missing_ok=True)
    return Ended(code, found, (room / f"{name}.changes").stat().st_size, time.monotonic() - begun)


def live(station: Station, control, flags, rng: random.Random, room: Path) -> Month:
    """The month, turn after turn."""
    seen, at, usual = Month(), START + 6 * 60 * _MINUTE, Ended(0, {}, 30, 2.0)
    n_turns = int(flags.days * 24 / flags.every)
    doomed = Counter(rng.choices(range(1, n_turns), k=flags.kills))
    away = range(n_turns // 2, n_turns // 2 + round(min(48, 4 * flags.days) / flags.every))
    for k in range(n_turns):
        at = START + 6 * 60 * _MINUTE + np.timedelta64(round(k * flags.every * 60), "m")
        faults = [503] * 100 if k in away else [rng.choice(_FAULTS) for _ in range(rng.choice([0, 0, 0, 1, 2, 3]))]
        for kill in [*(_drawn(rng, usual) for _ in range(doomed[k])), Moment()]:
            _tell(control, at, faults)
            made = ended(started(station, at, room, kill, "one"), room, kill, "one")
            _note(seen, station, made)
            if "empty" in faults:
                seen.misled.add(at)
            if made.code == 0 and kill == Moment():
                usual = made
            at += _MINUTE
        if k % 20 == 7:
            _two_at_once(station, control, at, room, seen)
        if k % 30 == 11:
            _wrong_clock(station, control, at, room, seen)
        if k % 24 == 0:
            print(f"{str(at)[:16]}: {dict(seen.counts)}", flush=True)
    last = at + 2 * _DAY
    _tell(control, last, [])
    _note(seen, station, ended(started(station, last, room, Moment(), "one"), room, Moment(), "one"))
    return seen


def _drawn(rng: random.Random, usual: Ended) -> Moment:
    if rng.random() < 0.4:
        return Moment(seconds=rng.uniform(0.0, usual.seconds))
    return Moment(change=rng.randrange(max(usual.changes, 1)))


def _two_at_once(station, control, at, room, seen) -> None:
    _tell(control, at, [])
    names = ("one", "two")
    children = [started(station, at, room, Moment(), name) for name in names]
    for child, name in zip(children, names, strict=True):
        made = ended(child, room, Moment(), name)
        seen.counts["copies told to wait"] += bool(made.said.get("held"))
        _note(seen, station, made)


def _wrong_clock(station, control, at, room, seen) -> None:
    """Three hundred days ahead of the service's, and then five minutes behind the last turn that fetched."""
    behind = seen.instants[-1] - 5 * _MINUTE
    for true, theirs in ((at + 2 * _MINUTE, at + 300 * _DAY), (behind, behind)):
        before = set(_files(station))
        _tell(control, true, [])
        made = ended(started(station, theirs, room, Moment(), "one"), room, Moment(), "one")
        assert set(_files(station)) == before, "issued by a clock that is wrong"
        seen.counts["wrong clocks"] += 1
        _note(seen, station, made, kept=False)


def _tell(control, now, faults) -> None:
    control.send({"now": now, "faults": list(faults)})
    control.recv()


def _note(seen: Month, station: Station, made: Ended, *, kept: bool = True) -> None:
    """Note how a turn ended; see that no forecast has changed."""
    assert made.code in (0, 3, -signal.SIGKILL), made
    seen.counts["turns"] += 1
    seen.counts["killed"] += made.code == -signal.SIGKILL
    seen.counts["not fetched"] += made.code == 3 and "fetch" not in made.said["done"]
    if kept and "fetch" in made.said.get("done", ()):
        seen.instants.append(np.datetime64(made.said["now"], "us"))
    for name, digest in _files(station).items():
        assert seen.forecasts.setdefault(name, digest) == digest, f"{name} has changed"


def _files(station: Station) -> dict[str, str]:
    paths = sorted((station.folder / "issued").rglob("*.nc"))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}


def check(station: Station, service: LivingService, seen: Month) -> list[str]:
    """What is not as it must be, in words."""
    store, found = open_store(station.folder / "store"), []
    log = store.log()
    learned = [np.datetime64(each, "us") for each in log["learned"].unique()]
    for instant in sorted({*seen.instants, *learned} - seen.misled):
        ours, theirs = held(store.as_of(instant)), service.truth(instant)
        if ours != theirs:
            differ = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
            found.append(f"as of {instant}: {[(n, ours.get(n), theirs.get(n)) for n in differ[:5]]}")
    if held(store.current()) != service.truth(max(seen.instants)):
        found.append("the store is not what the service has")
    there: dict[str, tuple] = {}
    for row in log.itertuples():
        values = (row.time, row.longitude, row.latitude, row.depth_km, row.magnitude, row.magnitude_type)
        if (row.what == "new") == (row.id in there) or (row.what == "changed" and there[row.id] == values):
            found.append(f"revision {row.revision}: {row.id} is {row.what}")
        if row.what == "gone":
            there.pop(row.id, None)
        else:
            there[row.id] = values
    on_record = issued_in(station.folder / "issued")
    if sorted(each.path.name for each in on_record) != sorted(seen.forecasts):
        found.append("not all forecasts are on record")
    if len({each.now for each in on_record}) != len(on_record):
        found.append("two forecasts of one instant")
    found += [f"{each.path.name} is pseudo-prospective" for each in on_record if each.read().pseudo_prospective]
    found += [f"{path} was left" for path in station.folder.rglob("*.part")]
    return found


def main() -> None:
    """Read the flags, live the month, check."""
    parser = argparse.ArgumentParser(prog="python -m tests.watch_month", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--every", type=float, default=3.0, help="hours from one turn to the next")
    parser.add_argument("--events", type=int, default=1200)
    flags = parser.parse_args()
    edits = month(flags.seed, flags.events, days=round(flags.days))
    print(f"{flags.events} events, {len(edits)} edits: {kinds_of(edits)}")
    context, begun = get_context("fork"), time.monotonic()
    with TemporaryDirectory(prefix="seisweave-month-") as folder:
        control, ends = context.Pipe()
        process = context.Process(target=serve, args=(edits, ends), daemon=True)
        process.start()
        service = LivingService([], edits=edits)
        service.url = control.recv()
        room = Path(folder)
        station = station_at(
            room / "station", service, etas=fitted(room / "etas"), page=True, every=f"{flags.every:g}h", reread="8d"
        )
        seen = live(station, control, flags, random.Random(flags.seed), room)
        process.kill()
        found = check(station, service, seen)
        print(f"{dict(seen.counts)}, {len(seen.instants)} turns fetched, {len(seen.forecasts)} forecasts on record")
        log = open_store(station.folder / "store").log()
        what = log["what"].value_counts().to_dict()
        print(f"{log['revision'].max()} revisions, {what}, {log['was'].notna().sum()} renamed")
        if found:
            print((room / "log").read_text()[-6000:])
    print("\n".join(found or ["all is as it must be"]), f"{time.monotonic() - begun:.0f} s", sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
