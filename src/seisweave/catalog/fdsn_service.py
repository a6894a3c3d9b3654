"""Requests to an FDSN event service: one at a time, tried again where that helps, with what its answers mean.

Specification: https://www.fdsn.org/webservices/fdsnws-event-1.2.pdf. 204 is no event, 413 too many. Services also
refuse too many events with 400 and a sentence (USGS: "exceeds search limit"), and say with 429 or 503, and Retry-After,
that they want to be left alone for a while. Names of services are those of ObsPy.
"""

from __future__ import annotations

import gzip
import http.client
import re
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import sleep
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from seisweave.errors import InputError

_LATER = (408, 429, 500, 502, 503, 504)
_SIZE = re.compile(r"limit|too (many|large|much)|exceed|maximum|reduce|narrow", re.IGNORECASE)
_STRANGE = re.compile(r"unknown|support|invalid|recogni[sz]|unexpected|bad .*parameter", re.IGNORECASE)
_NOTHING = re.compile(r"no (data|event)", re.IGNORECASE)
_PATH = "/fdsnws/event/1"
Found = TypeVar("Found")


@dataclass(frozen=True)
class Pace:
    """How patient a client is: seconds it waits for an answer, how often it asks, how long it waits in between.

    Waits double from `first_wait_s` on; a service that asks for another wait gets it, up to `longest_wait_s`. `pause_s`
    lies between two requests. `sleep` waits.

    >>> Pace().attempts
    6
    """

    timeout_s: float = 180.0
    attempts: int = 6
    first_wait_s: float = 2.0
    longest_wait_s: float = 600.0
    pause_s: float = 0.5
    sleep: Callable[[float], object] = sleep


@dataclass(frozen=True)
class EventService:
    """An event service: its name as given, the address of its first version, how patiently it is asked.

    `tell` hears why, and how many seconds, a request waits; `clock` what time it is at the service, as answers say.
    """

    name: str
    url: str
    pace: Pace = field(default_factory=Pace)
    tell: Callable[[str], object] = lambda _: None
    clock: Callable[[datetime], object] = lambda _: None


class TooLarge(Exception):  # noqa: N818
    """The answer would hold more events than the service gives at once: ask for less."""


class Refused(InputError):  # noqa: N818
    """The service does not understand (`code` 400) or not allow the request, or there is none."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


class Unanswered(InputError):  # noqa: N818
    """No whole answer came, however often it was asked for; `heavy` where less to answer may help."""

    def __init__(self, sentence: str, *, heavy: bool = False) -> None:
        super().__init__(sentence)
        self.heavy = heavy


class Broken(Exception):  # noqa: N818
    """An answer that is not whole, or not what was asked for."""

    wait_s: float | None = None
    heavy = True


class _Later(Exception):  # noqa: N818
    """Nothing yet: why, the seconds that the service wants to be left alone, and whether less may help."""

    def __init__(self, why: str, wait_s: float | None = None, *, heavy: bool = False) -> None:
        super().__init__(why)
        self.wait_s, self.heavy = wait_s, heavy


def event_service(name: str, pace: Pace | None = None) -> EventService:
    """An event service by its name (USGS, INGV, GEONET, ...; those that ObsPy knows) or its address.

    Errors: InputError for a name that is not known, and an address that is none.

    >>> event_service("https://service.example.org/fdsnws/event/1/query").url
    'https://service.example.org/fdsnws/event/1'
    """
    pace = pace or Pace()
    if "://" not in name:
        base = _known(name)
    elif urlsplit(name).scheme in ("http", "https") and urlsplit(name).netloc:
        base = name.split("?")[0].rstrip("/").removesuffix("/query")
    else:
        raise InputError(f"{name!r} is no address of a service; write it like https://earthquake.usgs.gov")
    return EventService(name, base if base.endswith(_PATH) else base.rstrip("/") + _PATH, pace)


def _known(name: str) -> str:
    import warnings

    from seisweave.catalog.formats.quakeml import import_obspy

    import_obspy(f"the service {name!r}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from obspy.clients.fdsn.header import URL_MAPPINGS
    known = {key: url for key, url in URL_MAPPINGS.items() if "+" not in key}
    if name.upper() not in known:
        raise InputError(
            f"{name!r} is no event service that is known; give its address, like https://earthquake.usgs.gov, or one of"
            f" {', '.join(sorted(known))}"
        )
    return known[name.upper()]


def parameters_of(service: EventService) -> frozenset[str]:
    """The names of the parameters that the service says it takes; none where it does not say."""
    try:
        text = ask(service, "application.wadl", {}, lambda data: data.decode("utf-8", errors="replace"))
    except (InputError, TooLarge):
        return frozenset()
    return frozenset(re.findall(r"<(?:\w+:)?param\b[^>]*?\bname=[\"'](\w+)[\"']", text))


def ask(service: EventService, what: str, parameters: Mapping[str, str], read: Callable[[bytes], Found]) -> Found:
    """What `read` makes of an answer; of b"" where there is no event. It raises Broken for what is not whole.

    Errors: TooLarge; Refused for what the service does not understand or allow; Unanswered where the last attempt has
    failed, or the service asks for a longer wait than ours.
    """
    pace, why, heavy = service.pace, "", False
    url = f"{service.url}/{what}" + (f"?{urlencode(parameters)}" if parameters else "")
    for attempt in range(pace.attempts):
        try:
            return read(_once(service, url))
        except (_Later, Broken) as error:
            why, heavy, wait_s = str(error), error.heavy, error.wait_s
        wait_s = min(pace.first_wait_s * 2**attempt, pace.longest_wait_s) if wait_s is None else wait_s
        if wait_s > pace.longest_wait_s:
            raise Unanswered(f"{service.name}: {why}, and wants to be left alone for {wait_s:.0f} s; go on after that")
        if attempt + 1 < pace.attempts:
            service.tell(f"{why}, waiting {wait_s:g} s")
            pace.sleep(wait_s)
    raise Unanswered(f"{service.name}: {why}, after {pace.attempts} attempts; try again later", heavy=heavy)


def _once(service: EventService, url: str) -> bytes:
    """The body of one answer, unpacked."""
    request = urllib.request.Request(url, headers={"User-Agent": _user_agent(), "Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=service.pace.timeout_s) as answer:
            data = answer.read()
            if (at := _date(answer.headers.get("Date"))) is not None:
                service.clock(at)
            if not data and answer.status != 204 and answer.headers.get("Content-Length") != "0":
                raise _Later("the answer was broken off", heavy=True)
            packed = answer.headers.get("Content-Encoding", "").lower() == "gzip"
            return gzip.decompress(data) if packed and data else data
    except urllib.error.HTTPError as error:
        with error:
            return _refusal(service, error)
    except (EOFError, gzip.BadGzipFile, zlib.error, http.client.IncompleteRead):
        raise _Later("the answer was broken off", heavy=True) from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        late = isinstance(reason, TimeoutError)
        raise _Later("no answer in time" if late else f"no connection ({reason})", heavy=late) from None


def _refusal(service: EventService, error: urllib.error.HTTPError) -> bytes:
    """What an answer with an error's number means. Gives b"" for no event, and raises otherwise."""
    try:
        said = error.read().decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException):
        said = ""
    code = error.code
    if code == 204 or (code == 404 and _NOTHING.search(said)):
        return b""
    if code == 413 or (code in (400, 403) and _SIZE.search(said) and not _STRANGE.search(said)):
        raise TooLarge(_sentence(said) or str(error.reason))
    if code in _LATER:
        wait_s = _retry_after_s(error.headers.get("Retry-After"))
        raise _Later(f"the service answers {code} ({error.reason})", wait_s, heavy=code in (408, 500, 502, 504))
    if code == 404:
        raise Refused(f"{service.name}: no event service at {service.url} (404); check its name or address", code)
    raise Refused(f"{service.name} refuses the request ({code}): {_sentence(said) or error.reason}", code)


def _retry_after_s(text: str | None) -> float | None:
    """Seconds of a Retry-After, which is a number of them or a date."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    at = _date(text)
    return None if at is None else max(0.0, (at - datetime.now(UTC)).total_seconds())


def _date(text: str | None) -> datetime | None:
    """A date as HTTP writes it, UTC; None where there is none."""
    try:
        at = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _sentence(said: str) -> str:
    """What a service says of an error, in one line: its first lines, without markup."""
    text = re.sub(r"<[^>]+>", " ", said)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[:3])[:200]


def _user_agent() -> str:
    from seisweave.version import __version__

    return f"seisweave/{__version__} (catalog download) Python-urllib"
