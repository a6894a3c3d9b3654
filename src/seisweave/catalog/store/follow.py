"""What a service has that a store has not: new events, revised ones, and those that are gone.

Services differ in what they tell. `updatedafter`, where they take it, gives what is new or revised, however old; none
gives what was deleted, or goes under another id now. So the last days are asked for again as a whole each time, and of
the time before them one stretch after the other, so that all of it has been seen once in so many days. What the store
has in such a span, and the service does not give, is gone if it is not there when asked for again by itself. Many at
once are believed only when they are gone several times running: services give empty answers when something is wrong
with them. Nothing of what a service once gave is ever lost: that an event is gone is one more row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from seisweave.catalog.download import EventQuery
from seisweave.catalog.fdsn_service import EventService
from seisweave.catalog.instants import as_time
from seisweave.catalog.store.asking import DAY, Answer, Span, events_in, joined, revised_since
from seisweave.catalog.store.changes import Changes, changes_of
from seisweave.catalog.store.rows import degrees_apart, words
from seisweave.errors import InputError
from seisweave.progress import Progress

_HOUR, _TRIED_AGAIN = np.timedelta64(3600, "s"), np.timedelta64(7, "D")
_AGAIN_S = 5  # around an event that seems to be gone
_APART_S = 60  # such events that are closer are asked for together
_MOST_ASKED = 20
_RUNNING, _FEW = 3, 3
_TWIN_S, _TWIN_DEGREES = 16, 1.0


@dataclass(frozen=True)
class FollowOptions:
    """How often what a service had is looked at again.

    Errors: InputError for days that are not above 0.

    >>> FollowOptions().reread_days
    7.0
    """

    reread_days: float = field(default=7.0, metadata={"help": "Days before now that are asked for anew every time."})
    reread_all_days: float = field(
        default=30.0, metadata={"help": "Days within which all of the time before that is asked for anew, in turns."}
    )

    def __post_init__(self) -> None:
        for name in ("reread_days", "reread_all_days"):
            if not 0.0 < getattr(self, name) < 36525.0:
                raise InputError(f"{name} is {getattr(self, name)}; give days above 0")


@dataclass(frozen=True)
class Look:
    """What is to be known of the last look at a service for the next one; times UTC, "" where there was none.

    at: when it began. reread: up to which time events are seen again in this round. untold: since when the service
    is known not to tell what is revised. doubted: how often running many events seemed to be gone.
    """

    at: str = ""
    reread: str = ""
    untold: str = ""
    doubted: int = 0


@dataclass(frozen=True, eq=False)
class Followed:
    """What a look at a service has brought: what is other than in the store, what to know next time, what to tell."""

    changes: Changes
    look: Look
    n_received: int
    notes: tuple[str, ...] = ()


def follow(
    service: EventService,
    query: EventQuery,
    known: pa.Table,
    now: np.datetime64,
    look: Look | None = None,
    *,
    options: FollowOptions | None = None,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Followed:
    """Ask a service for what is other than what is known (`Store.rows`), at an instant.

    `keep` is a folder in which the first load, which may take hours, is kept until all of it has come: an interrupted
    one goes on, up to where it was to go. Then `Followed.look.at` is earlier than now: bring the changes to the store,
    remove the folder, and look again.

    Errors: InputError as of `download_catalog`, for a service that has no event at all, and for a store of another
    service: nothing is lost, and the next look makes up for this one.
    """
    look, options = look or Look(), options or FollowOptions()
    start, until = as_time("start", str(query.start)), now.astype("datetime64[s]") + _HOUR
    if not start < now:
        raise InputError(f"start {query.start} is not before now ({now}); give an earlier one")
    whole = Span(start, until)
    if not len(known):
        came = events_in(service, query, whole, keep=keep, progress=progress)
        if not len(came.rows):
            raise InputError(f"{service.name} has no event of {query.selection().describe()}; ask for more")
        begun = min(now, (came.until - _HOUR).astype("datetime64[us]"))
        return Followed(changes_of(known, came.rows), Look(str(begun), str(start)), len(came.rows), _about([came]))
    plan = _plan(whole, known, now, look, options)
    told = revised_since(service, query, plan.before, plan.since) if plan.asks_revised else None
    answers = [] if told is None else [told]
    answers += [events_in(service, query, span.wider(whole)) for span in plan.spans]
    return _followed(service, query, known, _Looked(plan, look, now, told is not None, answers))


@dataclass(frozen=True)
class _Plan:
    """What is asked for: events revised `since` then of the time `before` the last days, and all of some spans."""

    spans: list[Span]
    before: Span
    since: np.datetime64
    asks_revised: bool
    reread: np.datetime64


@dataclass(frozen=True, eq=False)
class _Looked:
    """What came of a plan: whether the service told what is revised, and its answers, the latest last."""

    plan: _Plan
    look: Look
    now: np.datetime64
    told: bool
    answers: list[Answer]

    @property
    def rows(self) -> pa.Table:
        return joined([each.rows for each in self.answers])

    @property
    def outside(self) -> pa.Table:
        return joined([each.outside for each in self.answers])

    @property
    def unread(self) -> set[str]:
        return {name for each in self.answers for name in each.unread}

    def next(self, *, doubtful: bool) -> Look:
        """What is to be known the next time."""
        untold = self.look.untold
        if self.plan.asks_revised:
            untold = "" if self.told else str(self.now)
        return Look(str(self.now), str(self.plan.reread), untold, self.look.doubted + 1 if doubtful else 0)


def _plan(whole: Span, known: pa.Table, now: np.datetime64, look: Look, options: FollowOptions) -> _Plan:
    times = known["time"].to_numpy()
    last = np.datetime64(look.at, "us") if look.at else times[~np.isnat(times)].max(initial=whole.start)
    last = min(last, now)
    recent = Span(max(last - _days(options.reread_days), whole.start), whole.end)
    at = np.datetime64(look.reread, "us") if look.reread else whole.start
    at = at if whole.start <= at < recent.start else whole.start
    share = min(float((now - last) / _days(options.reread_all_days)), 1.0)
    at = whole.start if share == 1.0 else at
    stretch = Span(at, min(at + _times(recent.start - whole.start, share), recent.start))
    untold = look.untold and now - np.datetime64(look.untold, "us") < _TRIED_AGAIN
    return _Plan(
        spans=[*([stretch] if stretch.start < stretch.end else []), recent],
        before=Span(whole.start, recent.start),
        since=last - DAY,
        asks_revised=bool(recent.start > whole.start and not untold),
        reread=stretch.end if stretch.end < recent.start else whole.start,
    )


def _days(days: float) -> np.timedelta64:
    return np.timedelta64(round(days * 86400), "s")


def _times(time: np.timedelta64, share: float) -> np.timedelta64:
    return np.timedelta64(int(time / np.timedelta64(1, "s") * share), "s")


def _followed(service: EventService, query: EventQuery, known: pa.Table, looked: _Looked) -> Followed:
    """What is other now, after a second question about what seems to be gone."""
    there, times = _Known(words(known, "id"), known["time"].to_numpy(), known), looked.plan.spans
    came = looked.rows
    in_spans = np.logical_or.reduce([span.holds(there.times) for span in times])
    beyond = looked.outside
    here = np.isin(there.ids, [*words(came, "id"), *words(beyond, "id"), *looked.unread])
    if not looked.look.at and in_spans.sum() >= _FEW <= len(came) and not here.any():
        raise InputError(
            f"{service.name}: none of its {len(came):,} events of late is known by its id, so the store was begun with"
            " a catalog of another service; begin another store"
        )
    suspects = ~here & (in_spans | _twins(there, joined([came, beyond])))
    again = _asked_again(service, query, there.times[suspects], times)
    came = joined([came, *(each.rows for each in again)])
    gone = np.setdiff1d(there.ids[suspects], words(came, "id")).tolist()
    doubtful = bool(len(gone) > max(1.0, 0.5 * in_spans.sum()) and looked.look.doubted + 1 < _RUNNING)
    beyond = joined([beyond, *(each.outside for each in again)])
    outside = set(words(beyond, "id").tolist()) - set(words(came, "id").tolist())
    changes = changes_of(known, came, sorted({*([] if doubtful else gone), *outside}))
    notes = (
        f"{len(gone):,} of {in_spans.sum():,} events are missing in the answers of {service.name}, which is hardly"
        " true: they are kept until they were missing three times running",
    )
    told = (*_about([*looked.answers, *again]), *(notes if doubtful else ()))
    return Followed(changes, looked.next(doubtful=doubtful), len(came), told)


def _about(answers: Sequence[Answer]) -> tuple[str, ...]:
    """A note on events that cannot be read."""
    unread = sorted({name for each in answers for name in each.unread})
    if not unread:
        return ()
    return (f"{len(unread):,} events cannot be read, and stay as they were, the first {unread[0]}",)


@dataclass(frozen=True, eq=False)
class _Known:
    """Ids and times of the events of a store, and their rows."""

    ids: np.ndarray
    times: np.ndarray
    rows: pa.Table


def _twins(there: _Known, came: pa.Table) -> np.ndarray:
    """Known events in the time and place of one that came under an id that is not known: it may be theirs now."""
    found = np.zeros(len(there.ids), bool)
    fresh = came.filter(pa.array(~np.isin(words(came, "id"), there.ids)))
    order = np.argsort(there.times, kind="stable")
    ordered = there.times[order]
    place = np.stack([there.rows[name].to_numpy() for name in ("longitude", "latitude")], axis=1)
    reach = np.timedelta64(_TWIN_S, "s")
    for row in fresh.select(["time", "longitude", "latitude"]).to_pylist():
        at = np.datetime64(row["time"], "us")
        near = order[np.searchsorted(ordered, at - reach) : np.searchsorted(ordered, at + reach, "right")]
        found[near[degrees_apart(place[near], row) <= _TWIN_DEGREES]] = True
    return found


def _asked_again(service: EventService, query: EventQuery, times: np.ndarray, spans: Sequence[Span]) -> list[Answer]:
    """Answers to a question about a few seconds around each of these times; about all spans where there are many."""
    few = _around(np.sort(times))
    if len(few) > _MOST_ASKED:
        outside = [span for span in few if not any(each.holds(np.array([span.start]))[0] for each in spans)]
        few = [*spans, *outside]
    return [events_in(service, query, span) for span in few]


def _around(times: np.ndarray) -> list[Span]:
    """Spans around times in order, one for those that are close."""
    spans: list[Span] = []
    aside = np.timedelta64(_AGAIN_S, "s")
    for at in times:
        if spans and at - aside <= spans[-1].end + np.timedelta64(_APART_S, "s"):
            spans[-1] = Span(spans[-1].start, at + aside)
        else:
            spans.append(Span(at - aside, at + aside))
    return spans
