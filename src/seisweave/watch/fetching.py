"""The first step of a turn: what the service has, held against the store, and kept in it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from seisweave.catalog.fdsn_service import event_service
from seisweave.catalog.instants import in_short
from seisweave.catalog.read import read_catalog
from seisweave.catalog.store.changes import changes_of
from seisweave.catalog.store.follow import follow
from seisweave.catalog.store.store import Store, open_store
from seisweave.errors import InputError
from seisweave.watch.clock import Clock
from seisweave.watch.options import Station
from seisweave.watch.state import State
from seisweave.watch.work import Work

_CLOCKS_DIFFER = np.timedelta64(10, "m")
_LEAST = np.timedelta64(1, "us")
_BEFORE = np.timedelta64(1, "s")  # now: what the store is begun with, so that all of a turn is known at its instant


def fetch(work: Work) -> str:
    """Bring the store up to date. Says what is other.

    The first load is kept on the way, so that an interrupted one goes on; every other look begins anew.

    Errors: InputError for what the service does not give, clocks that differ by more than ten minutes, a damaged store,
    one of other events than are asked for; OSError.
    """
    folder, watched = work.station.folder, work.station.watch
    check_asked(work.station, work.state)
    store = _begun(work, open_store(folder / "store", create=True))
    service = event_service(watched.service, work.means.pace)
    while True:
        found = follow(
            replace(service, clock=_Compared(work.means.clock, service.name)),
            watched.query,
            store.rows(),
            work.now,
            work.state.look,
            options=watched.following,
            keep=folder / "fetching",
        )
        for note in found.notes:
            work.tell("fetch", note)
        up_to_now = np.datetime64(found.look.at, "us") >= work.now
        store = store.append(found.changes, _after(store, work.now if up_to_now else work.now - _BEFORE))
        shutil.rmtree(folder / "fetching", ignore_errors=True)
        work.save(look=found.look, asked=asked_of(work.station))
        said = f"{found.n_received:,} events came: {found.changes}"
        if up_to_now:
            break
        work.tell("fetch", f"{said}; they were asked for at {found.look.at[:19]}, and now those since")
    work.forget("store", "catalog")
    latest = work.state.latest_instant
    work.save(latest=str(work.now if latest is None else max(work.now, latest)))
    return said


def asked_of(station: Station) -> str:
    """The service that a station follows, and which events of it, in words."""
    return f"{event_service(station.watch.service).url}, {station.watch.query.selection().describe()}"


def check_asked(station: Station, state: State) -> None:
    """Refuse a station whose store holds what was asked for otherwise: it would be taken as whole, and is not."""
    if state.asked not in ("", asked := asked_of(station)):
        raise InputError(
            f"{station.folder}: follows {state.asked}, and its file now says {asked}; put that back, or give another"
            " out, for another station"
        )


def _begun(work: Work, store: Store) -> Store:
    """The store with the catalog that it is begun with, where there is one and it holds nothing yet."""
    given = work.station.watch.begin_with
    if given is None or store.revision:
        return store
    catalog = read_catalog(given)
    inside, _ = work.station.watch.query.selection().mask(catalog)
    changes = changes_of(store.rows(), catalog.take(inside))
    work.tell("store", f"begun with {len(changes):,} of {len(catalog):,} events of {given}")
    return store.append(changes, work.now - _BEFORE)


def _after(store: Store, now: np.datetime64) -> np.datetime64:
    """When something became known: now, but after all that became known before, whatever the clock says."""
    return now if store.learned is None else max(now, store.learned + _LEAST)


class _Compared:
    """Hears the service's time, and refuses to go on where the clock here says quite another."""

    def __init__(self, clock: Clock, service: str) -> None:
        self._clock, self._service = clock, service

    def __call__(self, theirs: datetime) -> None:
        ours = self._clock.now()
        other = np.datetime64(theirs.astimezone(UTC).replace(tzinfo=None), "us")
        if abs(ours - other) > _CLOCKS_DIFFER:
            raise InputError(
                f"the clock here says {in_short(ours)}, that of {self._service} {in_short(other)}: nothing is kept, or"
                " issued, by a clock that may be wrong; set it"
            )
