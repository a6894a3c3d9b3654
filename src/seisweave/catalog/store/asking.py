"""What a store asks of a service: events of a span, events revised since, and again those that seem to be gone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from seisweave.catalog.download import EventQuery, catalog_of_events, work_of
from seisweave.catalog.event_pieces import Work, fetch, kept_events
from seisweave.catalog.fdsn_service import EventService, Refused
from seisweave.catalog.quakeml_documents import Merged, WrittenEvent, merged
from seisweave.catalog.store.rows import VALUES, rows_of
from seisweave.errors import InputError
from seisweave.keeping import Checkpoint
from seisweave.progress import Progress, Step

DAY = np.timedelta64(86400, "s")
_OTHER = {"service": "another service", "query": "other criteria"}


@dataclass(frozen=True, eq=False)
class Answer:
    """Rows of the events that came and are what is asked for, and of those that came and are not (any more).

    until: up to when all have come: where it goes on from what was kept, up to when they were asked for then. unread:
    ids of events that came and cannot be read; a damaged one does not keep the others.
    """

    rows: pa.Table
    until: np.datetime64
    outside: pa.Table = field(default_factory=VALUES.empty_table)
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """From an instant to another, which does not belong to it."""

    start: np.datetime64
    end: np.datetime64

    def within(self, query: EventQuery) -> EventQuery:
        """The same query for this span alone."""
        return replace(query, start=str(self.start), end=str(self.end))

    def wider(self, within: Span) -> Span:
        """A day longer at both ends, within another: what was revised by less than that is met there."""
        return Span(max(self.start - DAY, within.start), min(self.end + DAY, within.end))

    def holds(self, times: np.ndarray) -> np.ndarray:
        """Which times lie in it."""
        return (times >= self.start) & (times < self.end)


def events_in(
    service: EventService,
    query: EventQuery,
    span: Span,
    *,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Answer:
    """All events of a span; with `keep` what has come stays in that folder until it is removed."""
    return _asked(_Request(service, query, span.within(query)), keep, progress)


def revised_since(service: EventService, query: EventQuery, span: Span, since: np.datetime64) -> Answer | None:
    """Events of a span that are new or revised since an instant; None where the service does not tell.

    They are asked for half a degree and half a magnitude beyond the query, so that those come too which are revised to
    lie outside of it.
    """
    asked = span.within(query).wider()
    try:
        return _asked(_Request(service, query, asked, since.astype("datetime64[s]")), None, None)
    except Refused as error:
        if error.code != 400:
            raise
        return None
    except _NotTold:
        return None


class _NotTold(Exception):  # noqa: N818
    """The service says that it does not take `updatedafter`."""


@dataclass(frozen=True)
class _Request:
    """A service, which events are wanted at all, which are asked for, and since when they must be revised."""

    service: EventService
    query: EventQuery
    asked: EventQuery
    since: np.datetime64 | None = None


def _asked(request: _Request, keep: Path | None, progress: Progress | None) -> Answer:
    identity = {"service": request.service.url, "query": asdict(request.query)}
    with ExitStack() as stack:
        checkpoint = stack.enter_context(Checkpoint(keep, identity, other=_OTHER))
        folder = Path(stack.enter_context(TemporaryDirectory())) if keep is None else keep
        work = work_of(request.service, request.asked, request.since, folder)
        if "updatedafter" in work.state.unknown:
            raise _NotTold
        work.optional = ("limit",)
        if keep is not None:
            checkpoint.claim()
        fetch(work, lambda done: None if progress is None else progress(Step("fetch", done)))
        came = merged(kept_events(work))
    if not came.events:
        return Answer(VALUES.empty_table(), work.end)
    unread: tuple[str, ...] = ()
    try:
        everything = catalog_of_events(work, request.asked, came)
    except InputError:
        unread = tuple(event.id for event in _unread(work, request.asked, came))
        came = replace(came, events=tuple(event for event in came.events if event.id not in unread))
        if not came.events:
            return Answer(VALUES.empty_table(), work.end, unread=unread)
        everything = catalog_of_events(work, request.asked, came)
    inside, _ = request.query.selection().mask(everything)
    return Answer(rows_of(everything.take(inside)), work.end, rows_of(everything.take(~inside)), unread)


def _unread(work: Work, asked: EventQuery, came: Merged) -> list[WrittenEvent]:
    """Those of the events that cannot be read; found by halves."""
    try:
        catalog_of_events(work, asked, came)
    except InputError:
        half = len(came.events) // 2
        if not half:
            return [*came.events]
        parts = (replace(came, events=part) for part in (came.events[:half], came.events[half:]))
        return [event for part in parts for event in _unread(work, asked, part)]
    return []


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """The rows of several answers, each event once: as the last of them has it."""
    table = pa.concat_tables([VALUES.empty_table(), *tables])
    last = {name: i for i, name in enumerate(table["id"].to_pylist())}
    return table.take(pa.array(list(last.values()), pa.int64()))
