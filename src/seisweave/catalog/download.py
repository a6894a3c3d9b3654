"""A catalog from an FDSN event service: asked for in pieces, kept as it comes, each event once, told what came back."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.event_pieces import PER_REQUEST, Work, fetch, kept_events, kept_state
from seisweave.catalog.fdsn_service import EventService, event_service, parameters_of
from seisweave.catalog.quakeml_documents import Merged, document, merged
from seisweave.catalog.selection import Selection
from seisweave.errors import InputError
from seisweave.keeping import Checkpoint
from seisweave.progress import Progress, Step

_OTHER = {"service": "another service", "query": "other criteria", "updated_after": "another catalog to update"}


@dataclass(frozen=True)
class EventQuery:
    """Which events to ask a service for. Limits are inclusive, except for `end`, east and north, as in `Selection`.

    Errors: InputError for a missing start, and for what `Selection` refuses.

    >>> EventQuery(start="2016-11-01", box=(165.0, -170.0, -48.0, -34.0), min_magnitude=4.0).boxes()
    [(165.0, 180.0, -48.0, -34.0), (-180.0, -170.0, -48.0, -34.0)]
    """

    start: str | None = field(default=None, metadata={"help": "Keep events from this time on, UTC, like 2016-11-01."})
    end: str | None = field(default=None, metadata={"help": "Keep events before this time, UTC; now where not given."})
    box: tuple[float, float, float, float] | None = field(
        default=None,
        metadata={
            "help": "Keep events within west, east, south, north in degrees; west above east crosses the date line."
        },
    )
    min_magnitude: float | None = field(default=None, metadata={"help": "Keep events of this magnitude or above."})

    def __post_init__(self) -> None:
        if self.start is None:
            raise InputError("start is not given; say from when on, like start='2016-11-01'")
        self.selection()

    def selection(self) -> Selection:
        """The same criteria, to be held against events that have come."""
        return Selection(start=self.start, end=self.end, box=self.box, min_magnitude=self.min_magnitude)

    def wider(self) -> EventQuery:
        """The same by half a degree and half a magnitude: an event that is revised out of it is met there."""
        box = self.box
        if box is not None:
            west, east, south, north = map(float, box)
            width = (east - west) % 360.0 or 360.0
            east_west = (-180.0, 180.0) if width > 359.0 else (west - 0.5, west + width + 0.5)
            west, east = (edge - 360.0 if edge > 360.0 else edge for edge in east_west)
            west = west + 360.0 if west < -180.0 else west
            box = (west, east, max(south - 0.5, -90.0), min(north + 0.5, 90.0))
        lower = None if self.min_magnitude is None else self.min_magnitude - 0.5
        return replace(self, box=box, min_magnitude=lower)

    def boxes(self) -> list[tuple[float, float, float, float]]:
        """The box within -180..180 degrees: none, one, or two where it crosses the date line."""
        if self.box is None:
            return []
        west, east, south, north = map(float, self.box)
        width = (east - west) % 360.0 or 360.0
        if width == 360.0:
            return [(-180.0, 180.0, south, north)]
        west = (west + 180.0) % 360.0 - 180.0
        if west + width <= 180.0:
            return [(west, west + width, south, north)]
        return [(west, 180.0, south, north), (-180.0, west + width - 360.0, south, north)]


@dataclass(frozen=True, eq=False)
class Downloaded:
    """What came from a service: the catalog, and what there is to say of it; `text()` says it.

    n_received: events that came, each once. n_twice: came again, at the border of two pieces. n_revised: came again
    with other values, of which the newer are kept. n_pieces: answers with events. n_split: answers that held too much
    or did not come, and were asked for in halves. notes: what else is to be told. Of an update also n_new, n_changed
    (other values than in the catalog to update), n_left (taken out, since they are revised to lie outside what is asked
    for), n_gone (no longer at the service, but kept; None where it cannot tell).

    >>> from seisweave.synthetic import southern_california_like
    >>> print(Downloaded(southern_california_like(n_events=20).catalog, "USGS", 20, 1, 0, 3, 2).text())
    USGS: 20 events came in 3 pieces, 1 came twice at borders, 2 answers were too large, asked for in halves
    """

    catalog: Catalog
    service: str
    n_received: int
    n_twice: int
    n_revised: int
    n_pieces: int
    n_split: int
    n_new: int | None = None
    n_changed: int | None = None
    n_left: int | None = None
    n_gone: int | None = None
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Lines for a person to read."""
        border = f"{self.n_twice:,} came twice at borders" if self.n_twice else ""
        revised = f"{self.n_revised:,} were revised meanwhile, the newer kept" if self.n_revised else ""
        split = f"{self.n_split:,} answers were too large, asked for in halves" if self.n_split else ""
        came = f"{self.service}: {self.n_received:,} events came in {self.n_pieces:,} pieces"
        lines = [", ".join(filter(None, (came, border, revised, split)))]
        if self.n_new is not None:
            gone = f", {self.n_gone:,} no longer at the service (kept)" if self.n_gone else ""
            left = f", {self.n_left:,} taken out (no longer what is asked for)" if self.n_left else ""
            lines.append(f"{self.n_new:,} are new, {self.n_changed:,} revised{left}{gone}")
        return "\n".join(lines)


def download_catalog(
    service: str | EventService,
    query: EventQuery,
    *,
    update: Catalog | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
) -> Downloaded:
    """Download a catalog from an FDSN event service, or bring one up to date.

    Arguments:
        service: name that ObsPy knows (USGS, INGV, GEONET, ...), address, or `event_service` with a pace of its own.
        query: which events.
        update: a catalog of the same service: only events that are new or revised since its last event are asked for,
            where the service can tell (`updatedafter`), and replace those of the same id. They are asked for half a
            degree and half a magnitude beyond `query`: what was revised to lie outside of it is taken out. What was
            revised further than that, or deleted, a service does not tell.
        progress: called after every piece.
        keep: folder in which pieces are kept; with what an earlier run has left there the work goes on. The catalog is
            the same to the last byte.

    Events are in the order of time. What a service counts in by another origin or magnitude than the preferred one, but
    lies outside what was asked for, is left out, and `history` says how many.

    Errors: InputError for a service that is not known, refuses, or does not answer; no event at all; without ObsPy.

    >>> download_catalog("https://service.example.org", EventQuery(start="2016-11-01"))  # doctest: +SKIP
    Downloaded(...)
    >>> download_catalog("nowhere", EventQuery(start="2016-11-01"))
    Traceback (most recent call last):
    seisweave.errors.InputError: 'nowhere' is no event service that is known; give its address, ...
    """
    service = event_service(service) if isinstance(service, str) else service
    tell, told = progress or (lambda _: None), [0.0]
    service = replace(service, tell=lambda why: tell(Step(f"download ({why})", told[0])))
    since = None if update is None else _last(update)
    identity = {"service": service.url, "query": asdict(query), "updated_after": str(since) if since else None}

    def share(done: float) -> None:
        told[0] = done
        tell(Step("download", done))

    with TemporaryDirectory() as elsewhere, Checkpoint(keep, identity, other=_OTHER) as checkpoint:
        folder = Path(elsewhere) if keep is None else Path(keep)
        work = work_of(service, query if since is None else query.wider(), since, folder)
        if keep is not None:
            checkpoint.claim()
        fetch(work, share)
        came = merged(kept_events(work))
    return _result(work, query, came, update)


def work_of(service: EventService, query: EventQuery, since: np.datetime64 | None, folder: Path) -> Work:
    """What is to be asked for, from where an earlier run has ended."""
    start = np.datetime64(str(query.start).removesuffix("Z"), "us").astype("datetime64[s]")
    end = np.datetime64("now", "s") if query.end is None else _whole_second_after(query.end)
    if not start < end:
        raise InputError(f"start {query.start} is not before the end ({query.end or 'now'}); give an earlier one")
    names = ("minlongitude", "maxlongitude", "minlatitude", "maxlatitude")
    boxes = [{n: f"{v:.10g}" for n, v in zip(names, box, strict=True)} for box in query.boxes()] or [{}]
    parameters = {} if query.min_magnitude is None else {"minmagnitude": f"{query.min_magnitude:.10g}"}
    if since is not None:
        parameters["updatedafter"] = str(since)
    state = kept_state(folder, end)
    if not state.done and since is not None:
        taken = parameters_of(service)
        state.unknown += [name for name in ("updatedafter",) if taken and name not in taken]
    return Work(service, boxes, start, parameters, state, folder, PER_REQUEST)


def _whole_second_after(time: str) -> np.datetime64:
    exact = np.datetime64(time.removesuffix("Z"), "us")
    second = exact.astype("datetime64[s]")
    return second if second == exact else second + np.timedelta64(1, "s")


def _last(catalog: Catalog) -> np.datetime64:
    """The time of the last event: whatever a file was made from, it was made later."""
    times = catalog.times[~np.isnat(catalog.times)]
    if not len(times):
        raise InputError("the catalog to update has no event with a time; download it anew")
    return min(times.max(), np.datetime64("now", "us")).astype("datetime64[s]")


def _result(work: Work, query: EventQuery, came: Merged, update: Catalog | None) -> Downloaded:
    counts = {
        "service": work.service.name,
        "n_received": len(came.events),
        "n_twice": came.n_twice,
        "n_revised": came.n_revised,
        "n_pieces": len(work.state.files),
        "n_split": work.state.n_split,
    }
    everything = catalog_of_events(work, query, came) if came.events else None
    found = None if everything is None else _in_order(everything.select(query.selection()))
    if update is not None:
        changes = _updated(update, everything, found, query if "updatedafter" in work.state.unknown else None)
        return Downloaded(**changes, **counts)
    if found is None or not len(found):
        outside = f" ({'; '.join(found.history)})" if found is not None else ""
        raise InputError(
            f"{work.service.name} has no event of {query.selection().describe()}{outside}; ask for a longer time, a"
            " larger box or smaller magnitudes"
        )
    return Downloaded(catalog=found, **counts)


def catalog_of_events(work: Work, query: EventQuery, came: Merged) -> Catalog:
    """The events that have come."""
    from seisweave.catalog.read import read_catalog

    data = document(came.events)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.xml"
        path.write_bytes(data)
        catalog = read_catalog(path, format="quakeml")
    where = f"{work.service.url}/query: {query.selection().describe()}"
    return replace(catalog, provenance=Provenance(where, hashlib.sha256(data).hexdigest(), "quakeml"))


def _in_order(catalog: Catalog) -> Catalog:
    return catalog.take(np.lexsort((catalog.ids, catalog.times)))


def _updated(
    old: Catalog, everything: Catalog | None, found: Catalog | None, whole: EventQuery | None
) -> dict[str, Any]:
    """The old catalog with what was found in place of what has its ids, and how much of it changes.

    `whole` is what was asked for where the service cannot tell what is revised, and all of it has come.
    """
    notes = ("the service cannot tell what is revised since: all events were asked for again",) if whole else ()
    if everything is None or found is None:
        return {"catalog": old, "n_new": 0, "n_changed": 0, "n_left": 0, "notes": notes}
    before = {str(name): i for i, name in enumerate(old.ids.tolist())}
    pairs = [(before[name], i) for i, name in enumerate(found.ids.tolist()) if name in before]
    changed = sum(_values(old, i) != _values(found, k) for i, k in pairs)
    stays = ~np.isin(old.ids, everything.ids)
    parts = [part for part in (old[stays], found) if len(part)]
    return {
        "catalog": _in_order(Catalog.join(parts)) if parts else found,
        "n_new": len(found) - len(pairs),
        "n_changed": changed,
        "n_left": int((~stays).sum()) - len(pairs),
        "n_gone": int((whole.selection().mask(old)[0] & stays).sum()) if whole else None,
        "notes": notes,
    }


def _values(catalog: Catalog, i: int) -> list[str]:
    """The values of an event, as far as they are revised."""
    names = ("times", "longitude", "latitude", "depth_km", "magnitude")
    return [str(getattr(catalog, name)[i]) for name in names]
