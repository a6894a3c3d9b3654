"""The events of a service over a span of time, asked for in pieces that it gives at once; what came is kept on disk.

Pieces follow each other in time, each about as long as holds half of what may be asked for at once; one that holds too
much is asked for again in halves. Services take their limits inclusively, or by other origins than the preferred one,
or round them: every piece is asked for with a second more at both ends, and events that come twice are one by their id.
An answer with exactly as many events as were asked for, or with a round number of them, may have been cut off by a
service that does not say so, and is asked for in halves too.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from seisweave.catalog.fdsn_service import Broken, EventService, Refused, TooLarge, Unanswered, ask
from seisweave.catalog.quakeml_documents import WrittenEvent, document, events_of
from seisweave.errors import InputError
from seisweave.storage import write_whole

PER_REQUEST = 2000
_ROUND = 500  # services cut off at multiples of it
_SECOND = np.timedelta64(1, "s")
_HALVINGS = 4  # in a row, of a request that only fails
_INDEX = "pieces.json"
OPTIONAL = ("limit", "updatedafter")  # parameters that a service need not take


@dataclass
class State:
    """How far the work is, as it is kept: up to which time the events of each box are here, and in which files.

    end: up to which it goes. unknown: parameters that the service does not take. n_split: answers that held too much.
    span_s: length of the next piece.
    """

    end: str
    done: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    n_split: int = 0
    span_s: int = 0


@dataclass
class Work:
    """What is asked for: parameters of every request but those of time, place and number; and how far it is.

    optional: parameters without which it is asked again where the service refuses a request.
    """

    service: EventService
    boxes: list[dict[str, str]]
    start: np.datetime64
    parameters: dict[str, str]
    state: State
    folder: Path
    per_request: int = PER_REQUEST
    halvings: int = 0
    optional: tuple[str, ...] = OPTIONAL

    @property
    def end(self) -> np.datetime64:
        """Up to when events are asked for."""
        return np.datetime64(self.state.end, "s")

    @property
    def share_done(self) -> float:
        """The share of all boxes' time whose events are here."""
        gone = sum((np.datetime64(at, "s") - self.start) / _SECOND for at in self.state.done)
        return float(gone / (len(self.boxes) * ((self.end - self.start) / _SECOND)))


def kept_state(folder: Path, end: np.datetime64) -> State:
    """What an earlier run has kept in a folder; a new state that goes up to `end` where there is none.

    Errors: InputError for a damaged one.
    """
    path = folder / _INDEX
    if not path.exists():
        return State(str(end))
    try:
        return State(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: is damaged ({error}); remove {folder} and start again") from None


def kept_events(work: Work) -> Iterator[list[WrittenEvent]]:
    """The events of each piece, in the order they came. Errors: InputError for a damaged one."""
    for name in work.state.files:
        try:
            yield events_of(gzip.decompress((work.folder / name).read_bytes()))
        except (OSError, EOFError, zlib.error, Broken) as error:
            raise InputError(f"{work.folder / name}: is damaged ({error}); start again without what is kept") from None


def fetch(work: Work, progress: Callable[[float], object]) -> None:
    """Ask for all pieces that are not here yet, and keep each as it comes.

    Errors: InputError for a service that refuses, does not answer, or has too many events within a second.
    """
    for k, box in enumerate(work.boxes):
        if len(work.state.done) <= k:
            work.state.done.append(str(work.start))
        at = np.datetime64(work.state.done[k], "s")
        while at < work.end:
            span = work.state.span_s * _SECOND if work.state.span_s else work.end - at
            stop = min(at + span, work.end)
            found = _piece(work, box, at, stop)
            if found is None:
                work.state.n_split += 1
                work.state.span_s = max(int((stop - at) / _SECOND) // 2, 1)
                continue
            work.state.span_s = _next_span_s(int((stop - at) / _SECOND), len(found), work.per_request)
            work.state.done[k], at = str(stop), stop
            _keep(work, found)
            progress(work.share_done)


def _piece(work: Work, box: dict[str, str], start: np.datetime64, stop: np.datetime64) -> list[WrittenEvent] | None:
    """The events of a span and of a second on both sides; None where it should be asked for in halves."""
    parameters, why = _parameters(work, box, start, stop), "its answer is full"
    work.service.pace.sleep(work.service.pace.pause_s)
    try:
        found = ask(work.service, "query", parameters, events_of)
    except TooLarge as error:
        found, why = None, str(error)
    except Unanswered as error:
        work.halvings += 1
        if not error.heavy or work.halvings > _HALVINGS or stop - start <= _SECOND:
            raise
        return None
    except Refused as error:
        optional = [name for name in work.optional if name in parameters]
        if error.code != 400 or not optional:
            raise
        work.state.unknown.append(optional[0])
        return _piece(work, box, start, stop)
    work.halvings = 0
    if found is not None and not _cut_off(len(found), work.per_request if "limit" in parameters else 0):
        return found
    if stop - start > _SECOND:
        return None
    if found is not None and "limit" not in parameters:  # a round number within one second is just that
        return found
    raise InputError(
        f"{work.service.name}: more events than it gives at once in the second from {start} on ({why}); give a smaller"
        " box, or a higher min_magnitude"
    )


def _cut_off(n: int, limit: int) -> bool:
    """Whether an answer of n events may hold less than all: as many as were asked for, or a round number."""
    return n > 0 and (n == limit or n % _ROUND == 0)


def _parameters(work: Work, box: dict[str, str], start: np.datetime64, stop: np.datetime64) -> dict[str, str]:
    span = {"starttime": str(start - _SECOND), "endtime": str(stop + _SECOND)}
    given = {**span, **box, **work.parameters, "limit": str(work.per_request)}
    return {name: value for name, value in given.items() if name not in work.state.unknown}


def _next_span_s(span_s: int, n: int, per_request: int) -> int:
    """Seconds that should hold half of what may be asked for at once; four times as many as the last at most."""
    return max(int(span_s * min(4.0, 0.5 * per_request / max(n, 1))), 1)


def _keep(work: Work, found: list[WrittenEvent]) -> None:
    """Write a piece, then the state that counts it."""
    if found:
        name = f"piece-{len(work.state.files):05d}.xml.gz"
        packed = gzip.compress(document(found), mtime=0)
        write_whole(work.folder / name, lambda file: file.write(packed))
        work.state.files.append(name)
    text = json.dumps(asdict(work.state)).encode()
    write_whole(work.folder / _INDEX, lambda file: file.write(text))
