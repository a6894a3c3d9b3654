"""What a station names, looked at before its first turn: a mistake is told at once and not in the night."""

from __future__ import annotations

from collections.abc import Iterator

from seisweave.catalog.store.store import is_store, open_store
from seisweave.errors import InputError
from seisweave.watch.fetching import asked_of, check_asked
from seisweave.watch.forecasting import open_model
from seisweave.watch.options import Station
from seisweave.watch.state import read_state


def check_station(station: Station) -> Iterator[str]:
    """Look at all that a station names, and say it in lines.

    Errors: InputError for a service that is not known, a catalog, a network or a model that is not there or of another
    kind, a damaged state or store, and a store of other events than the station is to follow.

    >>> from pathlib import Path
    >>> from seisweave.watch import Station, WatchOptions
    >>> station = Station(Path("station"), WatchOptions("http://127.0.0.1:9", "2020-01-01"))
    >>> list(check_station(station))
    ['station: http://127.0.0.1:9/fdsnws/event/1, start=2020-01-01, every 1h']
    """
    from seisweave.report.results.opened import open_whole_network

    watched, state = station.watch, read_state(station.folder)
    yield f"{station.folder}: {asked_of(station)}, every {watched.every}"
    check_asked(station, state)
    if is_store(station.folder / "store"):
        yield f"store: revision {open_store(station.folder / 'store').revision:,}"
    if watched.begin_with is not None and not state.turn and not watched.begin_with.exists():
        raise InputError(f"{watched.begin_with}: no such catalog; give begin-with one, or leave it out")
    if station.network is not None:
        own = station.folder / "network"
        folder = own if own.is_dir() else station.network.begin_with
        network = open_whole_network(folder)
        yield f"network: {folder}, {network.n_faults:,} faults of {network.n_events:,} events"
    for name in ("etas", "place"):
        if (step := getattr(station, name)) is not None:
            open_model(name, step.model)
            yield f"{name}: {step.model}"
    if state.turn:
        yield f"goes on after turn {state.turn}, of {state.now[:19]}"
